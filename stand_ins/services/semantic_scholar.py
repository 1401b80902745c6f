"""Semantic Scholar's Academic Graph: papers by words, DOI and arXiv id; almost every field may be null."""

from typing import Any, Final

from starlette.responses import Response

from stand_ins.answering import Question, Routes, as_json, part, year_in
from stand_ins.catalogue import Work
from stand_ins.services.known import is_scholarly

_MOST: Final = 1_000
_USUAL: Final = 100


def search(asked: Question) -> Response:
    """Papers by words. Without any there is no `data`."""
    offset, limit = asked.number("offset", 0), asked.number("limit", _USUAL)
    if offset + limit > _MOST:
        return as_json({"error": "offset + limit must be < 1000"}, 400)
    found = asked.works.best(asked.text("query"), is_scholarly, since=year_in(asked.text("year")))
    told: dict[str, Any] = {"total": len(found), "offset": offset}
    if found:
        told["data"] = [_paper(work, asked) for work in part(found, offset, limit)]
        if offset + limit < len(found):
            told["next"] = offset + limit
    return as_json(told)


def record(asked: Question) -> Response:
    """One paper, by "DOI:..." or "ARXIV:..."."""
    scheme, _, name = asked.names["name"].partition(":")
    field = {"DOI": "doi", "ARXIV": "arxiv"}.get(scheme, "")
    work = asked.works.one(
        lambda one: bool(field) and is_scholarly(one) and getattr(one.source.identifiers, field) == name.lower()
    )
    return as_json(_paper(work, asked)) if work else as_json({"error": f"Paper with id {scheme}:{name} not found"}, 404)


def _paper(work: Work, asked: Question) -> dict[str, Any]:
    source = work.source
    names = {"DOI": source.identifiers.doi, "ArXiv": source.identifiers.arxiv, "CorpusId": work.number}
    arxiv = source.identifiers.arxiv
    venue = "arXiv.org" if source.kind == "preprint" else source.publisher
    told = {
        "externalIds": {name: value for name, value in names.items() if value},
        "url": f"https://www.semanticscholar.org/paper/{work.digest}",
        "title": source.title,
        "abstract": work.text or None,
        "venue": venue or None,
        "year": source.year,
        "referenceCount": work.number_said("references"),
        "citationCount": work.number_said("citations"),
        "isOpenAccess": True if arxiv else None,
        "openAccessPdf": {"url": f"https://arxiv.org/pdf/{arxiv}", "status": "GREEN", "license": None}
        if arxiv
        else {"url": "", "status": "CLOSED", "license": None},
        "publicationTypes": ["Book"] if source.kind == "book" else ["JournalArticle"],
        "publicationDate": str(source.published) if source.published else None,
        "journal": {"name": source.publisher} if source.publisher else None,
        "authors": [{"authorId": None, "name": author} for author in source.authors],
    }
    wanted = asked.text("fields").split(",")
    return {"paperId": work.digest} | {name: value for name, value in told.items() if name in wanted}


ROUTES: Final[Routes] = {"/paper/search": search, "/paper/{name:path}": record}
