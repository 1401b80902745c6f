"""What REST tells of a bibliography whose live search could not look at everything."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from research_agent.model.bibliography import Bibliography
from research_agent.model.search import Search
from research_agent.model.synthesis import Synthesis
from research_agent.research import Research
from research_agent.service.app import create_app
from research_agent.service.rest.answers import RunResult
from tests.bibliography.searched import ANSWERED, SEARCH
from tests.conftest import NOW
from tests.service.conftest import ADDRESS, open_small_store, small_settings
from tests.service.rest.material import DOMAIN, GUIDE


def keep(store: Path, search: Search | None) -> Research:
    """The first domain's bibliography, as a search left it, is the latest of the store."""
    with open_small_store(store) as workspace:
        research = workspace.research("1")
        made = research.bibliography.model_copy(update={"search": search})
        workspace.library.save_run(made, NOW)
    return research.model_copy(update={"bibliography": made})


@pytest.fixture
def searched(store: Path) -> TestClient:
    keep(store, SEARCH)
    return TestClient(create_app(small_settings(store), clock=lambda: NOW), base_url=ADDRESS)


def test_a_bibliography_tells_each_round_and_each_service(searched: TestClient) -> None:
    with searched as client:
        told = client.get(f"{DOMAIN}/bibliography").json()
    assert Bibliography.model_validate(told).search == SEARCH
    states = {one["service"]: one["state"] for one in told["search"]["rounds"][0]["services"]}
    assert states["crossref"] == "not_checked"


@pytest.mark.parametrize(
    ("form", "words"), [("markdown", "> **Not everything"), ("html", "Not everything was looked at")]
)
def test_every_form_for_people_says_first_what_was_not_checked(searched: TestClient, form: str, words: str) -> None:
    with searched as client:
        told = client.get(f"{DOMAIN}/bibliography", params={"format": form}).text
    assert words in told
    assert told.index(words) < told.index("constraints hold")


def test_a_domain_says_in_its_state_what_was_not_checked(searched: TestClient) -> None:
    with searched as client:
        told = client.get(DOMAIN).json()["status"]["detail"]
    assert "not checked, in whole or in part: Crossref, Semantic Scholar" in told


def test_the_holistic_guide_follows_the_latest_search(store: Path) -> None:
    keep(store, SEARCH)
    with TestClient(create_app(small_settings(store), clock=lambda: NOW), base_url=ADDRESS) as client:
        first = Synthesis.model_validate(client.get(f"{GUIDE}/synthesis").json())
        assert [one.service for one in first.searches[0].failed] == ["crossref", "semantic_scholar"]
        keep(store, ANSWERED)
        second = Synthesis.model_validate(client.get(f"{GUIDE}/synthesis").json())
    assert second.searches[0].failed == ()


def test_the_result_of_a_run_names_what_was_not_checked_and_nothing_where_all_answered(store: Path) -> None:
    failed = RunResult.of(keep(store, SEARCH)).model_dump()
    assert [one["title"] for one in failed["not_checked"]] == ["Crossref", "Semantic Scholar"]
    assert "not_checked" not in RunResult.of(keep(store, ANSWERED)).model_dump()
    assert "search" not in RunResult.of(keep(store, None)).model_dump()["bibliography"]
