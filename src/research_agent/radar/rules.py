"""What a rubric's rules may say, as data, and the small interpreter that turns signals into a level. Pure.

A criterion starts at the level that its kind of source deserves while nothing else is known. Every observed signal then
shifts that level, caps it or gives it a floor; a signal that nobody observed does none of these.
"""

import math
import re
from collections.abc import Sequence
from typing import Literal, NamedTuple, Self

from pydantic import Field, field_validator, model_validator

from research_agent.model.base import Record
from research_agent.model.kinds import Kind
from research_agent.model.radar import HIGHEST_LEVEL, LOWEST_LEVEL
from research_agent.model.source import Signal

Value = bool | int | float | str

PLACEHOLDERS = frozenset(
    {
        "value",
        "corroborators",
        "origin",
        "publisher",
        "organisation",
        "basis",
        "authors",
        "author_works",
        "known_for",
        "domain",
    }
    | {"account", "dates", "age", "as_of", "bullets", "stack", "production"}
)
"""What a phrase may name in braces; `wording.phrases` fills them."""


LOW_LEVEL = 2
"""Levels up to this one are a limit of the source, and their reason has to say which."""


class Effect(Record):
    """What a signal does to the level when it has a certain value."""

    kinds: tuple[Kind, ...] = Field(default=(), description="Only for these kinds of source; empty: for all.")
    equals: tuple[Value, ...] = Field(default=(), alias="is", description="Holds for one of these values.")
    present: bool = Field(default=False, description="Holds for every value but false, zero and the empty text.")
    bands: tuple[tuple[float, float], ...] = Field(
        default=(), description="(from, shift) with rising `from`: the last one at or below the value counts."
    )
    shift: float = Field(default=0.0, description="Levels up or down; half steps move the level only in pairs.")
    cap: int | None = Field(default=None, ge=LOWEST_LEVEL, le=HIGHEST_LEVEL, description="No level above this one.")
    floor: int | None = Field(default=None, ge=LOWEST_LEVEL, le=HIGHEST_LEVEL, description="No level below this one.")
    limits: bool = Field(default=False, description="It tells a limit of the source, though it moves no level.")
    because: str = Field(
        default="", description="A clause for the reason; may name PLACEHOLDERS; empty: not worth one."
    )

    @field_validator("equals", mode="before")
    @classmethod
    def _one_or_many(cls, given: object) -> object:
        return tuple(given) if isinstance(given, (list, tuple)) else (given,)

    @field_validator("because")
    @classmethod
    def _known_placeholders(cls, text: str) -> str:
        _refuse_unknown_placeholders(text)
        return text

    @model_validator(mode="after")
    def _one_condition(self) -> Self:
        if sum((bool(self.equals), self.present, bool(self.bands))) != 1:
            raise ValueError("an effect needs exactly one of: is, present, bands")
        starts = [start for start, _ in self.bands]
        shifts = [shift for _, shift in self.bands]
        if starts != sorted(set(starts)):
            raise ValueError(f"the bands' starts must rise: {starts}")
        if shifts not in (sorted(shifts), sorted(shifts, reverse=True)):
            raise ValueError(f"the bands' shifts must all rise or all fall: {shifts}")
        if self.bands and self.shift:
            raise ValueError("bands carry their own shifts")
        return self

    def shift_for(self, value: Value) -> float | None:
        """By how much this effect moves the level at this value; None: it does not hold."""
        if self.bands:
            if isinstance(value, bool | str):
                return None
            return next((shift for start, shift in reversed(self.bands) if value >= start), None)
        holds = bool(value) if self.present else any(_same(value, wanted) for wanted in self.equals)
        return self.shift if holds else None


