"""The cache on disk (RFC 9111), by hishel: what is fresh is not asked again, what is stale is asked if it holds."""

import contextlib
import hashlib
import json
import logging
import sqlite3
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Final

import httpx

from research_agent.errors import StoreError
from research_agent.sources.http.attempt import Attempt
from research_agent.sources.http.settings import Caching

FILE: Final = "http-cache-2.sqlite3"
"""Named after the major version of the library, which reads no other version's file."""

_SAYS_HOW_LONG: Final = ("max-age", "s-maxage", "no-store", "no-cache", "must-revalidate", "immutable", "private")
_KEPT_BY_DEFAULT: Final = frozenset({200, 203, 300, 301, 304, 308})
"""Statuses that a cache may keep unasked (RFC 9110, section 15.1), and 304, which renews what is kept."""
_MISSING: Final = frozenset({404, 410})


def cached(network: httpx.AsyncBaseTransport, folder: Path | None, settings: Caching) -> httpx.AsyncBaseTransport:
    """The network behind a cache in a folder; the network itself where there is no folder.

    A file there that is no database is removed: all in it can be fetched again.
    """
    if folder is None:
        return network
    from hishel import AsyncSqliteStorage, CacheOptions
    from hishel.httpx import AsyncCacheTransport

    logging.getLogger(AsyncSqliteStorage.__module__).addFilter(_ONCE)
    file = folder / FILE
    _remove_if_broken(file)
    storage = AsyncSqliteStorage(
        database_path=file, default_ttl=settings.longest, max_stream_size=settings.largest, max_size=settings.most
    )
    # Private (RFC 9111, section 3.5): one user's answers, which a key may have opened.
    options = CacheOptions(shared=False, supported_methods=["GET", "HEAD"], allow_stale=False)
    keeping = AsyncCacheTransport(_AssumesFreshness(network, settings), storage=storage, rfc=options)
    return _SaysWhatBroke(keeping, file)


def cache_key(attempt: Attempt) -> str:
    """The name under which an answer is kept: everything that another answer may hang on. A SHA-256 in hex.

    Keys of services go in as part of the digest, so an answer that one key opened is not given to another.
    """
    call, outgoing = attempt.call, attempt.outgoing
    parts = {
        "method": outgoing.method,
        "address": attempt.address,
        "accept": call.accept,
        "headers": sorted((name.lower(), value) for name, value in call.headers.items()),
        "body": hashlib.sha256(outgoing.body).hexdigest(),
        "credentials": [sorted(outgoing.headers.items()), sorted(outgoing.parameters.items())],
        "own": attempt.at_own_service,
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def assumed_freshness(status: int, headers: Mapping[str, str], settings: Caching) -> float | None:
    """Seconds for which an answer counts as fresh that says nothing of it itself; None: it does, or may not be kept.

    RFC 9111, section 4.2.2, lets a cache choose where "an explicit expiration time is not specified". Many services of
    bibliographic records specify nothing.
    """
    said = headers.get("cache-control", "").lower()
    if any(directive in said for directive in _SAYS_HOW_LONG) or "expires" in headers:
        return None
    if "no-cache" in headers.get("pragma", "").lower():
        return None
    if status in _MISSING:
        return settings.assumed_missing
    return settings.assumed_fresh if status in _KEPT_BY_DEFAULT else None


class _AssumesFreshness(httpx.AsyncBaseTransport):
    """Says how long an answer is fresh where it does not say so itself, for the cache above."""

    def __init__(self, network: httpx.AsyncBaseTransport, settings: Caching) -> None:
        self._network, self._settings = network, settings

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._network.handle_async_request(request)
        seconds = assumed_freshness(response.status_code, response.headers, self._settings)
        if seconds is not None:
            said = response.headers.get("cache-control")
            response.headers["cache-control"] = ", ".join(filter(None, (said, f"max-age={seconds:.0f}")))
        return response

    async def aclose(self) -> None:
        await self._network.aclose()


class _SaysWhatBroke(httpx.AsyncBaseTransport):
    """Turns a kept body that can't be read into an error of ours."""

    def __init__(self, keeping: httpx.AsyncBaseTransport, file: Path) -> None:
        self._keeping, self._file = keeping, file

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._keeping.handle_async_request(request)
        if isinstance(response.stream, httpx.AsyncByteStream):
            response.stream = _KeptBody(response.stream, self._file)
        return response

    async def aclose(self) -> None:
        await self._keeping.aclose()


class _KeptBody(httpx.AsyncByteStream):
    def __init__(self, body: httpx.AsyncByteStream, file: Path) -> None:
        self._body, self._file = body, file

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for piece in self._body:
                yield piece
        except (sqlite3.Error, RuntimeError) as error:  # the library has no error of its own for a lost piece
            raise StoreError(
                f"The kept answers in {self._file} can't be read ({error}). Delete the file; all can be fetched again."
            ) from error

    async def aclose(self) -> None:
        await self._body.aclose()


class _OnceWithoutTraceback(logging.Filter):
    """A cache that fails costs no answer, so it is worth one line and no more."""

    def __init__(self) -> None:
        super().__init__()
        self._said: set[str] = set()

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if message in self._said:
            return False
        self._said.add(message)
        if record.exc_info:
            record.msg, record.args = f"{message} ({record.exc_info[1]})", ()
            record.exc_info = record.exc_text = None
        return True


_ONCE: Final = _OnceWithoutTraceback()


def _remove_if_broken(file: Path) -> None:
    if not file.exists():
        return
    try:
        with contextlib.closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA schema_version").fetchone()
    except sqlite3.OperationalError:
        return  # locked, or not ours to read: that is said when it is used
    except sqlite3.DatabaseError:
        for name in (file.name, f"{file.name}-wal", f"{file.name}-shm"):
            file.with_name(name).unlink(missing_ok=True)
