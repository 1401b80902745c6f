"""Read the rows of a reply in JSON: what can't be used is named, and the rest is kept."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from research_agent.errors import RecordError

_MOST_OPENINGS = 50
"""Places at which a JSON object is looked for: a reply has a few words before it, not fifty other objects."""
_KNOWN_BY = ("checks", "themes", "additions", "entries")
"""Fields by which the forms of a reply are told apart."""

Row = TypeVar("Row", bound=BaseModel)


def object_in(text: str) -> tuple[str, Mapping[str, Any]]:
    """The first JSON object of a known form in a reply, and by which of its fields it is known.

    Raises:
        RecordError: there is none.
    """
    decoder = json.JSONDecoder()
    start = text.find("{")
    for _ in range(_MOST_OPENINGS):
        if start < 0:
            break
        try:
            found, _ = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            found = None
        # Of a reply that is cut off only inner objects are whole; a practice has entries too, but a text as well.
        known = [name for name in _KNOWN_BY if isinstance(found, dict) and name in found and "text" not in found]
        if known:
            return known[0], found
        start = text.find("{", start + 1)
    raise RecordError(
        f"No JSON object with {' or '.join(_KNOWN_BY)} was found in the reply ({len(text):,} characters). Where it was "
        "cut off, its end is missing: ask in parts (--split). Prompts for such replies are made with "
        "research-agent prompt ID --reply json; docs/prompts.md shows their form."
    )


class Reading:
    """The objects of a reply, read row by row: what can't be used is named, and the rest is kept."""

    def __init__(self, objects: Sequence[Mapping[str, Any]]) -> None:
        self._objects = objects
        self._problems: list[str] = []

    @property
    def problems(self) -> tuple[str, ...]:
        """What can't be used, and why."""
        return tuple(self._problems)

    @property
    def prompts(self) -> str:
        """The versions of the prompts that the objects name."""
        named = (found.get("prompt") for found in self._objects)
        return ", ".join(dict.fromkeys(name for name in named if isinstance(name, str) and name.isprintable() and name))

    def problem(self, text: str) -> None:
        """Note what can't be used."""
        # JSON can name halves of characters, which are no text.
        self._problems.append(text.encode("utf-8", "backslashreplace").decode())

    def place(self, part: int) -> str:
        """What comes before the name of a list: which object it stands in, where there are several."""
        return f"part {part}: " if len(self._objects) > 1 else ""

    def rows(self, name: str, row: type[Row]) -> list[tuple[int, Row]]:
        """The rows of a list that can be used, each with the number of its object, from 1.

        Texts and lists that are missing in a row are empty.
        """
        return [
            (part, read)
            for part, found in enumerate(self._objects, start=1)
            for read in self._read(self.place(part), name, found.get(name, []), row)
        ]

    def _read(self, place: str, name: str, given: object, row: type[Row]) -> Iterator[Row]:
        if not isinstance(given, list):
            self.problem(f"{place}{name}: a list is expected")
            return
        for number, value in enumerate(given, start=1):
            try:
                yield row.model_validate(_completed(value, row))
            except ValidationError as error:
                first = error.errors(include_url=False)[0]
                where = ".".join(str(part) for part in first["loc"])
                told = _EXPECTED.get(first["type"], first["msg"])
                self.problem(f"{place}{name} {number}: {f'{where}: ' if where else ''}{told}; the row is left out")


_EXPECTED: Mapping[str, str] = {
    "missing": "it is missing",
    "model_type": "an object is expected",
    "tuple_type": "a list is expected",
    "string_type": "a text is expected",
    "string_unicode": "it holds half a character",
    "int_type": "a whole number is expected",
    "int_parsing": "a whole number is expected",
    "int_from_float": "a whole number is expected",
}
"""What is wrong with a value, by the type of the error, for people who don't know Python's types."""
_EMPTY: Mapping[str, Callable[[], object]] = {"string": str, "array": list, "integer": lambda: None}
_HAS_TO_STAND = ("number", "title")
_VERDICTS = ("work", "claims")


class _Field(NamedTuple):
    """What a field of a row takes."""

    takes: str
    rows: type[BaseModel] | None
    """Of which form the rows of its list are; None: they are no objects."""


@cache
def _fields(row: type[BaseModel]) -> Mapping[str, _Field]:
    told = row.model_json_schema()["properties"]
    # A number that may be null is told by its alternatives, a single word by its values.
    types = {name: field.get("type", "integer" if "anyOf" in field else "") for name, field in told.items()}
    inner = {name: next(iter(get_args(field.annotation)), None) for name, field in row.model_fields.items()}
    rows = {name: one if isinstance(one, type) and issubclass(one, BaseModel) else None for name, one in inner.items()}
    return {name: _Field(types[name], rows[name]) for name in told}


def _completed(value: object, row: type[BaseModel]) -> object:
    """A row with only the fields of its form; those that are missing are empty, so that its check names the others.

    A text in the place of a list is its only item, and a verdict may begin with a capital: APIs that enforce a schema
    do not all hold its values to the letter.
    """
    if not isinstance(value, dict):
        return value
    kept: dict[str, object] = {}
    for name, field in _fields(row).items():
        if name not in value:
            if field.takes in _EMPTY and name not in _HAS_TO_STAND:
                kept[name] = _EMPTY[field.takes]()
            continue
        given = [value[name]] if field.takes == "array" and isinstance(value[name], str) else value[name]
        if name in _VERDICTS:
            given = [_folded(one) for one in given] if isinstance(given, list) else _folded(given)
        elif field.rows is not None and isinstance(given, list):
            given = [_completed(one, field.rows) for one in given]
        kept[name] = given
    return kept


def _folded(word: object) -> object:
    return word.casefold().replace("_", " ") if isinstance(word, str) else word
