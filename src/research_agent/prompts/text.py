"""How counts and the text of guides and sources stand in a prompt: as data that ends and begins no section. Pure."""

import re

from research_agent.model.guide import Span

_BLOCK_MARK = re.compile(r"^(?=#{1,6}\s|```|~~~|---|===|\[\d+\]\s|</?[a-z_]+>$)")


def span_text(span: Span) -> str:
    """A range as a prompt states it: "4 to 6", or "5" where there is no choice."""
    return str(span.at_least) if span.at_least == span.at_most else f"{span.at_least} to {span.at_most}"


def as_data(value: object, delimiters: str) -> object:
    """A value as a template puts it out: text in one line, its tags (or what opens a block of Markdown) made harmless.

    Args:
        value: what a template's expression gave; only text is changed.
        delimiters: "xml" or "markdown".
    """
    if not isinstance(value, str):
        return value
    line = _BLOCK_MARK.sub(r"\\", " ".join(value.split()))
    return line.replace("<", "&lt;") if delimiters == "xml" else line
