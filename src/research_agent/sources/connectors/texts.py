"""Make plain text of what services send: markup, entities, inverted abstracts, search words. Pure."""

import html
import re
from collections.abc import Iterable, Mapping
from typing import Final

from research_agent.model.text import without_controls

LONGEST_TITLE: Final = 1_000
"""Characters; what is longer is no title."""
LONGEST_ABSTRACT: Final = 20_000
"""Characters; what is longer is cut, as the whole record stands in the provenance."""
_MOST_WORDS: Final = 20_000
"""Words of an inverted abstract; a hostile one could name the same word at millions of positions."""

# Elements of JATS and HTML that titles and abstracts are deposited with, and any element with a prefix (jats:, mml:).
# Other angle brackets are text: "vector<int>", "a < b".
_INLINE = "i|b|em|strong|sub|sup|scp|sc|tt|u|ovl|a|span|font|small|code|italic|bold|underline|monospace|mark|q|xref"
_BLOCK = "p|br|div|sec|title|ul|ol|li|pre|blockquote|h[1-6]|table|tr|td|th|hr|img|inline-formula|tex-math|abstract"
_PREFIXED = r"[A-Za-z]\w*:[A-Za-z][\w-]*"
_BREAKING_TAG = re.compile(rf"</?(?:(?:jats:)?(?:{_BLOCK})|mml:math)(?:\s[^<>]*)?/?>", re.IGNORECASE)
_TAG = re.compile(rf"</?(?:{_INLINE}|{_PREFIXED})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_HEADING_OF_ABSTRACT = re.compile(r"^(?i:abstract|summary)(?:\s*[:.\u2014-]\s*|\s+(?=[A-Z]))")
_WORD = re.compile(r"\w[\w.+#'-]*")
_OPERATORS: Final = frozenset({"AND", "OR", "NOT"})
_PHRASE = re.compile(r'"([^"]*)"')


def one_line(text: str | None) -> str:
    """The text without control characters, in one line with single spaces; empty for None."""
    return " ".join(without_controls(text).split()) if text else ""


def unescaped(text: str | None) -> str:
    """A text in which entities stand for characters and angle brackets for themselves, in one line."""
    return one_line(html.unescape(text)) if text else ""


def plain(markup: str | None) -> str:
    """The text of a title or paragraph that may hold tags and entities, in one line.

    Entities are resolved twice, as deposits often escape them twice ("&amp;amp;"), and tags that they hid go too.
    """
    if not markup:
        return ""
    text = markup
    for _ in range(2):
        text = html.unescape(_TAG.sub("", _BREAKING_TAG.sub(" ", text)))
    return one_line(_TAG.sub("", _BREAKING_TAG.sub(" ", text)))


def title_of(markup: str | None) -> str:
    """A title, plain.

    Raises:
        ValueError: it is too long for one.
    """
    title = plain(markup)
    if len(title) > LONGEST_TITLE:
        raise ValueError(f"a title of {len(title):,} characters")
    return title


def abstract_of(markup: str | None) -> str:
    """An abstract, plain, without the word "Abstract" before it; cut where it is too long."""
    return cut(_HEADING_OF_ABSTRACT.sub("", plain(markup)))


def cut(text: str) -> str:
    """The text, cut where it is longer than an abstract may be."""
    return text if len(text) <= LONGEST_ABSTRACT else text[: LONGEST_ABSTRACT - 1] + "…"


def uninverted(index: Mapping[str, Iterable[int]] | None) -> str:
    """The text of an inverted index of words and their positions, as OpenAlex gives abstracts."""
    if not index:
        return ""
    placed = [(position, word) for word, positions in index.items() for position in positions]
    words = [word for _, word in sorted(placed)[:_MOST_WORDS]]
    return abstract_of(" ".join(words))


def terms(text: str) -> list[str]:
    """The words of a query, and its phrases in quotes, without anything that a query language could take for syntax.

    A phrase of several words comes in double quotes; the words that are operators in capitals come in small letters.
    """
    found: list[str] = []
    rest = text
    for phrase in _PHRASE.findall(text):
        rest = rest.replace(f'"{phrase}"', " ")
        if inside := _WORD.findall(phrase):
            found.append(f'"{" ".join(inside)}"' if len(inside) > 1 else inside[0])
    words = (word.rstrip(".'-") for word in _WORD.findall(rest))
    found.extend(word.lower() if word in _OPERATORS else word for word in words)
    return list(dict.fromkeys(term for term in found if term))


def within(words: Iterable[str], longest: int) -> str:
    """As many of the words, joined by spaces, as fit into so many characters."""
    text = ""
    for word in words:
        longer = f"{text} {word}".strip()
        if len(longer) > longest:
            break
        text = longer
    return text
