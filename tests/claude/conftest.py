"""A question, and Claude at a stand-in on loopback that answers what a test hands it."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager
from typing import Any, Literal

import pytest
from pydantic import BaseModel, Field

from research_agent.claude import Budget, Claude, Question
from stand_ins.behaviour import Behaviour
from stand_ins.claude import KEY, Answering, StandInClaude, serving_claude

MODEL = "claude-haiku-5-5"


class Colour(BaseModel):
    """A form with what schemas say and what they don't: bounds are validated here."""

    reason: str
    name: Literal["red", "blue"]
    share: float = Field(ge=0, le=1)


RED = {"reason": "it is", "name": "red", "share": 0.5}


def question(text: str = "Which colour?", **changes: Any) -> Question[Colour]:
    return Question(**{"model": MODEL, "system": "Name colours.", "text": text, "form": Colour, **changes})


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def stand_in() -> Iterator[Callable[..., StandInClaude]]:
    """Starts a stand-in; hand it an answer, or a list of answers to give one after another."""
    with ExitStack() as stack:

        def start(
            answer: Answering | Mapping[str, Any] | list[Any], behaviour: Behaviour | None = None
        ) -> StandInClaude:
            if isinstance(answer, list):
                left = iter(answer)
                return stack.enter_context(serving_claude(lambda _: next(left), behaviour))
            answering = answer if callable(answer) else lambda _: answer
            return stack.enter_context(serving_claude(answering, behaviour))

        yield start


@pytest.fixture
def waits() -> list[float]:
    """Seconds that were waited between attempts."""
    return []


@pytest.fixture
def at(waits: list[float]) -> Callable[..., AbstractAsyncContextManager[Claude]]:
    """Claude at an address, who waits no time and always draws the longest wait."""

    from anthropic import AsyncAnthropic  # takes a second, which a worker without these tests need not spend

    @asynccontextmanager
    async def opening(
        address: str, most_usd: float = 1.0, key: str = KEY, timeout: float = 10
    ) -> AsyncIterator[Claude]:
        async def waiting(seconds: float) -> None:
            waits.append(seconds)

        async with AsyncAnthropic(api_key=key, base_url=address, max_retries=0, timeout=timeout) as client:
            yield Claude(client, Budget(most_usd), draw=lambda _, longest: longest, sleep=waiting)

    return opening
