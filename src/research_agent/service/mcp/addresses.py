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


def bibliography_addresses(guide: Guide, domain: str) -> dict[str, str]:
    """The forms of a domain's latest bibliography, by name."""
    base = BIBLIOGRAPHY.format(guide=guide.id, domain=domain)
    return {"markdown": f"{base}.md", "json": f"{base}.json", "bibtex": f"{base}.bib", "page": f"{base}.html"}
