"""Render one bibliography as a page: the proof, all entries at a glance, each with its RADAR bars, what was left out.

The facts and their order are those of `bibliography.markdown`; the templates hold the words.
"""

from collections.abc import Mapping
from types import MappingProxyType

from research_agent.bibliography.markdown import LOW_CONFIDENCE
from research_agent.bibliography.report import has_quotations
from research_agent.bibliography.search_report import FAILED, HEADING, STATES, services_of, titles_of, told_failures
from research_agent.model.bibliography import Bibliography
from research_agent.model.guide import Guide
from research_agent.model.radar import HIGHEST_LEVEL, Rubric
from research_agent.page import reading
from research_agent.page.template import fill

FILES_BESIDE: Mapping[str, str] = MappingProxyType(
    {
        "Markdown": "bibliography.md",
        "BibTeX": "bibliography.bib",
        "RIS": "bibliography.ris",
        "CSL-JSON": "bibliography.csl.json",
        "JSON": "bibliography.json",
    }
)
"""The files that a run writes beside the page: what the link says, and where it leads."""


def render_page(
    bibliography: Bibliography, guide: Guide, rubric: Rubric, *, links: Mapping[str, str] = MappingProxyType({})
) -> str:
    """The bibliography as one HTML file that needs nothing from anywhere; the same input gives the same bytes.

    Args:
        bibliography: of a domain of the guide.
        guide: for the names of categories and bullets.
        rubric: the reading of RADAR that the bibliography was judged by.
        links: the same entries in other forms: what the link says ("BibTeX"), and where it leads, relative to the page
            or an http(s) address; without any, the page offers none.

    Raises:
        UnknownNameError: the bibliography names a domain or a bullet that the guide has not.
        DataError: the installation lacks a file of the page.
    """
    domain, method = guide.domain(bibliography.domain), guide.methodology
    entries = [
        entry for category in method.categories for entry in bibliography.entries if entry.category == category.id
    ]
    readings = [reading.read(number, entry, domain, method, rubric) for number, entry in enumerate(entries, start=1)]
    groups = [
        (category, found)
        for category in method.categories
        if (found := [one for one in readings if one.entry.category == category.id])
    ]
    unseen = reading.never_observed(entries)
    search = bibliography.search
    values = {
        "bibliography": bibliography,
        "domain": domain,
        "guide": guide,
        "rubric": rubric,
        "highest": HIGHEST_LEVEL,
        "low_confidence": LOW_CONFIDENCE,
        "links": dict(links),
        "checks": [(check, reading.constraint(check, domain)) for check in bibliography.checks],
        "search": search,
        "search_heading": HEADING,
        "failures": told_failures(search),
        "services": services_of(search) if search else (),
        "service_states": STATES,
        "service_titles": titles_of(search) if search else {},
        "failed_states": FAILED,
        "groups": groups,
        "excluded": sorted(bibliography.excluded, key=lambda one: (-one.total, one.source)),
        "category_names": {category.id: category.name for category in method.categories},
        "categories": reading.categories(entries, method),
        "bullets": reading.bullets(entries, domain),
        "kinds": reading.kinds(entries),
        "recent_since": method.recent_since,
        "recent": sum(one.recent for one in readings),
        "in_production": sum(bool(entry.evaluation.production) for entry in entries),
        "level_words": reading.level_words(rubric.criteria),
        "has_indexed": any(entry.source.existence.how == "indexed" for entry in entries),
        "has_quotations": has_quotations(entries),
        "unseen": unseen,
        "unseen_of_a_kind": reading.never_observed_of_a_kind(entries, unseen),
    }
    return fill(
        "bibliography.html.j2",
        values,
        styles=("base.css", "bibliography.css", "entry.css", *(("search.css",) if search else ()), "print.css"),
        scripts=("copy.js", "filters.js"),
    )
