"""Where the whole of something lies: addresses of our resources, and of the same over REST."""

from research_agent.model.guide import Guide

GUIDES = "research://guides"
GUIDE = GUIDES + "/{guide}"
RUBRIC = GUIDE + "/rubric"
DOMAIN = GUIDE + "/domains/{domain}"
PROMPT = DOMAIN + "/prompts/{model}/{mode}"
SOURCE = GUIDE + "/sources/{source}"
BIBLIOGRAPHY = DOMAIN + "/bibliography"
APP = "ui://research-agent/bibliography.html"


REST_BIBLIOGRAPHY = "/v1/guides/{guide}/domains/{domain}/bibliography"


def bibliography_addresses(guide: Guide, domain: str, *, over_http: bool) -> dict[str, str]:
    """The forms of a domain's latest bibliography, by name; the last one is below the address that serves MCP."""
    base = BIBLIOGRAPHY.format(guide=guide.id, domain=domain)
    forms = {"markdown": f"{base}.md", "json": f"{base}.json", "bibtex": f"{base}.bib", "page": f"{base}.html"}
    return forms | ({"rest": REST_BIBLIOGRAPHY.format(guide=guide.id, domain=domain)} if over_http else {})
