"""Format CSL-JSON items as references in APA 7, IEEE or Chicago 17 author-date.

citeproc-py renders; what it can't (see `_prepared` and `_mended`) is done here, in one place, with tests.
"""

import html
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from importlib.resources import files
from typing import TYPE_CHECKING, Literal, get_args

from research_agent.bibliography.csl import CslItem
from research_agent.errors import DataError, UnknownNameError

if TYPE_CHECKING:
    from citeproc.source import Reference

Style = Literal["apa", "ieee", "chicago"]
Markup = Literal["text", "markdown", "html"]
STYLES: tuple[Style, ...] = get_args(Style)

_STYLE_FILES: dict[Style, str] = {"apa": "apa.csl", "ieee": "ieee.csl", "chicago": "chicago-author-date.csl"}
_AUTHOR_DATE: tuple[Style, ...] = ("apa", "chicago")

# Private-use characters stand for what the output formats write differently; none survives into an output.
_ITALIC, _UPRIGHT, _OPEN_INNER, _CLOSE_INNER = "\ue000", "\ue001", "\ue002", "\ue003"
_OPEN_SINGLE, _CLOSE_SINGLE = "\N{LEFT SINGLE QUOTATION MARK}", "\N{RIGHT SINGLE QUOTATION MARK}"
_CLOSERS = f"[{_UPRIGHT}”{_CLOSE_SINGLE}]"
_MENDS = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (rf"({_CLOSE_SINGLE}?”)([.,])", r"\2\1"),
        (rf"([?!…])[.,](?={_CLOSERS})", r"\1"),
        (rf"([?!]{_CLOSERS}*)[.,](?=\s|$)", r"\1"),
        (rf"(\.{_CLOSERS}+)\.(?=\s|$)", r"\1"),
        (rf"(?<!\.)\.\.(?={_CLOSERS}|\s|$)", "."),
        (r"\s+", " "),
    )
)
# Underscores within words and brackets that no address follows are text to Markdown already.
_MARKDOWN = re.compile(r"[\\`*<>~|]|(?<!\w)_|_(?!\w)|\](?=[\[(:])")
_MARKS = str.maketrans("", "", _ITALIC + _UPRIGHT + _OPEN_INNER + _CLOSE_INNER)
_DATES = frozenset({"issued", "accessed", "available-date"})
# What no style prints, or what citeproc-py must not see.
_NOT_PRINTED = frozenset({"id", "type", "author", "language", "abstract", "note", "keyword", "archive", *_DATES})


def cite(items: Sequence[CslItem], style: str, markup: Markup = "text") -> list[str]:
    """One reference for each item, in the order of the items, as one list: "2024a" and "2024b" are told apart in it.

    Args:
        items: CSL-JSON items, as `csl_item` makes them.
        style: "apa" (7th edition), "ieee" (without the number in brackets, which belongs to the list) or "chicago"
            (17th edition, author-date).
        markup: plain text, or italics as Markdown or as HTML; both of these escape what is special in them.

    Raises:
        UnknownNameError: there is no such style; names the known ones.
        DataError: the installation lacks the style's file.
    """
    chosen = _style(style)
    prepared = [_prepared(item, chosen) for item in items]
    for item, suffix in zip(prepared, year_suffixes(items, chosen), strict=True):
        if suffix:
            item["year-suffix"] = suffix
    rendered = _render(prepared, chosen) if prepared else []
    write = _WRITERS[markup]
    return [write(_mended(text)) for text in rendered]


def year_suffixes(items: Sequence[CslItem], style: Style) -> list[str]:
    """The letters "a", "b", ... of items of the same authors and year; "" for the others, and for numbered IEEE.

    The letters follow the dates and then the titles (APA 7, section 9.47), or the titles alone (Chicago 17, 15.20).
    """
    groups: dict[tuple[str, int | None], list[int]] = defaultdict(list)
    for position, item in enumerate(items):
        if item.get("author"):
            groups[_authors(item), _year(item)].append(position)
    suffixes = [""] * len(items)
    for positions in groups.values() if style in _AUTHOR_DATE else ():
        if len(positions) == 1:
            continue
        ordered = sorted(positions, key=lambda p: (_date(items[p]) if style == "apa" else [], *_title_order(items[p])))
        for number, position in enumerate(ordered):
            suffixes[position] = _letters(number)
    return suffixes


