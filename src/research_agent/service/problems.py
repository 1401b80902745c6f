"""What can go wrong, told as RFC 9457 problem documents: which kinds there are, and which of our errors is which.

The one place where errors become answers of HTTP. Every kind has an address, /problems/KIND, that explains it.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel, ConfigDict, Field

from research_agent.errors import (
    EmbeddingError,
    GuideError,
    NotAllowedError,
    OutputError,
    RecordError,
    ResearchAgentError,
    StoreBusyError,
    StoreError,
    UnknownNameError,
    UsageError,
)
from research_agent.service.logs import REQUEST_ID
from research_agent.service.wording import REST

if TYPE_CHECKING:
    from starlette.responses import Response

MEDIA_TYPE: Final = "application/problem+json"
ADDRESS: Final = "/problems/"
RETRY_AFTER: Final = "5"
"""Seconds after which what was busy may be free: the time that filling a new store takes."""

_log = logging.getLogger(__name__)


class FieldProblem(BaseModel):
    """What is wrong with one part of a request."""

    model_config = ConfigDict(json_schema_extra={"additionalProperties": False})

    field: str = Field(description='Where it stands: "query.limit", "body.level".')
    message: str = Field(description="What is wrong and what is expected.")
    near: list[str] = Field(default=[], description="Known names that are like the one that was given.")


class ProblemDocument(BaseModel):
    """A problem document (RFC 9457)."""

    model_config = ConfigDict(json_schema_extra={"additionalProperties": False})

    type: str = Field(description="Which kind of problem it is; the address explains it and stays the same.")
    title: str = Field(description="The kind in words.")
    status: int = Field(ge=400, le=599, description="The status of the answer.")
    detail: str = Field(default="", description="What happened, what was kept and what to do.")
    near: list[str] = Field(default=[], description="Known names that are like the one that was given.")
    errors: list[FieldProblem] = Field(default=[], description="The parts of the request that are wrong.")
    request_id: str = Field(default="", description="By which the log tells of this request.")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem."""

    name: str
    status: HTTPStatus
    title: str
    explanation: str

    @property
    def address(self) -> str:
        """Its type, and where it is explained."""
        return f"{ADDRESS}{self.name}"


