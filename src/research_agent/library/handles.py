"""Runs that one can come back to: the verbs on their table, each a short transaction.

Of several processes on one store each may ask, and each may execute: a run is claimed by one of them at a time, and
what it tells counts only as long as it holds the run. `library/runs.py` has what runs produced.
"""

import gzip
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, NamedTuple, Self

import sqlalchemy as sa

from research_agent.errors import UnknownNameError
from research_agent.library.database import Database
from research_agent.library.lock import WriteLock
from research_agent.library.runs import keep_run, read_run, read_runs
from research_agent.library.schema import handle, handle_part
from research_agent.model.bibliography import Bibliography
from research_agent.model.prompt import Prompt
from research_agent.model.run import RunError, RunPart, RunProgress, RunRequest, RunState, RunStatus
from research_agent.model.search import Search

MOST_DEATHS = 3
"""A run during which its process died this often is likely the cause, and would take the next process down, too."""

Word = Literal["go on", "cancel", "lost"]
"""What an executor hears when it tells how far it is; lost: the run is no longer its own."""

_QUEUED, _TAKEN_UP = "Waits to be run", "Waits to be taken up again"


class Claim(NamedTuple):
    """A run that its executor is to run now."""

    id: str
    request: RunRequest
    inputs: Mapping[str, str]
    """For each domain, in the order in which they are to be made: what it is to be made from."""
    finished: Collection[str]
    """Domains that an earlier attempt finished from just these inputs."""


