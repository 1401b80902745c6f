"""Render the holistic guide as a page: practices with the entries behind them, what agrees, what differs.

The facts and their order are those of `bibliography.guide_markdown`; the templates hold the words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from research_agent.bibliography.report import unread
from research_agent.bibliography.search_report import told_domains
from research_agent.model.guide import Guide
from research_agent.model.synthesis import BulletPractices, Synthesis
from research_agent.page.template import fill


def render_guide_page(synthesis: Synthesis, guide: Guide, *, links: Mapping[str, str] = MappingProxyType({})) -> str:
    """The guide as one HTML file that needs nothing from anywhere; the same input gives the same bytes.

    Args:
        synthesis: of the guide's bibliographies.
        guide: for the names of domains and bullets.
        links: by domain id, where the page of its bibliography lies, relative to this page or an http(s) address;
            the entries of a domain without one are named and not linked.

    Raises:
        UnknownNameError: the synthesis names a domain that the guide has not.
        DataError: the installation lacks a file of the page.
    """
    every = [*(bullet for theme in synthesis.themes for bullet in theme.bullets), *synthesis.bullets]
    own = dict.fromkeys(_domain(bullet.focus) for bullet in synthesis.bullets)
    several = [one for one in synthesis.libraries if len(one.patterns) + len(one.with_bullets) > 1]
    single = [one for one in synthesis.libraries if one not in several]
    values = {
        "synthesis": synthesis,
        "links": dict(links),
        "searches": told_domains(synthesis.searches, guide),
        "incomplete": any(one.failed for one in synthesis.searches),
        "names": {domain.id: domain.name for domain in guide.domains},
        "bullet_texts": {focus.id: focus.text for domain in guide.domains for focus in domain.focus},
        "domain_of": {focus.id: domain.id for domain in guide.domains for focus in domain.focus},
        "not_read": {one.citation_key: mark for one in synthesis.sources if (mark := unread(one.existence))},
        "indexed": sum(one.existence.how == "indexed" for one in synthesis.sources),
        "homes": {one.citation_key: one.domains[0] for one in synthesis.sources if one.domains},
        "shown": sum(len(bullet.practices) for bullet in every),
        "from_outside": _from_outside(synthesis, every),
        "themes": [
            (theme, [guide.domain(name).name for name in dict.fromkeys(_domain(one.focus) for one in theme.bullets)])
            for theme in synthesis.themes
        ],
        "own": [
            Own(name, guide.domain(name).name, [one for one in synthesis.bullets if _domain(one.focus) == name])
            for name in own
        ],
        "several": several,
        "single": sorted(single, key=lambda one: one.library.casefold()),
    }
    of_searches = ("search.css",) if synthesis.searches else ()
    styles = ("base.css", "guide.css", *of_searches, "print.css")
    return fill("guide.html.j2", values, styles=styles, scripts=("copy.js",))


@dataclass(frozen=True, slots=True)
class Own:
    """A domain with its bullets that meet no other domain's."""

    id: str
    name: str
    bullets: list[BulletPractices]


def _from_outside(synthesis: Synthesis, bullets: list[BulletPractices]) -> int:
    """How many points come from works that are no entries of the domain for which they were read."""
    outside = {one.passage for bullet in bullets for practice in bullet.practices for one in practice.outside}
    return len(outside | {one.passage for agreement in synthesis.agreements for one in agreement.outside})


def _domain(focus: str) -> str:
    return focus.rpartition(".")[0]
