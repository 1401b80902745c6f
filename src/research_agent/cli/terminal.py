"""How anything is printed: JSON for programs, rich text for people. What comes from sources is never markup."""

import json
from typing import TYPE_CHECKING

import typer
from pydantic import BaseModel

from research_agent.model.text import without_controls

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

_NARROWEST = 20
"""Columns: below that a terminal breaks lines better than we do."""


def show_json(value: object) -> None:
    """Print a value, or a sequence of values, as one JSON document."""
    typer.echo(json.dumps(_plain(value), ensure_ascii=False, indent=2))


def table_of(*headings: str, title: str = "") -> "Table":
    """An unboxed table with these column headings; long cells fold."""
    from rich.table import Table

    table = Table(title=plain(title) or None, title_justify="left", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def console() -> "Console":
    """Standard output for people."""
    from rich.console import Console

    return Console(highlight=False)


def show_indented(markup: str, columns: int, *, hanging: int = 0) -> None:
    """Print text that wraps some columns from the left edge, lines after the first by `hanging` columns more.

    Addresses are printed without, as they are to be copied whole.
    """
    from rich.text import Text

    out = console()
    width = max(out.width - columns - hanging, _NARROWEST)
    for number, line in enumerate(Text.from_markup(markup).wrap(out, width)):
        line.rstrip()
        out.print(Text.assemble(" " * (columns + (hanging if number else 0)), line), soft_wrap=True)


def say_next(text: str) -> None:
    """Say, less loudly, what one may do next."""
    console().print(f"[dim]{plain(text)}[/]")


def plain(text: str) -> str:
    """Words of a source or a user, with rich's markup and the terminal's control characters made harmless."""
    from rich.markup import escape

    return escape(without_controls(text))


def _plain(value: object) -> object:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
