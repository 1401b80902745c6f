"""Ask Claude a question whose answer has a form, within a budget and a deadline, and take nothing but a whole answer.

The answer's form is a schema that the service keeps to (structured outputs); what a schema can't say is validated here.
Sampling has no settings any more: who wants the same answer twice keeps the first one by its question's id.
"""

import hashlib
import json
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, Generic, Literal, TypeVar

import anyio
from pydantic import BaseModel, ValidationError

from research_agent.claude.budget import Attempt, Budget
from research_agent.claude.failures import (
    SERVICE,
    Retries,
    error_of,
    message_of,
    raised,
    seconds_until_again,
    text_of,
)
from research_agent.claude.models import ClaudeModel, Usage, claude_model
from research_agent.errors import AnswerError, ConnectorError, DataError, NetworkError, TimedOutError

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic
    from anthropic.types import Message

Effort = Literal["low", "medium", "high", "xhigh", "max"]
Form = TypeVar("Form", bound=BaseModel)

LONGEST_SECONDS: Final = 180.0
"""For a question, with all attempts and waits."""
LONGEST_ATTEMPT_SECONDS: Final = 90.0
_BESIDE_TEXT: Final = 1_000
"""Tokens that the service may add to a prompt: instructions for the form of the answer."""


@dataclass(frozen=True, kw_only=True)
class Question(Generic[Form]):
    """What is asked of a model, whole: two questions with one id are one question."""

    model: str
    """Id of a model of `claude_models`."""
    system: str
    """What the model is to do."""
    text: str
    """What it is to do it with. Whatever others wrote must be delimited in it."""
    form: type[Form]
    """The answer's form; its fields should have no defaults, since a field with one may be left out."""
    effort: Effort = "medium"
    max_tokens: int = 8_000
    """Of thinking and answer together."""

    @property
    def id(self) -> str:
        """SHA-256 of all that bears on the answer, hexadecimal."""
        asked = [self.model, self.system, self.text, _schema(self.form), self.effort, self.max_tokens]
        return hashlib.sha256(json.dumps(asked, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Answer(Generic[Form]):
    """A whole answer."""

    value: Form
    usage: Usage
    cost_usd: float
    """Of all attempts together."""


class Claude:
    """Asks; questions may be asked at once, on one event loop."""

    def __init__(
        self,
        client: "AsyncAnthropic",
        budget: Budget,
        *,
        retries: Retries | None = None,
        draw: Callable[[float, float], float] = random.uniform,
        sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
    ) -> None:
        self._client, self.budget = client, budget
        self._retries, self._draw, self._sleep = retries or Retries(), draw, sleep

    async def ask(self, question: Question[Form], *, seconds: float = LONGEST_SECONDS) -> Answer[Form]:
        """Ask until there is a whole answer.

        Args:
            question: what to ask.
            seconds: within which there must be one.

        Raises:
            UnknownNameError: the prices of this model are not known; nothing was asked.
            BudgetSpentError: it may cost more than may be spent; this attempt was not made.
            ConnectorError: the service does not take the question, or its answers can't be used.
            NetworkError: it could not be reached in time.
        """
        model, until, attempt, spent = claude_model(question.model), anyio.current_time() + seconds, 1, 0.0
        while True:
            with self.budget.attempt(_most_usd(model, question)) as spending:
                try:
                    with anyio.fail_after(until - anyio.current_time()):
                        message = await self._send(question, model, spending)
                    value = _read(question.form, text_of(message))
                    break
                except TimeoutError as late:
                    raise TimedOutError(f"Claude gave no answer within {seconds:.0f} s.") from late
                except (ConnectorError, NetworkError) as failure:
                    error = failure
            spent += spending.paid_usd
            left = until - anyio.current_time()
            wait = seconds_until_again(error, attempt, left, self._retries, self._draw)
            if wait is None:
                raise error
            await self._sleep(wait)
            attempt += 1
        return Answer(value=value, usage=_usage_of(message), cost_usd=spent + spending.paid_usd)

    async def _send(self, question: Question[Form], model: ClaudeModel, spending: Attempt) -> "Message":
        """One attempt: a message, whole or not, whose cost is known."""
        from anthropic import APIStatusError, transform_schema

        try:
            came = await self._client.messages.create(
                model=question.model,
                max_tokens=question.max_tokens,
                system=question.system,
                messages=[{"role": "user", "content": question.text}],
                output_config={
                    "effort": question.effort,
                    "format": {"type": "json_schema", "schema": transform_schema(question.form)},
                },
            )
        except raised() as failure:
            if isinstance(failure, APIStatusError):
                spending.paid_usd = 0.0  # an error is not billed
            raise error_of(failure) from failure
        message = message_of(came)
        spending.paid_usd = model.cost_usd(_usage_of(message))
        return message


@asynccontextmanager
async def open_claude(key: str, budget: Budget, *, address: str | None = None) -> AsyncIterator[Claude]:
    """Claude for the questions of a block.

    Args:
        key: the API key.
        budget: what may be spent.
        address: where the service answers; None: at ANTHROPIC_BASE_URL if that is set, else at Anthropic's.

    Raises:
        DataError: the package `anthropic` is not installed.
    """
    try:
        from anthropic import AsyncAnthropic
    except ImportError as error:
        raise DataError("Claude needs the package anthropic: pip install 'research-agent-mcp[claude]'.") from error
    # Retries are ours: the SDK's own wait as long as a service asks, and know no budget.
    async with AsyncAnthropic(api_key=key, base_url=address, max_retries=0, timeout=LONGEST_ATTEMPT_SECONDS) as client:
        yield Claude(client, budget)


def _read(form: type[Form], text: str) -> Form:
    try:
        return form.model_validate_json(text)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, found['loc']))}: {found['msg']}" for found in error.errors())
        raise AnswerError(SERVICE, f"the answer has not the form that was asked for: {faults}") from error


def _usage_of(message: "Message") -> Usage:
    usage = message.usage
    written = usage.cache_creation
    return Usage(
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        cache_read_tokens=usage.cache_read_input_tokens or 0,
        cache_write_5m_tokens=written.ephemeral_5m_input_tokens if written else usage.cache_creation_input_tokens or 0,
        cache_write_1h_tokens=written.ephemeral_1h_input_tokens if written else 0,
    )


def _most_usd(model: ClaudeModel, question: Question[Form]) -> float:
    """What an attempt costs at most: no token is shorter than a byte."""
    texts = (question.system, question.text, _schema(question.form))
    read = sum(len(text.encode()) for text in texts) + _BESIDE_TEXT
    return model.cost_usd(Usage(input_tokens=read, output_tokens=question.max_tokens))


@cache
def _schema(form: type[BaseModel]) -> str:
    return json.dumps(form.model_json_schema(), sort_keys=True)