def reference_order(items: Sequence[CslItem], style: str) -> list[int]:
    """Positions of the items in the order of a reference list: by author, year and title, or as cited for IEEE.

    Undated works come first in APA (section 9.46), last in Chicago (15.44).
    """
    chosen = _style(style)
    if chosen not in _AUTHOR_DATE:
        return list(range(len(items)))
    undated = 0 if chosen == "apa" else 9999
    suffixes = year_suffixes(items, chosen)

    def key(position: int) -> tuple[str, int, str, tuple[str, str]]:
        item = items[position]
        year = _year(item)
        title = _title_order(item)
        return _authors(item) or title[0], undated if year is None else year, suffixes[position], title

    return sorted(range(len(items)), key=key)


def _style(name: str) -> Style:
    for style in STYLES:
        if style == name.strip().lower():
            return style
    raise UnknownNameError("citation style", name, STYLES)


def _letters(number: int) -> str:
    """0 -> a, 25 -> z, 26 -> aa."""
    letters = chr(ord("a") + number % 26)
    return letters if number < 26 else _letters(number // 26 - 1) + letters


def _authors(item: CslItem) -> str:
    return "; ".join(
        name.get("literal") or " ".join(filter(None, (name.get("family"), name.get("given"))))
        for name in item.get("author", ())
    ).casefold()


def _date(item: CslItem) -> list[int]:
    parts: list[int] = item.get("issued", {}).get("date-parts", [[]])[0]
    return parts


def _year(item: CslItem) -> int | None:
    return next(iter(_date(item)), None)


def _title_order(item: CslItem) -> tuple[str, str]:
    title = item["title"].casefold()
    return re.sub(r"^(a|an|the) ", "", title), item["id"]


def _prepared(item: CslItem, style: Style) -> CslItem:
    """The item as the style's file needs it.

    - What the author says already is not said again as publisher, site or event (APA 7, 9.29; done for all styles).
    - A blog post whose blog is so left out is a web page: its title is then the work's own.
    - A version, a genre or (IEEE) a year that the title or the event names is not repeated.
    - Chicago gives the full date where more than the year is known (15.50), and says "blog" where the blog's name
      does not (14.208).
    """
    ready = dict(item)
    authors = {name["literal"].casefold() for name in item.get("author", ()) if "literal" in name}
    if ready["type"] not in {"paper-conference", "article-journal"}:
        for field in ("publisher", "container-title", "event-title"):
            if ready.get(field, "").casefold() in authors:
                del ready[field]
    if ready["type"] == "post-weblog" and "container-title" not in ready:
        ready["type"] = "webpage"
    if _names(ready["title"], ready.get("version")):
        del ready["version"]
    if ready["type"] in {"webpage", "post"} and _names(ready["title"], ready.get("genre")):
        del ready["genre"]
    date = _date(item)
    if style == "ieee" and len(date) == 1 and _names(ready.get("event-title", ""), str(date[0])):
        del ready["issued"]
    if style == "chicago":
        if len(date) > 1:
            ready["available-date"] = item["issued"]
        if ready["type"] == "post-weblog" and "blog" not in ready["container-title"].casefold():
            ready["medium"] = "blog"
    return ready


def _names(text: str, part: str | None) -> bool:
    """Whether the text holds the part as words of its own, in any case."""
    return bool(part) and re.search(rf"(?<!\w){re.escape(part or '')}(?!\w)", text, re.IGNORECASE) is not None


class _Formatter:
    """What citeproc-py asks of an output format: our marks for italics, nothing else."""

    @staticmethod
    def preformat(text: str) -> str:
        return text

    @staticmethod
    def Italic(text: str) -> str:  # noqa: N802 - the name that citeproc-py looks up
        return f"{_ITALIC}{text}{_UPRIGHT}"

    Oblique = Italic
    Bold = Light = Underline = Superscript = Subscript = SmallCaps = str


def _render(items: Sequence[CslItem], style: Style) -> list[str]:
    from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle
    from citeproc.source import BibliographySource

    path = files("research_agent.bibliography") / "styles" / _STYLE_FILES[style]
    if not path.is_file():
        raise DataError(f"This installation lacks the citation style {path.name}. Install it again.")
    with path.open("rb") as file:
        sheet = CitationStylesStyle(file, validate=False)
    source = BibliographySource()
    for number, item in enumerate(items):
        source.add(_reference(str(number), item))
    bibliography = CitationStylesBibliography(sheet, source, _Formatter)
    bibliography.register(Citation([CitationItem(str(number)) for number in range(len(items))]))
    return [str(entry) for entry in bibliography.bibliography()]


def _reference(key: str, item: CslItem) -> "Reference":
    """The item as citeproc-py keeps it; its own reader warns of fields that it doesn't know and takes them anyway."""
    from citeproc.source import Date, Name, Reference
    from citeproc.string import String

    reference = Reference(key, item["type"])
    if item.get("author"):
        reference["author"] = [
            Name(**{part: _unmarked(value) for part, value in name.items()}) for name in item["author"]
        ]
    for field in _DATES & item.keys():
        names = ("year", "month", "day")
        reference[field.replace("-", "_")] = Date(**dict(zip(names, item[field]["date-parts"][0], strict=False)))
    for field, value in item.items():
        if field not in _NOT_PRINTED:
            text = _unmarked(str(value))
            reference[field.replace("-", "_")] = String(text if field == "URL" else _with_inner_quotes(text))
    return reference


def _unmarked(text: str) -> str:
    return text.translate(_MARKS)


def _with_inner_quotes(text: str) -> str:
    """The text with its double quotation marks replaced by ours, which `_mended` writes as the context asks."""
    text = re.sub(r'"([^"]*)"', rf"{_OPEN_INNER}\1{_CLOSE_INNER}", text)
    return text.replace("“", _OPEN_INNER).replace("”", _CLOSE_INNER)


def _mended(text: str) -> str:
    """What citeproc-py leaves undone: American punctuation, nested quotation marks, no mark twice.

    Periods and commas stand inside closing quotation marks (APA 7, 6.7; Chicago 17, 6.9; IEEE), none follows a
    question or exclamation mark that ends a title (Chicago 17, 6.124), and quotation marks within quotation marks
    are single (Chicago 17, 13.30).
    """
    text = re.sub(r"“([^”]*)”", lambda quoted: f"“{_single(quoted[1])}”", text)
    text = text.replace(_OPEN_INNER, "“").replace(_CLOSE_INNER, "”")
    for pattern, replacement in _MENDS:
        text = pattern.sub(replacement, text)
    return text.strip()


def _single(text: str) -> str:
    return text.replace(_OPEN_INNER, _OPEN_SINGLE).replace(_CLOSE_INNER, _CLOSE_SINGLE)


def _text(marked: str) -> str:
    return marked.translate(_MARKS)


def _markdown(marked: str) -> str:
    """Italics as asterisks; what Markdown would read as markup is escaped, addresses are left whole."""
    words = re.split(r"(\s+)", marked)
    text = "".join(word if re.match(r"https?://", word) else _MARKDOWN.sub(r"\\\g<0>", word) for word in words)
    return text.replace(_ITALIC, "*").replace(_UPRIGHT, "*")


def _html(marked: str) -> str:
    return html.escape(marked, quote=False).replace(_ITALIC, "<i>").replace(_UPRIGHT, "</i>")


_WRITERS: dict[Markup, Callable[[str], str]] = {"text": _text, "markdown": _markdown, "html": _html}
