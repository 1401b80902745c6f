"""Which characters of a guide's text are kept."""

import re

# C0 but for tab and line feed, DEL and C1: on a terminal they are commands, in a text nothing.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def without_controls(text: str) -> str:
    """The text with a space for every control character, so that nothing in it can steer a terminal."""
    return _CONTROL.sub(" ", text)
