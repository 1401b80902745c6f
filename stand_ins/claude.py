"""A stand-in of Anthropic's Messages API: it holds requests to the documented rules, and answers what a test hands it.

Rules: https://platform.claude.com/docs/en/build-with-claude/structured-outputs and .../api/versioning (seen September
2026). Its shapes are those of the SDK's own types, so that they can't drift from what is installed.
"""

import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route, Router

from stand_ins.app import Unreliable
from stand_ins.behaviour import Behaviour
from stand_ins.counting import Count
from stand_ins.serving import serving_app

KEY: Final = "sk-ant-stand-in"
"""The one key that it knows."""
VERSION: Final = "2026-10-21"
CHARACTERS_A_TOKEN: Final = 3.5
_FIELDS: Final = frozenset({"model", "max_tokens", "system", "messages", "output_config", "thinking", "metadata"})
_SCHEMA_WORDS: Final = frozenset(
    {"$defs", "$ref", "additionalProperties", "anyOf", "const", "description", "enum", "format", "items", "properties"}
    | {"required", "title", "type"}
)


@dataclass(frozen=True)
class Failing:
    """An answer that is an error, in the API's shape."""

    status: int
    type: str
    code: str = ""
    retry_after: str = ""


@dataclass(frozen=True)
class Stopping:
    """An answer that is not whole."""

    reason: str
    text: str = ""


Reply = Mapping[str, Any] | Failing | Stopping | Response
Answering = Callable[[Mapping[str, Any]], Reply]
"""From a request's body to what is answered: an object in the form asked for, or something that went wrong."""


@dataclass(frozen=True)
class StandInClaude:
    """One that answers."""

    address: str
    """What ANTHROPIC_BASE_URL is set to."""
    asked: list[Mapping[str, Any]] = field(default_factory=list)
    """The bodies of the requests that kept the rules."""
    count: Count = field(default_factory=Count)
    """All requests."""


@contextmanager
def serving_claude(answer: Answering, behaviour: Behaviour | None = None) -> Iterator[StandInClaude]:
    """Answer on loopback, in a thread, until the block ends.

    Raises:
        RuntimeError: it does not start.
    """
    asked: list[Mapping[str, Any]] = []
    count, numbers = Count(), itertools.count(1)

    async def messages(request: Request) -> Response:
        body = json.loads(await request.body())
        number = next(numbers)
        if request.headers.get("authorization") != f"Bearer {KEY}":
            return _error(Failing(401, "authentication_error"), number, "invalid API key")
        if fault := fault_of(request.headers, body):
            return _error(Failing(400, "invalid_request_error"), number, fault)
        asked.append(body)
        return _response(body, answer(body), number)

    service = Router([Route("/messages", messages, methods=["POST"])])
    app = Starlette(routes=[Mount("/v1", Unreliable("claude", service, behaviour or Behaviour(), count))])
    with serving_app(app) as address:
        yield StandInClaude(address, asked, count)


def fault_of(headers: Mapping[str, str], body: Mapping[str, Any]) -> str:
    """Which rule a request breaks; empty: none."""
    if headers.get("anthropic-version") != VERSION:
        return f"anthropic-version: {VERSION} is expected"
    if unknown := sorted(body.keys() - _FIELDS):
        return f"{unknown[0]}: Extra inputs are not permitted"
    if body["messages"][-1]["role"] != "user":
        return "the last message must be the user's: prefill is not supported"
    config = body.get("output_config", {})
    schema = config.get("format", {}).get("schema")
    return _fault_of_schema(schema) if schema is not None else ""


def _fault_of_schema(schema: object) -> str:
    if isinstance(schema, list):
        return next(filter(None, map(_fault_of_schema, schema)), "")
    if not isinstance(schema, dict):
        return ""
    if unknown := sorted(schema.keys() - _SCHEMA_WORDS):
        return f"output_config.format.schema: {unknown[0]} is not supported"
    if schema.get("type") == "object":
        if schema.get("additionalProperties") is not False:
            return "output_config.format.schema: additionalProperties must be false"
        if optional := sorted(schema["properties"].keys() - set(schema.get("required", ()))):
            return f"output_config.format.schema: {optional[0]} is optional"  # allowed there up to 24; here by none
    inner = [*schema.get("properties", {}).values(), *schema.get("$defs", {}).values(), schema.get("anyOf", [])]
    return next(filter(None, map(_fault_of_schema, [*inner, schema.get("items")])), "")


def _response(body: Mapping[str, Any], reply: Reply, number: int) -> Response:
    from anthropic.types import Message, RefusalStopDetails, TextBlock, ThinkingBlock, Usage  # takes a second

    if isinstance(reply, Response):
        return reply
    if isinstance(reply, Failing):
        return _error(reply, number, "a stand-in failed as it was told")
    stopped = reply if isinstance(reply, Stopping) else Stopping("end_turn", json.dumps(reply))
    read = sum(len(text) for text in (body.get("system", ""), *(message["content"] for message in body["messages"])))
    message = Message.construct(  # also with a reason that the SDK does not know yet
        id=f"msg_{number:06}",
        type="message",
        role="assistant",
        model=body["model"],
        content=[
            ThinkingBlock(type="thinking", thinking="", signature="stand-in"),
            TextBlock(type="text", text=stopped.text),
        ],
        stop_reason=stopped.reason,
        stop_details=RefusalStopDetails(type="refusal", category="bio") if stopped.reason == "refusal" else None,
        usage=Usage(
            input_tokens=round(read / CHARACTERS_A_TOKEN), output_tokens=round(len(stopped.text) / CHARACTERS_A_TOKEN)
        ),
    )
    return JSONResponse(message.model_dump(mode="json"), headers={"request-id": f"req_{number:06}"})


def _error(failing: Failing, number: int, text: str) -> Response:
    error: dict[str, Any] = {"type": failing.type, "message": text}
    if failing.code:
        error["details"] = {"error_code": failing.code}
    headers = {"request-id": f"req_{number:06}"}
    if failing.retry_after:
        headers["retry-after"] = failing.retry_after
    return JSONResponse({"type": "error", "error": error, "request_id": headers["request-id"]}, failing.status, headers)
