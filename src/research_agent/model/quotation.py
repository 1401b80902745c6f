"""Which key points are a source's own sentences, word for word: their place says so, in one of the forms made here.

Whoever shows such a point sets it in quotation marks, so that nobody takes the words of a source for ours.
"""

import re
from typing import Final, Literal

OPENING_OF_THE_PAGE: Final = "Opening of the page"
"""Place of sentences from the beginning of a page's main text."""
_GIVEN: Final = re.compile(r"(?:Abstract|Description), as .+ gives it")


def place_in(part: Literal["Abstract", "Description"], service: str) -> str:
    """The place of sentences of an abstract or a description: "Abstract, as OpenAlex gives it".

    Args:
        part: what of a service's record it is.
        service: title of the service that gave it.
    """
    return f"{part}, as {service} gives it"


def is_quoted(where: str) -> bool:
    """Whether what stands at this place of a source is given in the source's own words."""
    return where == OPENING_OF_THE_PAGE or bool(_GIVEN.fullmatch(where))


def quoted(text: str, where: str) -> str:
    """The text, in quotation marks where the place says that its words are the source's own."""
    return f"\u201c{text}\u201d" if is_quoted(where) else text