class SignalRule(Record):
    """One signal of a criterion: what its observation is worth and what its values do."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$", description="Name of the signal.")
    evidence: Literal["lateral", "record", "page"] = Field(
        description="What others say of the source; what the record says; what the page says of itself."
    )
    weight: float = Field(gt=0, description="Its share in the confidence, beside the criterion's other signals.")
    kinds: tuple[Kind, ...] = Field(default=(), description="Asked of these kinds of source only; empty: of all.")
    unless: str = Field(default="", description="Asked only where the signal of this name was not observed.")
    only_seen: bool = Field(
        default=False,
        description="Asked only where somebody observed it: services tell it where it holds and say nothing otherwise, "
        "so that its absence lowers no confidence.",
    )
    effects: tuple[Effect, ...] = Field(default=(), description="The first one that holds counts.")
    unseen: str = Field(default="", description="A clause for the reason where nobody observed it; moves no level.")

    @field_validator("unseen")
    @classmethod
    def _known_placeholders(cls, text: str) -> str:
        _refuse_unknown_placeholders(text)
        return text

    def asked_of(self, kind: Kind) -> bool:
        """Whether this signal means anything for this kind of source."""
        return not self.kinds or kind in self.kinds


class BaseLevel(Record):
    """Where a criterion starts for some kinds of source, and how high it may go for them."""

    kinds: tuple[Kind, ...] = Field(default=(), description="Empty: all kinds that no other base names.")
    level: int = Field(ge=LOWEST_LEVEL, le=HIGHEST_LEVEL, description="The level while nothing else is known.")
    highest: int = Field(
        default=HIGHEST_LEVEL, ge=LOWEST_LEVEL, le=HIGHEST_LEVEL, description="The best that signals can make of it."
    )
    because: str = Field(default="", description="The opening clause of the reason; empty: the signals open it.")

    @field_validator("because")
    @classmethod
    def _known_placeholders(cls, text: str) -> str:
        _refuse_unknown_placeholders(text)
        return text


class CriterionRules(Record):
    """How one criterion is judged without a model."""

    base: tuple[BaseLevel, ...] = Field(min_length=1, description="The first that fits the kind counts.")
    signals: tuple[SignalRule, ...] = Field(min_length=1, description="Strongest first.")
    lacking: str = Field(
        default="", description="What a low level lacks, where no signal speaks against the source: a clause."
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.base[-1].kinds:
            raise ValueError("the last base level must serve all kinds")
        names = [signal.name for signal in self.signals]
        if len(names) != len(set(names)):
            raise ValueError("a signal stands twice")
        weights = [signal.weight for signal in self.signals]
        if weights != sorted(weights, reverse=True):
            raise ValueError("signals must stand strongest first, by weight")
        return self

    def base_of(self, kind: Kind) -> BaseLevel:
        """Where this kind of source starts."""
        return next(base for base in self.base if not base.kinds or kind in base.kinds)

    def asked_of(self, kind: Kind) -> tuple[SignalRule, ...]:
        """The signals that mean something for this kind of source, strongest first."""
        return tuple(signal for signal in self.signals if signal.asked_of(kind))


class Fired(NamedTuple):
    """An effect that held."""

    rule: SignalRule
    signal: Signal
    effect: Effect
    shift: float

    @property
    def counts_against(self) -> bool:
        """Whether it took something away, or tells a limit."""
        return self.shift < 0 or self.effect.cap is not None or self.effect.limits


class Ruling(NamedTuple):
    """What the rules say of one source."""

    level: int
    confidence: float
    base: BaseLevel
    fired: tuple[Fired, ...]
    observed: tuple[Signal, ...]
    not_observed: tuple[str, ...]
    unseen: tuple[str, ...] = ()  # clauses of signals that nobody observed
    lacking: str = ""  # what a low level lacks; empty: the level is not low


def rule(rules: CriterionRules, kind: Kind, signals: Sequence[Signal]) -> Ruling:
    """Turn a criterion's signals into a level and a confidence.

    level = base + shifts, the sum of the shifts cut towards zero (two half steps make one level, a single one makes
    none), at most the base's `highest`; then floors, then caps, then 1 to 5. A cap therefore beats everything.

    confidence = weights of the observed signals / weights of all signals asked of this source, 0 to 1.
    """
    by_name = {signal.name: signal for signal in signals}
    seen = {name for name, signal in by_name.items() if signal.observed}
    base = rules.base_of(kind)
    asked = [one for one in rules.asked_of(kind) if one.unless not in seen and (one.name in seen or not one.only_seen)]
    observed = [one for one in asked if one.name in seen]
    fired = tuple(hit for one in observed if (hit := _fire(one, by_name[one.name], kind)))
    level = min(base.level + math.trunc(sum(hit.shift for hit in fired)), base.highest)
    level = max([level, *(hit.effect.floor for hit in fired if hit.effect.floor is not None)])
    level = min([level, *(hit.effect.cap for hit in fired if hit.effect.cap is not None)])
    level = max(LOWEST_LEVEL, min(HIGHEST_LEVEL, level))
    return Ruling(
        level=level,
        confidence=round(sum(one.weight for one in observed) / sum(one.weight for one in asked), 3) if asked else 0.0,
        base=base,
        fired=fired,
        observed=tuple(by_name[one.name] for one in observed),
        not_observed=tuple(one.name for one in asked if one.name not in seen),
        unseen=tuple(one.unseen for one in asked if one.name not in seen and one.unseen),
        lacking=rules.lacking if level <= LOW_LEVEL else "",
    )


def _fire(one: SignalRule, signal: Signal, kind: Kind) -> Fired | None:
    if signal.value is None:
        return None
    for effect in one.effects:
        if effect.kinds and kind not in effect.kinds:
            continue
        shift = effect.shift_for(signal.value)
        if shift is not None:
            return Fired(one, signal, effect, shift)
    return None


def _same(value: Value, wanted: Value) -> bool:
    """Equal and of one sort: a count of 1 is not a yes; words are compared without case."""
    if isinstance(value, bool) or isinstance(wanted, bool):
        return value is wanted
    if isinstance(value, str) and isinstance(wanted, str):
        return value.casefold() == wanted.casefold()
    return value == wanted


def _refuse_unknown_placeholders(text: str) -> None:
    unknown = set(re.findall(r"\{(\w*)\}", text)) - PLACEHOLDERS
    if unknown or re.sub(r"\{\w+\}", "", text).strip("{}") != re.sub(r"\{\w+\}", "", text):
        raise ValueError(f"unknown placeholders {sorted(unknown)} in {text!r}; known: {sorted(PLACEHOLDERS)}")
