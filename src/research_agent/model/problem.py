"""A line of a file of records that can't be used, and why."""

from pydantic import Field

from research_agent.model.base import Record


class Problem(Record):
    """What is wrong with one line of a pool."""

    file: str = Field(description="The file as the caller named it.")
    line: int = Field(ge=0, description="Line number from 1; 0: the pool as a whole.")
    field: str = Field(description="The field that is wrong, dotted; empty: the line as a whole.")
    message: str = Field(description="What is wrong and what is expected.")

    def __str__(self) -> str:
        """As compilers write it: file:line: field: message."""
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.field}: {self.message}" if self.field else f"{where}: {self.message}"
