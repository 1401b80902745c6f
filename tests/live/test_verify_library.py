"""The sources of a library are verified once in a while, and what was seen is kept as it comes."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import anyio

from research_agent.library.library import Library
from research_agent.live.verify_library import verify_library
from research_agent.model.candidate import Candidate
from research_agent.model.source import Source
from research_agent.model.verification import Verification, VerificationReport
from research_agent.sources.http.deadline import Deadline
from tests.library.material import open_library
from tests.live.told import DOI, NOW, PAPER, POST, PROJECT, Asked, candidate, fact

WORKS = (PAPER, POST, PROJECT)
KNOWN = {
    ("crossref", DOI): [candidate("crossref", PAPER, signals=(fact("retracted", True),))],
    ("web", POST.url): [candidate("web", POST)],
    ("github", "github.com/lovelace/loom"): [candidate("github", PROJECT)],
}


def verified(
    library: Library, services: Asked, *, sources: Sequence[Source] = WORKS, again: bool = False, days: int = 0
) -> VerificationReport:
    """What a run says that is made so many days after the first one."""
    return anyio.run(
        lambda: verify_library(
            library, sources, services, Deadline.after(60), again=again, now=lambda: NOW + timedelta(days=days)
        )
    )


def filled(directory: Path) -> Library:
    library = open_library(directory)
    library.ingest("corpus:clients", WORKS)
    return library


def test_what_was_seen_is_kept_and_moves_the_sources(tmp_path: Path) -> None:
    with filled(tmp_path) as library:
        report = verified(library, Asked(KNOWN))
        assert [one.state for one in report.verifications] == ["verified"] * 3
        assert library.verifications() == {one.source: one for one in report.verifications}
        assert library.source(PAPER.id).signal("retracted").value is True
        assert library.source(PAPER.id).existence == PAPER.existence


def test_a_settled_source_is_left_alone_until_its_look_is_old(tmp_path: Path) -> None:
    with filled(tmp_path) as library:
        verified(library, Asked(KNOWN))
        soon, late, again = Asked(KNOWN), Asked(KNOWN), Asked(KNOWN)
        report = verified(library, soon, days=29)
        assert (report.earlier, report.verifications, soon.asked()) == (3, (), [])
        assert len(verified(library, late, days=31).verifications) == 3
        assert len(verified(library, again, days=31, again=True).verifications) == 3


def test_what_speaks_against_a_source_is_told_again_though_it_is_left_alone(tmp_path: Path) -> None:
    with filled(tmp_path) as library:
        assert verified(library, Asked(KNOWN)).earlier_against == ()
        report = verified(library, Asked(KNOWN), days=1)
        assert (report.earlier, report.earlier_against) == (3, (PAPER.id,))


def test_what_could_not_be_looked_at_is_looked_at_next_time(tmp_path: Path) -> None:
    down: dict[tuple[str, str], list[Candidate] | str] = {**KNOWN, ("web", POST.url): "the connection was refused"}
    with filled(tmp_path) as library:
        assert verified(library, Asked(down)).incomplete
        services = Asked(KNOWN)
        report = verified(library, services, days=1)
        assert [one.source for one in report.verifications] == [POST.id]
        assert report.earlier == 2


def test_a_run_that_was_stopped_has_kept_what_it_saw(tmp_path: Path) -> None:
    async def stopped(library: Library) -> list[str]:
        seen: list[str] = []
        with anyio.CancelScope() as scope:

            def stop_after_two(one: Verification) -> None:
                seen.append(one.source)
                if len(seen) == 2:
                    scope.cancel()

            await verify_library(
                library, WORKS, Asked(KNOWN), Deadline.after(60), on_verified=stop_after_two, now=lambda: NOW
            )
        return seen

    with filled(tmp_path) as library:
        seen = anyio.run(stopped, library)
        assert len(seen) >= 2
        assert sorted(library.verifications()) == sorted(seen)
        rest = verified(library, Asked(KNOWN), days=1)
        assert len(rest.verifications) == len(WORKS) - len(seen)
