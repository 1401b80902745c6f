"""Write CSL-JSON items as BibTeX: biblatex's types where they say more, fields that plain BibTeX reads too.

The types: `article`, `inproceedings`, `book`, `incollection`, `techreport` (reports, standards and drafts, with the
series as `type`), `phdthesis`, `mastersthesis`, `thesis`, `software`, `online` and `misc`. Plain BibTeX sets the types
that it doesn't know (`online`, `software`, `thesis`) as `misc`. Fields carry the names that both systems know
(`journal`, `year` with `month`, `institution`, `archiveprefix`). RADAR's judgement goes into `annote`, which reference
lists do not print, rather than `note`, which they do. `language` stands only where it is not English. The text is
UTF-8.
"""

import re
from collections.abc import Sequence
from typing import Any

from research_agent.bibliography.csl import CslItem, csl_item
from research_agent.bibliography.keys import citation_key
from research_agent.model.source import Source

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ENTRY_TYPES = {
    "article-journal": "article",
    "paper-conference": "inproceedings",
    "article": "misc",
    "report": "techreport",
    "standard": "techreport",
    "book": "book",
    "chapter": "incollection",
    "software": "software",
    "webpage": "online",
    "post": "online",
    "post-weblog": "online",
    "motion_picture": "online",
    "speech": "misc",
}
_THESES = {"Doctoral dissertation": "phdthesis", "Master's thesis": "mastersthesis"}
# Where a type keeps what CSL calls container-title and publisher.
_CONTAINER_FIELDS = {"article": "journal", "inproceedings": "booktitle", "incollection": "booktitle"}
_PUBLISHER_FIELDS = {
    "techreport": "institution",
    "phdthesis": "school",
    "mastersthesis": "school",
    "thesis": "school",
    "online": "organization",
    "software": "organization",
    "misc": "organization",
}
_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "%": r"\%",
    "#": r"\#",
    "&": r"\&",
    "_": r"\_",
    "$": r"\$",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
}
_VERBATIM = frozenset({"url", "doi", "eprint"})
_URL_ESCAPES = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C", " ": "%20"})


def to_bibtex(sources: Sequence[Source]) -> str:
    """The sources as a BibTeX file, in the order given, each under its citation key."""
    return bibtex([csl_item(source, citation_key(source)) for source in sources])


def bibtex(items: Sequence[CslItem]) -> str:
    """The items as a BibTeX file, in the order given, each under its id."""
    from bibtexparser.entrypoint import write_string
    from bibtexparser.library import Library
    from bibtexparser.middlewares.enclosing import AddEnclosingMiddleware
    from bibtexparser.model import Entry, Field
    from bibtexparser.writer import BibtexFormat

    form = BibtexFormat()  # type: ignore[no-untyped-call]  # its __init__ carries no annotations
    form.indent, form.block_separator, form.trailing_comma = "  ", "\n", True
    enclose = AddEnclosingMiddleware(reuse_previous_enclosing=True, enclose_integers=True, default_enclosing="{")
    library = Library()
    for item in items:
        kind, values = _entry(item)
        fields = [
            Field(name, value, enclosing="no-enclosing" if name == "month" else None) for name, value in values.items()
        ]
        library.add(Entry(kind, item["id"], fields))
    return write_string(library, unparse_stack=[enclose], bibtex_format=form)


def escape(text: str) -> str:
    """Text with the characters that TeX would act on written as commands, on one line."""
    return "".join(_SPECIAL.get(character, character) for character in " ".join(text.split()))


def protected_title(title: str) -> str:
    """The title, escaped, with braces around the words whose capitals a style may not change.

    These are words with a capital behind their first letter ("HTTP", "PyPI"), and, unless most of its longer words
    are capitalised, every capitalised word behind the first: there a capital means a name.
    """
    words = title.split()
    long_words = [word for word in words[1:] if sum(character.isalpha() for character in word) > 3]
    capitalised = sum(word[0].isupper() for word in long_words)
    sentence_case = capitalised * 2 <= len(long_words) or len(long_words) < 2
    return " ".join(_protected(word, names=sentence_case and position > 0) for position, word in enumerate(words))


