"""The matrix of capabilities, and the file of last answers that processes share."""

import multiprocessing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from research_agent.live.last_answers import FILE, MOST_KEPT, LastAnswer, LastAnswers
from research_agent.live.status import limit_in_words, proven, service_statuses
from research_agent.settings import Settings
from research_agent.sources.connectors import connector_names
from research_agent.sources.connectors.crossref import Crossref
from research_agent.sources.http.exchange import ApiLimit, Rate

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def answer(minutes: int = 0, why: str = "") -> LastAnswer:
    return LastAnswer(at=NOON + timedelta(minutes=minutes), state="not_checked" if why else "answered", why=why)


def test_every_service_has_its_capabilities_terms_and_proofs(tmp_path: Path) -> None:
    statuses = {one.name: one for one in service_statuses(Settings(data_dir=tmp_path))}
    assert tuple(statuses) == connector_names()
    crossref = statuses["crossref"]
    assert crossref.search
    assert crossref.look_up == ("doi",)
    assert crossref.retraction
    assert set(crossref.proven) == {"search", "look_up:doi", "retraction"}
    assert crossref.limit == "5 a second, 1 at once"
    assert crossref.last is None
    assert statuses["brave"].lacks == "a key"
    assert (statuses["brave"].key, statuses["brave"].set_by) == ("required", "RESEARCH_AGENT_BRAVE_KEY")


def test_a_key_that_is_set_shows_as_set_and_never_as_itself(tmp_path: Path) -> None:
    settings = Settings.model_validate({"data_dir": tmp_path, "brave_key": "SECRET", "contact": "ada@example.org"})
    statuses = service_statuses(settings)
    brave = next(one for one in statuses if one.name == "brave")
    assert (brave.key_set, brave.lacks) == (True, "")
    assert "SECRET" not in repr(statuses)
    assert next(one for one in statuses if one.name == "crossref").limit == "10 a second, 3 at once"


def test_stand_ins_show_in_the_matrix(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, stand_ins="http://127.0.0.1:8099")
    assert service_statuses(settings)[0].asked_at == "http://127.0.0.1:8099/arxiv"


def test_the_last_answer_of_a_service_is_shown(tmp_path: Path) -> None:
    last = LastAnswers(tmp_path)
    last.note("crossref", answer(why="no network: Crossref could not be reached"))
    last.keep()
    status = next(one for one in service_statuses(Settings(data_dir=tmp_path)) if one.name == "crossref")
    assert status.last == answer(why="no network: Crossref could not be reached")


def test_a_connector_that_can_t_say_what_it_can_do_is_shown_as_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken(Crossref):
        @property
        def lacks(self) -> str:
            raise ZeroDivisionError("a mistake")

    monkeypatch.setattr("research_agent.sources.connectors.crossref.Crossref", Broken)
    statuses = {one.name: one for one in service_statuses(Settings(data_dir=tmp_path))}
    assert "ZeroDivisionError" in statuses["crossref"].broken
    assert statuses["arxiv"].broken == ""


def test_the_proofs_ship_for_every_connector_that_ships() -> None:
    assert set(proven()) == set(connector_names())


LIMITS = [
    (ApiLimit(name="a", rates=(Rate(requests=1, seconds=3),), at_once=1), "1 in 3 seconds, 1 at once"),
    (ApiLimit(name="a", rates=(Rate(requests=500, seconds=300),), at_once=2), "500 in 5 minutes, 2 at once"),
    (ApiLimit(name="a", rates=(Rate(requests=1, seconds=0.5),), at_once=1), "1 in 0.5 seconds, 1 at once"),
    (
        ApiLimit(name="a", rates=(Rate(requests=30, seconds=60), Rate(requests=5_000, seconds=3_600)), at_once=1),
        "30 a minute, 5,000 an hour, 1 at once",
    ),
]


@pytest.mark.parametrize(("limit", "words"), LIMITS)
def test_a_limit_is_said_in_words(limit: ApiLimit, words: str) -> None:
    assert limit_in_words(limit) == words


# --- last answers ---------------------------------------------------------------------------------------------------


def test_of_each_service_the_latest_answer_is_kept(tmp_path: Path) -> None:
    first, second = LastAnswers(tmp_path), LastAnswers(tmp_path)
    first.note("arxiv", answer(2))
    first.note("crossref", answer(1))
    second.note("arxiv", answer(1, "earlier"))
    first.keep()
    second.keep()
    assert LastAnswers(tmp_path).read() == {"arxiv": answer(2), "crossref": answer(1)}


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"arxiv": {"at": 7}}', b"\xff\xfe", b" " * 2_000_000])
def test_a_file_that_is_not_ours_is_made_anew(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    last = LastAnswers(tmp_path)
    assert last.read() == {}
    last.note("arxiv", answer())
    last.keep()
    assert LastAnswers(tmp_path).read() == {"arxiv": answer()}


def test_the_file_stays_small(tmp_path: Path) -> None:
    last = LastAnswers(tmp_path)
    for number in range(MOST_KEPT + 50):
        last.note(f"service-{number:04}", answer(number, "x" * 10_000))
    last.keep()
    kept = LastAnswers(tmp_path).read()
    assert len(kept) == MOST_KEPT
    assert "service-0000" not in kept
    assert (tmp_path / FILE).stat().st_size < 200_000


def test_a_folder_that_can_t_be_written_costs_no_search(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    last = LastAnswers(tmp_path / "file" / "below")
    last.note("arxiv", answer())
    last.keep()


def _keep_many(folder: Path, service: str) -> None:
    for minutes in range(20):
        last = LastAnswers(folder)
        last.note(service, answer(minutes))
        last.keep()


def test_two_processes_lose_nothing_of_each_other(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_keep_many, args=(tmp_path, name)) for name in ("arxiv", "crossref")]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
        assert process.exitcode == 0
    assert LastAnswers(tmp_path).read() == {"arxiv": answer(19), "crossref": answer(19)}
    assert sorted(path.name for path in tmp_path.iterdir() if not path.name.endswith(".lock")) == [FILE]
