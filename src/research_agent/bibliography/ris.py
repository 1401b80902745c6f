"""Write CSL-JSON items as RIS, the tagged format that reference managers exchange (2011 specification)."""

from collections.abc import Sequence

from research_agent.bibliography.csl import CslItem, csl_item
from research_agent.bibliography.keys import citation_key
from research_agent.model.source import Source

_TYPES = {
    "article-journal": "JOUR",
    "paper-conference": "CPAPER",
    "article": "UNPB",
    "report": "RPRT",
    "standard": "STAND",
    "thesis": "THES",
    "book": "BOOK",
    "chapter": "CHAP",
    "software": "COMP",
    "webpage": "ELEC",
    "post": "ELEC",
    "post-weblog": "BLOG",
    "speech": "SLIDE",
    "motion_picture": "VIDEO",
}


def to_ris(sources: Sequence[Source]) -> str:
    """The sources as a RIS file, in the order given."""
    return ris([csl_item(source, citation_key(source)) for source in sources])


def ris(items: Sequence[CslItem]) -> str:
    """The items as a RIS file, in the order given.

    One line a value, whatever its length. ID is the citation key, T2 the journal, proceedings, book, site or event,
    M1 the number of a report, standard or preprint, ET the version, M3 the genre, SE the chapter, AN the arXiv
    identifier, Y2 the day on which the work was read, AB the summary, N1 RADAR's judgement, KW category and focus.
    """
    import rispy

    class Writer(rispy.RisWriter):  # type: ignore[misc, unused-ignore]  # rispy is untyped
        """Without the running number that rispy puts above each record, which is no part of RIS."""

        def set_header(self, count: int) -> str:  # noqa: ARG002 - the signature that rispy calls
            return ""

    text: str = rispy.dumps([_record(item) for item in items], implementation=Writer)
    return text


def _record(item: CslItem) -> dict[str, str | list[str]]:
    """The item under rispy's names of the tags, in the order in which they are written."""
    issued: list[int] = item.get("issued", {}).get("date-parts", [[]])[0]
    accessed: list[int] = item.get("accessed", {}).get("date-parts", [[]])[0]
    arxiv = item.get("archive") == "arXiv"
    record: dict[str, str | list[str] | None] = {
        "type_of_reference": _TYPES[item["type"]],
        "id": item["id"],
        "authors": [_name(name) for name in item.get("author", ())],
        "title": item["title"],
        "secondary_title": item.get("container-title") or item.get("event-title"),
        "publisher": item.get("publisher"),
        "year": f"{issued[0]:04}" if issued else None,
        "date": _date(issued) if len(issued) > 1 else None,
        "volume": item.get("volume"),
        "number": item.get("issue"),
        "section": item.get("chapter-number"),
        "edition": item.get("version"),
        "type_of_work": item.get("genre"),
        "note": item.get("number"),
        "accession_number": f"arXiv:{item['archive_location']}" if arxiv else None,
        "doi": item.get("DOI"),
        "urls": [item["URL"]] if item.get("URL") else [],
        "access_date": _date(accessed) if accessed else None,
        "language": item.get("language"),
        "keywords": [word for word in item.get("keyword", "").split(", ") if word],
        "abstract": item.get("abstract"),
        "notes": [item["note"]] if item.get("note") else [],
    }
    return {
        tag: [_on_one_line(part) for part in value] if isinstance(value, list) else _on_one_line(value)
        for tag, value in record.items()
        if value
    }


def _name(name: dict[str, str]) -> str:
    """A person as "Family, Given, Suffix" with the particle before the family name; an organisation as it is."""
    if "literal" in name:
        return name["literal"]
    family = " ".join(filter(None, (name.get("non-dropping-particle"), name.get("family"))))
    return ", ".join(filter(None, (family, name.get("given"), name.get("suffix"))))


def _date(parts: list[int]) -> str:
    """YYYY/MM/DD/, with the parts that are not known left empty."""
    year, month, day = (*parts, None, None)[:3]
    return f"{year:04}/{'' if month is None else f'{month:02}'}/{'' if day is None else f'{day:02}'}/"


def _on_one_line(text: str) -> str:
    return " ".join(text.split())
