"""The page of a bibliography inside a conversation: an MCP App that gets its content from the host, not the network."""

from research_agent.page.template import fill


def render_app() -> str:
    """The empty page, as one HTML file; its script asks the host for a rendered bibliography and shows it.

    Raises:
        DataError: the installation lacks a file of the page.
    """
    return fill(
        "app.html.j2",
        {},
        styles=("base.css", "bibliography.css", "entry.css", "search.css", "print.css"),
        scripts=("copy.js", "filters.js", "host.js"),
    )
