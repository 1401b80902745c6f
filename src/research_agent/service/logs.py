"""Structured logs: a JSON object a line, with the request that it belongs to and without secrets."""

import logging
import re
import sys
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final, TextIO

if TYPE_CHECKING:
    from structlog.typing import EventDict, Processor, WrappedLogger

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the request at work; empty outside of one. It stands in each log line, answer and problem of it."""

HIDDEN: Final = "[hidden]"

# The id of a key, which is no secret, stays readable: it tells whose key was seen where it should not be.
_TOKEN = re.compile(r"\b(ra_[0-9a-f]{8})_[A-Za-z0-9_-]{16,}")
_BEARER = re.compile(r"(?i)\b(bearer|basic)\s+[^\s\"',;]+")
_SECRET_FIELDS = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie", "token", "x-api-key"})

# The access line of ours says more than uvicorn's, and an event that the exchange with a client takes apart is noise.
_QUIET = ("uvicorn.access", "sse_starlette.sse", "mcp.server.streamable_http")


def configure_logs(stream: TextIO | None = None, *, level: int = logging.INFO) -> None:
    """Send what this process logs to a stream (None: standard error) in one form. To be called once, by a program."""
    import structlog

    shared = _processors()
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            hide_secrets,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [], True


def hide_secrets(_: "WrappedLogger", __: str, event: "EventDict") -> "EventDict":
    """Take keys and passwords out of a log line, wherever in it they stand."""
    return {name: HIDDEN if name.lower() in _SECRET_FIELDS else _hidden(value) for name, value in event.items()}


def add_request_id(_: "WrappedLogger", __: str, event: "EventDict") -> "EventDict":
    """Say which request a log line belongs to."""
    if request_id := REQUEST_ID.get():
        event.setdefault("request_id", request_id)
    return event


def _processors() -> "list[Processor]":
    import structlog

    return [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        add_request_id,
    ]


def _hidden(value: object) -> object:
    if isinstance(value, str):
        return _BEARER.sub(rf"\1 {HIDDEN}", _TOKEN.sub(rf"\1_{HIDDEN}", value))
    if isinstance(value, Mapping):
        return {name: HIDDEN if str(name).lower() in _SECRET_FIELDS else _hidden(one) for name, one in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, bytes):
        return [_hidden(one) for one in value]
    return value
