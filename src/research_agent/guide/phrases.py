"""Lists that people write in one line: split at the commas that separate, not at those within a phrase."""

import re
from collections.abc import Iterator

_PAIRS = {"(": ")", "[": "]", "{": "}", "“": "”", "«": "»", "\uff08": "\uff09", "「": "」"}
_SAME = '`"'
_ABBREVIATIONS = ("e.g.", "i.e.", "etc.", "vs.", "cf.")
# With those of East Asian typography, which puts no space behind them.
_SEMICOLONS = ";\uff1b"
_COMMAS = ",\u3001\uff0c"
_LABEL = re.compile(r"(?P<label>[^:\uff1a]{1,60}?)\s*(?::\s+|\uff1a\s*)(?P<rest>\S.*)", re.DOTALL)


def split_list(text: str) -> tuple[str, ...]:
    """The phrases of a list such as `retries, timeouts (connect, read), and health checks`.

    Semicolons separate where there are any, commas otherwise. Neither does within brackets, quotes or code, between
    digits (`1,000`), or after `e.g.` and its like. An `and` or `or` that only leads in the last phrase is dropped,
    and so is a full stop at the end.
    """
    text = text.strip()
    if text.endswith((".", "\u3002")) and not text.lower().endswith(_ABBREVIATIONS):
        text = text[:-1]
    semicolons = any(character in _SEMICOLONS for character in _outside(text))
    phrases = [
        phrase for phrase in (part.strip() for part in _parts(text, _SEMICOLONS if semicolons else _COMMAS)) if phrase
    ]
    if len(phrases) > 2:
        phrases[-1] = re.sub(r"^(?:and|or|&)\s+", "", phrases[-1], flags=re.IGNORECASE)
    return tuple(phrases)


def label_and_rest(text: str) -> tuple[str, str]:
    """`Focus: retries, timeouts` as its label and what follows; ("", text) where nothing is labelled."""
    match = _LABEL.fullmatch(text)
    return (match["label"].strip(), match["rest"].strip()) if match else ("", text)


def _outside(text: str) -> str:
    """The characters that stand in no brackets, quotes or code."""
    return "".join(character for character, inside in _nested(text) if not inside)


def _parts(text: str, separators: str) -> Iterator[str]:
    begun: list[str] = []
    for position, (character, inside) in enumerate(_nested(text)):
        if character in separators and not inside and not _within_phrase(text, position):
            yield "".join(begun)
            begun = []
        else:
            begun.append(character)
    yield "".join(begun)


def _within_phrase(text: str, position: int) -> bool:
    """Whether a comma belongs to what it stands in: a number or an abbreviation."""
    before, after = text[max(0, position - 5) : position], text[position + 1 : position + 2]
    return (before[-1:].isdigit() and after.isdigit()) or before.lower().endswith(("e.g.", "i.e.", "e.g", "i.e"))


def _nested(text: str) -> Iterator[tuple[str, bool]]:
    """Every character, and whether it stands within brackets, quotes or code that are closed again."""
    closers: list[str] = []
    last = {closer: text.rfind(closer) for closer in (*_PAIRS.values(), *_SAME)}
    for position, character in enumerate(text):
        if closers and character == closers[-1]:
            closers.pop()
            yield character, True
        elif character in _PAIRS and last[_PAIRS[character]] > position:
            closers.append(_PAIRS[character])
            yield character, True
        elif character in _SAME and last[character] > position:
            closers.append(character)
            yield character, True
        else:
            yield character, bool(closers)
