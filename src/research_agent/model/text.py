"""Text that comes from outside, made harmless to whoever prints it."""

import re

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def without_controls(text: str) -> str:
    """The text with a space for each control character but tab and line feed: none may steer a terminal.

    C0, DEL and C1 of ECMA-48; a terminal takes ESC (0x1B) and CSI (0x9B) for the start of a command.
    """
    return _CONTROLS.sub(" ", text)
