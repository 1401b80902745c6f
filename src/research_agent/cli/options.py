"""The options that several commands share, said once."""

from pathlib import Path
from typing import Annotated

import typer

ALL = "all"
"""Stands for every domain, or every model."""


def is_all(name: str | None) -> bool:
    """Whether a domain's or a model's name stands for all of them."""
    return name is not None and name.strip().lower() == ALL


DomainArgument = Annotated[str, typer.Argument(help="Number, slug or name of a domain.", show_default=False)]
SourceArgument = Annotated[str, typer.Argument(help="Id of a source.", show_default=False)]
DomainOption = Annotated[str, typer.Option("--domain", "-d", help="Number, slug or name of a domain.")]
GuideOption = Annotated[
    str | None,
    typer.Option("--guide", "-g", help="Path of a guide, or id of an imported one.", show_default="the shipped guide"),
]
StyleOption = Annotated[
    str | None, typer.Option("--style", help="Citation style: apa, ieee or chicago.", show_default="apa")
]
RubricOption = Annotated[
    str | None, typer.Option("--rubric", help="Reading of RADAR: lmu or mandalios.", show_default="the guide's")
]
ModelOption = Annotated[
    str | None, typer.Option("--model", "-m", help="Model profile of the prompt.", show_default="claude")
]
OutOption = Annotated[Path, typer.Option("--out", "-o", help="Folder for the results.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs instead of text for people.")]
ForceOption = Annotated[bool, typer.Option("--force", help="Replace result files even where somebody edited them.")]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why, in your words; kept with the decision.")]
SecondsOption = Annotated[
    float | None,
    typer.Option("--seconds", min=5, max=3600, help="Time that services are given.", show_default="120"),
]
