"""A domain's latest bibliography, as tools, resources and prompts show it."""

from typing import TYPE_CHECKING

from research_agent.errors import UnknownNameError

if TYPE_CHECKING:
    from research_agent.model.bibliography import Bibliography
    from research_agent.workspace import Workspace


class NoBibliographyError(UnknownNameError):
    """A domain has no bibliography yet."""

    def __init__(self, domain: str) -> None:
        """Name the domain, and what makes one."""
        super().__init__("bibliography of domain", domain, ())
        self.args = (f"Domain {domain} has no bibliography yet: research_domain(domain='{domain}') makes one.",)


def latest(workspace: "Workspace", domain: str) -> "Bibliography":
    """The domain's latest bibliography.

    Raises:
        UnknownNameError: there is no such domain, or it has no bibliography yet.
    """
    found = workspace.latest(domain)
    if found is None:
        raise NoBibliographyError(workspace.guide.domain(domain).id)
    return found


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
