"""The registry: every connector by its name, and those that other packages add."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from research_agent.errors import UnknownNameError, UsageError
from research_agent.sources.connectors import Access, Connector, Query, connector, connector_names, connectors

ADDED = """
from research_agent.sources.connectors.arxiv import Arxiv

class Mine(Arxiv):
    name = "mine"
    title = "Mine"

class NoConnector:
    def __init__(self, access):
        pass

def broken(access):
    raise RuntimeError("no luck")
"""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Put a package with these entry points where Python finds it."""

    def put(*points: str) -> None:
        (tmp_path / "bakery_connectors.py").write_text(ADDED, encoding="utf-8")
        about = tmp_path / "bakery-1.0.dist-info"
        about.mkdir()
        (about / "METADATA").write_text("Metadata-Version: 2.1\nName: bakery\nVersion: 1.0\n", encoding="utf-8")
        lines = "\n".join(("[research_agent.connectors]", *points))
        (about / "entry_points.txt").write_text(lines + "\n", encoding="utf-8")
        monkeypatch.syspath_prepend(str(tmp_path))

    return put


def test_every_name_makes_a_connector_of_that_name() -> None:
    made = connectors()
    assert tuple(one.name for one in made) == connector_names()
    assert all(isinstance(one, Connector) for one in made)
    assert len({one.title for one in made}) == len(made)


def test_each_connector_gets_what_the_user_gave_for_it() -> None:
    by_name = {one.name: one for one in connectors({"brave": Access(key="k")})}
    assert by_name["brave"].lacks == ""
    assert by_name["exa"].lacks == "a key"


def test_an_unknown_name_is_told_with_those_nearest_to_it() -> None:
    with pytest.raises(UnknownNameError, match="crossref"):
        connector("crosref")


def test_another_package_adds_a_connector_by_entry_point(install: Callable[..., None]) -> None:
    install("mine = bakery_connectors:Mine")
    assert connector_names()[-1] == "mine"
    ask = connector("mine").search(Query(text="yeast"))
    assert ask is not None
    assert ask.service == "mine"


def test_another_package_can_replace_none_that_ships(install: Callable[..., None]) -> None:
    install("arxiv = bakery_connectors:Mine")
    assert connector("arxiv").title == "arXiv"
    assert connector_names().count("arxiv") == 1


@pytest.mark.parametrize(
    "point",
    ["broken = bakery_connectors:broken", "gone = bakery_connectors:Gone", "no = bakery_connectors:NoConnector"],
)
def test_a_connector_of_another_package_that_fails_is_told_by_its_package(
    install: Callable[..., None], point: str
) -> None:
    install(point)
    with pytest.raises(UsageError, match="bakery"):
        connector(point.partition(" ")[0])


def test_the_table_in_the_documents_lists_every_connector() -> None:
    page = (Path(__file__).parents[3] / "docs" / "connectors.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \|", page, flags=re.MULTILINE)
    assert tuple(dict.fromkeys(rows)) == connector_names()
