"""Read the labelled works, and make sources of them with or without the signals that gave the labels."""

from collections.abc import Iterable
from functools import cache, cached_property
from pathlib import Path
from typing import Final, Literal

from pydantic import Field

from research_agent.model.base import Record
from research_agent.model.guide import Category, Domain, Focus, Guide, Methodology, Span, Technology
from research_agent.model.kinds import Kind
from research_agent.model.source import CodePattern, Existence, Identifiers, Placement, Signal, Source
from research_agent.radar import ScoringRubric, load_rubric

FILE: Final = Path(__file__).with_name("cases.jsonl")
READINGS: Final = ("lmu", "mandalios")
AS_OF: Final = 2026
"""Calendar year as of which dates are judged: that of the set."""

Label = Literal["credible", "not_credible"]
Group = Literal[
    "retracted", "withdrawn", "venue", "superseded", "abandoned", "marketing", "mass_produced",
    "reviewed", "preprint", "standard", "maintained", "documentation", "practice", "postmortem",
]  # fmt: skip

GUIDE: Final = Guide(
    id="clients",
    title="Clients of web services",
    overview="How programs talk to services that they do not own.",
    technologies=(Technology(group="HTTP", items=("requests", "urllib3")),),
    methodology=Methodology(
        total=Span(at_least=1, at_most=30),
        categories=(
            Category(id="all", name="All", description="All.", kinds=(), quota=Span(at_least=0, at_most=30), rank=1),
        ),
        recent_since=2021,
        recent_share=0.6,
        entries_per_focus=0,
        entries_per_origin=3,
        production_entries=0,
    ),
    domains=(
        Domain(
            id="1",
            slug="clients",
            name="Clients",
            focus=(
                Focus(id="1.1", text="Timeouts and retries with exponential backoff when a service fails"),
                Focus(id="1.2", text="Semantics and message formats of HTTP"),
                Focus(id="1.3", text="Evidence that a method works"),
            ),
        ),
    ),
)
DOMAIN: Final = GUIDE.domains[0]


class Facts(Record):
    """What a record of the work would hold; a field that is left out was not observed."""

    kind: Kind
    title: str = Field(min_length=1)
    url: str
    authors: tuple[str, ...]
    publisher: str
    origin: str
    year: int | None = Field(default=None, description="Of its last change, where it has changed since it came out.")
    version: str | None = None
    peer_reviewed: bool | None = Field(default=None, description="As its venue says of itself.")
    doi: str | None = None
    arxiv: str | None = None
    rfc: int | None = None
    library: str = Field(default="", description="The library that it documents or holds.")
    signals: dict[str, bool | int | str] = Field(default_factory=dict)


class Case(Record):
    """A real work, with whether it may be trusted and who says so."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    label: Label
    group: Group = Field(description="What kind of trust or distrust it stands for.")
    label_signal: str = Field(pattern=r"^[a-z][a-z0-9_]*$", description="The signal that gave the label.")
    reason: str = Field(min_length=1, description="Why the label is right.")
    place: str = Field(min_length=1, description="The public place that says so.")
    facts: Facts = Field(alias="source")

    @property
    def credible(self) -> bool:
        """Whether it may be trusted."""
        return self.label == "credible"

    @cached_property
    def source(self) -> Source:
        """The source that a record of these facts would be; every case covers the same bullet."""
        facts = self.facts
        pattern = CodePattern(library=facts.library, idea="Use it.") if facts.library else None
        return Source(
            id=self.id,
            title=facts.title,
            url=facts.url,
            authors=facts.authors,
            publisher=facts.publisher,
            origin=facts.origin,
            year=facts.year,
            version=facts.version,
            kind=facts.kind,
            peer_reviewed=facts.peer_reviewed,
            identifiers=Identifiers(doi=facts.doi, arxiv=facts.arxiv, rfc=facts.rfc),
            existence=Existence(state="not_checked", how="", why="judged by its facts alone"),
            signals=tuple(Signal(name=name, value=value, where=self.place) for name, value in facts.signals.items()),
            placements=(placed("", focus=("1.1",), pattern=pattern),),
        )


def read_cases(path: Path = FILE) -> list[Case]:
    """All cases, in the file's order, which is that of their ids."""
    return [Case.model_validate_json(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def placed(summary: str, *, focus: tuple[str, ...] = (), pattern: CodePattern | None = None) -> Placement:
    """A placement in the one domain."""
    return Placement(
        guide=GUIDE.id, domain=DOMAIN.id, category="all", focus=focus, summary=summary, code_pattern=pattern
    )


def label_signals(cases: Iterable[Case]) -> dict[Kind, frozenset[str]]:
    """By kind of work, the signals that gave any label of that kind.

    They are withheld from all works of the kind: to take a fact away from one side only would itself tell the sides
    apart.
    """
    found: dict[Kind, set[str]] = {}
    for case in cases:
        found.setdefault(case.facts.kind, set()).add(case.label_signal)
    return {kind: frozenset(names) for kind, names in found.items()}


def withheld(source: Source, names: frozenset[str]) -> Source:
    """The source without these signals."""
    kept = tuple(signal for signal in source.signals if signal.name not in names)
    reviewed = None if "peer_reviewed" in names else source.peer_reviewed
    return source.model_copy(update={"signals": kept, "peer_reviewed": reviewed})


@cache
def rubric_without(reading: str, names: frozenset[str]) -> ScoringRubric:
    """The reading without the rules of these signals: what is not carried can't be observed in a record either."""
    rubric = load_rubric(reading)
    rules = {
        criterion: held.model_copy(update={"signals": tuple(one for one in held.signals if one.name not in names)})
        for criterion, held in rubric.rules.items()
    }
    return rubric.model_copy(update={"rules": rules})


def asked(case: Case, reading: str) -> bool:
    """Whether a rule of the reading asks works of this kind for the signal that gave the label."""
    rules = [one for held in load_rubric(reading).rules.values() for one in held.signals]
    return any(one.name == case.label_signal and one.asked_of(case.facts.kind) for one in rules)
