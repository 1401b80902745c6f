import codecs
import os
from pathlib import Path

import pytest

from research_agent.errors import GuideError
from research_agent.guide import read_guide
from research_agent.guide.files import LARGEST_FILE, read_text
from research_agent.guides import load_guide

SMALL = "title: Soil\r\ndomains:\r\n  - {name: Grès, focus: [Depth]}\r\n"


@pytest.mark.parametrize(
    "data",
    [
        SMALL.encode(),
        codecs.BOM_UTF8 + SMALL.encode(),
        codecs.BOM_UTF16_LE + SMALL.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + SMALL.encode("utf-16-be"),
    ],
)
def test_utf8_and_marked_utf16_are_read(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "soil.yaml"
    path.write_bytes(data)

    assert read_text(path) == SMALL.replace("\r\n", "\n")
    assert read_guide(path).domains[0].name == "Grès"


@pytest.mark.parametrize("suffix", [".yaml", ".md"])
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_pipe_is_refused_and_not_waited_for(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"guide{suffix}"
    os.mkfifo(path)

    with pytest.raises(GuideError, match="is a pipe, a device or the like, not a file"):
        load_guide(path)


@pytest.mark.parametrize("suffix", [".yaml", ".md"])
def test_a_folder_is_refused(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"guide{suffix}"
    path.mkdir()

    with pytest.raises(GuideError, match="is a folder, not a file"):
        load_guide(path)


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "guide.md"
    path.write_bytes(b"x" * (LARGEST_FILE + 1))

    with pytest.raises(GuideError, match="is larger than 5 MB"):
        load_guide(path)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"# A\n\xff", "line 2: this is not UTF-8"),
        (codecs.BOM_UTF16_LE + b"\x00", "line 1: this is not UTF-16"),
    ],
)
def test_another_encoding_is_refused(data: bytes, told: str, tmp_path: Path) -> None:
    path = tmp_path / "guide.md"
    path.write_bytes(data)

    with pytest.raises(GuideError, match=told):
        load_guide(path)


def test_a_path_that_no_file_can_have_is_refused() -> None:
    with pytest.raises(GuideError, match="can't be read"):
        read_text(Path("a\0b.md"))
