"""The form of a source record as it is written, a JSON object a line, and what a wrong line is told.

Types and presence only; `records` checks what the words mean for a guide.
"""

import json
import re
from datetime import date
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from research_agent.errors import RecordError, UnknownNameError

# A record is a page of text at most; a longer line is none, and parsing it would cost memory without bound.
_LONGEST_LINE = 1_000_000
_DATE = re.compile(r"^\d{4}(-\d{2}(-\d{2})?)?$")


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


class RawVerified(BaseModel):
    """How somebody made sure that the work exists."""

    model_config = ConfigDict(extra="forbid", strict=True)

    how: Literal["read", "cited"]
    on: str
    cited_in: Annotated[str, Field(min_length=1)] | None = None


class RawPattern(BaseModel):
    """A code pattern."""

    model_config = ConfigDict(extra="forbid", strict=True)

    library: Annotated[str, Field(min_length=1)]
    idea: Annotated[str, Field(min_length=1)]


class RawFoundational(BaseModel):
    """Why later work rests on this one, and the address that says so."""

    model_config = ConfigDict(extra="forbid", strict=True, str_strip_whitespace=True)

    reason: Annotated[str, Field(min_length=1)]
    where: str
    on: str


class RawRecord(BaseModel):
    """A source record; `docs/corpus-format.md` explains every field."""

    model_config = ConfigDict(extra="forbid", strict=True, str_strip_whitespace=True)

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")] | None = None
    title: Annotated[str, Field(min_length=1)]
    url: str
    authors: list[Annotated[str, Field(min_length=1)]] = []
    publisher: str = ""
    year: Annotated[int, Field(ge=1400, le=2200)] | None = None
    published: str | None = None
    updated: str | None = None
    version: str | None = None
    language: Annotated[str, Field(pattern=r"^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{1,8})*$")] = "en"
    doi: str | None = None
    arxiv_id: str | None = None
    kind: str
    category: str | None = None
    domains: list[int | str] = []
    focus: list[str] = []
    summary: str = ""
    key_points: list[Annotated[str, Field(min_length=1)]] = []
    code_pattern: RawPattern | None = None
    peer_reviewed: bool | None = None
    verified: RawVerified | None = None
    foundational: RawFoundational | None = None


# The models of the fields that are objects, by the name of the field.
_NESTED: dict[str, type[BaseModel]] = {
    "code_pattern": RawPattern,
    "verified": RawVerified,
    "foundational": RawFoundational,
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
    if not _DATE.match(text):
        raise ValueError(f"{text!r} is no date: write YYYY-MM-DD, or YYYY-MM or YYYY where more was not seen")
    year, _, rest = text.partition("-")
    month, _, day = rest.partition("-")
    try:
        full = date(int(year), int(month or 1), int(day or 1))
    except ValueError as error:
        raise ValueError(f"{text!r} is no date: {error}") from error
    return (full, None) if day else (None, text)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    loaded = dict(pairs)
    if len(loaded) < len(pairs):
        names = [name for name, _ in pairs]
        twice = sorted({name for name in names if names.count(name) > 1})
        raise BadRecordError([Fault(name, "stands twice in this record: keep one") for name in twice])
    return loaded


def _no_constant(name: str) -> float:
    raise BadRecordError([Fault("", f"not JSON: {name} is no JSON number")])


def _fault(details: ErrorDetails) -> Fault:
    field = ".".join(str(part) for part in details["loc"] if part not in ("int", "str"))
    match details["type"]:
        case "missing":
            return Fault(field, "is missing")
        case "extra_forbidden":
            parent, _, name = field.rpartition(".")
            known = _NESTED.get(parent, RawRecord).model_fields
            return Fault(field, str(UnknownNameError("field", name, known)))
        case "string_pattern_mismatch" if field == "id":
            return Fault(field, f"{details['input']!r} is no id: use lower-case words joined by hyphens")
        case _:
            return Fault(field, f"{details['msg']}, not {_shown(details['input'])}")


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:59] + "…"
