"""Parameters that several tools take: flat, with a default that is a value, so that every host can show them."""

from typing import Annotated, Literal

from pydantic import Field

LONGEST_NAME = 200
LONGEST_QUERY = 1_000
LONGEST_RECORDS = 400_000
"""Characters: some 200 records as long as those that ship."""

MOST_WAIT = 45
"""Seconds: the shortest time after which a host is known to give up a call is 60."""

Guide = Annotated[str, Field(description="Guide id; empty: the default", max_length=LONGEST_NAME)]
Domain = Annotated[str, Field(description="Number, slug or name", min_length=1, max_length=LONGEST_NAME)]
AnyDomain = Annotated[str, Field(description="Number, slug or name; empty: all", max_length=LONGEST_NAME)]
Name = Annotated[str, Field(max_length=LONGEST_NAME)]
Cursor = Annotated[str, Field(description="From the answer before", max_length=LONGEST_NAME)]
ResponseFormat = Annotated[Literal["concise", "detailed"], Field()]
Wait = Annotated[int, Field(description="Seconds to follow it", ge=0, le=MOST_WAIT)]
