"""A small guide of another subject, with other categories and quotas, goes through everything."""

from pathlib import Path

from research_agent import Workspace
from research_agent.model.guide import Guide
from tests.conftest import SMALL_GUIDE
from tests.e2e.command import run


def test_domains_with_pools_meet_their_own_quotas(small: Workspace) -> None:
    for domain in ("1", "2"):
        bibliography = small.research(domain).bibliography
        assert bibliography.status == "optimal", [c for c in bibliography.checks if not c.met]
        assert 6 <= len(bibliography.entries) <= 9
        used = {entry.category for entry in bibliography.entries}
        assert used == {category.id for category in small.guide.methodology.categories}


def test_a_domain_without_a_pool_runs_and_names_its_gaps(small: Workspace) -> None:
    bibliography = small.research("3").bibliography
    assert bibliography.status == "empty"
    assert bibliography.entries == ()
    gaps = {gap.check: (gap.eligible, gap.needed) for gap in bibliography.gaps}
    assert gaps["total"] == (0, 6)
    assert gaps["category:papers"] == (0, 2)
    assert small.domains()[2].state == "partial"


def test_the_prompt_holds_this_guides_method_and_nothing_of_another(small: Workspace, shipped_guide: Guide) -> None:
    prompt = small.prompt("1")
    words = "\n".join(message.content for message in prompt.messages)
    assert [check.detail for check in prompt.checks if not check.passed] == []
    assert "6 to 9 sources" in words
    assert shipped_guide.title not in words
    assert not any(focus.text in words for domain in shipped_guide.domains for focus in domain.focus)


def test_every_command_works_on_it(tmp_path: Path) -> None:
    data, guide = tmp_path / "data", ("--guide", str(SMALL_GUIDE))
    assert run("domains", *guide, data=data).code == 0
    done = run("research", "all", *guide, "--style", "ieee", "--out", str(tmp_path / "out"), data=data)
    assert done.code == 4, done.err  # domain 3 has gaps, and the exit code says so
    assert "0 eligible" in done.out
    assert (tmp_path / "out" / "guide.md").exists()
    assert sorted(path.name for path in (tmp_path / "out").glob("0*")) == [
        "01-consensus",
        "02-convergent-data-types",
        "03-clocks-and-causality",
    ]
    again = run("research", "1", *guide, "--json", "--out", str(tmp_path / "out"), data=data)
    assert again.code == 0
    entry = again.json["bibliographies"][0]["entries"][0]["source"]["id"]
    assert run("why", entry, "-d", "1", *guide, data=data).code == 0
    assert run("source", entry, *guide, data=data).code == 0
    assert run("diff", "3", *guide, data=data).code == 2
    hits = run("search", "electing a leader", "-d", "1", "--json", *guide, data=data)
    assert hits.code == 0
    assert hits.json[0]["passage"]["domain"] == "1"


def test_an_imported_guide_is_kept_and_found_by_its_id(tmp_path: Path) -> None:
    data = tmp_path / "data"
    kept = run("guide", "import", str(SMALL_GUIDE), "--json", data=data)
    assert kept.code == 0, kept.err
    guide_id = kept.json["guide"]["id"]
    assert {part["origin"] for part in kept.json["guide"]["provenance"].values()} == {"read", "default"}
    assert guide_id in run("guide", "list", data=data).out
    assert run("research", "1", "--guide", guide_id, "--out", str(tmp_path / "out"), data=data).code == 0


def test_two_guides_share_one_store(tmp_path: Path, fresh_store: Path) -> None:
    import shutil

    shutil.copytree(fresh_store, tmp_path / "store")
    done = run("research", "1", "--guide", str(SMALL_GUIDE), "--out", str(tmp_path / "a"), data=tmp_path / "store")
    assert done.code == 0, done.err
    done = run("research", "2", "--out", str(tmp_path / "b"), data=tmp_path / "store")
    assert done.code == 0, done.err
