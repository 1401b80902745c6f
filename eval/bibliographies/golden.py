"""The accepted choice of every domain: which works, in which order, what they were worth and which needs chose them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pydantic import Field

from eval.bibliographies.making import Made
from research_agent.bibliography.options import Option
from research_agent.bibliography.problem import POINT, Problem
from research_agent.errors import DataError
from research_agent.model.base import Record
from research_agent.model.guide import Domain

FOLDER: Final = Path(__file__).with_name("golden")

_PLACE: Final = "number "
"""How the reason begins that tells an entry's place and scores: `place` and `worth` hold them already."""


class Worth(Record):
    """What a candidate adds to the value of a choice, in points, by the terms of the objective."""

    radar: float = Field(description="RADAR total, 1 to 5.")
    relevance: float = Field(description="Relevance to the domain, times its weight.")
    hierarchy: float = Field(description="For the rank of its category.")
    foundational: float = Field(default=0.0, description="For a sourced reason to be foundational.")
    replaced: float = Field(default=0.0, description="Off, where the work that replaces it is a candidate as well.")

    @property
    def sum(self) -> float:
        """All of it, in points."""
        terms = (self.radar, self.relevance, self.hierarchy, self.foundational, self.replaced)
        return round(sum(terms), _DIGITS)


class Chosen(Record):
    """An entry of the accepted choice."""

    source: str = Field(description="Its id.")
    place: int = Field(ge=0, description="Place among the candidates of its category, by worth; 0: it is none of them.")
    worth: Worth = Field(description="Its terms of the objective.")
    because: tuple[str, ...] = Field(default=(), description="Needs that it fills; none: it stands by its worth alone.")


class Golden(Record):
    """The accepted choice of a domain."""

    domain: str = Field(description="Id of the domain.")
    name: str = Field(description="Its name.")
    as_of: int = Field(description="Year as of which it was judged.")
    objective: float = Field(description="What the choice is worth, in points.")
    constraints: dict[str, str] = Field(description="By the id of each check, what it asks and what there was.")
    chosen: dict[str, tuple[Chosen, ...]] = Field(description="By category, in the bibliography's order.")
    passed_over: dict[str, float] = Field(description="By id, the worth of every candidate that was not chosen.")

    def entries(self) -> Iterator[tuple[str, Chosen]]:
        """Every entry with its category, in order."""
        for category, entries in self.chosen.items():
            for entry in entries:
                yield category, entry


_DIGITS: Final = 3  # values are kept in thousandths of a point
_NOTHING: Final = Worth(radar=0.0, relevance=0.0, hierarchy=0.0)


def golden_of(made: Made) -> Golden:
    """What would be accepted of a bibliography as it is."""
    problem = made.problem
    here = {entry.source.id for entry in made.entries}
    chosen: dict[str, list[Chosen]] = {}
    for entry in made.entries:
        option = problem.by_id.get(entry.source.id)
        chosen.setdefault(entry.category, []).append(
            Chosen(
                source=entry.source.id,
                place=_place(option, problem) if option else 0,
                worth=worth_of(option, problem) if option else _NOTHING,
                because=tuple(reason for reason in entry.reasons if not reason.startswith(_PLACE)),
            )
        )
    return Golden(
        domain=made.domain.id,
        name=made.domain.name,
        as_of=made.bibliography.as_of,
        objective=round(made.bibliography.objective, _DIGITS),
        constraints={check.id: f"{check.required}: {check.actual}" for check in made.bibliography.checks},
        chosen={category: tuple(entries) for category, entries in chosen.items()},
        passed_over={
            option.source: _points(problem.worth(option)) for option in problem.eligible if option.source not in here
        },
    )


def worth_of(option: Option, problem: Problem) -> Worth:
    """A candidate's terms of the objective."""
    worth = problem.worth(option)
    radar = round(option.total * POINT)
    hierarchy = worth - problem.worth(option, "hierarchy")
    foundational = worth - problem.worth(option, "foundational")
    replaced = worth - problem.worth(option, "newer")
    return Worth(
        radar=_points(radar),
        relevance=_points(worth - radar - hierarchy - foundational - replaced),
        hierarchy=_points(hierarchy),
        foundational=_points(foundational),
        replaced=_points(replaced),
    )


def read_golden(domain: Domain, folder: Path = FOLDER) -> Golden | None:
    """The accepted choice of a domain; None: none was accepted yet.

    Raises:
        DataError: the file is no golden one.
    """
    path = path_of(domain, folder)
    if not path.exists():
        return None
    try:
        return Golden.model_validate_json(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise DataError(
            f"{path} is no accepted bibliography: {error}. Restore it, or accept the domain anew."
        ) from error


def write_golden(made: Made, folder: Path = FOLDER) -> Path:
    """Accept a bibliography as it is; the file that holds it now."""
    folder.mkdir(parents=True, exist_ok=True)
    path = path_of(made.domain, folder)
    path.write_text(_text(golden_of(made)), encoding="utf-8")
    return path


def path_of(domain: Domain, folder: Path = FOLDER) -> Path:
    """The file of a domain."""
    return folder / f"{domain.folder}.json"


def _place(option: Option, problem: Problem) -> int:
    rivals = [other for other in problem.eligible if other.category == option.category]
    return 1 + sum(problem.worth(other) > problem.worth(option) for other in rivals)


def _points(thousandths: int) -> float:
    return round(thousandths / POINT, _DIGITS)


def _text(golden: Golden) -> str:
    """JSON with an entry a line, so that a change reads as lines that go and lines that come."""
    data = golden.model_dump(mode="json", exclude_defaults=True)
    chosen, passed, constraints = data.pop("chosen"), data.pop("passed_over"), data.pop("constraints")
    heads = [f" {json.dumps(name)}: {_line(value)}" for name, value in data.items()]
    categories = [
        f"  {json.dumps(category)}: [\n" + ",\n".join(f"   {_line(entry)}" for entry in entries) + "\n  ]"
        for category, entries in chosen.items()
    ]
    parts = [
        *heads,
        _lines("constraints", constraints),
        ' "chosen": {\n' + ",\n".join(categories) + "\n }",
        _lines("passed_over", passed),
    ]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _lines(name: str, values: dict[str, object]) -> str:
    held = ",\n".join(f"  {json.dumps(key)}: {_line(value)}" for key, value in values.items())
    return f" {json.dumps(name)}: {{\n{held}\n }}"


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
