"""What this server says to assistants, as files beside this one; the templates are filled when they are first used."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment

_FOLDER = Path(__file__).parent


def instructions() -> str:
    """What a client tells its model about this server before any tool is known; hosts cut it at 2 KB."""
    return (_FOLDER / "instructions.md").read_text(encoding="utf-8").strip()


def filled(name: str, **values: object) -> str:
    """A text with its values."""
    return _environment().get_template(name).render(values).strip()


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(_FOLDER),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - the texts are Markdown for a model; nothing shows them as HTML
        trim_blocks=True,
        lstrip_blocks=True,
    )
