"""Whether a failed attempt is made again, and when. The decision is pure; the loop around it is a library's."""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from tenacity import AsyncRetrying, RetryCallState

from research_agent.errors import NetworkError
from research_agent.sources.http.budget import RetryBudget
from research_agent.sources.http.deadline import Deadline
from research_agent.sources.http.reaching import no_way_to_it
from research_agent.sources.http.settings import Retries

PASSING_STATUSES: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Statuses after which the same request may succeed: time-outs, too early, too many, and a server that stumbles."""

Got = TypeVar("Got")


@dataclass(frozen=True, slots=True)
class Again:
    """Make it again, after so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Enough:
    """Let the failure stand, and why; empty: asking again would not help."""

    why: str = ""


def decide(
    failure: BaseException,
    *,
    attempt: int,
    repeatable: bool,
    remaining: float,
    shortest: float,
    settings: Retries,
    draw: Callable[[float, float], float],
    spend: Callable[[], bool],
) -> Again | Enough:
    """What follows a failed attempt.

    The wait is drawn evenly between 0 and a bound that doubles ("full jitter": Marc Brooker, "Exponential Backoff And
    Jitter", AWS Architecture Blog, 2015), and is never shorter than what the service asked for.

    Args:
        failure: What the attempt ended with.
        attempt: Its number, the first is 1.
        repeatable: Whether the request may be made twice.
        remaining: Seconds that the run has left.
        shortest: Seconds that one more attempt needs at least.
        settings: The limits.
        draw: A number evenly drawn between two.
        spend: Takes a retry out of the host's budget, if one is left. Asked last, once all else speaks for a retry.
    """
    if not (isinstance(failure, NetworkError) and failure.passing):
        return Enough()
    asked = failure.retry_after or 0.0
    wait = max(asked, draw(0.0, backoff_bound(attempt, settings)))
    why = ""
    if not repeatable:
        why = "it may not be made twice"
    elif attempt >= settings.attempts or (attempt >= settings.attempts_to_reach and no_way_to_it(failure)):
        why = f"{attempt} attempts were made"
    elif asked > settings.longest_asked:
        why = f"a pause of {asked:.0f} s is asked for, and we wait {settings.longest_asked:.0f} s at most"
    elif wait + shortest > remaining:
        why = f"the run has {remaining:.1f} s left, too few for a pause of {wait:.1f} s and one more attempt"
    elif not spend():
        why = "the budget of retries for this host is used up"
    return Enough(why) if why else Again(wait)


def backoff_bound(attempt: int, settings: Retries) -> float:
    """The longest wait, in seconds, after so many attempts."""
    return float(min(settings.longest, settings.base * 2.0 ** min(attempt - 1, 60)))


async def with_retries(
    attempt: Callable[[int], Awaitable[Got]],
    *,
    repeatable: bool,
    deadline: Deadline,
    shortest: float,
    settings: Retries,
    budget: RetryBudget,
    randomness: random.Random,
    sleep: Callable[[float], Awaitable[None]],
) -> Got:
    """Make attempts until one succeeds or `decide` says that it is enough; then the last failure is raised, with why.

    Args:
        attempt: Makes the attempt of this number, the first is 1.
        repeatable: Whether the request may be made twice.
        deadline: When the run ends.
        shortest: Seconds that an attempt needs at least.
        settings: The limits.
        budget: The host's retries. Who makes the attempts counts the requests: what a cache answers is none.
        randomness: What waits are drawn from.
        sleep: Waits so many seconds.

    Raises:
        NetworkError: the last attempt's failure, which says why there was no other.
    """
    decision: Again | Enough = Enough()

    def again(state: RetryCallState) -> bool:
        nonlocal decision
        failure = state.outcome.exception() if state.outcome else None
        if failure is None:
            return False
        decision = decide(
            failure,
            attempt=state.attempt_number,
            repeatable=repeatable,
            remaining=deadline.remaining,
            shortest=shortest,
            settings=settings,
            draw=randomness.uniform,
            spend=budget.spend,
        )
        return isinstance(decision, Again)

    def seconds(_: RetryCallState) -> float:
        return decision.seconds if isinstance(decision, Again) else 0.0

    number = 0

    async def next_attempt() -> Got:
        nonlocal number
        number += 1
        return await attempt(number)

    try:
        return await AsyncRetrying(retry=again, wait=seconds, sleep=sleep, reraise=True)(next_attempt)
    except NetworkError as error:
        if isinstance(decision, Enough) and decision.why:
            said = f"{error} It is not asked again: {decision.why}."
            raise type(error)(said, passing=error.passing, retry_after=error.retry_after) from error
        raise
