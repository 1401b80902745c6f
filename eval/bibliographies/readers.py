"""Read the files of a bibliography back with libraries that did not write them."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

if TYPE_CHECKING:
    from markdown_it.token import Token

CSL_SCHEMA: Final = Path(__file__).with_name("csl-item.schema.json")

_TEX: Final = {
    r"\textbackslash{}": "\\",
    r"\textbraceleft{}": "{",
    r"\textbraceright{}": "}",
    r"\textasciicircum{}": "^",
    r"\textasciitilde{}": "~",
}
_TEX_COMMAND: Final = re.compile("|".join([*map(re.escape, _TEX), r"\\([%#&_$])", r"[{}]"]))
_YEAR_IN_REFERENCE: Final = re.compile(r"\((\d{4})[a-z]?\b")  # APA tells works of one year apart: "2018a"


@dataclass(frozen=True)
class Reading:
    """One entry as another program reads it.

    Attributes:
        id: citation key.
        title: of the work.
        authors: in order; None: the file has them within a reference only.
        year: as written; None: there is none.
        address: of the work.
        rest: everything else that the file says of the work: venue, number, reference.
    """

    id: str
    title: str
    authors: tuple[str, ...] | None
    year: str | None
    address: str
    rest: str


Reader = Callable[[str], list[Reading]]


def read_bibtex(text: str) -> list[Reading]:
    """By pybtex."""
    from pybtex.database import parse_string

    found = []
    for key, entry in parse_string(text, "bibtex").entries.items():
        fields = {name.lower(): _plain(value) for name, value in entry.fields.items()}
        found.append(
            Reading(
                id=key,
                title=fields["title"],
                authors=tuple(_plain(str(person)) for person in entry.persons.get("author", ())),
                year=fields.get("year"),
                address=unquote(fields.get("url", "")),
                rest=_rest(fields, judgement="annote"),
            )
        )
    return found


def read_ris(text: str) -> list[Reading]:
    """By RISparser."""
    from RISparser import readris

    return [
        Reading(
            id=record["id"],
            title=record["title"],
            authors=tuple(record.get("authors", ())),
            year=record.get("year"),
            address=unquote(record.get("url", "")),
            # The type says "chapter", which other formats write before its number.
            rest=_rest(record, judgement="notes") + " chapter" * (record["type_of_reference"] == "CHAP"),
        )
        for record in readris(StringIO(text))
    ]


def read_csl_json(text: str) -> list[Reading]:
    """By the standard library, once jsonschema has held every item against the fields that CSL 1.0.2 knows.

    Raises:
        jsonschema.ValidationError: an item is none.
    """
    import jsonschema

    items = json.loads(text)
    jsonschema.validate(items, json.loads(CSL_SCHEMA.read_text(encoding="utf-8")))
    return [
        Reading(
            id=item["id"],
            title=item["title"],
            authors=tuple(_name(name) for name in item.get("author", ())),
            year=str(item["issued"]["date-parts"][0][0]) if "issued" in item else None,
            address=unquote(item.get("URL", "")),
            rest=_rest(item, judgement="note"),
        )
        for item in items
    ]


def read_json(text: str) -> list[Reading]:
    """By the standard library: the fields as they are named, without the program's model."""
    return [
        Reading(
            id=entry["citation_key"],
            title=entry["source"]["title"],
            authors=tuple(entry["source"]["authors"]),
            year=str(entry["source"]["year"]) if entry["source"]["year"] else None,
            address=unquote(entry["source"]["url"]),
            rest=entry["citation"],
        )
        for entry in json.loads(text)["entries"]
    ]


def read_markdown(text: str) -> list[Reading]:
    """By markdown-it: a heading with a link, the anchor above it and the reference below it."""
    from markdown_it import MarkdownIt

    blocks = MarkdownIt("gfm-like", {"linkify": False}).parse(text)
    found, anchor = [], ""
    for position, block in enumerate(blocks):
        if block.type == "inline" and block.content.startswith('<a id="'):
            anchor = block.content.split('"')[1]
        if block.type == "heading_open" and block.tag == "h3":
            heading, reference = blocks[position + 1], blocks[position + 4]
            address = next((one.attrs["href"] for one in heading.children or () if one.type == "link_open"), None)
            if address is not None:
                title = _shown(heading.children).partition(". ")[2]
                found.append(_of_reference(anchor, title, str(address), _shown(reference.children)))
    return found


def read_html(text: str) -> list[Reading]:
    """By lxml: an article with a heading that links, and the reference below it."""
    from lxml import html

    found = []
    for article in html.fromstring(text).iter("article"):
        link = article.find(".//h3/a")
        (reference,) = article.find_class("citation")
        found.append(
            _of_reference(article.get("id"), link.text_content(), link.get("href"), str(reference.text_content()))
        )
    return found


READERS: Final[Mapping[str, tuple[Reader, str]]] = {
    "bibliography.bib": (read_bibtex, "pybtex"),
    "bibliography.ris": (read_ris, "RISparser"),
    "bibliography.csl.json": (read_csl_json, "jsonschema"),
    "bibliography.json": (read_json, "json"),
    "bibliography.md": (read_markdown, "markdown_it"),
    "bibliography.html": (read_html, "lxml"),
}
"""By the file's name, who reads it and with which module."""


def lacking(module: str) -> str:
    """Why a reader can't be used here; empty: it can."""
    return "" if find_spec(module) else f"{module} is not installed; the group dev of pyproject.toml has it"


def _of_reference(name: str, title: str, address: str, reference: str) -> Reading:
    year = _YEAR_IN_REFERENCE.search(reference)
    return Reading(name, title, None, year and year[1], unquote(address), reference)


def _shown(children: "Sequence[Token] | None") -> str:
    """What a reader sees of a line of Markdown."""
    return "".join(" " if one.type == "softbreak" else one.content for one in children or ())


def _plain(tex: str) -> str:
    """What TeX would print."""
    return _TEX_COMMAND.sub(lambda found: _TEX.get(found[0], found[1] or ""), tex)


def _name(name: Mapping[str, str]) -> str:
    parts = ("literal", "given", "non-dropping-particle", "family", "suffix")
    return " ".join(name[part] for part in parts if part in name)


_TOLD_APART: Final = frozenset({"id", "title", "authors", "author", "abstract"})


def _rest(fields: Mapping[str, Any], *, judgement: str) -> str:
    """The words of all other fields, but not of the one that carries RADAR's judgement and names the work again."""
    left = {name: value for name, value in fields.items() if name not in _TOLD_APART and name != judgement}
    return " ".join(_texts(left))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield name  # "chapter": the field says what BibTeX leaves out of its value
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
    else:
        yield str(value)
