"""API keys: made, listed, revoked, recognised. A key is shown once; what is kept is a hash of it.

A key names an owner, and what that owner adds, decides and runs is theirs: it lies in a store of their own.
"""

import hashlib
import hmac
import json
import os
import re
import secrets
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Literal, NamedTuple, get_args

from pydantic import Field, TypeAdapter, ValidationError

from research_agent.errors import StoreError, UnknownNameError, UsageError
from research_agent.model.base import Record

Scope = Literal["read", "research", "admin"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
"""What a key allows: to look; to look, run, add and decide; everything."""

LOCAL: Final = ""
"""The owner of whoever needs no key: the person at this machine."""

FILE = "keys.json"
PREFIX = "ra"
_ID_CHARACTERS, _SECRET_BYTES = 8, 32
_OWNER = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_OWNER = 48
_TOKEN = re.compile(rf"{PREFIX}_([0-9a-f]{{{_ID_CHARACTERS}}})_([A-Za-z0-9_-]{{40,64}})")
_PRIVATE = 0o600


class Principal(Record):
    """Who asks, and what they may."""

    owner: str = Field(default=LOCAL, description="Whose store it is; empty: the person at this machine.")
    scopes: tuple[Scope, ...] = Field(description="What they may do.")
    key: str = Field(default="", description="Id of the key; empty: none was needed.")

    def may(self, scope: Scope) -> bool:
        """Whether a scope is among theirs, or within a wider one."""
        return max(map(SCOPES.index, self.scopes), default=-1) >= SCOPES.index(scope)


PERSON_HERE = Principal(scopes=SCOPES)
"""Whoever asks on this machine, where no key is needed."""


class ApiKey(Record):
    """A key without its secret."""

    id: str = Field(description="By which it is listed and revoked; the first part of the key.")
    owner: str = Field(description="Whose store it opens.")
    scopes: tuple[Scope, ...] = Field(description="What it allows.")
    created: datetime = Field(description="When it was made (UTC).")
    expires: datetime | None = Field(default=None, description="From when on it is refused (UTC); None: never.")
    revoked: datetime | None = Field(default=None, description="When it was revoked (UTC); None: it was not.")
    hash: str = Field(description="SHA-256 of its secret, hexadecimal. The secret has 256 random bits: no salt is due.")

    def valid(self, at: datetime) -> bool:
        """Whether it opens anything at this time."""
        return self.revoked is None and (self.expires is None or at < self.expires)


class NewKey(NamedTuple):
    """A key as it is handed out, once."""

    key: ApiKey
    token: str


class ApiKeys:
    """The keys of one data directory; what another process changes is seen at the next question."""

    def __init__(self, directory: Path, *, clock: Callable[[], datetime]) -> None:
        """Those of this data directory; its file is made with the first key."""
        self._file = directory / FILE
        self._clock = clock
        self._seen: tuple[int, int, int] | None = None
        self._keys: dict[str, ApiKey] = {}

    def create(self, owner: str, scopes: Iterable[Scope], *, lifetime: timedelta | None = None) -> NewKey:
        """Make a key; its token is in the answer and nowhere else.

        Raises:
            UsageError: the owner's name can't be that of a folder, or there is no scope.
            StoreError: the file can't be written.
        """
        if not _OWNER.fullmatch(owner) or len(owner) > _LONGEST_OWNER:
            raise UsageError(
                f"{owner!r} can't name an owner: use lower-case letters, digits and hyphens, at most {_LONGEST_OWNER}."
            )
        chosen = tuple(scope for scope in SCOPES if scope in set(scopes))
        if not chosen:
            raise UsageError(f"A key needs a scope: {', '.join(SCOPES)}.")
        now = self._clock()
        secret = secrets.token_urlsafe(_SECRET_BYTES)
        key = ApiKey(
            id=secrets.token_hex(_ID_CHARACTERS // 2),
            owner=owner,
            scopes=chosen,
            created=now,
            expires=now + lifetime if lifetime else None,
            hash=_hash(secret),
        )
        self._change(lambda keys: {**keys, key.id: key})
        return NewKey(key, f"{PREFIX}_{key.id}_{secret}")

    def known(self) -> tuple[ApiKey, ...]:
        """All keys, also expired and revoked ones, the oldest first."""
        return tuple(sorted(self._read().values(), key=lambda key: (key.created, key.id)))

    def revoke(self, key_id: str) -> ApiKey:
        """Refuse a key from now on.

        Raises:
            UnknownNameError: there is no such key.
            StoreError: the file can't be written.
        """
        found = self._read().get(key_id)
        if found is None:
            raise UnknownNameError("key", key_id, self._read())
        revoked = found if found.revoked else found.model_copy(update={"revoked": self._clock()})
        self._change(lambda keys: {**keys, key_id: revoked})
        return revoked

    def principal(self, token: str) -> Principal | None:
        """Who holds this token; None: nobody, or nobody any longer."""
        match = _TOKEN.fullmatch(token)
        if match is None:
            return None
        key = self._read().get(match[1])
        if key is None or not hmac.compare_digest(key.hash, _hash(match[2])) or not key.valid(self._clock()):
            return None
        return Principal(owner=key.owner, scopes=key.scopes, key=key.id)

    def _read(self) -> dict[str, ApiKey]:
        """The keys as the file has them now; read anew where it changed."""
        try:
            about = self._file.stat()
            seen = (about.st_mtime_ns, about.st_size, about.st_ino)
            if seen != self._seen:
                self._keys = _KEYS.validate_json(self._file.read_bytes())
                self._seen = seen
        except FileNotFoundError:
            self._keys, self._seen = {}, None
        except (OSError, ValidationError) as error:
            raise StoreError(
                f"{self._file} can't be read: {error}. Nobody is let in by a key until it can. Put back a copy, or "
                "move it away and make new keys: research-agent keys create OWNER."
            ) from error
        return self._keys

    def _change(self, change: Callable[[dict[str, ApiKey]], dict[str, ApiKey]]) -> None:
        from filelock import FileLock

        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(self._file.with_suffix(".lock")):
                changed = change(self._read())
                draft = self._file.with_suffix(".new")
                content = json.dumps({name: key.model_dump(mode="json") for name, key in changed.items()}, indent=1)
                with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _PRIVATE), "w") as file:
                    file.write(content)
                draft.replace(self._file)
        except OSError as error:
            raise StoreError(f"{self._file} can't be written: {error}. No key was changed.") from error


_KEYS: TypeAdapter[dict[str, ApiKey]] = TypeAdapter(dict[str, ApiKey])


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
