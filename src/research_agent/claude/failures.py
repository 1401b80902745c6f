"""What went wrong with a question, as an error of ours, and whether to ask again. Pure.

Statuses and codes: https://platform.claude.com/docs/en/api/errors and .../api/rate-limits (seen September 2026).
"""

import json
from typing import TYPE_CHECKING, Final, NamedTuple

from research_agent.errors import (
    AnswerError,
    ConnectorError,
    DeclinedError,
    NetworkError,
    ResearchAgentError,
    ServiceBusyError,
    ServiceDownError,
    ServiceRefusedError,
    TimedOutError,
    UnreachableError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    import anthropic
    from anthropic.types import Message

SERVICE: Final = "Claude"
_OVERLOADED: Final = 529
_TOO_MANY: Final = 429
_PASSING: Final = frozenset({408, 409})
"""Beside 429 and what is wrong on the service's side (5xx)."""
_REFUSALS: Final = {
    401: "the key is not known there; look at ANTHROPIC_API_KEY",
    402: "the account has no credit; see its billing page",
    403: "the key may not do this; look at what it is allowed",
    404: "there is no such model for this key",
}
_SPEND_LIMIT: Final = "spend_limit"
"""In `error.details.error_code` of a 429 that no waiting helps: enforced_spend_limit_reached and its like."""
_NO_MESSAGE: Final = "what came is no message; a proxy may have written it"
_LONGEST_TOLD: Final = 300  # characters of what the service says


class Retries(NamedTuple):
    """How often and how long a question is asked again."""

    attempts: int = 4
    attempts_at_an_answer: int = 2
    """Where answers come and can't be used: each of them is paid for."""
    first_seconds: float = 1.0
    """The longest wait after the first attempt; it doubles with each."""
    longest_seconds: float = 20.0
    """No wait of ours is longer."""
    longest_asked_seconds: float = 60.0
    """If the service asks for more patience than this, the failure stands."""


def raised() -> tuple[type[Exception], ...]:
    """What the SDK raises for a request that failed: not all of it is among its own errors."""
    import anthropic
    import httpx2

    return (anthropic.AnthropicError, httpx2.HTTPError, json.JSONDecodeError)


def error_of(failure: Exception) -> ResearchAgentError:
    """The error of ours for one of `raised`."""
    import anthropic
    import httpx2

    if isinstance(failure, anthropic.APITimeoutError | httpx2.TimeoutException):
        return TimedOutError("Claude did not answer in time.", passing=True)
    if isinstance(failure, anthropic.APIConnectionError | httpx2.HTTPError):
        cause = failure.__cause__ or failure
        return UnreachableError(f"The connection to Claude failed ({type(cause).__name__}: {cause}).", passing=True)
    if isinstance(failure, anthropic.APIStatusError):
        return _error_of_status(failure)
    if isinstance(failure, json.JSONDecodeError | anthropic.APIResponseValidationError):
        return AnswerError(SERVICE, _NO_MESSAGE)
    return ServiceRefusedError(SERVICE, f"the request could not be made: {str(failure)[:_LONGEST_TOLD]}")


def message_of(came: object) -> "Message":
    """The message that came, if it is one: the SDK takes anything that a proxy answers with 200.

    Raises:
        AnswerError: it is none.
    """
    from anthropic.types import Message

    if not isinstance(came, Message) or came.type != "message" or not isinstance(came.content, list):
        raise AnswerError(SERVICE, _NO_MESSAGE)
    if not came.usage or came.usage.input_tokens is None or came.usage.output_tokens is None:
        raise AnswerError(SERVICE, "the answer does not say how many tokens it took")
    return came


def text_of(message: "Message") -> str:
    """The text of a whole answer; thinking stands before it and is left aside.

    Raises:
        DeclinedError: the model declined.
        AnswerError: the answer was cut off.
    """
    if message.stop_reason == "refusal":
        category = message.stop_details and message.stop_details.category
        raise DeclinedError(SERVICE, f"it declined to answer ({category or 'it does not say why'})")
    if message.stop_reason != "end_turn":
        raise AnswerError(SERVICE, f"the answer is not whole: it stopped with {message.stop_reason}")
    return "".join(block.text for block in message.content if block.type == "text")


def seconds_until_again(
    error: ResearchAgentError,
    attempt: int,
    remaining: float,
    retries: Retries,
    draw: "Callable[[float, float], float]",
) -> float | None:
    """How long to wait before the question is asked again; None: it is not.

    Args:
        error: of the last attempt.
        attempt: its number, from 1.
        remaining: seconds that are left for the question.
        retries: the limits.
        draw: a number evenly drawn between two ("full jitter", Brooker 2015).
    """
    attempts = retries.attempts_at_an_answer if isinstance(error, AnswerError) else retries.attempts
    if attempt >= attempts or not _passes(error):
        return None
    asked = error.wait_seconds if isinstance(error, ServiceBusyError) else None
    if asked is not None and asked > retries.longest_asked_seconds:
        return None
    longest = min(retries.longest_seconds, retries.first_seconds * 2.0 ** (attempt - 1))
    wait = max(asked or 0.0, draw(0.0, longest))
    return wait if wait < remaining else None


def _passes(error: ResearchAgentError) -> bool:
    if isinstance(error, NetworkError):
        return error.passing
    return isinstance(error, ServiceBusyError | ServiceDownError | AnswerError)


def _error_of_status(failure: "anthropic.APIStatusError") -> ConnectorError:
    status, code = failure.status_code, failure.error_code or failure.type or ""
    said = f"it says: {failure.api_message[:_LONGEST_TOLD]}" if failure.api_message else "it says nothing more"
    if failure.request_id:
        said += f" (request {failure.request_id})"
    if status in _REFUSALS:
        return ServiceRefusedError(SERVICE, f"{_REFUSALS[status]}; {said}", status=status)
    if status == _TOO_MANY and _SPEND_LIMIT in code:
        return ServiceRefusedError(SERVICE, f"the limit of spending is reached; {said}", status=status)
    if status in (_TOO_MANY, _OVERLOADED):
        return ServiceBusyError(
            SERVICE, f"too many requests at the moment; {said}", status=status, wait_seconds=_wait_of(failure)
        )
    if status in _PASSING or status >= 500:
        return ServiceDownError(SERVICE, f"it failed with {status}; {said}", status=status)
    return ServiceRefusedError(SERVICE, f"it did not take the request ({status}); {said}", status=status)


def _wait_of(failure: "anthropic.APIStatusError") -> float | None:
    """Seconds that the service asks to wait: it sends whole seconds."""
    told = failure.response.headers.get("retry-after", "")
    return float(told) if told.isdigit() else None
