"""Parameters that several tools take: flat, with a default that is a value, so that every host can show them."""

from typing import Annotated, Literal

from pydantic import Field, JsonValue

LONGEST_NAME = 200
LONGEST_QUERY = 1_000
LONGEST_RECORDS = 400_000
"""Characters: some 200 records as long as those that ship."""

MOST_WAIT = 45
"""Seconds: the shortest time after which a host is known to give up a call is 60."""


def _of_form(pattern: str, example: str = "") -> dict[str, JsonValue]:
    """What is published of a value's form. A wrong value is refused by what there is, with the near match instead."""
    return {"pattern": pattern, "examples": [example]} if example else {"pattern": pattern}


_ID, _LINE = "^[a-z0-9-]*$", "^[^\\n]*$"

Guide = Annotated[
    str, Field(description="Id; empty: the default", max_length=LONGEST_NAME, json_schema_extra=_of_form(_ID))
]
Domain = Annotated[
    str,
    Field(
        description="Number, slug or name",
        min_length=1,
        max_length=LONGEST_NAME,
        json_schema_extra=_of_form(_LINE, "2"),
    ),
]
AnyDomain = Annotated[
    str,
    Field(
        description="Number, slug or name; empty: all",
        max_length=LONGEST_NAME,
        json_schema_extra=_of_form(_LINE),
    ),
]
Source = Annotated[
    str,
    Field(description="Id", min_length=1, max_length=LONGEST_NAME, json_schema_extra=_of_form(_ID, "doe-2021-title")),
]
Category = Annotated[str, Field(description="Id; empty: all", max_length=LONGEST_NAME, json_schema_extra=_of_form(_ID))]
Cursor = Annotated[
    str, Field(description="Of the last answer", max_length=LONGEST_NAME, json_schema_extra=_of_form(_ID))
]
Run = Annotated[str, Field(max_length=LONGEST_NAME, json_schema_extra=_of_form(_ID))]
ResponseFormat = Annotated[Literal["concise", "detailed"], Field(description="How much")]
Wait = Annotated[int, Field(description="Seconds to follow it", ge=0, le=MOST_WAIT)]
