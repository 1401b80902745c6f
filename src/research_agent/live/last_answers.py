"""When each service last answered, or failed to: a small file in the data directory that processes share."""

import json
import logging
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

from pydantic import AwareDatetime, Field, TypeAdapter, ValidationError

from research_agent.model.base import Record
from research_agent.model.search import ServiceState

FILE: Final = "last-answers.json"

MOST_KEPT: Final = 200
"""Services that are remembered: ten times what ships; of more, those that were asked last."""
_LONGEST_WHY: Final = 400
_LARGEST_FILE: Final = 1_000_000
"""Bytes: ten times what so many services make; a larger file is not ours."""
_PATIENCE: Final = 2.0
"""Seconds to wait for another process that writes the file, which takes it milliseconds."""

_log = logging.getLogger(__name__)


class LastAnswer(Record):
    """What came of the last question to a service that went out to the network."""

    at: AwareDatetime = Field(description="When, with its time zone.")
    state: ServiceState = Field(description="As of a service's outcome.")
    why: str = Field(default="", description="What stood in the way, in one line; empty: nothing did.")


_ANSWERS: Final = TypeAdapter(dict[str, LastAnswer])


class LastAnswers:
    """The last answers of all services. What is noted is kept by `keep`, once; a lost note costs no search."""

    def __init__(self, data_dir: Path) -> None:
        """Use the file in this data directory; nothing is opened yet."""
        self._path = data_dir / FILE
        self._noted: dict[str, LastAnswer] = {}

    def note(self, service: str, answer: LastAnswer) -> None:
        """Remember an answer until it is kept."""
        known = self._noted.get(service)
        if known is None or answer.at >= known.at:
            self._noted[service] = answer.model_copy(update={"why": answer.why[:_LONGEST_WHY]})

    def read(self) -> dict[str, LastAnswer]:
        """What is kept, by the connector's name; nothing where the file is missing or is not ours."""
        try:
            if self._path.stat().st_size > _LARGEST_FILE:
                return {}
            return _ANSWERS.validate_json(self._path.read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValidationError) as error:
            _log.warning("%s can't be read and is made anew: %s", self._path, error)
            return {}

    def keep(self) -> None:
        """Add what was noted to what is kept, of each service the later one, whole or not at all."""
        from filelock import FileLock, Timeout

        if not self._noted:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(f"{self._path}.lock", timeout=_PATIENCE):
                self._replace(_latest([*self.read().items(), *self._noted.items()]))
        except (OSError, Timeout) as error:
            _log.warning("When services last answered could not be kept in %s: %s", self._path, error)
            return
        self._noted.clear()

    def _replace(self, answers: dict[str, LastAnswer]) -> None:
        text = json.dumps({name: answer.model_dump(mode="json") for name, answer in answers.items()}, indent=1)
        with NamedTemporaryFile(dir=self._path.parent, prefix=f".{FILE}.", delete=False) as temporary:
            try:
                temporary.write(text.encode())
                temporary.flush()
                Path(temporary.name).replace(self._path)
            except OSError:
                with suppress(OSError):
                    Path(temporary.name).unlink()
                raise


def _latest(answers: list[tuple[str, LastAnswer]]) -> dict[str, LastAnswer]:
    """Of each service the latest answer, of too many services the latest of all; by name."""
    latest: dict[str, LastAnswer] = {}
    for name, answer in answers:
        if name not in latest or answer.at >= latest[name].at:
            latest[name] = answer
    newest = sorted(latest.items(), key=lambda one: one[1].at, reverse=True)[:MOST_KEPT]
    return dict(sorted(newest))
