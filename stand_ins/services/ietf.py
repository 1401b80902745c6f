"""The RFC Editor and the Datatracker: the index of all RFCs, one RFC, one draft; what is not there is told in HTML."""

import re
from calendar import month_name
from collections.abc import Iterable
from typing import Final
from xml.sax.saxutils import escape

from starlette.responses import Response

from stand_ins.answering import Question, Routes, as_json, as_page, as_xml
from stand_ins.catalogue import Work
from stand_ins.services.known import date_parts

_RFC = re.compile(r"RFC\s*0*(\d+)")
_DRAFT = re.compile(r"draft-[a-z0-9-]+")
_NAMESPACE: Final = "https://www.rfc-editor.org/rfc-index"


def index(asked: Question) -> Response:
    """Every RFC that is known here; the real index has more than 9,000."""
    entries = "\n".join(_entry(work) for work in asked.works.of(_is_rfc))
    return as_xml(f'<rfc-index xmlns="{_NAMESPACE}">\n{entries}\n</rfc-index>')


def rfc(asked: Question) -> Response:
    """One RFC by its number."""
    number = asked.names["number"]
    work = asked.works.one(lambda one: str(one.source.identifiers.rfc) == number)
    if work is None:
        return as_page("404 Not Found", status=404)
    return as_json(
        {
            "draft": "",
            "doc_id": _doc_id(work),
            "title": work.source.title,
            "authors": list(work.source.authors),
            "format": ["HTML", "TEXT"],
            "page_count": "9",
            "pub_status": _status(work),
            "status": _status(work),
            "source": "Stand-in",
            "abstract": work.text,
            "pub_date": " ".join(_date(work).values()),
            "keywords": [],
            **{field: _related(work, field) for field in ("obsoletes", "obsoleted_by", "updates", "updated_by")},
            "see_also": [],
            "doi": f"10.17487/{_doc_id(work)}",
            "errata_url": None,
        }
    )


def draft(asked: Question) -> Response:
    """One draft by its name."""
    name = asked.names["name"]
    work = asked.works.one(lambda one: name in _DRAFT.findall(one.source.url))
    if work is None:
        return as_page("404 Not Found", status=404)
    revision = (work.source.version or "00").rpartition("-")[2]
    days = dict.fromkeys((work.day_or_new_year, work.changed))
    return as_json(
        {
            "rev": revision,
            "type": "Draft",
            "name": name,
            "time": f"{work.changed} 00:00:00",
            "title": work.source.title,
            "abstract": work.text,
            "state": "Active",
            "authors": [{"name": author, "email": None, "affiliation": None} for author in work.source.authors],
            "rev_history": [{"name": name, "rev": revision, "published": f"{day}T00:00:00+00:00"} for day in days],
        }
    )


def _entry(work: Work) -> str:
    authors = "".join(f"<author><name>{escape(one)}</name></author>" for one in work.source.authors)
    date = "".join(f"<{name}>{text}</{name}>" for name, text in _date(work).items())
    related = "".join(
        f"<{field.replace('_', '-')}>{_doc_ids(_related(work, field))}</{field.replace('_', '-')}>"
        for field in ("obsoletes", "obsoleted_by", "updated_by")
        if _related(work, field)
    )
    return (
        f"<rfc-entry><doc-id>{_doc_id(work)}</doc-id><title>{escape(work.source.title)}</title>{authors}"
        f"<date>{date}</date><abstract><p>{escape(work.text)}</p></abstract>{related}"
        f"<current-status>{_status(work)}</current-status><publication-status>{_status(work)}</publication-status>"
        f"<doi>10.17487/{_doc_id(work)}</doi></rfc-entry>"
    )


def _is_rfc(work: Work) -> bool:
    return work.source.identifiers.rfc is not None


def _doc_id(work: Work) -> str:
    return f"RFC{work.source.identifiers.rfc:04}"


def _doc_ids(names: Iterable[str]) -> str:
    return "".join(f"<doc-id>{name}</doc-id>" for name in names)


def _status(work: Work) -> str:
    return str(work.said("standard_status") or "unknown").upper().replace("_", " ")


def _related(work: Work, signal: str) -> list[str]:
    return [f"RFC{int(number):04}" for number in _RFC.findall(str(work.said(signal) or ""))]


def _date(work: Work) -> dict[str, str]:
    """Month, day and year, as many as are known, in the order of the index."""
    year, *rest = [*date_parts(work), *(None,) * 3][:3]
    month, day = rest
    parts = {"month": month and month_name[month], "day": day, "year": year}
    return {name: str(value) for name, value in parts.items() if value}


ROUTES: Final[Routes] = {
    "/rfc-index.xml": index,
    "/rfc/rfc{number}.json": rfc,
    "/doc/{name}/doc.json": draft,
}
