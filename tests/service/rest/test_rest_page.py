"""The page about REST is true: its addresses exist, its forms are those that there are, its example is what comes."""

import json
import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from research_agent.service.rest.bibliographies import FORMS

PAGE = (Path(__file__).parents[3] / "docs" / "rest.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", re.findall(r"^curl (?:--no-buffer )?(.*)$", PAGE, re.MULTILINE))
def test_a_command_asks_for_an_address_that_exists(service: TestClient, command: str) -> None:
    path = re.search(r"localhost:8000(/[^\s'?]*)", command)
    assert path is not None
    method = "post" if "--json" in command else "get"
    known = service.get("/openapi.json").json()["paths"]
    patterns = {re.sub(r"{[^}]+}", "[^/]+", one): methods for one, methods in known.items()}
    assert any(re.fullmatch(pattern, path[1]) and method in methods for pattern, methods in patterns.items())


def test_every_resource_stands_in_the_table(service: TestClient) -> None:
    named = set(re.findall(r"/([\w-]+)(?=[/`?,{]|$)", PAGE.partition("## Resources")[2].partition("## Who may")[0]))
    for path in service.get("/openapi.json").json()["paths"]:
        last = [part for part in path.split("/") if part and not part.startswith("{")][-1]
        assert last in named, path


def test_the_example_of_a_problem_is_what_comes(service: TestClient) -> None:
    (shown,) = [json.loads(text) for text in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]
    told = service.get("/v1/sources?limitt=2").json()
    assert {**shown, "request_id": told["request_id"]} == told


def test_the_forms_are_those_that_there_are() -> None:
    assert re.findall(r"^\| `(\w+)` \| `([\w./+-]+)` \|$", PAGE, re.MULTILINE) == [
        (one.name, one.media_type) for one in FORMS
    ]
