"""A domain's latest bibliography, as tools, resources and prompts show it."""

from typing import TYPE_CHECKING

from research_agent.errors import UnknownNameError
from research_agent.model.quotation import quoted

if TYPE_CHECKING:
    from research_agent.model.bibliography import Bibliography
    from research_agent.model.search import Search
    from research_agent.workspace import Workspace


_MOST_FAILURES = 20
"""More than there are services of ours; each is a line."""
_LONGEST_FAILURE = 120
"""Characters: a title and the reason in short; the resource of the whole has all of it."""


class NoBibliographyError(UnknownNameError):
    """A domain has no bibliography yet."""

    def __init__(self, guide: str, domain: str) -> None:
        """Name the domain, and what makes one."""
        super().__init__("bibliography of domain", domain, ())
        makes = f"research_domain(domain='{domain}', guide='{guide}')"
        self.args = (f"Domain {domain} has no bibliography yet: {makes} makes one.",)


def latest(workspace: "Workspace", domain: str) -> "Bibliography":
    """The domain's latest bibliography.

    Raises:
        UnknownNameError: there is no such domain, or it has no bibliography yet.
    """
    found = workspace.latest(domain)
    if found is None:
        raise NoBibliographyError(workspace.guide.id, workspace.guide.domain(domain).id)
    return found


def not_checked(search: "Search | None") -> tuple[str, ...]:
    """Each service that failed, with the reason in a few words; empty: there was no search, or all answered."""
    from research_agent.bibliography.search_report import failed_services, told_each

    told = [_short(line) for line in told_each(failed_services(search))]
    shown = told[:_MOST_FAILURES]
    return (*shown, *([f"and {len(told) - len(shown)} more; the whole has all"] if len(told) > len(shown) else []))


def placed(text: str, where: str) -> str:
    """What a source says and where it says it; its own words in quotation marks."""
    said = quoted(text, where)
    return f"{said} ({where})" if where else said


def _short(line: str) -> str:
    return line if len(line) <= _LONGEST_FAILURE else f"{line[: _LONGEST_FAILURE - 1]}\u2026"


def page_of_bibliography(workspace: "Workspace", domain: str) -> str:
    """The latest bibliography as the HTML page."""
    from research_agent.page import render_page
    from research_agent.radar import load_rubric

    found = latest(workspace, domain)
    return render_page(found, workspace.guide, load_rubric(found.rubric))


def markdown_of_bibliography(workspace: "Workspace", domain: str) -> str:
    """The latest bibliography as Markdown."""
    from research_agent.bibliography.markdown import render_bibliography
    from research_agent.radar import load_rubric

    found = latest(workspace, domain)
    return render_bibliography(found, workspace.guide, load_rubric(found.rubric))


def bibtex_of_bibliography(workspace: "Workspace", domain: str) -> str:
    """The latest bibliography as BibTeX."""
    from research_agent.bibliography.exports import export

    return export(latest(workspace, domain).entries, [".bib"])[".bib"]
