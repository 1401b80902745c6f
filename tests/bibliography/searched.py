"""A search of live sources as it may come out: three rounds, with a service that is down and one that tires."""

from datetime import UTC, datetime

from research_agent.model.bibliography import Bibliography
from research_agent.model.quotation import place_in
from research_agent.model.search import PlannedQuery, Round, Search, ServiceOutcome, ServiceState
from research_agent.model.source import Existence, KeyPoint, Placement
from tests.bibliography.annotated import BREAKER, GUIDE, TENACITY, bibliography, entry

BEGUN = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
DOWN = "it answered 503 (service unavailable) to each of 3 attempts"
TIRED = "1 of 2 questions: its limit allows no further question before the time is up"
WITHOUT_KEY = "it has no key: set RESEARCH_AGENT_BRAVE_KEY"


def outcome(
    service: str, title: str, state: ServiceState = "answered", why: str = "", *, asked: int = 0, candidates: int = 0
) -> ServiceOutcome:
    return ServiceOutcome(service=service, title=title, state=state, why=why, asked=asked, candidates=candidates)


BRAVE = outcome("brave", "Brave Search", "not_asked", WITHOUT_KEY)
OPENALEX = outcome("openalex", "OpenAlex", asked=2, candidates=50)
CROSSREF = outcome("crossref", "Crossref", "not_checked", DOWN, asked=2)
SEMANTIC = outcome("semantic_scholar", "Semantic Scholar", asked=2, candidates=9)
BOTH = ("openalex", "crossref", "semantic_scholar")
SEARCH = Search(
    at=BEGUN,
    rounds=(
        Round(
            number=1,
            queries=(
                PlannedQuery(
                    text='"retry" backoff jitter', services=BOTH, focus="2.2", category="research", since=2021
                ),
                PlannedQuery(text="circuit breaker | library", services=BOTH),
            ),
            services=(OPENALEX, CROSSREF, SEMANTIC, BRAVE),
            candidates=59,
            works=41,
            added=30,
            left_out=7,
            chosen=4,
            gaps=("Academic research: 3 of 4", "2.4 is not covered"),
        ),
        Round(
            number=2,
            queries=(
                PlannedQuery(text="bulkhead isolation", services=BOTH, focus="2.4"),
                PlannedQuery(text="bulkhead case study", services=BOTH, category="research"),
            ),
            services=(
                OPENALEX.model_copy(update={"candidates": 8}),
                CROSSREF,
                outcome("semantic_scholar", "Semantic Scholar", "in_part", TIRED, asked=2, candidates=3),
                BRAVE,
            ),
            candidates=11,
            works=6,
            added=6,
            chosen=1,
            gaps=("Academic research: 3 of 4",),
        ),
        Round(
            number=3,
            queries=(PlannedQuery(text="bulkhead", services=("openalex",), category="research"),),
            services=(
                OPENALEX.model_copy(update={"asked": 1, "candidates": 0}),
                outcome("crossref", "Crossref", "not_asked", "nothing was for it"),
                outcome("semantic_scholar", "Semantic Scholar", "not_asked", "nothing was for it"),
                BRAVE,
            ),
            candidates=0,
            works=0,
            added=0,
            gaps=("Academic research: 3 of 4",),
        ),
    ),
    ended="three rounds are the most",
)
"""Crossref never answered, Semantic Scholar stopped in round 2, OpenAlex found nothing in round 3, Brave has no key."""
ANSWERED = SEARCH.model_copy(
    update={
        "rounds": (SEARCH.rounds[0].model_copy(update={"services": (OPENALEX, SEMANTIC, BRAVE), "gaps": ()}),),
        "ended": "nothing is missing",
    }
)
"""Every service that was asked answered, in one round."""

ABSTRACT = place_in("Abstract", "OpenAlex")
FOUND = Placement(
    guide=GUIDE,
    domain="2",
    category="research",
    summary="",
    key_points=tuple(
        KeyPoint(text=text, where=ABSTRACT)
        for text in (
            "Naive retries multiply the load of a service that is about to fail.",
            "We measure 14 production systems and find that jitter alone halves the peaks.",
            "Deadlines that shrink with every hop bound the work that nobody waits for.",
        )
    ),
)
"""A work that a live search found: its points are sentences of its abstract, and nobody of ours summarised it."""
INDEXED = Existence(state="verified", how="indexed", on=BEGUN.date(), where="https://api.example.org/works/W1")


def live_bibliography(search: Search | None = SEARCH) -> Bibliography:
    """Two curated works and one that the search found."""
    found = entry(
        FOUND, "found-live", kind="paper", existence=INDEXED, title="Retries under load", evaluated={"focus": ("2.3",)}
    )
    made = bibliography(entry(TENACITY, "tenacity-docs"), entry(BREAKER, "breaker-repo"), found)
    return made.model_copy(update={"search": search})
