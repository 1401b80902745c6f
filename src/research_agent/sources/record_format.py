"""The form of a source record as it is written, a JSON object a line, and what a wrong line is told.

Types and presence only; `records` checks what the words mean for a guide.
"""

import json
import re
from datetime import date
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, ValidationError, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError

from research_agent.errors import RecordError, UnknownNameError
from research_agent.model.source import Extent
from research_agent.model.text import without_controls

# A record is a page of text at most; a longer line is none, and parsing it would cost memory without bound.
_LONGEST_LINE = 1_000_000
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?", re.ASCII)
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LATEST_YEAR = 2100
_LINE_BREAKS = re.compile(r"\s*[\n\u2028\u2029]\s*")


def _printable(value: object) -> object:
    """A text as a terminal can show it: copying brings control characters in, and that should not cost the line."""
    return without_controls(value) if isinstance(value, str) else value


def _in_one_line(value: object) -> object:
    return _LINE_BREAKS.sub(" ", str(_printable(value))) if isinstance(value, str) else value


def _well_formed(value: object) -> object:
    """An id exactly as it is: one that needs trimming would be looked up under another name than the file shows."""
    if isinstance(value, str) and not _ID.fullmatch(value):
        raise PydanticCustomError("no_id", "no id: use lower-case words joined by hyphens")
    return value


def _plain_value(value: object) -> object:
    told = _in_one_line(value)
    if isinstance(told, str) and told.strip():
        return told.strip()
    if isinstance(told, bool | int | float):
        return told
    raise PydanticCustomError("no_value", "a text, a number, true or false is expected")


Prose = Annotated[str, BeforeValidator(_printable)]
"""A text that may have line breaks."""
OneLine = Annotated[str, BeforeValidator(_in_one_line)]
"""A text that has none."""


class Fault(NamedTuple):
    """One thing that is wrong with a line."""

    field: str
    message: str


