"""OpenAlex: works by words and by DOI, with abstracts as an inverted index; what it does not have is told in HTML."""

import re
from typing import Any, Final

from starlette.responses import Response

from stand_ins.answering import Question, Routes, as_json, as_page, part, year_in
from stand_ins.catalogue import Work
from stand_ins.services.known import doi_of, is_scholarly

_MOST_ON_A_PAGE: Final = 100
_MOST: Final = 10_000
_USUAL: Final = 25
_SINCE = re.compile(r"from_publication_date:(\d{4})")
_NUMBERS_FROM: Final = 990_000_000_000  # above all ids that OpenAlex has given
_TYPES: Final = {"paper": "article", "thesis": "dissertation"}


def search(asked: Question) -> Response:
    """Works by words."""
    size, page = asked.number("per_page", _USUAL), asked.number("page", 1)
    if size > _MOST_ON_A_PAGE or size * page > _MOST:
        return as_json({"error": "Pagination error.", "message": "Maximum results size or per_page exceeded."}, 403)
    since = _SINCE.search(asked.text("filter"))
    found = asked.works.best(asked.text("search"), is_scholarly, since=year_in(since[1]) if since else None)
    results = [_work(work) for work in part(found, (page - 1) * size, size)]
    meta = {"count": len(found), "db_response_time_ms": 1, "page": page, "per_page": size, "groups_count": None}
    return as_json({"meta": meta, "results": results, "group_by": []})


def record(asked: Question) -> Response:
    """One work by its DOI."""
    doi = asked.names["doi"].lower()
    work = asked.works.one(lambda one: is_scholarly(one) and (doi_of(one) or "").lower() == doi)
    return as_json(_work(work)) if work else as_page("404 Not Found", status=404)


def _work(work: Work) -> dict[str, Any]:
    source = work.source
    doi = f"https://doi.org/{doi_of(work)}"
    arxiv = source.identifiers.arxiv
    free = _location(f"https://arxiv.org/abs/{arxiv}", f"https://arxiv.org/pdf/{arxiv}", "arXiv") if arxiv else None
    return {
        "id": f"https://openalex.org/W{_NUMBERS_FROM + work.number}",
        "doi": doi,
        "title": source.title,
        "type": _TYPES.get(source.kind, source.kind),
        "publication_year": source.year,
        "publication_date": str(work.day_or_new_year) if work.day else None,
        "language": source.language,
        "authorships": [
            {"author": {"display_name": author, "orcid": None}, "institutions": [], "raw_author_name": author}
            for author in source.authors
        ],
        "primary_location": _location(doi, None, source.publisher),
        "best_oa_location": free,
        "open_access": {
            "is_oa": free is not None,
            "oa_status": "green" if free else "closed",
            "oa_url": f"https://arxiv.org/pdf/{arxiv}" if arxiv else None,
            "any_repository_has_fulltext": free is not None,
        },
        "is_retracted": work.said("retracted") is True,
        "is_paratext": False,
        "cited_by_count": work.number_said("citations"),
        "referenced_works_count": work.number_said("references"),
        "abstract_inverted_index": _inverted(work.text),
    }


def _location(page: str, pdf: str | None, venue: str) -> dict[str, Any]:
    return {
        "is_oa": pdf is not None,
        "landing_page_url": page,
        "pdf_url": pdf,
        "source": {"display_name": venue, "host_organization_name": None} if venue else None,
        "license": None,
        "version": "submittedVersion" if pdf else "publishedVersion",
    }


def _inverted(text: str) -> dict[str, list[int]] | None:
    index: dict[str, list[int]] = {}
    for position, word in enumerate(text.split()):
        index.setdefault(word, []).append(position)
    return index or None


ROUTES: Final[Routes] = {"/works": search, "/works/doi:{doi:path}": record}
