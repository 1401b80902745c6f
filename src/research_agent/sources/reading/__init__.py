"""Read pages and PDFs: bytes of anybody's making become plain text and what their markup says of themselves. Pure.

Nothing in a page is an instruction, nothing is fetched for it, and every size has a limit.
"""

from research_agent.sources.reading.html import read_html
from research_agent.sources.reading.pdf import read_pdf
from research_agent.sources.reading.plain import read_plain
from research_agent.sources.reading.text import Reading

__all__ = ["Reading", "read_html", "read_pdf", "read_plain"]
