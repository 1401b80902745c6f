from pathlib import Path

import pytest

from research_agent import Settings, keep_guide, known_guides
from research_agent.errors import GuideError, OutputError, UnknownNameError
from research_agent.guides import find_guide
from tests.conftest import SMALL_GUIDE


def test_an_imported_guide_comes_with_the_pools_beside_it(tmp_path: Path) -> None:
    kept = keep_guide(SMALL_GUIDE, tmp_path)
    found = find_guide(Settings(data_dir=tmp_path, guide=kept.guide.id))
    assert found.guide == kept.guide
    assert [pool.name for pool in sorted(found.pools.iterdir()) if pool.suffix == ".jsonl"] == [
        "01-consensus.jsonl",
        "02-convergent-data-types.jsonl",
    ]


def test_another_guide_of_the_same_id_is_not_replaced_unasked(tmp_path: Path) -> None:
    keep_guide(SMALL_GUIDE, tmp_path, guide_id="mine")
    other = tmp_path / "other.md"
    other.write_text(
        SMALL_GUIDE.read_text(encoding="utf-8").replace("Clocks and causality", "Clocks"), encoding="utf-8"
    )
    with pytest.raises(OutputError, match="--force"):
        keep_guide(other, tmp_path, guide_id="mine")
    assert keep_guide(other, tmp_path, guide_id="mine", force=True).guide.domains[2].name == "Clocks"


def test_a_copy_never_replaces_what_somebody_wrote(tmp_path: Path) -> None:
    notes = tmp_path / "notes.yaml"
    notes.write_text("my precious notes")
    kept = keep_guide(SMALL_GUIDE, tmp_path / "data", out=notes)
    assert notes.read_text() == "my precious notes"
    assert kept.copy_at is not None
    assert kept.copy_at.beside == tmp_path / "notes.yaml.new"


def test_a_broken_kept_guide_is_told_and_blocks_no_other(tmp_path: Path) -> None:
    keep_guide(SMALL_GUIDE, tmp_path, guide_id="good")
    broken = tmp_path / "guides" / "broken" / "guide.yaml"
    broken.parent.mkdir()
    broken.write_text("domains: [")
    assert {guide.id: bool(guide.problem) for guide in known_guides(tmp_path)}["broken"]
    assert find_guide(Settings(data_dir=tmp_path, guide="good")).guide.id == "good"
    with pytest.raises(GuideError, match="broken"):
        find_guide(Settings(data_dir=tmp_path, guide="broken"))


@pytest.mark.parametrize("guide_id", ["../escape", "Mine", "a b", ""])
def test_an_id_is_never_a_path(tmp_path: Path, guide_id: str) -> None:
    if guide_id:
        with pytest.raises(GuideError, match="is no id"):
            keep_guide(SMALL_GUIDE, tmp_path, guide_id=guide_id)
    with pytest.raises(UnknownNameError):
        find_guide(Settings(data_dir=tmp_path, guide=guide_id or "nothing"))
    assert not (tmp_path / "guides").exists()
