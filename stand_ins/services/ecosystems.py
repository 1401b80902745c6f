"""The packages of ecosyste.ms, by their exact name or their repository; what it does not know is an empty list."""

from typing import Any, Final

from starlette.responses import Response

from research_agent.sources.naming import normal_repository
from stand_ins.answering import Question, Routes, as_json
from stand_ins.catalogue import Work
from stand_ins.services.github import project_of, release_of

_USUAL: Final = 30
_ECOSYSTEM: Final = "stand-in"


def lookup(asked: Question) -> Response:
    """The packages of a name or a repository."""
    name, repository = asked.text("name").lower(), normal_repository(asked.text("repository_url"))
    found = asked.works.of(
        lambda work: (
            bool(project_of(work))
            and (work.source.identifiers.repository == repository if repository else _name(work) == name)
        )
    )
    return as_json([_package(work) for work in found[: asked.number("per_page", _USUAL)]])


def _name(work: Work) -> str:
    return project_of(work).partition("/")[2]


def _package(work: Work) -> dict[str, Any]:
    version, day = release_of(work) or (None, None)
    archived = work.said("archived") is True
    return {
        "id": work.number,
        "name": _name(work),
        "ecosystem": _ECOSYSTEM,
        "description": work.text or None,
        "homepage": None,
        "licenses": None,
        "normalized_licenses": [],
        "repository_url": f"https://github.com/{project_of(work)}",
        "registry_url": None,
        "documentation_url": None,
        "first_release_published_at": None,
        "latest_release_published_at": f"{day}T00:00:00.000Z" if day else None,
        "latest_release_number": version,
        "dependent_packages_count": work.popularity,
        "downloads": None,
        "downloads_period": None,
        "status": "deprecated" if archived else None,
        "maintainers": [{"login": author, "name": author} for author in work.source.authors],
        "repo_metadata": {"full_name": project_of(work), "archived": archived, "stargazers_count": None},
        "purl": f"pkg:{_ECOSYSTEM}/{_name(work)}",
    }


ROUTES: Final[Routes] = {"/packages/lookup": lookup}
