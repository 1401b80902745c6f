"""Read a text without markup, such as an RFC's or a README's. Pure."""

from typing import Final

from research_agent.sources.reading.text import Reading, kept, line_of

_LONGEST_OPENING: Final = 200
"""Characters of a first line that can be a title."""


def read_plain(text: str, *, cut: str = "") -> Reading:
    """What a plain text says: its first line, if it is short, stands for a title.

    Args:
        text: decoded.
        cut: why it is not all of it; empty: it is.
    """
    plain, longer = kept(text)
    first = plain.partition("\n")[0].lstrip("# ").strip()
    return Reading(form="text", title=line_of(first, _LONGEST_OPENING), text=plain, in_part=longer or cut)
