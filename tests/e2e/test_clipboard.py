"""A prompt on the clipboard: through a program that stands in for the desktop's, and where there is none."""

import stat
import sys
from pathlib import Path
from typing import Protocol

import pytest

from tests.e2e.command import Ran, run

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the clipboard is the system's own")
PROMPT = ("prompt", "2", "--model", "gpt")
KEEPS = 'if [ "$3" = -o ]; then cat "$KEPT"; else cat > "$KEPT"; fi'
FAILS = 'cat > /dev/null; echo "Error: Can\'t open display: :99" >&2; exit 1'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A folder of programs that is the whole search path, with the two that the stand-in calls."""
    folder = tmp_path / "programs"
    folder.mkdir()
    for name in ("cat", "sh"):
        (folder / name).symlink_to(f"/bin/{name}")
    return folder


def _xclip(path: Path, script: str) -> None:
    program = path / "xclip"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)


class Copy(Protocol):
    """Run the command where these programs and these variables of a desktop are all that there is."""

    def __call__(self, **environment: str) -> Ran: ...


@pytest.fixture
def copy(filled_store: Path, path: Path, monkeypatch: pytest.MonkeyPatch) -> Copy:
    def run_with(**environment: str) -> Ran:
        with monkeypatch.context() as desktop:
            for name in ("DISPLAY", "WAYLAND_DISPLAY"):
                desktop.delenv(name, raising=False)
            for name, value in {"PATH": str(path), **environment}.items():
                desktop.setenv(name, value)
            return run(*PROMPT, "--copy", data=filled_store)

    return run_with


def test_the_prompt_that_would_be_printed_is_copied(copy: Copy, filled_store: Path, path: Path, tmp_path: Path) -> None:
    _xclip(path, KEEPS)
    kept = tmp_path / "clipboard"
    done = copy(DISPLAY=":99", KEPT=str(kept))
    assert (done.code, done.out) == (0, "")
    assert done.err.startswith("Copied: the prompt for domain 2 and gpt, ")
    assert len(done.err.splitlines()) == 1
    assert kept.read_text(encoding="utf-8") == run(*PROMPT, data=filled_store).out


def test_without_a_clipboard_it_says_what_to_install(copy: Copy) -> None:
    for environment in ({}, {"DISPLAY": ":99"}, {"WAYLAND_DISPLAY": "wayland-0"}):
        done = copy(**environment)
        assert (done.code, done.out) == (2, "")
        assert "xclip" in done.err
        assert "--out FOLDER" in done.err
        assert "Traceback" not in done.err


def test_a_clipboard_that_takes_nothing_is_not_told_as_copied(copy: Copy, path: Path) -> None:
    _xclip(path, FAILS)
    done = copy(DISPLAY=":99")
    assert (done.code, done.out) == (2, "")
    assert "still empty" in done.err
    assert "Copied" not in done.err


@pytest.mark.parametrize(
    "more",
    [
        ("prompt", "all"),
        ("prompt", "2", "--model", "all"),
        ("prompt", "2", "--explain"),
        ("prompt", "2", "--out", "somewhere"),
        ("prompt", "2", "--json"),
    ],
    ids=" ".join,
)
def test_only_one_prompt_as_text_can_be_copied(filled_store: Path, more: tuple[str, ...], tmp_path: Path) -> None:
    done = run(*more, "--copy", data=filled_store, cwd=tmp_path)
    assert (done.code, done.out) == (2, "")
    assert "--copy takes one prompt as text" in done.err
    assert list(tmp_path.iterdir()) == []
