"""What the terminal says of a live search."""

import pytest

from research_agent.cli.show_search import show_failures, show_search, show_searches
from tests.bibliography.annotated import guide
from tests.bibliography.searched import ANSWERED, SEARCH, live_bibliography


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
    assert "Crossref not checked 4 not known it answered 503" in told
    assert "OpenAlex answered 5 58 Brave Search not asked" in told
    assert "Round 3. 1 question to 1 service brought no candidate." in told
    assert told.endswith("Why it ended. Three rounds are the most.")
    show_search(None)
    assert printed(capsys) == ""


def test_of_several_domains_it_is_said_which_were_searched(capsys: pytest.CaptureFixture[str]) -> None:
    show_searches(guide(), [live_bibliography()])
    told = printed(capsys)
    assert told.startswith("Live sources were searched for domain 2; domain 7 rests on what the library held.")
    assert "Crossref was not checked for domain 2" in told
    show_searches(guide(), [live_bibliography(None)])
    assert printed(capsys) == ""
