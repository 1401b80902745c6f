"""RADAR: the rubric as data, and what a judge says of a source for a domain."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from research_agent.errors import UnknownNameError
from research_agent.model.base import Record
from research_agent.model.source import Signal
from research_agent.model.text import without_controls

Judge = Literal["rules", "claude", "assistant", "human"]
LOWEST_LEVEL, HIGHEST_LEVEL = 1, 5


class Level(Record):
    """One of the five worded levels of a criterion. Judges answer with the word, code keeps the number."""

    value: int = Field(ge=LOWEST_LEVEL, le=HIGHEST_LEVEL, description="1, the worst, to 5.")
    word: str = Field(description='"strong".')
    meaning: str = Field(description="When this level is given.")


class Criterion(Record):
    """One letter of RADAR."""

    id: str = Field(pattern=r"^[a-z]+$", description='"authority".')
    name: str = Field(description='"Authority".')
    letter: str = Field(min_length=1, max_length=1, description="The letter that it stands for.")
    questions: tuple[str, ...] = Field(min_length=1, description="The guiding questions.")
    levels: tuple[Level, ...] = Field(min_length=5, max_length=5, description="From 1 to 5.")
    weight: float = Field(gt=0, description="Share in the total; the weights of a rubric add up to 1.")
    signals: tuple[str, ...] = Field(description="Names of the signals that move it, strongest first.")

    def level(self, word_or_number: str) -> Level:
        """The level of this word ("strong") or number ("4").

        Raises:
            UnknownNameError: with the criterion's words.
        """
        wanted = word_or_number.strip().lower()
        for level in self.levels:
            if wanted in (level.word.lower(), str(level.value)):
                return level
        known = [f"{level.word} ({level.value})" for level in self.levels]
        raise UnknownNameError(f"level of {self.id}", word_or_number, known)


class Rubric(Record):
    """One published reading of RADAR."""

    id: str = Field(description='"lmu" or "mandalios"; named in every output.')
    name: str = Field(description="For people.")
    source: str = Field(description="Where this reading is published.")
    criteria: tuple[Criterion, ...] = Field(min_length=5, max_length=5, description="In the order of the acronym.")

    def criterion(self, name: str) -> Criterion:
        """The criterion with this id or name.

        Raises:
            UnknownNameError: with the near matches.
        """
        for criterion in self.criteria:
            if name.strip().lower() in (criterion.id, criterion.name.lower()):
                return criterion
        raise UnknownNameError("criterion", name, (criterion.id for criterion in self.criteria))


class Judgement(Record):
    """A level for one criterion of one source for one domain, with what it rests on."""

    criterion: str = Field(description="Id of the criterion.")
    level: int = Field(ge=LOWEST_LEVEL, le=HIGHEST_LEVEL, description="1 to 5.")
    word: str = Field(description="The level in the rubric's word.")
    reason: str = Field(min_length=1, description="Why, in a sentence or two, for people.")
    signals: tuple[Signal, ...] = Field(default=(), description="The observed facts that it rests on.")
    not_observed: tuple[str, ...] = Field(
        default=(), description="Signals that nobody looked for; they lower confidence only."
    )
    judge: Judge = Field(description="Who judged.")
    confidence: float = Field(
        ge=0, le=1, description="0 to 1; share of the criterion's signals, weighted, that were observed."
    )


class Evaluation(Record):
    """The five judgements of one source for one domain."""

    source: str = Field(description="Id of the source.")
    guide: str = Field(description="Id of the guide.")
    domain: str = Field(description="Id of the domain.")
    rubric: str = Field(description="Which reading of RADAR.")
    judgements: tuple[Judgement, ...] = Field(min_length=5, max_length=5, description="In the order of the acronym.")
    total: float = Field(ge=1, le=5, description="Weighted mean of the levels, 1 to 5.")
    relevance: float = Field(ge=0, le=1, description="How well it matches the domain's bullets, 0 to 1, by search.")
    focus: tuple[str, ...] = Field(description="Focus bullets that it covers.")
    production: str = Field(default="", description="What evidence from production it carries; empty: none seen.")
    foundational: str = Field(default="", description="The sourced reason to call it foundational; empty: none.")
    excluded: str = Field(
        default="", description="Why it may not be chosen at all (retracted, banned ...); empty: it may."
    )

    def judgement(self, criterion: str) -> Judgement:
        """The judgement of this criterion."""
        for judgement in self.judgements:
            if judgement.criterion == criterion:
                return judgement
        raise UnknownNameError("criterion", criterion, (j.criterion for j in self.judgements))


class Decision(Record):
    """What a person decided; kept over re-runs."""

    action: Literal["judge", "pin", "ban"] = Field(description="Judge a criterion, force in, keep out.")
    guide: str = Field(description="Id of the guide.")
    domain: str = Field(description="Id of the domain.")
    source: str = Field(description="Id of the source.")
    rubric: str = Field(default="", description="For judge: the reading of RADAR.")
    criterion: str = Field(default="", description="For judge: the criterion.")
    level: int | None = Field(default=None, ge=LOWEST_LEVEL, le=HIGHEST_LEVEL, description="For judge: 1 to 5.")
    reason: Annotated[str, AfterValidator(without_controls)] = Field(default="", description="Why, in their words.")
