"""What the matrix of capabilities shows as proved is what the cases prove today."""

import json

import pytest

from research_agent.sources.connectors import connector, connector_names
from tests.sources.connectors.exchanges import CASES, FIXTURES, Case
from tests.sources.connectors.proven import FILE, proved_by, proven, written


def test_the_written_proofs_are_those_of_today() -> None:
    assert FILE.read_text(encoding="utf-8") == written(proven()), "run python -m tests.sources.connectors.proven"


@pytest.mark.parametrize("name", connector_names())
def test_what_a_connector_claims_is_proved(name: str) -> None:
    terms = connector(name).capabilities
    claimed = {f"look_up:{scheme}" for scheme in terms.look_up}
    claimed |= {what for what in ("search", "full_text", "retraction") if getattr(terms, what)}
    assert claimed <= set(json.loads(FILE.read_text(encoding="utf-8"))[name])


def test_an_answer_without_the_work_that_was_asked_for_proves_no_look_up() -> None:
    other = Case("crossref", "record", "crossref_record.json", ("doi", "10.1234/another"))
    assert list(proved_by(other)) == []


def test_an_empty_answer_proves_nothing() -> None:
    assert (FIXTURES / "dblp_empty.json").exists()
    assert list(proved_by(Case("dblp", "search", "dblp_empty.json"))) == []


def test_every_case_proves_something() -> None:
    assert [str(case) for case in CASES if not list(proved_by(case))] == []