class BadRecordError(RecordError):
    """A line that is no source record, with everything that is wrong with it."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__(
            "; ".join(f"{fault.field}: {fault.message}" if fault.field else fault.message for fault in faults)
        )


Filled = Annotated[OneLine, Field(min_length=1)]
Id = Annotated[str, BeforeValidator(_well_formed)]


class RawVerified(BaseModel):
    """How somebody made sure that the work exists."""

    model_config = ConfigDict(extra="forbid", strict=True, defer_build=True)

    how: Literal["read", "cited"]
    seen: Extent | None = None
    at: Filled | None = None
    on: OneLine
    cited_in: Filled | None = None


class RawPoint(BaseModel):
    """A key point and where in the work it stands; a plain text is a point whose place nobody noted."""

    model_config = ConfigDict(extra="forbid", strict=True, defer_build=True, str_strip_whitespace=True)

    text: Filled
    where: Filled | None = None

    @model_validator(mode="before")
    @classmethod
    def _of_text(cls, value: object) -> object:
        if isinstance(value, str):
            return {"text": value}
        if not isinstance(value, dict):
            raise PydanticCustomError("no_point", "a text or an object with text and where is expected")
        return value


class RawPattern(BaseModel):
    """A code pattern."""

    model_config = ConfigDict(extra="forbid", strict=True, defer_build=True)

    library: Filled
    idea: Filled


class RawAngle(BaseModel):
    """What the work says for some domains, where that differs from the rest of the record."""

    model_config = ConfigDict(extra="forbid", strict=True, defer_build=True, str_strip_whitespace=True)

    domains: Annotated[list[int | str], Field(min_length=1)]
    summary: Prose = ""
    key_points: list[RawPoint] = []
    code_pattern: RawPattern | None = None


class RawSignal(BaseModel):
    """A fact that bears on credibility, with the place in which it was seen."""

    model_config = ConfigDict(extra="forbid", strict=True, defer_build=True, str_strip_whitespace=True)

    name: OneLine
    value: Annotated[bool | int | float | str, PlainValidator(_plain_value)]
    where: Filled
    on: OneLine | None = None


class RawFoundational(BaseModel):
    """Why later work rests on this one, and the address that says so."""

    model_config = ConfigDict(extra="forbid", strict=True, defer_build=True, str_strip_whitespace=True)

    reason: Filled
    where: OneLine
    on: OneLine


class RawRecord(BaseModel):
    """A source record; `docs/corpus-format.md` explains every field."""

    model_config = ConfigDict(extra="forbid", strict=True, defer_build=True, str_strip_whitespace=True)

    id: Id | None = None
    aliases: list[Id] = []
    title: Filled
    url: OneLine
    also_at: list[OneLine] = []
    authors: list[Filled] = []
    publisher: OneLine = ""
    origin: Filled | None = None
    year: Annotated[int, Field(ge=1400, le=_LATEST_YEAR)] | None = None
    published: OneLine | None = None
    updated: OneLine | None = None
    version: OneLine | None = None
    language: Annotated[OneLine, Field(pattern=r"^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{1,8})*$")] = "en"
    doi: OneLine | None = None
    arxiv_id: OneLine | None = None
    kind: OneLine
    category: OneLine | None = None
    domains: list[int | str] = []
    focus: list[OneLine] = []
    summary: Prose = ""
    key_points: list[RawPoint] = []
    code_pattern: RawPattern | None = None
    angles: list[RawAngle] = []
    peer_reviewed: bool | None = None
    verified: RawVerified | None = None
    foundational: RawFoundational | None = None
    cites: list[Id] = []
    supersedes: list[Filled] = []
    superseded_by: list[Filled] = []
    signals: list[RawSignal] = []


# The models of the fields that are objects, by the name of the field.
_NESTED: dict[str, type[BaseModel]] = {
    "code_pattern": RawPattern,
    "verified": RawVerified,
    "foundational": RawFoundational,
    "key_points": RawPoint,
    "angles": RawAngle,
    "angles.key_points": RawPoint,
    "angles.code_pattern": RawPattern,
    "signals": RawSignal,
}


def parse_line(line: bytes | str) -> RawRecord:
    """The record on this line.

    Raises:
        BadRecordError: it is not UTF-8, not a JSON object, or its fields are not those of a record.
    """
    if len(line) > _LONGEST_LINE:
        raise BadRecordError(
            [Fault("", f"the line has {len(line):,} characters; a record has {_LONGEST_LINE:,} at most")]
        )
    try:
        text = line.decode("utf-8-sig") if isinstance(line, bytes) else line.removeprefix("\ufeff")
        loaded = json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise BadRecordError([Fault("", f"not UTF-8 at byte {error.start}: save the file as UTF-8")]) from error
    except json.JSONDecodeError as error:
        raise BadRecordError([Fault("", f"not JSON: {error.msg} at column {error.colno}")]) from error
    except ValueError as error:  # a number of thousands of digits
        raise BadRecordError([Fault("", f"not JSON that can be read: {error}")]) from error
    except RecursionError as error:
        raise BadRecordError([Fault("", "not a record: its JSON is nested too deeply")]) from error
    if not isinstance(loaded, dict):
        raise BadRecordError([Fault("", f"not a record: a JSON object is expected, this is a {type(loaded).__name__}")])
    try:
        return RawRecord.model_validate(loaded)
    except ValidationError as error:
        raise BadRecordError([_fault(details) for details in error.errors(include_url=False)]) from error


def parse_date(text: str) -> tuple[date | None, str | None]:
    """A full date, or the text of one that stops at the year or month: (date, None) or (None, "2022-06").

    Raises:
        ValueError: it is neither.
    """
    if not _DATE.fullmatch(text):
        raise ValueError(f"{text!r} is no date: write YYYY-MM-DD, or YYYY-MM or YYYY where more was not seen")
    year, _, rest = text.partition("-")
    month, _, day = rest.partition("-")
    try:
        full = date(int(year), int(month or 1), int(day or 1))
    except ValueError as error:
        raise ValueError(f"{text!r} is no date: {error}") from error
    if full.year > _LATEST_YEAR:
        raise ValueError(f"{text!r} is no date that anybody has seen: {_LATEST_YEAR} is the last year")
    return (full, None) if day else (None, text)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    loaded = dict(pairs)
    if len(loaded) < len(pairs):
        names = [name for name, _ in pairs]
        twice = sorted({name for name in names if names.count(name) > 1})
        raise BadRecordError([Fault(_spelled(name), "stands twice in this record: keep one") for name in twice])
    return loaded


def _no_constant(name: str) -> float:
    raise BadRecordError([Fault("", f"not JSON: {name} is no JSON number")])


def _fault(details: ErrorDetails) -> Fault:
    field = _spelled(".".join(str(part) for part in details["loc"] if part not in ("int", "str")))
    match details["type"]:
        case "missing":
            return Fault(field, "is missing")
        case "extra_forbidden":
            parent, _, name = field.rpartition(".")
            record = ".".join(part for part in parent.split(".") if not part.isdigit())
            known = _NESTED.get(record, RawRecord).model_fields
            return Fault(field, str(UnknownNameError("field", name, known)))
        case "no_id":
            return Fault(field, f"{_shown(details['input'])} is {details['msg']}")
        case _:
            return Fault(field, f"{details['msg']}, not {_shown(details['input'])}")


def _shown(value: object) -> str:
    text = _spelled(json.dumps(value, ensure_ascii=False, default=str))
    return text if len(text) <= 60 else text[:59] + "…"


def _spelled(text: str) -> str:
    """A text as it can be told: without control characters, and a lone surrogate, which JSON can bring in, in words."""
    return without_controls(text).encode("utf-8", "backslashreplace").decode("utf-8")
