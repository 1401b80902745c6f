"""The secret that seals what a client carries between the rounds of a call: one for all processes of a store."""

import os
import secrets
from pathlib import Path

from research_agent.errors import StoreError

FILE = "request-state.key"
_BYTES, _PRIVATE = 32, 0o600


def request_state_key(directory: Path) -> bytes:
    """The secret of this data directory, made by whoever asks first.

    Raises:
        StoreError: it can't be read or made.
    """
    file = directory / FILE
    try:
        directory.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            _make(file)
        key = file.read_bytes()
    except OSError as error:
        raise StoreError(
            f"{file} can't be used: {error}. Make {directory} writable, or choose another: "
            "RESEARCH_AGENT_DATA_DIR=FOLDER."
        ) from error
    if len(key) != _BYTES:
        raise StoreError(f"{file} is damaged. Delete it: a new one is made, and calls that are under way begin again.")
    return key


def _make(file: Path) -> None:
    """Whole or not at all: of several processes that make it at the same time, all read that of the first."""
    draft = file.with_name(f"{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE), "wb") as opened:
        opened.write(secrets.token_bytes(_BYTES))
    try:
        os.link(draft, file)
    except FileExistsError:
        pass  # another process was first, and its secret is the one
    finally:
        draft.unlink()