class Handles:
    """The runs of one store that have a handle. Threads and processes may share it."""

    def __init__(self, database: Database) -> None:
        """Use `open` instead."""
        self._database = database

    @classmethod
    def open(cls, directory: Path, *, lock_wait: float) -> Self:
        """Those of the store in this directory; `lock_wait` is in seconds.

        Raises:
            StoreError: the catalogue can't be used.
        """
        return cls(Database.open(directory, lock=WriteLock(directory, wait=lock_wait)))

    def close(self) -> None:
        """Close all connections."""
        self._database.close()

    # Ask

    def find(self, run_id: str) -> RunStatus:
        """The run of this id.

        Raises:
            UnknownNameError: there is none; the error lists the near matches.
        """
        with self._database.reading() as connection:
            return _required(connection, run_id)

    def known(self, limit: int, after: str | None) -> tuple[RunStatus, ...]:
        """Runs, the latest first: `limit` of them, from the one behind `after` on.

        Raises:
            UnknownNameError: there is no run `after`.
        """
        with self._database.reading() as connection:
            chosen = sa.select(handle).order_by(handle.c.number.desc()).limit(limit)
            if after is not None:
                last = sa.select(handle.c.number).where(handle.c.id == _required(connection, after).id)
                chosen = chosen.where(handle.c.number < last.scalar_subquery())
            return _statuses(connection, connection.execute(chosen).all())

    def result(self, run_id: str) -> tuple[tuple[Bibliography, Prompt], ...]:
        """Bibliography and prompt of each domain that the run has finished, in the run's order."""
        with self._database.reading() as connection:
            parts = _required(connection, run_id).parts
            packed = connection.execute(
                sa.select(handle_part.c.domain, handle_part.c.prompt).where(handle_part.c.handle_id == run_id)
            )
            prompts = {domain: Prompt.model_validate_json(gzip.decompress(prompt)) for domain, prompt in packed}
            return tuple((read_run(connection, part.bibliography), prompts[part.domain]) for part in parts)

    def search(self, bibliography: str) -> Search | None:
        """How live sources were searched for the bibliography of this id; None: they were not.

        Raises:
            UnknownNameError: there is no such bibliography.
        """
        with self._database.reading() as connection:
            return read_run(connection, bibliography).search

    def waiting_guides(self) -> set[str]:
        """Ids of the guides of the runs that wait."""
        with self._database.reading() as connection:
            return set(connection.execute(sa.select(handle.c.guide).where(handle.c.state == "queued")).scalars())

    def running(self) -> dict[str, list[str]]:
        """The runs that are at work by their executors, which may have died over them."""
        found: dict[str, list[str]] = {}
        with self._database.reading() as connection:
            rows = connection.execute(sa.select(handle.c.executor, handle.c.id).where(handle.c.state == "running"))
            for executor, run_id in rows:
                found.setdefault(executor, []).append(run_id)
        return found

    # Tell

    def start(
        self, run_id: str, request: RunRequest, inputs: Mapping[str, str], *, total: int, at: datetime
    ) -> RunStatus:
        """Queue a run, unless it is under way or done; a cancellation that was not yet noticed is taken back.

        A run that failed, was cancelled, or is done but of other inputs than its id says, is queued anew; domains that
        it finished as asked are not made again.
        """
        with self._database.writing() as connection:
            before = _read(connection, run_id)
            if before and (not before.final or (before.state == "done" and before.as_asked)):
                connection.execute(sa.update(handle).where(handle.c.id == run_id).values(cancelling=False))
                if before.state == "done":
                    _keep_again(connection, before, at)
                return _required(connection, run_id)
            # A new row, so that it stands in the list as the latest.
            connection.execute(sa.delete(handle).where(handle.c.id == run_id))
            connection.execute(
                sa.insert(handle),
                {
                    "id": run_id,
                    "guide": request.guide,
                    "request": request.model_dump_json(),
                    "inputs": json.dumps(dict(inputs)),
                    "state": "queued",
                    "done": 0,
                    "total": total,
                    "step": _QUEUED,
                    "created_at": _stored(at),
                    "attempts": 0,
                    "deaths": 0,
                    "executor": "",
                    "cancelling": False,
                },
            )
            return _required(connection, run_id)

    def cancel(self, run_id: str, *, at: datetime, alive: Callable[[str], bool]) -> RunStatus:
        """Ask a run to stop; one that no living process runs has stopped with that. An ended one stays as it is.

        Raises:
            UnknownNameError: there is no such run.
        """
        with self._database.writing() as connection:
            found = _required(connection, run_id)
            if found.state == "running" and alive(found.executor):
                connection.execute(sa.update(handle).where(handle.c.id == run_id).values(cancelling=True))
            elif not found.final:
                _end(connection, [run_id], "cancelled", at)
            return _required(connection, run_id)

    # Execute

    def claim(self, executor: str, guides: Collection[str], *, at: datetime) -> Claim | None:
        """Take the run that has waited longest, of these guides; None: none waits."""
        with self._database.writing() as connection:
            row = connection.execute(
                sa.select(handle.c.id, handle.c.request, handle.c.inputs)
                .where(handle.c.state == "queued", handle.c.guide.in_(guides))
                .order_by(handle.c.number)
                .limit(1)
            ).one_or_none()
            if row is None:
                return None
            connection.execute(
                sa.update(handle)
                .where(handle.c.id == row.id)
                .values(state="running", executor=executor, attempts=handle.c.attempts + 1, started_at=_stored(at))
            )
            finished = {part.domain for part in _required(connection, row.id).parts if part.as_asked}
            return Claim(row.id, RunRequest.model_validate_json(row.request), json.loads(row.inputs), finished)

    def advance(self, run_id: str, executor: str, *, done: int, step: str) -> Word:
        """Say how far a run is, and hear whether to go on."""
        risen = sa.case((handle.c.done > done, handle.c.done), else_=done)
        with self._database.writing() as connection:
            connection.execute(sa.update(handle).where(*_own(run_id, executor)).values(done=risen, step=step))
            cancelling = connection.execute(sa.select(handle.c.cancelling).where(*_own(run_id, executor))).scalar()
        if cancelling is None:
            return "lost"
        return "cancel" if cancelling else "go on"

    def keep(
        self, run_id: str, executor: str, bibliography: Bibliography, prompt: Prompt, *, inputs: str, at: datetime
    ) -> None:
        """Keep what a domain's research came to, which was made from `inputs`."""
        with self._database.writing() as connection:
            if not connection.execute(sa.select(handle.c.id).where(*_own(run_id, executor))).scalar():
                return
            kept = keep_run(connection, bibliography, at)
            key = {"handle_id": run_id, "domain": bibliography.domain}
            connection.execute(sa.delete(handle_part).filter_by(**key))
            # No time in the header: equal prompts are equal bytes.
            packed = gzip.compress(prompt.model_dump_json().encode(), mtime=0)
            connection.execute(sa.insert(handle_part), {**key, "inputs": inputs, "run_id": kept.id, "prompt": packed})

    def end(self, run_id: str, executor: str, state: RunState, *, at: datetime, error: RunError | None = None) -> None:
        """Say how a run ended."""
        with self._database.writing() as connection:
            own = connection.execute(sa.select(handle.c.id).where(*_own(run_id, executor))).scalars().all()
            _end(connection, own, state, at, error)

    def give_back(self, executor: str, *, at: datetime) -> None:
        """Let others take up what this process ran; it stopped in good order and kept what was finished."""
        with self._database.writing() as connection:
            _let_go(connection, _of(executor), at)

    def bereave(self, executor: str, run_ids: Collection[str], *, at: datetime) -> None:
        """Let others take up these runs of a process that died over them.

        A run that has outlived too many processes fails instead.
        """
        lost = (*_of(executor), handle.c.id.in_(run_ids))
        with self._database.writing() as connection:
            connection.execute(sa.update(handle).where(*lost).values(deaths=handle.c.deaths + 1))
            fatal = sa.select(handle.c.id, handle.c.step).where(*lost, handle.c.deaths >= MOST_DEATHS)
            for run_id, step in connection.execute(fatal).all():
                _end(connection, [run_id], "failed", at, _too_many_deaths(step))
            _let_go(connection, lost, at)


