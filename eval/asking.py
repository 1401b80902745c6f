"""Ask a model many questions, some at a time, and hand on each answer as it comes."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Final, TypeVar

import anyio
from pydantic import BaseModel

from research_agent.claude import Answer, Claude, Question
from research_agent.errors import AnswerError, ConnectorError, DeclinedError, ResearchAgentError

AT_ONCE: Final = 16
"""Questions under way: if an answer takes three seconds, 320 a minute, a third of what the smallest account may ask
(1,000: https://platform.claude.com/docs/en/api/rate-limits, seen September 2026)."""
LONGEST_SECONDS: Final = 600.0
"""After that no question is asked any more; the next run asks those that are left."""

Opening = Callable[[], AbstractAsyncContextManager[Claude]]
Key = TypeVar("Key")
Form = TypeVar("Form", bound=BaseModel)


async def ask_all(
    opening: Opening,
    questions: Mapping[Key, Question[Form]],
    keep: Callable[[Key, Answer[Form] | ConnectorError], None],
) -> str:
    """Ask all of them; why some were left, empty if none were.

    Args:
        opening: opens the model.
        questions: by whatever the caller knows them by.
        keep: is handed each answer; or, where the model declines or twice gives no usable answer, that error. Any other
            failure would befall the next question as well: it ends the asking, and those under way are waited for.

    Raises:
        DataError: the model's package is not installed.
    """
    until, slots = anyio.current_time() + LONGEST_SECONDS, anyio.Semaphore(AT_ONCE)
    failed: list[ResearchAgentError] = []
    left = 0

    async def ask(claude: Claude, key: Key, question: Question[Form]) -> None:
        nonlocal left
        async with slots:
            if failed or anyio.current_time() > until:
                left += 1
                return
            try:
                answer: Answer[Form] | ConnectorError = await claude.ask(question)
            except (DeclinedError, AnswerError) as error:
                answer = error
            except ResearchAgentError as error:
                failed.append(error)
                left += 1
                return
        keep(key, answer)

    async with opening() as claude, anyio.create_task_group() as group:
        for key, question in questions.items():
            group.start_soon(ask, claude, key, question)
    if not left:
        return ""
    why = str(failed[0]) if failed else f"{LONGEST_SECONDS:.0f} seconds were too few."
    return f"{left} of {len(questions)} answers are missing. {why} Run it again to go on: what came is kept."