NOT_HTTP = Kind(
    "not-http",
    HTTPStatus.BAD_REQUEST,
    "This is no request of HTTP",
    "The bytes are no request of HTTP/1.1: a broken request line or header, or another protocol, such as TLS where "
    "there is none. Nothing was done, and the connection is closed.",
)
UNREADABLE_BODY = Kind(
    "unreadable-body",
    HTTPStatus.BAD_REQUEST,
    "The body can't be read",
    "The body is not JSON in UTF-8, or is nested too deeply. Nothing was done. Mend the body and send it again.",
)
NO_KEY = Kind(
    "key-needed",
    HTTPStatus.UNAUTHORIZED,
    "A key is needed",
    "There was no API key in the request, or none that opens anything: it may be misspelt, revoked or expired. Send "
    "`Authorization: Bearer KEY`. Whoever runs the service makes keys: research-agent keys create OWNER.",
)
NOT_ALLOWED = Kind(
    "not-allowed",
    HTTPStatus.FORBIDDEN,
    "The key does not allow this",
    "The key is good, and its scopes (read, research, admin) do not reach this far. Nothing was done. Ask for a key of "
    "the scope that the detail names.",
)
WRONG_ORIGIN = Kind(
    "origin-not-allowed",
    HTTPStatus.FORBIDDEN,
    "Scripts of that page may not ask",
    "The Origin header names a page that is not of this service. Whoever runs the service allows other origins.",
)
NOT_FOUND = Kind(
    "not-found",
    HTTPStatus.NOT_FOUND,
    "There is nothing at this address",
    "No resource has this address. /openapi.json and /docs list those that there are.",
)
UNKNOWN_NAME = Kind(
    "unknown-name",
    HTTPStatus.NOT_FOUND,
    "There is nothing of this name",
    "A guide, domain, source, run or other name that the address holds is not known here; names of one owner are not "
    "known to another. `near` holds the known names that are like it.",
)
NO_BIBLIOGRAPHY = Kind(
    "no-bibliography",
    HTTPStatus.NOT_FOUND,
    "There is no bibliography yet",
    "The domain exists and has no bibliography so far. POST /v1/runs makes one.",
)
WRONG_METHOD = Kind(
    "method-not-allowed",
    HTTPStatus.METHOD_NOT_ALLOWED,
    "This can't be done here",
    "The resource exists and does not know this method; the Allow header lists those that it knows.",
)
NOT_ACCEPTABLE = Kind(
    "not-acceptable",
    HTTPStatus.NOT_ACCEPTABLE,
    "Not in this form",
    "The resource exists in none of the media types that the Accept header lists; the detail names those that exist.",
)
CONFLICT = Kind(
    "another-is-kept",
    HTTPStatus.CONFLICT,
    "Another one is kept under this name",
    "What is kept under the name differs from what was sent, and stays as it is. Give another name, or replace it.",
)
NOT_DONE = Kind(
    "run-not-done",
    HTTPStatus.CONFLICT,
    "The run has no result",
    "The run is under way, failed or was cancelled; the detail says which and what to do.",
)
UNDER_WAY = Kind(
    "request-under-way",
    HTTPStatus.CONFLICT,
    "The same request is being answered",
    "Another request with this Idempotency-Key is at work. Send it again in a moment: its answer will come back.",
)
TOO_LARGE = Kind(
    "body-too-large",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "The body is too large",
    "The request carries more bytes than the service takes. Nothing was read. Send it in parts.",
)
WRONG_MEDIA_TYPE = Kind(
    "unsupported-media-type",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "The body has another media type than this takes",
    "The Content-Type header names a media type that the resource does not read; the detail names those that it does.",
)
WRONG_HOST = Kind(
    "host-not-allowed",
    HTTPStatus.MISDIRECTED_REQUEST,
    "The service is not reached by this name",
    "The Host header holds a name that the service does not answer to, so that no web page reaches it through a name "
    "of its own. Whoever runs the service allows other names.",
)
UNUSABLE = Kind(
    "unusable-request",
    HTTPStatus.UNPROCESSABLE_ENTITY,
    "The request can't be done as it is",
    "A value is missing, of the wrong type or out of range, a parameter or field has an unknown name, or the values do "
    "not go together. Nothing was done. `errors` names each part that is wrong.",
)
UNKNOWN_IN_BODY = Kind(
    "unknown-name-in-body",
    HTTPStatus.UNPROCESSABLE_ENTITY,
    "The request names something that is not there",
    "A name in the body of the request is not known here. `near` holds the known names that are like it.",
)
UNREADABLE_GUIDE = Kind(
    "unreadable-guide",
    HTTPStatus.UNPROCESSABLE_ENTITY,
    "This is no guide",
    "The text is not a guide, or contradicts itself; the detail names the line. Nothing was kept.",
)
UNREADABLE_RECORDS = Kind(
    "unreadable-records",
    HTTPStatus.UNPROCESSABLE_ENTITY,
    "Records can't be read",
    "No line holds a record that can be used, or a reply holds no JSON object of a known form. `errors` names each.",
)
KEY_REUSED = Kind(
    "idempotency-key-reused",
    HTTPStatus.UNPROCESSABLE_ENTITY,
    "The Idempotency-Key belongs to another request",
    "The key was sent with another body or to another address before. Nothing was done. Take a new key for a new "
    "request.",
)
FAULT = Kind(
    "fault",
    HTTPStatus.INTERNAL_SERVER_ERROR,
    "The service failed",
    "An error of the program: its fault and not yours. The log tells of it under the request's id.",
)
UNAVAILABLE = Kind(
    "unavailable",
    HTTPStatus.SERVICE_UNAVAILABLE,
    "The store can't be used at the moment",
    "The data directory, an index or the embedding model could not be used; the log says why. What was kept before is "
    "there. Send the request again in a moment.",
)
TOO_SLOW = Kind(
    "too-slow",
    HTTPStatus.GATEWAY_TIMEOUT,
    "The request took too long",
    "No answer was there within the time that a request may take. What the request began may still come to its end. "
    "Long work belongs into a run: POST /v1/runs.",
)

