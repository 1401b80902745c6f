"""A program of others looks for answers that our OpenAPI document does not know, with a seeded sample of requests."""

from pathlib import Path

from tests.service.rest.schemathesis_run import run


def test_no_answer_is_unknown_to_the_document(tmp_path: Path) -> None:
    outcome = run(tmp_path, quick=True)
    assert outcome.passed, outcome.told
    assert outcome.cases > 100
