"""Requests that make something are done once a key: the answer is kept and comes back when the request does.

After the draft of the Idempotency-Key header (draft-ietf-httpapi-idempotency-key-header-07). The answers lie in a
database of their own in their owner's data directory: they are the service's and not the library's, and they can be
thrown away without loss. A request that was refused made nothing, and leaves its key free.
"""

import hashlib
import json
import re
import sqlite3
from collections.abc import Callable, Coroutine, Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import anyio

from research_agent.errors import StoreError
from research_agent.service import problems
from research_agent.service.problems import ProblemError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

KEY_HEADER: Final = "Idempotency-Key"
REPLAYED_HEADER: Final = "Idempotency-Replayed"
LONGEST_KEY: Final = 255
KEPT_FOR: Final = timedelta(days=1)
"""A client that gives up on a request tries again within minutes; a queue that was down overnight, in the morning."""

FILE: Final = "answers.sqlite"
_LOCK_WAIT = 10.0
"""Seconds; a transaction here takes one millisecond."""

_KEY = re.compile(r"[!-~]{1,255}")
_KEPT_HEADERS = ("content-type", "location", "etag", "cache-control")

Handler = Callable[["Request"], Coroutine[Any, Any, "Response"]]


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer as it went out."""

    status: int
    headers: dict[str, str]
    body: bytes


class KeptAnswers:
    """The answers of one owner. What is pending longer than a request may take belongs to a process that died."""

    def __init__(self, directory: Path, *, longest_request: timedelta, clock: Callable[[], datetime]) -> None:
        """Those of this data directory; their file is made with the first."""
        self._path = directory / FILE
        self._longest_request = longest_request
        self._clock = clock

    def begin(self, key: str, request: str) -> KeptAnswer | None:
        """The answer to this request; None: there is none yet, and whoever asks is to make it.

        Raises:
            ProblemError: the key belongs to another request, or this one is under way.
            StoreError: the answers can't be read or written.
        """
        now = self._clock().timestamp()
        with self._transaction() as connection:
            connection.execute(
                "DELETE FROM answer WHERE at < ? OR (status IS NULL AND at < ?)",
                (now - KEPT_FOR.total_seconds(), now - self._longest_request.total_seconds()),
            )
            row = connection.execute(
                "SELECT request, status, headers, body FROM answer WHERE key = ?", (key,)
            ).fetchone()
            if row is None:
                connection.execute("INSERT INTO answer (key, request, at) VALUES (?, ?, ?)", (key, request, now))
                return None
        if row[0] != request:
            raise ProblemError(problems.KEY_REUSED, f"The key was first sent {_for_people(key)} for something else.")
        if row[1] is None:
            raise ProblemError(problems.UNDER_WAY, "", headers={"Retry-After": "1"})
        return KeptAnswer(row[1], json.loads(row[2]), row[3])

    def keep(self, key: str, answer: KeptAnswer) -> None:
        """Keep the answer to a request that was begun."""
        with self._transaction() as connection:
            connection.execute(
                "UPDATE answer SET status = ?, headers = ?, body = ?, at = ? WHERE key = ?",
                (answer.status, json.dumps(answer.headers), answer.body, self._clock().timestamp(), key),
            )

    def forget(self, key: str) -> None:
        """Free the key of a request that made nothing."""
        with self._transaction() as connection:
            connection.execute("DELETE FROM answer WHERE key = ? AND status IS NULL", (key,))

    @contextmanager
    def _transaction(self) -> Generator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self._path, timeout=_LOCK_WAIT, isolation_level=None)) as connection:
                connection.execute("BEGIN IMMEDIATE")
                connection.execute(
                    "CREATE TABLE IF NOT EXISTS answer (key TEXT PRIMARY KEY, request TEXT NOT NULL, at REAL NOT NULL, "
                    "status INTEGER, headers TEXT, body BLOB)"
                )
                yield connection
                connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise StoreError(
                f"{self._path} can't be used: {error}. Answers that were kept by key can't be told. Move the file away "
                "to begin without them, or send the request without a key."
            ) from error


async def once(request: "Request", handle: Handler) -> "Response":
    """The answer of the handler, or the one that it gave to this request before."""
    from starlette.responses import Response

    from research_agent.service.rest.dependencies import service_of

    key = request.headers.get(KEY_HEADER)
    if key is None or not _KEY.fullmatch(key):
        return await handle(request)  # which refuses a key that is none
    service = service_of(request)
    async with service.access.tenant("research") as tenant:
        answers = KeptAnswers(
            tenant.workspace.settings.data_dir,
            longest_request=timedelta(seconds=service.options.request_seconds),
            clock=service.clock,
        )
        kept = await tenant.call(answers.begin, key, _fingerprint(request, await request.body()))
        if kept is not None:
            return Response(kept.body, kept.status, {**kept.headers, REPLAYED_HEADER: "true"})
        made = None
        try:
            response = await handle(request)
            if response.status_code < 300:
                headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
                made = KeptAnswer(response.status_code, headers, bytes(response.body))
        finally:
            # Also where the request is being given up: what was made is made.
            with anyio.CancelScope(shield=True):
                await (tenant.call(answers.keep, key, made) if made else tenant.call(answers.forget, key))
        return response


def _fingerprint(request: "Request", body: bytes) -> str:
    said = (request.method, request.url.path, request.url.query, request.headers.get("content-type", ""))
    return hashlib.sha256("\n".join(said).encode() + b"\n" + body).hexdigest()


def _for_people(key: str) -> str:
    return repr(key if len(key) <= 40 else f"{key[:40]}…")
