"""What the terminal says of a live search."""

import pytest

from research_agent.cli.show_search import show_failures, show_search, show_searches
from tests.bibliography.annotated import guide
from tests.bibliography.searched import ANSWERED, DOWN, SEARCH, live_bibliography


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")


def printed(capsys: pytest.CaptureFixture[str]) -> str:
    return " ".join(capsys.readouterr().out.split())


def test_what_was_not_checked_is_a_line_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    show_failures(SEARCH)
    assert printed(capsys).startswith("Not everything was looked at. Crossref was not checked: it answered 503")
    show_failures(ANSWERED)
    show_failures(None)
    assert printed(capsys) == ""


def test_services_and_rounds_follow_the_entries(capsys: pytest.CaptureFixture[str]) -> None:
    show_search(SEARCH)
    told = printed(capsys)
    assert "Crossref not checked 4 not known Semantic Scholar checked in part 4 at least 12" in told
    assert "OpenAlex answered 5 58 Brave Search not asked" in told
    assert "Brave Search: it has no key: set RESEARCH_AGENT_BRAVE_KEY" in told
    assert "Round 3. 1 question to 1 service brought no candidate." in told
    assert told.endswith("Why it ended. Three rounds are the most.")
    show_search(None)
    assert printed(capsys) == ""


def test_why_a_service_failed_is_told_once_in_full_and_elsewhere_it_is_named(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show_failures(SEARCH)
    show_search(SEARCH)
    told = printed(capsys)
    assert told.count(DOWN) == 1
    assert told.count("its limit allows no further question") == 1
    assert told.count("Crossref was not checked") == 3  # at the top, and in the two rounds in which it was asked


@pytest.mark.parametrize("columns", [80, 100])
def test_a_service_has_a_line_of_its_own_on_a_narrow_terminal(
    columns: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    show_search(SEARCH)
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert max(map(len, lines)) <= columns
    rows = [line.split("  ")[0] for line in lines[lines.index(next(x for x in lines if x.startswith("Service "))) :]]
    assert rows[1:5] == ["Crossref", "Semantic Scholar", "OpenAlex", "Brave Search"]


def test_of_several_domains_it_is_said_which_were_searched(capsys: pytest.CaptureFixture[str]) -> None:
    show_searches(guide(), [live_bibliography()])
    told = printed(capsys)
    assert told.startswith("Live sources were searched for domain 2; domain 7 rests on what the library held.")
    assert "Crossref was not checked for domain 2" in told
    show_searches(guide(), [live_bibliography(None)])
    assert printed(capsys) == ""
