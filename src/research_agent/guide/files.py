"""Read the text of a guide's file: regular files of a sane size only, in an encoding that can be told for certain."""

import codecs
import stat
from pathlib import Path

from research_agent.errors import GuideError

# A guide is some pages of text. The file may be larger than the text: UTF-16, or three bytes for a letter.
LARGEST_FILE = 5_000_000  # bytes
LONGEST_TEXT = 1_000_000  # characters
MOST_LINES = 10_000


def read_text(path: Path) -> str:
    """The text of a file, its line breaks all line feeds.

    Raises:
        GuideError: there is no such file, it is no regular file (a folder, a pipe, a device), is too large, or is
            neither UTF-8 nor, by its byte order mark, UTF-16.
    """
    return decode(read_bytes(path), str(path)).replace("\r\n", "\n").replace("\r", "\n")


def read_bytes(path: Path) -> bytes:
    """The bytes of a file.

    Raises:
        GuideError: there is no such file, it is no regular file or is too large.
    """
    try:
        # Before it is opened: a pipe would wait for a writer, and a device may act.
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            what = "a folder" if stat.S_ISDIR(mode) else "a pipe, a device or the like"
            raise GuideError(f"{path} is {what}, not a file. Give the guide as a file. Nothing was read.")
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:  # ValueError: a path with a zero character
        reason = (error.strerror if isinstance(error, OSError) else None) or error
        raise GuideError(f"{path} can't be read: {reason}. Nothing was changed.") from error
    if len(data) > LARGEST_FILE:
        raise GuideError(
            f"{path} is larger than {LARGEST_FILE // 1_000_000} MB; a guide is some pages of text. Nothing was kept."
        )
    return data


def decode(data: bytes, file: str) -> str:
    """The text in the bytes of a file: UTF-8 with or without a byte order mark, UTF-16 with one.

    Raises:
        GuideError: it is neither, with the line of the first fault.
    """
    is_utf16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return data.decode("utf-16" if is_utf16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        encoding = "UTF-16" if is_utf16 else "UTF-8"
        raise GuideError(
            f"{file}, line {line}: this is not {encoding}. Save the file as UTF-8 and try again."
        ) from error


def check_length(text: str, file: str) -> None:
    """Refuse a text that is too long to be a guide, before parsers spend minutes on it.

    Raises:
        GuideError: it has too many characters or lines.
    """
    lines = text.count("\n") + 1
    for count, what, most in ((len(text), "characters", LONGEST_TEXT), (lines, "lines", MOST_LINES)):
        if count > most:
            raise GuideError(f"{file} has {count:,} {what}; a guide has {most:,} at most. Nothing was kept.")
