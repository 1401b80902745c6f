"""What all our records share: immutable, closed to unknown fields, plain data. No I/O."""

from pydantic import BaseModel, ConfigDict


class Record(BaseModel):
    """An immutable value; two records with equal fields are equal.

    Its validator is built when it is first used: a command meets few of all the records there are.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, defer_build=True)
