"""Load a reading of RADAR from `prompts/rubrics/*.yaml`: its criteria for people and models, its rules for code."""

from functools import cache
from pathlib import Path
from typing import Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from research_agent.errors import UnknownNameError
from research_agent.model.radar import Criterion, Level, Rubric
from research_agent.radar.authorities import Authorities, load_authorities
from research_agent.radar.rules import CriterionRules
from research_agent.radar.yaml_file import read_yaml, unusable
from research_agent.resources import resource

_ROUNDING = 1e-9  # weights such as 0.1 + 0.2 don't add up exactly in binary


class ScoringRubric(Rubric):
    """A reading of RADAR together with the rules that score sources by it and the authorities that they know."""

    rules: dict[str, CriterionRules] = Field(description="How each criterion is judged, by its id.")
    authorities: Authorities = Field(description="Organisations, people, venues and hosts that the rules know.")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        ids = [criterion.id for criterion in self.criteria]
        if set(ids) != set(self.rules):
            raise ValueError(f"rules for {sorted(self.rules)}, criteria {sorted(ids)}")
        weight = sum(criterion.weight for criterion in self.criteria)
        if abs(weight - 1) > _ROUNDING:
            raise ValueError(f"the weights add up to {weight:.4g}, not to 1")
        return self


def rubrics() -> list[str]:
    """Ids of the readings that ship, sorted."""
    return sorted(path.stem for path in resource("prompts", "rubrics").glob("*.yaml"))


@cache
def load_rubric(name: str) -> ScoringRubric:
    """The reading of this id.

    Raises:
        UnknownNameError: there is no such reading; names the near ones.
        DataError: its file, or that of the authorities, is not what it should be.
    """
    wanted = name.strip().lower()
    if wanted not in rubrics():
        raise UnknownNameError("rubric", name, rubrics())
    authorities = load_authorities(resource("prompts", "rubrics", "known", "authorities.yaml"))
    return read_rubric(resource("prompts", "rubrics", f"{wanted}.yaml"), authorities)


def read_rubric(path: Path, authorities: Authorities) -> ScoringRubric:
    """Read a reading from a file; `rules: lmu.date` borrows a criterion's rules from the reading beside it.

    Raises:
        DataError: the file is missing, is not YAML or is not a rubric.
    """
    try:
        written = _read(path)
        rules = {criterion.id: _rules(criterion, path) for criterion in written.criteria}
        return ScoringRubric(
            id=written.id,
            name=written.name,
            source=written.source,
            criteria=tuple(_criterion(criterion, rules[criterion.id]) for criterion in written.criteria),
            rules=rules,
            authorities=authorities,
        )
    except (OSError, yaml.YAMLError, ValidationError, ValueError) as error:
        raise unusable("The rubric", path, error) from error


class _WrittenCriterion(BaseModel):
    """A criterion as its file has it."""

    model_config = ConfigDict(extra="forbid")

    id: str
    name: str
    letter: str
    questions: tuple[str, ...]
    levels: tuple[Level, ...]
    weight: float
    weight_reason: str = Field(min_length=1)
    rules: CriterionRules | str


class _WrittenRubric(BaseModel):
    """A reading as its file has it."""

    model_config = ConfigDict(extra="forbid")

    id: str
    name: str
    source: str
    criteria: tuple[_WrittenCriterion, ...]


def _read(path: Path) -> _WrittenRubric:
    return _WrittenRubric.model_validate(read_yaml(path))


def _rules(criterion: _WrittenCriterion, path: Path) -> CriterionRules:
    if isinstance(criterion.rules, CriterionRules):
        return criterion.rules
    lender, _, borrowed = criterion.rules.partition(".")
    for other in _read(path.with_name(f"{lender}.yaml")).criteria:
        if other.id == borrowed and isinstance(other.rules, CriterionRules):
            return other.rules
    raise ValueError(f"{criterion.id} borrows {criterion.rules}, which has no rules of its own")


def _criterion(written: _WrittenCriterion, rules: CriterionRules) -> Criterion:
    return Criterion(
        id=written.id,
        name=written.name,
        letter=written.letter,
        questions=written.questions,
        levels=written.levels,
        weight=written.weight,
        signals=tuple(signal.name for signal in rules.signals),
    )
