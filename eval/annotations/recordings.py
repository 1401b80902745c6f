"""What a model answered, kept a line an answer: what was paid for is asked once, and is there for who has no key."""

from datetime import date
from pathlib import Path
from typing import Final

from pydantic import Field, ValidationError

from eval.annotations.pairs import Label
from research_agent.errors import DataError
from research_agent.model.base import Record

FOLDER: Final = Path(__file__).with_name("recordings")


class Recording(Record):
    """An answer to one question."""

    question: str = Field(pattern="^[0-9a-f]{64}$", description="`Question.id`: of prompts, claim, record and model.")
    verdict: Label = Field(description="What the model says.")
    quote: str = Field(description="The words of the record on which it rests; empty: none.")
    reason: str = Field(description="Why, in the model's words.")
    cost_usd: float = Field(ge=0, description="What it cost.")
    asked: date = Field(description="When (UTC).")


def file_of(model: str, folder: Path = FOLDER) -> Path:
    """Where the answers of a model are kept."""
    return folder / f"{model}.jsonl"


def read_recordings(path: Path) -> dict[str, Recording]:
    """The answers of a file by the id of their question; none where there is no file.

    A last line without an end was being written when a run was killed: that answer is asked for again.

    Raises:
        DataError: another line is no recording; names file and line.
    """
    if not path.exists():
        return {}
    found = {}
    for number, line in enumerate(path.read_bytes().split(b"\n")[:-1], start=1):
        try:
            recording = Recording.model_validate_json(line)
        except ValidationError as error:
            raise DataError(
                f"{path}, line {number}, is no recorded answer: {error}. Mend or remove the line."
            ) from error
        found[recording.question] = recording
    return found
