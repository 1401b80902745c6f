"""Put a prompt on the desktop's clipboard."""

from typing import TYPE_CHECKING

import typer

from research_agent.errors import UsageError

if TYPE_CHECKING:
    from research_agent.model.prompt import Prompt


def copy_prompt(prompt: "Prompt") -> None:
    """Copy what would be printed, and say so on standard error.

    Raises:
        UsageError: there is no clipboard, or it does not take the prompt.
    """
    from research_agent.prompts.assemble import render_prompt

    copy_text(render_prompt(prompt))
    told = f"Copied: the prompt for domain {prompt.domain} and {prompt.profile}, {prompt.tokens:,} tokens"
    typer.echo(f"{told} ({prompt.counted}).", err=True)


def copy_text(text: str) -> None:
    """Put a text on the clipboard.

    Raises:
        UsageError: there is no clipboard, or it stays empty; says what would help.
    """
    import pyperclip  # type: ignore[import-untyped]  # it has no types of its own

    try:
        pyperclip.copy(text)
        # The programs behind it fail in silence, for instance where the display can't be opened.
        there = pyperclip.paste()
    except (pyperclip.PyperclipException, AssertionError) as error:  # it asserts that klipper gives something back
        raise UsageError(
            "There is no clipboard here, and nothing was copied. On Linux it takes a desktop session with xclip or "
            "xsel (X11) or wl-clipboard (Wayland). Or write the prompt into a folder: --out FOLDER."
        ) from error
    if not there:
        raise UsageError(
            "The clipboard is still empty: the program behind it did not take the prompt, perhaps because there is "
            "no desktop session. Write the prompt into a folder instead: --out FOLDER."
        )
