import json
from pathlib import Path

import pytest

from research_agent import outputs
from research_agent.errors import OutputError
from research_agent.outputs import MANIFEST, write_files


def test_the_same_content_is_not_written_twice(tmp_path: Path) -> None:
    write_files(tmp_path, {"a.md": "one"})
    before = (tmp_path / "a.md").stat().st_mtime_ns
    (again,) = write_files(tmp_path, {"a.md": "one"})
    assert again.state == "unchanged"
    assert (tmp_path / "a.md").stat().st_mtime_ns == before


def test_our_own_file_is_replaced(tmp_path: Path) -> None:
    write_files(tmp_path, {"a.md": "one"})
    (second,) = write_files(tmp_path, {"a.md": "two"})
    assert (second.state, (tmp_path / "a.md").read_text()) == ("written", "two")


def test_an_edited_file_is_kept_and_ours_lies_beside_it(tmp_path: Path) -> None:
    write_files(tmp_path, {"a.md": "one", "b.md": "b"})
    (tmp_path / "a.md").write_text("my notes")
    first, _ = write_files(tmp_path, {"a.md": "two", "b.md": "b2"})
    assert (first.state, first.beside) == ("kept", tmp_path / "a.md.new")
    assert (tmp_path / "a.md").read_text() == "my notes"
    assert (tmp_path / "a.md.new").read_text() == "two"
    assert (tmp_path / "b.md").read_text() == "b2"


def test_an_edited_file_stays_kept_over_many_runs(tmp_path: Path) -> None:
    write_files(tmp_path, {"a.md": "one"})
    (tmp_path / "a.md").write_text("my notes")
    for text in ("two", "three", "three"):
        write_files(tmp_path, {"a.md": text})
    assert (tmp_path / "a.md").read_text() == "my notes"


def test_force_replaces_an_edited_file_and_removes_the_copy_beside_it(tmp_path: Path) -> None:
    write_files(tmp_path, {"a.md": "one"})
    (tmp_path / "a.md").write_text("my notes")
    write_files(tmp_path, {"a.md": "two"})
    (forced,) = write_files(tmp_path, {"a.md": "two"}, force=True)
    assert (forced.state, (tmp_path / "a.md").read_text()) == ("written", "two")
    assert not (tmp_path / "a.md.new").exists()


@pytest.mark.parametrize("damage", ["", "not json", "[]", "\x00"])
def test_a_lost_manifest_makes_every_file_a_persons(tmp_path: Path, damage: str) -> None:
    write_files(tmp_path, {"a.md": "one"})
    (tmp_path / MANIFEST).write_text(damage)
    (kept,) = write_files(tmp_path, {"a.md": "two"})
    assert kept.state == "kept"


def test_a_file_that_was_there_before_us_is_kept(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("theirs")
    (kept,) = write_files(tmp_path, {"a.md": "ours"})
    assert kept.state == "kept"


def test_a_folder_that_cannot_be_written_names_what_is_complete(tmp_path: Path) -> None:
    (tmp_path / "b.md").mkdir()
    with pytest.raises(OutputError, match=r"Complete there by now: a\.md"):
        write_files(tmp_path, {"a.md": "one", "b.md": "two"})
    assert (tmp_path / "a.md").read_text() == "one"


def test_what_was_written_before_a_failure_stays_ours(tmp_path: Path) -> None:
    (tmp_path / "b.md").mkdir()
    with pytest.raises(OutputError):
        write_files(tmp_path, {"a.md": "one", "b.md": "two"})
    (tmp_path / "b.md").rmdir()
    assert [file.state for file in write_files(tmp_path, {"a.md": "three", "b.md": "two"})] == ["written", "written"]


def test_a_file_as_we_wrote_it_before_an_interrupted_run_is_still_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_files(tmp_path, {"a.md": "one"})
    replace = outputs._replace

    def killed_after_the_manifest(path: Path, text: str) -> None:
        if path.name == "a.md":
            raise KeyboardInterrupt
        replace(path, text)

    with monkeypatch.context() as patched:
        patched.setattr(outputs, "_replace", killed_after_the_manifest)
        with pytest.raises(KeyboardInterrupt):
            write_files(tmp_path, {"a.md": "two"})
    (written,) = write_files(tmp_path, {"a.md": "three"})
    assert written.state == "written"


def test_a_full_disk_leaves_the_old_file_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_files(tmp_path, {"a.md": "one"})

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OutputError, match="No space left on device"):
        write_files(tmp_path, {"a.md": "two"})
    assert (tmp_path / "a.md").read_text() == "one"
    assert sorted(path.name for path in tmp_path.iterdir()) == [MANIFEST, "a.md"]
    assert set(json.loads((tmp_path / MANIFEST).read_text())) == {"a.md"}
    monkeypatch.undo()
    assert write_files(tmp_path, {"a.md": "two"})[0].state == "written"
