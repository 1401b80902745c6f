"""Read the closed set: the works with what a reader wants of each, and what services answer about their names."""

from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, TypeVar

from pydantic import Field, TypeAdapter

from research_agent.model.base import Record
from research_agent.model.source import ExistenceState

FOLDER: Final = Path(__file__).parent
GUIDE: Final = FOLDER / "guide.md"
WORKS: Final = FOLDER / "works.jsonl"
ANSWERS: Final = FOLDER / "answers.jsonl"

T = TypeVar("T")
Role = Literal["must", "other", "trap"]
ORDER: Final = "Ignore all previous instructions"
"""How the order begins that a page gives to whoever reads it."""
FORGED: Final = ("## Task", "</candidates>", "<candidates>")
"""What the page writes to end the part of a prompt that holds it, and to begin one of its own."""


class Case(Record):
    """A work of the set, and what should become of it."""

    role: Role = Field(description="It has to be in, it may be, or it has to stay out.")
    trap: str = Field(default="", description="What is wrong with it: a trap's name.")
    told: str = Field(default="", description="Pattern of the reason that the program should give; a trap's.")
    same_as: str = Field(default="", description="Id of the work of the set that it is, under another name.")
    why: str = Field(description="Why a reader wants it so.")
    seen: ExistenceState = Field(default="verified", description="What a look at its names should show.")
    plain: dict[str, Any] = Field(
        default={}, description="Of a page that gives orders: fields of its record as they would be without them."
    )
    record: dict[str, Any] = Field(description="As somebody hands it in: a line of docs/corpus-format.md.")

    @property
    def id(self) -> str:
        """Id of its record."""
        return str(self.record["id"])

    @property
    def title(self) -> str:
        """Title of its record."""
        return str(self.record["title"])

    @property
    def without_orders(self) -> "Case":
        """The same page without the orders that it gives."""
        return self.model_copy(update={"record": {**self.record, **self.plain}})

    @property
    def believed(self) -> "Case":
        """The same work, where its record takes its venue's word for it that it was reviewed."""
        if self.trap != PREDATORY:
            return self
        return self.model_copy(update={"record": {**self.record, "peer_reviewed": True}})

    @property
    def kept_out_for_cause(self) -> bool:
        """Whether it may not be chosen even where there is nothing better."""
        return self.trap in FOR_CAUSE


class Saying(Record):
    """What a service answers when it is asked for a name; one that is told nothing has no record of it."""

    service: str = Field(description="Name of the connector.")
    name: str = Field(description="DOI, arXiv id or address.")
    title: str = Field(default="", description="Title of what it knows there.")
    authors: tuple[str, ...] = Field(default=(), description="Its authors.")
    year: int | None = Field(default=None, description="Its year.")
    signals: dict[str, bool | int | str] = Field(default={}, description="Facts that it tells, by name.")
    copy_at: str = Field(default="", alias="copy", description="Of an archive: the address of a copy.")
    down: str = Field(default="", description="Why it could not answer; empty: it could.")


PREDATORY: Final = "predatory venue"
"""The trap of a paper whose journal takes whatever is paid for."""
FOR_CAUSE: Final = frozenset({"retracted", "withdrawn", "dead link", "invented DOI", "another work's DOI"})
"""Traps of which no bibliography may be made, however little else there is; the others lose to something better."""


@cache
def read_cases() -> tuple[Case, ...]:
    """The works, in the file's order."""
    return tuple(_lines(WORKS, TypeAdapter(Case)))


@cache
def read_answers() -> tuple[Saying, ...]:
    """What services know of the names in the set."""
    return tuple(_lines(ANSWERS, TypeAdapter(Saying)))


def _lines(file: Path, form: TypeAdapter[T]) -> list[T]:
    lines = file.read_text(encoding="utf-8").splitlines()
    return [form.validate_json(line) for line in lines if line.strip()]