KINDS: Final[Mapping[str, Kind]] = {
    kind.name: kind
    for kind in (
        *(NOT_HTTP, UNREADABLE_BODY, NO_KEY, NOT_ALLOWED, WRONG_ORIGIN, NOT_FOUND, UNKNOWN_NAME, NO_BIBLIOGRAPHY),
        WRONG_METHOD,
        *(NOT_ACCEPTABLE, CONFLICT, NOT_DONE, UNDER_WAY, TOO_LARGE, WRONG_MEDIA_TYPE, WRONG_HOST, UNUSABLE),
        *(UNKNOWN_IN_BODY, UNREADABLE_GUIDE, UNREADABLE_RECORDS, KEY_REUSED, FAULT, UNAVAILABLE, TOO_SLOW),
    )
}


class ProblemError(ResearchAgentError):
    """An answer that is a problem document, where no other error of ours says so by its class."""

    def __init__(
        self,
        kind: Kind,
        detail: str,
        *,
        errors: Sequence[FieldProblem] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.kind, self.detail = kind, detail
        self.errors, self.headers = tuple(errors), dict(headers or {})


def problem(
    kind: Kind,
    detail: str = "",
    *,
    near: Sequence[str] = (),
    errors: Sequence[FieldProblem] = (),
    headers: Mapping[str, str] | None = None,
) -> "Response":
    """The answer that tells of a problem."""
    from starlette.responses import Response

    told: dict[str, Any] = {"type": kind.address, "title": kind.title, "status": int(kind.status)}
    document = ProblemDocument(
        **told, detail=_legible(detail), near=list(near), errors=list(errors), request_id=REQUEST_ID.get()
    )
    # What is empty is left out: a client that shows the document shows what there is.
    content = document.model_dump_json(exclude_defaults=True)
    return Response(content, int(kind.status), dict(headers or {}), media_type=MEDIA_TYPE)


def problem_of(error: ResearchAgentError, *, in_address: bool, to_person_here: bool) -> "Response":
    """The answer that tells of one of our errors.

    Args:
        error: what was raised.
        in_address: whether an unknown name stands in the request's address, so that there is no such resource.
        to_person_here: whether paths of this machine may be told.
    """
    if isinstance(error, ProblemError):
        return problem(error.kind, error.detail, errors=error.errors, headers=error.headers)
    if isinstance(error, UnknownNameError):
        return problem(UNKNOWN_NAME if in_address else UNKNOWN_IN_BODY, REST(str(error)), near=error.near)
    for wrong, kind in _CALLERS.items():
        if isinstance(error, wrong):
            return problem(kind, REST(str(error)))
    _log.error("%s: %s", type(error).__name__, error)
    kind = UNAVAILABLE if isinstance(error, StoreError | EmbeddingError | OutputError) else FAULT
    busy = {"Retry-After": RETRY_AFTER} if isinstance(error, StoreBusyError) else None
    return problem(kind, REST(str(error)) if to_person_here else "", headers=busy)


_CALLERS: Final[Mapping[type[ResearchAgentError], Kind]] = {
    NotAllowedError: NOT_ALLOWED,
    GuideError: UNREADABLE_GUIDE,
    RecordError: UNREADABLE_RECORDS,
    UsageError: UNUSABLE,
}
"""Errors that are the caller's to mend, the special before the general."""


def _legible(text: str) -> str:
    """A text as UTF-8 can carry it: a lone surrogate, which JSON can bring in, in words."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
