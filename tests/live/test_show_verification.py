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
    assert "4 sources left alone: looked at within 30 days" in text
    assert "2 sources not checked: the time was up" in text
    assert "goes on with what was not checked" in text


def test_a_report_as_json_has_all_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    show_verification_report(REPORT, as_json=True)
    assert VerificationReport.model_validate(json.loads(capsys.readouterr().out)) == REPORT


def test_one_source_is_shown_with_every_check(capsys: pytest.CaptureFixture[str]) -> None:
    show_verification(one("b", "verified", CHECK, signals=(fact("archived", False),)), as_json=False)
    text = " ".join(capsys.readouterr().out.split())
    assert "verified, 2026-11-25 09:00 UTC: why it is verified." in text
    assert "contradicted doi 10.1/x Crossref:" in text
    assert "seen: Other [work] (Ada Lovelace, 2001) at https://crossref.example.org/record" in text
    assert "title: Ours here, Other [work] there" in text
    assert "archived: no (https://crossref.example.org/record)" in text
