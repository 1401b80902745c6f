"""What all our records share: immutable, closed to unknown fields, plain data. No I/O."""

from pydantic import BaseModel, ConfigDict


class Record(BaseModel):
    """An immutable value; two records with equal fields are equal."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)
