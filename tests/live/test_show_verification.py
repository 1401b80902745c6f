"""How a verification is printed: what is wrong first, and as JSON all of it."""

import json

import pytest

from research_agent.cli.show_verification import show_verification, show_verification_report
from research_agent.model.source import ExistenceState
from research_agent.model.verification import Difference, NameCheck, Verification, VerificationReport
from tests.live.told import NOW, fact

CHECK = NameCheck(
    scheme="doi",
    name="10.1/x",
    state="contradicted",
    service="crossref",
    title="Crossref",
    seen="Other [work] (Ada Lovelace, 2001)",
    where="https://crossref.example.org/record",
    at=NOW,
    why="what is there is evidently another work: other title",
    differences=(Difference(field="title", ours="Ours", theirs="Other [work]"),),
)


def one(source: str, state: ExistenceState, *checks: NameCheck, **fields: object) -> Verification:
    given = {"why": f"why it is {state}", "at": NOW, **fields}
    return Verification(source=source, title=f"Title of {source}", state=state, checks=checks, **given)


REPORT = VerificationReport(
    at=NOW,
    verifications=(
        one("a", "verified"),
        one("b", "verified", CHECK),
        one("c", "verified", signals=(fact("retracted", True), fact("archived", False))),
        one("d", "contradicted", CHECK),
        one("e", "not_checked", NameCheck(scheme="doi", name="10.1/y", state="not_checked", why="Crossref: down")),
        one(
            "f",
            "unverifiable",
            NameCheck(
                scheme="url",
                name="https://f.example.org",
                state="unverifiable",
                dead=True,
                copy_at="https://copy.org/f",
            ),
        ),
    ),
    earlier=4,
    within_days=30,
    left=2,
)


def test_a_report_names_what_is_in_question_and_counts_all(capsys: pytest.CaptureFixture[str]) -> None:
    show_verification_report(REPORT, as_json=False)
    text = " ".join(capsys.readouterr().out.split())
    assert text.index("contradicted d ") < text.index("unverifiable f ") < text.index("not checked e ")
    assert "6 sources looked at: 3 verified, 1 not checked, 1 unverifiable, 1 contradicted." in text
    assert "verified a " not in text  # nothing to say of it
    assert "verified b why it is verified" in text
    assert "verified c retracted" in text
    assert "copy: https://copy.org/f" in text
    assert "1 verified source with a name that leads elsewhere." in text
    assert "Not to be relied on: b, c, d 4" in text
    assert "4 sources left alone: looked at within 30 days" in text
    assert "2 sources not checked: the time was up" in text
    assert "goes on with what was not checked" in text


def test_sources_that_nobody_could_look_at_for_one_reason_are_told_together(
    capsys: pytest.CaptureFixture[str],
) -> None:
    down = NameCheck(scheme="url", name="https://x.example.org", state="not_checked", why="Web pages: no network")
    failed = NameCheck(scheme="doi", name="10.1/z", state="not_checked", why="Crossref: it answered 503")
    report = VerificationReport(
        at=NOW, verifications=(*(one(f"s{n}", "not_checked", down) for n in range(7)), one("z", "not_checked", failed))
    )
    show_verification_report(report, as_json=False)
    text = " ".join(capsys.readouterr().out.split())
    assert "not checked 7 sources: Web pages: no network s0, s1, s2, s3, s4 and 2 more" in text
    assert text.count("no network") == 1
    assert "not checked z why it is not_checked" in text


def test_why_nobody_could_look_is_told_once_and_wraps(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    why = "Crossref, DataCite, OpenAlex, Semantic Scholar: no network; DBLP: it answered 503, and not what it documents"
    check = NameCheck(scheme="doi", name="10.1/y", state="not_checked", why=why)
    show_verification(one("e", "not_checked", check, why=f"DOI 10.1/y: {why}"), as_json=False)
    lines = capsys.readouterr().out.splitlines()
    assert " ".join(" ".join(lines).split()).count("no network") == 1
    assert max(map(len, lines)) <= 80


def test_a_report_as_json_has_all_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    show_verification_report(REPORT, as_json=True)
    assert VerificationReport.model_validate(json.loads(capsys.readouterr().out)) == REPORT


def test_one_source_is_shown_with_every_check(capsys: pytest.CaptureFixture[str]) -> None:
    show_verification(one("b", "verified", CHECK, signals=(fact("archived", False),)), as_json=False)
    text = " ".join(capsys.readouterr().out.split())
    assert "verified, 2026-11-25 09:00 UTC" in text
    assert "contradicted DOI 10.1/x Crossref: what is there" in text
    assert "seen: Other [work] (Ada Lovelace, 2001) at https://crossref.example.org/record" in text
    assert "title: Ours here, Other [work] there" in text
    assert "archived: no (https://crossref.example.org/record)" in text
