"""Records, judgements and bibliographies to annotate and to render: a few as the corpus has them, and builders."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from markdown_it import MarkdownIt

from research_agent.bibliography.annotate import annotate
from research_agent.model.bibliography import Bibliography, Check, Entry
from research_agent.model.guide import Category, Domain, Focus, Guide, Methodology, Span
from research_agent.model.library import Part, Passage
from research_agent.model.radar import Criterion, Evaluation, Judgement, Level, Rubric
from research_agent.model.source import CodePattern, Existence, Placement, Source

GUIDE = "clients"
READ_ON = date(2026, 11, 23)
CRITERIA = ("rationale", "authority", "date", "accuracy", "relevance")
WORDS = ("poor", "weak", "fair", "strong", "excellent")

RESILIENCE = Domain(
    id="2",
    slug="resilience-patterns",
    name="Resilience Patterns",
    focus=(
        Focus(id="2.1", text="Circuit breaker implementations (circuitbreaker, purgatory libraries)"),
        Focus(id="2.2", text="Retry strategies with exponential backoff (tenacity, backoff libraries)"),
        Focus(id="2.3", text="Timeout handling and deadline propagation"),
        Focus(id="2.4", text="Bulkhead patterns for resource isolation"),
    ),
)
CONCURRENCY = Domain(
    id="7",
    slug="concurrency-management",
    name="Concurrency Management",
    focus=(
        Focus(id="7.1", text="Timeouts and deadlines under load"),
        Focus(id="7.2", text="Request queuing and backpressure handling"),
    ),
)

TENACITY = Placement(
    guide=GUIDE,
    domain="2",
    category="docs",
    focus=("2.2", "2.3"),
    summary=(
        "Official guide to the general-purpose Python retry library. A bare @retry loops forever with no pause, so the "
        "page builds a bounded policy from three composable parts: stop (stop_after_attempt, stop_after_delay, "
        "stop_before_delay, joined with |), wait (wait_fixed, wait_exponential, wait_random_exponential, wait_chain, "
        "joined with +) and retry predicates on exceptions or results. It covers AsyncRetrying loops, before_sleep "
        "hooks, reraise=True, retry_error_callback, statistics, run-time overrides with retry_with and an enabled flag "
        "for tests. For an API client the lesson is to always set a stop and a randomised wait, to narrow the "
        "predicate to transient failures, and to use stop_before_delay when a caller's deadline must not be overrun."
    ),
    key_points=(
        "The undecorated default retries forever without any wait.",
        "stop_before_delay ends one attempt before the time limit would be exceeded; stop_after_delay ends after it.",
        "reraise=True surfaces the original exception instead of RetryError.",
        "Published on 15 July 2026.",
    ),
    code_pattern=CodePattern(
        library="tenacity",
        idea=(
            "Combine retry_if_exception_type, wait_random_exponential(multiplier, max) and stop_after_delay(..) | "
            "stop_after_attempt(..) in @retry or AsyncRetrying, with before_sleep_log for visibility and reraise=True."
        ),
    ),
)
BREAKER = Placement(
    guide=GUIDE,
    domain="2",
    category="code",
    focus=("2.1", "2.4"),
    summary=(
        "Single-module implementation of Nygard's breaker offered as the @circuit decorator for sync functions, "
        "coroutines and (async) generators. It counts consecutive exceptions: five failures open the circuit, thirty "
        "seconds later one trial call is let through, and any success resets the count. State lives in process memory "
        "and there is no rolling error-rate window, which limits it at high request volumes."
    ),
    key_points=(
        "Failures are counted consecutively; one success resets the counter.",
        "CircuitBreakerMonitor.get_open() and all_closed() expose aggregate state for health endpoints.",
        "Release 2.1.3 dates from 31 March 2025; 2.1.0 made reset() public.",
    ),
    code_pattern=CodePattern(
        library="circuitbreaker",
        idea="@circuit(failure_threshold=10, recovery_timeout=30, expected_exception=predicate) around one dependency.",
    ),
)


def source(placement: Placement, name: str, **fields: Any) -> Source:
    defaults: dict[str, Any] = {
        "title": f"Title of {name}",
        "url": f"https://example.org/{name}",
        "authors": ("Ada Lovelace",),
        "origin": f"origin of {name}",
        "year": 2024,
        "kind": "official_docs",
        "existence": Existence(state="verified", how="read", on=READ_ON, where=f"https://example.org/{name}"),
        "placements": (placement,),
    }
    return Source(id=name, **(defaults | fields))


def judgement(criterion: str, level: int = 4, **fields: Any) -> Judgement:
    defaults: dict[str, Any] = {
        "word": WORDS[level - 1],
        "reason": f"Reason for {criterion}.",
        "judge": "rules",
        "confidence": 0.8,
    }
    return Judgement(criterion=criterion, level=level, **(defaults | fields))


def evaluation(placement: Placement, name: str, *judged: Judgement, **fields: Any) -> Evaluation:
    by_criterion = {one.criterion: one for one in judged}
    judgements = tuple(by_criterion.get(criterion, judgement(criterion)) for criterion in CRITERIA)
    defaults: dict[str, Any] = {
        "total": sum(one.level for one in judgements) / len(judgements),
        "relevance": 0.6,
        "focus": placement.focus,
    }
    return Evaluation(
        source=name,
        guide=placement.guide,
        domain=placement.domain,
        rubric="lmu",
        judgements=judgements,
        **(defaults | fields),
    )


def passages(placement: Placement, name: str) -> list[Passage]:
    """The passages of a placement, with ids as the library gives them."""
    pattern = placement.code_pattern
    parts: list[tuple[Part, int, str]] = [
        ("summary", 0, placement.summary),
        *(("key_point", position, point.text) for position, point in enumerate(placement.key_points)),
    ]
    if pattern:
        parts.append(("code_pattern", 0, f"{pattern.library}: {pattern.idea}"))
    return [
        Passage(
            id=passage_id(placement, name, part, position),
            source=name,
            guide=placement.guide,
            domain=placement.domain,
            part=part,
            position=position,
            text=text,
        )
        for part, position, text in parts
    ]


def passage_id(placement: Placement, name: str, part: str, position: int = 0) -> str:
    return f"{name}/{placement.guide}/{placement.domain}/{part}/{position}"


def entry(
    placement: Placement,
    name: str,
    domain: Domain = RESILIENCE,
    *,
    judged: Sequence[Judgement] = (),
    matches: Mapping[str, Mapping[str, float]] | None = None,
    evaluated: Mapping[str, Any] | None = None,
    **fields: Any,
) -> Entry:
    work = source(placement, name, **fields)
    verdict = evaluation(placement, name, *judged, **(evaluated or {}))
    return Entry(
        source=work,
        category=placement.category,
        evaluation=verdict,
        annotation=annotate(
            work, placement, verdict, domain, passages=passages(placement, name), matches=matches or {}
        ),
        citation=f"Lovelace, A. (2024). {work.title}. {work.url}",
        citation_key=name,
        reasons=("number 1 of 3 candidates",),
    )


def bibliography(*entries: Entry, domain: Domain = RESILIENCE, **fields: Any) -> Bibliography:
    defaults: dict[str, Any] = {
        "status": "optimal",
        "objective": 9.0,
        "checks": (Check(id="total", text="Entries", required="1 to 9", actual=str(len(entries)), met=True),),
    }
    return Bibliography(
        guide=GUIDE,
        guide_title="A guide to clients",
        domain=domain.id,
        domain_name=domain.name,
        rubric="lmu",
        style="apa",
        as_of=2026,
        inputs="0" * 64,
        entries=entries,
        **(defaults | fields),
    )


def guide(*domains: Domain) -> Guide:
    names = {"research": "Academic research", "docs": "Official documentation", "code": "Code"}
    categories = tuple(
        Category(
            id=name,
            name=heading,
            description=f"{heading} of the subject.",
            kinds=(),
            rank=1,
            quota=Span(at_least=0, at_most=9),
        )
        for name, heading in names.items()
    )
    return Guide(
        id=GUIDE,
        title="A guide to clients",
        overview="Clients.",
        methodology=Methodology(
            total=Span(at_least=0, at_most=9),
            categories=categories,
            recent_since=2021,
            recent_share=0.5,
            entries_per_focus=1,
            entries_per_origin=3,
            production_entries=0,
        ),
        domains=domains or (RESILIENCE, CONCURRENCY),
    )


def rubric(**words: Sequence[str]) -> Rubric:
    """A rubric whose criteria word their levels alike, but for those given."""
    return Rubric(
        id="lmu",
        name="RADAR, library reading",
        source="Loyola Marymount University",
        criteria=tuple(
            Criterion(
                id=name,
                name=name.title(),
                letter=name[0].upper(),
                questions=("Is it?",),
                levels=tuple(
                    Level(value=value, word=word, meaning="So.") for value, word in enumerate(words.get(name, WORDS), 1)
                ),
                weight=0.2,
                signals=("seen",),
            )
            for name in CRITERIA
        ),
    )


def html(markdown: str) -> str:
    """The Markdown as GitHub's parser reads it, raw HTML let through so that tests can see what gets there."""
    return str(MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(markdown))
