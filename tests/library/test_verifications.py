"""What looks at sources showed is kept, and reaches the sources as signals that change nothing else."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from research_agent.errors import UnknownNameError
from research_agent.library.verifications import record_of
from research_agent.model.source import Existence, ExistenceState, Signal, Source
from research_agent.model.verification import NameCheck, Verification
from research_agent.sources.identity import resolve
from research_agent.sources.naming import identify
from tests.library.material import NOW, a_source, garden, open_library

FERNS = a_source("ferns", identifiers=identify("https://example.org/ferns", "10.1000/ferns"))
RETRACTED = Signal(name="retracted", value=True, where="https://register.example.org/ferns", on=date(2026, 3, 1))


def looked(
    source: Source = FERNS, state: ExistenceState = "verified", *, at: datetime = NOW, **fields: Any
) -> Verification:
    check = NameCheck(scheme="doi", name="10.1000/ferns", state=state, why="so it is")
    defaults: dict[str, Any] = {"signals": (), "checks": (check,)}
    return Verification(source=source.id, title=source.title, state=state, why="so it is", at=at, **(defaults | fields))


def test_a_verification_is_kept_and_found_again(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        library.ingest("corpus:gardening", [FERNS])
        assert library.verification("ferns") is None
        library.keep_verifications([looked()])
    with open_library(tmp_path) as again:
        assert again.verification("ferns") == looked()
        assert again.verifications() == {"ferns": looked()}


def test_a_verification_of_no_source_here_is_refused(tmp_path: Path) -> None:
    with open_library(tmp_path) as library, pytest.raises(UnknownNameError):
        library.keep_verifications([looked()])


def test_its_signals_reach_the_source_and_change_nothing_else(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        library.ingest("corpus:gardening", [FERNS])
        before, generation = library.source("ferns"), library.generation
        library.keep_verifications([looked(signals=(RETRACTED,))])
        after = library.source("ferns")
    assert after.signal("retracted") == RETRACTED
    assert (after.signal("verification").value, after.signal("verification").on) == ("verified", NOW.date())
    assert after.model_copy(update={"signals": before.signals}) == before
    assert library.generation > generation  # so that what was made without them is made anew


def test_a_look_that_found_nothing_takes_back_what_an_earlier_one_found(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        library.ingest("corpus:gardening", [FERNS])
        library.keep_verifications([looked(signals=(RETRACTED,))])
        library.keep_verifications([looked(at=NOW + timedelta(days=40))])
        assert not library.source("ferns").signal("retracted").observed


def test_a_look_that_could_see_nothing_replaces_none_that_did(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        library.ingest("corpus:gardening", [FERNS])
        library.keep_verifications([looked(signals=(RETRACTED,))])
        library.keep_verifications([looked(state="not_checked", at=NOW + timedelta(days=40))])
        assert library.verification("ferns") == looked(signals=(RETRACTED,))
        assert library.source("ferns").signal("retracted") == RETRACTED


def test_a_look_that_could_not_see_everything_keeps_what_an_earlier_one_saw(tmp_path: Path) -> None:
    page = NameCheck(scheme="url", name=FERNS.url, state="verified", why="it has the title")
    down = NameCheck(scheme="doi", name="10.1000/ferns", state="not_checked", why="down")
    with open_library(tmp_path) as library:
        library.ingest("corpus:gardening", [FERNS])
        library.keep_verifications([looked(signals=(RETRACTED,))])
        library.keep_verifications([looked(checks=(page, down), at=NOW + timedelta(days=40))])
        assert library.source("ferns").signal("retracted") == RETRACTED


def test_a_source_that_became_another_ones_alias_keeps_its_verification(tmp_path: Path) -> None:
    other = a_source("ferns-outdoors", title=FERNS.title, domains=("2",), identifiers=FERNS.identifiers)
    with open_library(tmp_path) as library:
        library.ingest("corpus:gardening", [other])
        library.keep_verifications([looked(other)])
        library.ingest("added", [FERNS])
        present = library.source("ferns").id
        assert "ferns-outdoors" in (present, *library.source("ferns").aliases)
        found = library.verification("ferns-outdoors")
        assert found is not None
        assert found.source == present
        assert list(library.verifications()) == [present]


def test_the_record_of_a_verification_is_heard_for_nothing_but_its_signals() -> None:
    works = [
        FERNS,
        *garden(30),
        a_source("unchecked", existence=Existence(state="not_checked", how="", why="added by hand")),
        a_source("early", kind="preprint", authors=("Ada Lovelace",), publisher="A server"),
    ]
    for work in works:
        (found,) = resolve([work, record_of(work, looked(work, signals=(RETRACTED,)))])
        assert found.signal("retracted") == RETRACTED
        names = {"identifiers": identify(work.url, work.identifiers.doi)}  # in the form in which merging leaves them
        assert found.model_copy(update={"signals": ()}) == work.model_copy(update={"signals": (), **names})