def _protected(word: str, *, names: bool) -> str:
    letters = [character for character in word if character.isalnum()]
    if any(character.isupper() for character in letters[1:]) or (names and letters and letters[0].isupper()):
        return f"{{{escape(word)}}}"
    return escape(word)


def _entry(item: CslItem) -> tuple[str, dict[str, str]]:
    """BibTeX type and fields of an item, in the order in which people read them."""
    kind = _THESES.get(item.get("genre", ""), "thesis") if item["type"] == "thesis" else _ENTRY_TYPES[item["type"]]
    fields: dict[str, str] = {}
    if item.get("author"):
        fields["author"] = " and ".join(_name(name) for name in item["author"])
    fields["title"] = protected_title(item["title"])
    fields |= _venue(item, kind)
    fields |= _dates(item)
    fields |= _identifiers(item)
    for name, value in (
        ("language", "" if item.get("language", "en").startswith("en") else item["language"]),
        ("keywords", item.get("keyword")),
        ("abstract", item.get("abstract")),
        ("annote", item.get("note")),
    ):
        if value:
            fields[name] = escape(value)
    return kind, fields


def _name(name: dict[str, str]) -> str:
    """A name in the form "von Last, Jr, First"; an organisation in braces of its own."""
    if "literal" in name:
        return f"{{{escape(name['literal'])}}}"
    family = " ".join(_unsplit(word) for word in name.get("family", "").split())
    parts = [f"{name.get('non-dropping-particle', '')} {family}".strip()]
    if name.get("suffix"):
        parts.append(escape(name["suffix"]))
    parts.append(" ".join(_unsplit(word) for word in name.get("given", "").split()))
    return ", ".join(parts)


def _unsplit(word: str) -> str:
    """A word of a name, braced where BibTeX would take it for a separator."""
    escaped = escape(word)
    return f"{{{escaped}}}" if word.lower() == "and" or "," in word else escaped


def _venue(item: CslItem, kind: str) -> dict[str, str]:
    fields = {
        _CONTAINER_FIELDS.get(kind, "organization"): item.get("container-title"),
        "eventtitle": item.get("event-title"),
        "volume": item.get("volume"),
        ("chapter" if kind == "incollection" else "number"): item.get("chapter-number") or item.get("issue"),
        "version": item.get("version"),
        "howpublished": item.get("event-title") and f"Talk at {item['event-title']}",
    }
    if item["type"] == "standard":
        series, _, number = item.get("number", "").rpartition(" ")
        fields |= {"type": series or item.get("genre") or "Standard", "number": number}
    elif item["type"] == "report":
        fields |= {"type": item.get("genre") or "Report", "number": item.get("number")}
    elif item["type"] != "article":
        fields |= {"type": item.get("genre")}
    if item.get("publisher"):
        fields[_PUBLISHER_FIELDS.get(kind, "publisher")] = item["publisher"]
    return {name: escape(value) for name, value in fields.items() if value}


def _dates(item: CslItem) -> dict[str, str]:
    fields: dict[str, str] = {}
    issued: list[int] = item.get("issued", {}).get("date-parts", [[]])[0]
    if issued:
        fields["year"] = str(issued[0])
    if len(issued) > 1:
        fields["month"] = _MONTHS[issued[1] - 1]
    if len(issued) > 2:
        fields["day"] = str(issued[2])
    if "accessed" in item:
        year, month, day = item["accessed"]["date-parts"][0]
        fields["urldate"] = f"{year:04}-{month:02}-{day:02}"
    return fields


def _identifiers(item: CslItem) -> dict[str, str]:
    values: dict[str, Any] = {"doi": item.get("DOI"), "url": item.get("URL")}
    if item.get("archive") == "arXiv":
        values |= {"eprint": item["archive_location"], "archiveprefix": "arXiv"}
    return {
        name: re.sub(r"\s+", " ", value).translate(_URL_ESCAPES) if name in _VERBATIM else escape(value)
        for name, value in values.items()
        if value
    }
