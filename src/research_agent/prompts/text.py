"""Put text of guides and sources into a prompt as data: it can neither end a section nor begin one. Pure."""

import re

_BLOCK_MARK = re.compile(r"^(?=#{1,6}\s|```|~~~|---|===|\[\d+\]\s|</?[a-z_]+>$)")


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
