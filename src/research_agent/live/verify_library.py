"""Verify the sources of a library, and keep what was seen as it comes: whoever is killed goes on where they stopped."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

import anyio
import anyio.to_thread

from research_agent.library.library import Library
from research_agent.live.verify import LooksUp, speaks_against, unheard, utc_now, verify_all
from research_agent.model.progress import Progress, unwatched
from research_agent.model.source import Source
from research_agent.model.verification import Verification, VerificationReport
from research_agent.sources.http.deadline import Deadline

WITHIN_DAYS: Final = 30
"""Days for which a look counts: retractions and renamed projects become known in weeks, and a look at every source of
a guide takes services some thousand requests."""


async def verify_library(
    library: Library,
    sources: Sequence[Source],
    services: LooksUp,
    deadline: Deadline,
    *,
    on_verified: Callable[[Verification], None] = unheard,
    progress: Progress = unwatched,
    again: bool = False,
    within_days: int = WITHIN_DAYS,
    now: Callable[[], datetime] = utc_now,
) -> VerificationReport:
    """Verify these sources, but for those that an earlier look has settled, and keep each as soon as it is done.

    Args:
        library: holds the sources, and is told what was seen of them.
        sources: which of them.
        services: who can be asked.
        deadline: when to stop.
        on_verified: takes each verification as it comes, in the caller's event loop.
        progress: is told of each source that is done.
        again: whether to look at settled ones, too.
        within_days: for how many days a look settles a source. One that could not see everything settles nothing.
        now: tells the time, with its zone.

    Raises:
        StoreError: what was seen can't be kept; what was kept before stays.
    """
    earlier = {} if again else await anyio.to_thread.run_sync(library.verifications)
    since = now() - timedelta(days=within_days)
    settled = {source.id: kept for source in sources if _settled(kept := earlier.get(source.id), since) and kept}
    due = [source for source in sources if source.id not in settled]
    against = tuple(sorted(name for name, kept in settled.items() if speaks_against(kept)))

    waiting: list[Verification] = []
    writing = anyio.Lock()

    async def keep(verification: Verification) -> None:
        """Keep all that waits at once: a write takes longer than many a look, and hardly longer for several."""
        waiting.append(verification)
        async with writing:
            batch = waiting.copy()
            waiting.clear()
            if batch:  # else whoever wrote before has written this one, too
                await anyio.to_thread.run_sync(library.keep_verifications, batch)

    report = await verify_all(due, services, deadline, on_verified, progress, keep=keep, now=now)
    return report.model_copy(
        update={"earlier": len(sources) - len(due), "earlier_against": against, "within_days": within_days}
    )


def _settled(kept: Verification | None, since: datetime) -> bool:
    return kept is not None and kept.complete and kept.at >= since
