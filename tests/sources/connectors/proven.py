"""What the recorded exchanges prove of each connector; `python -m tests.sources.connectors.proven` writes it down.

A capability is proved by a case that shows it (`CASES`): a good answer is read to it, and the same answer, broken in
each of several ways, is told as a failure. `test_proven.py` holds the written file against this.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from research_agent.errors import ConnectorError
from research_agent.model.candidate import Candidate
from research_agent.sources import connectors
from research_agent.sources.connectors import Answer, connector_names
from research_agent.sources.naming import Name, name_in
from tests.sources.connectors.exchanges import CASES, PAGES, Case, answer

FILE: Final = Path(connectors.__file__).with_name("proven.json")
WITHDRAWN_OR_REPLACED: Final = ("retracted", "withdrawn", "obsoleted_by", "archived")


def proven() -> dict[str, list[str]]:
    """What the cases prove of each connector: "search", "look_up:doi", "full_text", "retraction"; by alphabet."""
    return {
        name: sorted({proof for case in (*CASES, *PAGES) if case.connector == name for proof in proved_by(case)})
        for name in connector_names()
    }


def proved_by(case: Case) -> Iterator[str]:
    """What one case proves; nothing where a broken answer passes for a result."""
    candidates = case.connector_of_it.read(answer(case.ask, case.body)).candidates
    if not candidates or any(passes_for_a_result(case, broken) for broken in broken_answers(case)):
        return
    if case.name is None:
        yield "search"
    elif any(is_named(candidate, case.name) for candidate in candidates):
        yield f"look_up:{case.name[0]}"
    if any(candidate.full_text for candidate in candidates):
        yield "full_text"
    if any(tells_of_retraction(candidate) for candidate in candidates):
        yield "retraction"


def broken_answers(case: Case) -> tuple[Answer, ...]:
    """The good answer of a case, broken: too many requests, a failure, half of it, a page for people.

    Of a page no half is broken, as nothing says where it ends; nothing at all is.
    """
    half = b"" if case in PAGES else case.body[: len(case.body) // 2]
    return (
        answer(case.ask, case.body, status=429),
        answer(case.ask, case.body, status=500),
        answer(case.ask, half),
        answer(case.ask, b"<!DOCTYPE html><title>Sign in</title>"),
    )


def passes_for_a_result(case: Case, broken: Answer) -> bool:
    """Whether a connector takes a broken answer for one of its service."""
    try:
        return bool(case.connector_of_it.read(broken).candidates)
    except ConnectorError:
        return False


def is_named(candidate: Candidate, name: Name) -> bool:
    """Whether a candidate is the work that was looked up by this name, a copy of it, or what is discussed there."""
    known = candidate.identifiers
    names = {("doi", known.doi), ("arxiv", known.arxiv), ("rfc", str(known.rfc)), ("repository", known.repository)}
    discussed = (str(signal.value) for signal in candidate.signals if signal.name == "discussed_at")
    addresses = (candidate.url, *candidate.also_at, *discussed)
    return name in names | {("url", one) for one in addresses} | {name_in(one) for one in addresses}


def tells_of_retraction(candidate: Candidate) -> bool:
    """Whether a candidate says of itself that it was withdrawn, replaced or given up."""
    told = {signal.name: signal.value for signal in candidate.signals}
    return any(told.get(name) for name in WITHDRAWN_OR_REPLACED)


def written(proofs: dict[str, list[str]]) -> str:
    """The file's text."""
    lines = ",\n".join(f" {json.dumps(name)}: {json.dumps(proved)}" for name, proved in proofs.items())
    return f"{{\n{lines}\n}}\n"


if __name__ == "__main__":
    FILE.write_text(written(proven()), encoding="utf-8")
