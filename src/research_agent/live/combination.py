"""What the checks of one source show together. Pure; `docs/verification.md` has the reasons."""

from collections.abc import Sequence
from typing import Final

from research_agent.model.source import ExistenceState, Source
from research_agent.model.verification import NameCheck
from research_agent.sources.naming import Scheme, name_in

_CALLED: Final = {
    "doi": "DOI {}",
    "arxiv": "arXiv id {}",
    "rfc": "RFC {}",
    "draft": "draft {}",
    "repository": "repository {}",
    "url": "address",
}


def combined(source: Source, checks: Sequence[NameCheck]) -> tuple[ExistenceState, str]:
    """The state of a source and why, in one line.

    A work is verified by one name that leads to it, even if another of its names leads elsewhere: then the record has
    a wrong name, and the work is no less real. Without any, a name that leads to another work contradicts the record;
    else what could not be looked at leaves it open.
    """
    of_it = [check for check in checks if is_the_work(source, check)]
    verified = [check for check in of_it if check.state == "verified"]
    wrong = [check for check in checks if check.state == "contradicted"]
    open_ones = [check for check in checks if check.state == "not_checked"]
    against = "; ".join(f"{called(check)} at {check.title}: {check.why}" for check in wrong)
    if verified:
        told = "; ".join(f"{called(check)} at {check.title}: {check.why}" for check in verified)
        return "verified", f"{told}. Yet {against}" if wrong else told
    if wrong:
        return "contradicted", against
    if open_ones:
        return "not_checked", "; ".join(f"{called(check)}: {check.why}" for check in open_ones)
    return "unverifiable", "; ".join(f"{called(check)}: {check.why}" for check in checks)


def is_the_work(source: Source, check: NameCheck) -> bool:
    """Whether the name is the work's own: a repository that a page or a file belongs to proves neither."""
    return check.scheme != "repository" or name_in(source.url) == (check.scheme, check.name)


def called(check: NameCheck) -> str:
    """A name as people say it: "DOI 10.1145/3547276", "RFC 9110", "address"."""
    return _CALLED[check.scheme].format(check.name)


def work_called(scheme: Scheme, name: str) -> str:
    """A work by a name of it, as people say it; one that is known by its address alone is that address."""
    return name if scheme == "url" else _CALLED[scheme].format(name)
