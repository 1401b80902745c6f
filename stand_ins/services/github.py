"""GitHub's REST API: repositories by words and by name, and their latest release; renamed ones are redirected."""

import re
from typing import Any, Final

from starlette.responses import RedirectResponse, Response

from stand_ins.answering import Question, Routes, as_json, part, year_in
from stand_ins.catalogue import Work

_LONGEST_QUERY: Final = 256
_MOST: Final = 1_000
_USUAL: Final = 30
_SINCE = re.compile(r"\s*pushed:>=(\d{4})-01-01")
_PROJECT = re.compile(r"github\.com/([^/]+/[^/]+)")
_RELEASE = re.compile(r"^(\S+)(?: \((\d{4}-\d{2}-\d{2})\))?$")


def search(asked: Question) -> Response:
    """Repositories by words."""
    query = asked.text("q")
    size, page = asked.number("per_page", _USUAL), asked.number("page", 1)
    if len(query) > _LONGEST_QUERY:
        return _error(422, "Validation Failed: the search is longer than 256 characters")
    if (page - 1) * size >= _MOST:
        return _error(422, "Only the first 1000 search results are available")
    since = _SINCE.search(query)
    found = [
        work
        for work in asked.works.best(_SINCE.sub("", query), project_of)
        if since is None or work.changed.year >= (year_in(since[1]) or 0)
    ]
    items = [{**_repository(work), "score": 1.0} for work in part(found, (page - 1) * size, size)]
    return as_json({"total_count": len(found), "incomplete_results": False, "items": items})


def record(asked: Question) -> Response:
    """One repository by owner and name."""
    wanted = f"{asked.names['owner']}/{asked.names['name']}".lower()
    work = asked.works.one(lambda one: project_of(one) == wanted)
    if work is None:
        return _error(404, "Not Found")
    now = renamed_to(work)
    if now and now.lower() != wanted and asked.works.one(lambda one: project_of(one) == now.lower()):
        return RedirectResponse(f"{asked.folder}/repos/{now}", 301)
    return as_json(_repository(work))


def latest_release(asked: Question) -> Response:
    """The latest release of one repository."""
    wanted = f"{asked.names['owner']}/{asked.names['name']}".lower()
    work = asked.works.one(lambda one: project_of(one) == wanted)
    release = release_of(work) if work else None
    if work is None or release is None:
        return _error(404, "Not Found")
    version, day = release
    return as_json(
        {
            "url": f"https://api.github.com/repos/{wanted}/releases/{work.number}",
            "html_url": f"https://github.com/{wanted}/releases/tag/{version}",
            "id": work.number,
            "author": {"login": wanted.partition("/")[0]},
            "tag_name": version,
            "name": version,
            "draft": False,
            "prerelease": False,
            "published_at": f"{day}T00:00:00Z" if day else None,
            "body": "Notes of a stand-in's release.",
        }
    )


def project_of(work: Work) -> str:
    """Owner and name of the repository that the work is; empty: it is none of GitHub's, or a file in one."""
    found = _PROJECT.fullmatch(work.source.identifiers.repository or "")
    return found[1] if found and work.source.kind == "repository" else ""


def renamed_to(work: Work) -> str:
    """Owner and name under which the repository goes now; empty: it was not renamed."""
    found = re.search(r"[\w.-]+/[\w.-]+$", str(work.said("renamed_to") or ""))
    return found[0] if found else ""


def release_of(work: Work) -> tuple[str, str] | None:
    """Version and day of the last release; None: the record tells of none."""
    found = _RELEASE.match(str(work.said("last_release") or ""))
    return (found[1], found[2] or "") if found else None


def _repository(work: Work) -> dict[str, Any]:
    full_name = project_of(work)
    owner, _, name = full_name.partition("/")
    return {
        "id": work.number,
        "name": name,
        "full_name": full_name,
        "private": False,
        "owner": {"login": owner, "type": "Organization"},
        "html_url": f"https://github.com/{full_name}",
        "description": work.text or None,
        "fork": False,
        "created_at": f"{work.source.published}T00:00:00Z" if work.source.published else None,
        "updated_at": f"{work.changed}T00:00:00Z",
        "pushed_at": f"{work.changed}T00:00:00Z",
        "homepage": None,
        "stargazers_count": work.popularity,
        "archived": work.said("archived") is True,
        "disabled": False,
        "license": None,
        "topics": [],
        "visibility": "public",
        "default_branch": "main",
    }


def _error(status: int, message: str) -> Response:
    page = "https://docs.github.com/rest"
    return as_json({"message": message, "documentation_url": page, "status": str(status)}, status)


ROUTES: Final[Routes] = {
    "/search/repositories": search,
    "/repos/{owner}/{name}": record,
    "/repos/{owner}/{name}/releases/latest": latest_release,
}
