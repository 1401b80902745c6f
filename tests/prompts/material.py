"""Candidates for tests of grounded prompts."""

from typing import Any

from research_agent.model.prompt import Candidate, Present, PresentEntry


def present(*gaps: str) -> Present:
    """A present bibliography of two entries with these gaps."""
    return Present(
        entries=tuple(
            PresentEntry(
                number=number,
                source=f"present-work-{number}",
                total=4.0,
                domains=("1",),
                title=f"Present work {number}",
                citation=f"Doe, J. (2020). Present work {number}.",
                category="Papers",
                url=f"https://example.org/present/{number}",
                focus=("1.1",),
                known="read in part 2026-11-24",
                claims=(f"Present work {number} says this. (Section 1)",),
            )
            for number in (1, 2)
        ),
        gaps=gaps,
    )


def candidate(number: int, **fields: Any) -> Candidate:
    given: dict[str, Any] = {
        "source": f"source-{number}",
        "title": f"Work number {number}",
        "authors": "Jane Doe",
        "year": 2020 + number,
        "kind": "case study",
        "category": "Papers",
        "url": f"https://example.org/{number}",
        "focus": ("1.1",),
        "ratings": ("Authority strong", "Date fair"),
        "worth": 5.0 - number,
        "summary": f"What work {number} establishes in its own way.",
        "key_points": (f"Fact of work {number}. (Section 2)",),
        "pattern": "",
    }
    return Candidate(**(given | fields))