def _keep_again(connection: sa.Connection, done: RunStatus, at: datetime) -> None:
    """Make what a run came to the latest of its domains again, where others came in between and went again.

    A source is banned, a run made, the ban undone: what is asked for then is what there was at first.
    """
    for part in done.parts:
        latest = read_runs(connection, done.request.guide, part.domain, limit=1)
        if not latest or latest[0].id != part.bibliography:
            keep_run(connection, read_run(connection, part.bibliography), at)


def _own(run_id: str, executor: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (handle.c.id == run_id, *_of(executor))


def _of(executor: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (handle.c.executor == executor, handle.c.state == "running")


def _let_go(connection: sa.Connection, which: Sequence[sa.ColumnElement[bool]], at: datetime) -> None:
    """Queue again what nobody runs any longer; what was asked to stop has stopped with that."""
    stopped = connection.execute(sa.select(handle.c.id).where(*which, handle.c.cancelling)).scalars().all()
    _end(connection, stopped, "cancelled", at)
    connection.execute(sa.update(handle).where(*which).values(state="queued", executor="", step=_TAKEN_UP))


def _end(
    connection: sa.Connection, run_ids: Sequence[str], state: RunState, at: datetime, error: RunError | None = None
) -> None:
    connection.execute(
        sa.update(handle)
        .where(handle.c.id.in_(run_ids))
        .values(
            state=state,
            executor="",
            cancelling=False,
            ended_at=_stored(at),
            error=error.model_dump_json() if error else None,
        )
    )
    if state == "done":
        connection.execute(sa.update(handle).where(handle.c.id.in_(run_ids)).values(done=handle.c.total, step="Done"))


def _too_many_deaths(step: str) -> RunError:
    return RunError(
        kind="ResearchAgentError",
        message=f"The process that ran it died {MOST_DEATHS} times, the last time at: {step}. The domains that were "
        "finished are kept. `research-agent doctor` looks for a cause (memory, disk, a damaged index); then start it "
        "again.",
    )


def _required(connection: sa.Connection, run_id: str) -> RunStatus:
    found = _read(connection, run_id)
    if found is None:
        known = connection.execute(sa.select(handle.c.id).order_by(handle.c.number.desc())).scalars()
        raise UnknownNameError("run", run_id, known)
    return found


def _read(connection: sa.Connection, run_id: str) -> RunStatus | None:
    rows = connection.execute(sa.select(handle).where(handle.c.id == run_id)).all()
    return _statuses(connection, rows)[0] if rows else None


def _statuses(connection: sa.Connection, rows: Sequence[sa.Row[tuple[object, ...]]]) -> tuple[RunStatus, ...]:
    held = sa.select(handle_part.c.handle_id, handle_part.c.domain, handle_part.c.inputs, handle_part.c.run_id)
    parts = {
        (run_id, domain): (inputs, bibliography)
        for run_id, domain, inputs, bibliography in connection.execute(
            held.where(handle_part.c.handle_id.in_([row.id for row in rows]))
        )
    }
    return tuple(_status(row, parts) for row in rows)


def _status(row: sa.Row[tuple[object, ...]], parts: Mapping[tuple[str, str], tuple[str, str]]) -> RunStatus:
    finished = [
        RunPart(domain=domain, bibliography=parts[row.id, domain][1], as_asked=parts[row.id, domain][0] == inputs)
        for domain, inputs in json.loads(row.inputs).items()
        if (row.id, domain) in parts
    ]
    return RunStatus(
        id=row.id,
        request=RunRequest.model_validate_json(row.request),
        state=row.state,
        progress=RunProgress(done=row.done, total=row.total, text=row.step),
        created=row.created_at.replace(tzinfo=UTC),
        started=row.started_at.replace(tzinfo=UTC) if row.started_at else None,
        ended=row.ended_at.replace(tzinfo=UTC) if row.ended_at else None,
        attempts=row.attempts,
        executor=row.executor,
        cancelling=row.cancelling,
        error=RunError.model_validate_json(row.error) if row.error else None,
        parts=tuple(finished),
    )


def _stored(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(tzinfo=None)
