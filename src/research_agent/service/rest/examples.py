"""The examples of the OpenAPI document: records of a made-up guide, valid because they are made as records."""

from datetime import UTC, date, datetime
from typing import Any, Final

from research_agent.model.answers import DomainStatus, Holdings, Why, Withdrawn
from research_agent.model.bibliography import Annotation, Bibliography, Check, Claim, Entry, Exclusion, FocusNote
from research_agent.model.difference import Difference, EntryMove, InputChange
from research_agent.model.guide import Category, Domain, Focus, Guide, Methodology, Provenance, Span
from research_agent.model.library import IngestReport, Passage
from research_agent.model.problem import Problem as LineProblem
from research_agent.model.prompt import (
    Fact,
    Message,
    ModelProfile,
    ModelSearch,
    Prompt,
    PromptCheck,
    TokenCount,
)
from research_agent.model.radar import Criterion, Decision, Evaluation, Judgement, Level, Rubric
from research_agent.model.reply import Found, ReplyReport
from research_agent.model.run import RunPart, RunProgress, RunRequest, RunStatus
from research_agent.model.search import PlacedIn, PlannedQuery, Round, Search, ServiceOutcome, TakenIn
from research_agent.model.source import Existence, Identifiers, KeyPoint, Placement, Signal, Source
from research_agent.model.synthesis import BulletPractices, CitedSource, Point, Practice, Synthesis
from research_agent.service.rest.answers import (
    AddedSources,
    DecisionPage,
    DomainDetail,
    DomainPage,
    Edition,
    EditionPage,
    FoundSource,
    GuidePage,
    GuideSummary,
    Health,
    ImportedGuide,
    LiveSearchAnswer,
    ModelPage,
    ModelSummary,
    ProblemKind,
    ProblemKinds,
    PromptSet,
    RubricPage,
    Run,
    RunPage,
    RunResult,
    RunResults,
    SearchAnswer,
    SearchHit,
    SourceDetail,
    SourcePage,
    SourceSummary,
    TellingRecord,
)

_GUIDE_ID, _SOURCE_ID, _EDITION = "bird-song", "marten-2022-hedges", "4be0c2f19a77"
_AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

# Guides and domains

_DOMAIN = Domain(
    id="2",
    slug="field-methods",
    name="Methods of the field",
    focus=(Focus(id="2.1", text="Where to put microphones"), Focus(id="2.2", text="Hours and seasons of recording")),
)
_RESEARCH = Category(
    id="research",
    name="Research papers",
    description="Peer-reviewed work.",
    kinds=("paper",),
    quota=Span(at_least=1, at_most=6),
    rank=1,
)
GUIDE: Final = Guide(
    id=_GUIDE_ID,
    title="Recording bird song",
    overview="How to record the song of birds so that it can be compared over years.",
    audience=("Field biologists",),
    methodology=Methodology(
        total=Span(at_least=1, at_most=6),
        categories=(_RESEARCH,),
        recent_since=2021,
        recent_share=0.6,
        entries_per_focus=1,
        entries_per_origin=3,
        production_entries=0,
    ),
    domains=(_DOMAIN,),
    provenance={"methodology.total": Provenance(origin="default", basis="The text names no number of entries.")},
)
_SUMMARY = GuideSummary(id=_GUIDE_ID, title=GUIDE.title, domains=1, origin="imported", default=False, usable=True)
GUIDES: Final = GuidePage(items=[_SUMMARY])
IMPORTED_GUIDE: Final = ImportedGuide(
    guide=_SUMMARY, defaults={"methodology.total": "The text names no number of entries."}
)
GUIDE_TEXT: Final = """\
# Recording bird song

How to record the song of birds so that it can be compared over years.

## Research domains

### 1. Methods of the field

- Where to put microphones
- Hours and seasons of recording
"""
GUIDE_YAML: Final[dict[str, Any]] = {
    "title": "Recording bird song",
    "domains": [
        {
            "id": "2",
            "name": "Methods of the field",
            "focus": ["Where to put microphones", "Hours and seasons of recording"],
        }
    ],
}

# Sources

_SUMMARY_TEXT = "Compares four placements of microphones over two springs; those inside hedges missed a third of songs."
_POINT = KeyPoint(text="Microphones inside hedges missed a third of the songs.", where="Section 3.2")
_SOURCE = Source(
    id=_SOURCE_ID,
    title="Recording in Hedges",
    url="https://doi.org/10.1000/hedges.2022",
    authors=("A. Marten",),
    publisher="Journal of Field Recording",
    origin="A. Marten",
    year=2022,
    published=date(2022, 5, 1),
    kind="paper",
    peer_reviewed=True,
    identifiers=Identifiers(doi="10.1000/hedges.2022"),
    existence=Existence(
        state="verified", how="read", extent="full", on=date(2026, 2, 1), where="https://doi.org/10.1000/hedges.2022"
    ),
    placements=(
        Placement(
            guide=_GUIDE_ID,
            domain="2",
            category="research",
            focus=("2.1",),
            summary=_SUMMARY_TEXT,
            key_points=(_POINT,),
        ),
    ),
)
SOURCES: Final = SourcePage(items=[SourceSummary.of(_SOURCE, _GUIDE_ID)], next="WyJtYXJ0ZW4tMjAyMi1oZWRnZXMiLCAxXQ")
RECORD_LINE: Final = (
    '{"title": "Recording in Hedges", "url": "https://doi.org/10.1000/hedges.2022", "authors": ["A. Marten"], '
    '"year": 2022, "kind": "paper", "category": "research", "domains": ["2"], "focus": ["2.1"], '
    f'"summary": "{_SUMMARY_TEXT}"' + "}\n"
)
ADDED: Final = AddedSources(
    report=IngestReport(added=1, changed=0, unchanged=0, removed=0, passages_added=2, embedded=2, generation=7),
    left_out=1,
    problems=(LineProblem(file="records", line=2, field="title", message="is missing"),),
)
_PASSAGE = Passage(
    id=f"{_SOURCE_ID}/{_GUIDE_ID}/2/key_point/0",
    source=_SOURCE_ID,
    guide=_GUIDE_ID,
    domain="2",
    part="key_point",
    position=0,
    text=_POINT.text,
    where=_POINT.where,
)
SEARCH: Final = SearchAnswer(
    query="where do microphones miss songs",
    guide=_GUIDE_ID,
    hits=[
        SearchHit(
            source=_SOURCE_ID,
            title=_SOURCE.title,
            passage=_PASSAGE,
            score=0.81,
            similarity=0.62,
            vector_rank=1,
            bm25=7.4,
            lexical_rank=2,
            why="By meaning its passage is number 1 (cosine 0.62), by words it is number 2 (BM25 7.4); the passage "
            "is of domain 2, key point.",
        )
    ],
)
LIVE_SEARCH: Final = LiveSearchAnswer(
    text="dawn chorus microphone arrays",
    guide=_GUIDE_ID,
    items=[
        FoundSource(
            source=_SOURCE.model_copy(update={"placements": ()}),
            abstract="Hedges hide a third of the songs from a single microphone.",
            abstract_from="openalex",
            told_by=[
                TellingRecord(service="openalex", address="https://openalex.org/W4280000000", at=_AT, licence="CC0-1.0")
            ],
            conflicts=[],
            held="",
            taken_in=TakenIn(
                source=_SOURCE_ID,
                new=True,
                placed=(PlacedIn(domain="1", category="research", cosine=0.58),),
            ),
        )
    ],
    services=[
        ServiceOutcome(service="openalex", title="OpenAlex", state="answered", asked=1, candidates=1),
        ServiceOutcome(
            service="crossref",
            title="Crossref",
            state="not_checked",
            why="no network: Crossref could not be reached",
            asked=1,
        ),
    ],
)

# RADAR

_WORDS = ("weak", "limited", "fair", "good", "strong")
_CRITERIA = ("rationale", "authority", "date", "accuracy", "relevance")
RUBRIC: Final = Rubric(
    id="lmu",
    name="RADAR, the library's reading",
    source="https://libguides.lmu.edu/",
    criteria=tuple(
        Criterion(
            id=name,
            name=name.capitalize(),
            letter=name[0].upper(),
            questions=("What speaks for it?",),
            levels=tuple(
                Level(value=value, word=word, meaning=f"The evidence is {word}.")
                for value, word in enumerate(_WORDS, start=1)
            ),
            weight=0.2,
            signals=("peer_reviewed",),
        )
        for name in _CRITERIA
    ),
)
RUBRICS: Final = RubricPage(items=[RUBRIC])
_EVALUATION = Evaluation(
    source=_SOURCE_ID,
    guide=_GUIDE_ID,
    domain="2",
    rubric="lmu",
    judgements=tuple(
        Judgement(
            criterion=name,
            level=4,
            word="good",
            reason="It was peer reviewed.",
            signals=(Signal(name="peer_reviewed", value=True, where="publisher's page", on=date(2026, 2, 1)),),
            judge="rules",
            confidence=0.8,
        )
        for name in _CRITERIA
    ),
    total=4.0,
    relevance=0.74,
    focus=("2.1",),
)
_CITATION = "Marten, A. (2022). Recording in hedges. Journal of Field Recording. https://doi.org/10.1000/hedges.2022"
SOURCE_DETAIL: Final = SourceDetail(
    source=_SOURCE,
    citation=_CITATION,
    standing=Why(
        source=_SOURCE_ID,
        title=_SOURCE.title,
        domain="2",
        chosen=True,
        reasons=("It covers bullet 2.1.",),
        evaluation=_EVALUATION,
    ),
)
DECISION: Final = Decision(
    action="judge",
    guide=_GUIDE_ID,
    domain="2",
    source=_SOURCE_ID,
    rubric="lmu",
    criterion="authority",
    level=5,
    reason="The author wrote the standard of the field.",
)
DECISIONS: Final = DecisionPage(items=[DECISION])
WITHDRAWN: Final = Withdrawn(source=_SOURCE_ID, domain="2", decisions=(DECISION,))

# Bibliographies

_CLAIM = Claim(text=_POINT.text, passages=(_PASSAGE.id,), where=_POINT.where)
_UNCHECKED = ServiceOutcome(
    service="crossref", title="Crossref", state="not_checked", why="it answered 503 to each of 3 attempts", asked=1
)
BIBLIOGRAPHY: Final = Bibliography(
    guide=_GUIDE_ID,
    guide_title=GUIDE.title,
    domain="2",
    domain_name=_DOMAIN.name,
    rubric="lmu",
    style="apa",
    as_of=2026,
    inputs="0d6f3f0a52c1",
    status="optimal",
    objective=6.1,
    entries=(
        Entry(
            source=_SOURCE,
            category="research",
            evaluation=_EVALUATION,
            annotation=Annotation(
                establishes=(Claim(text=_SUMMARY_TEXT, basis="record"),),
                for_focus=(FocusNote(focus="2.1", claim=_CLAIM),),
            ),
            citation=_CITATION,
            citation_key=_SOURCE_ID,
            reasons=("It covers bullet 2.1.",),
        ),
    ),
    checks=(Check(id="total", text="Entries in all", required="1 to 6", actual="1", met=True),),
    excluded=(
        Exclusion(
            source="pipit-2012-dawn",
            title="Songs at Dawn",
            category="research",
            total=2.4,
            reason="Another entry covers its bullets better.",
        ),
    ),
    search=Search(
        at=_AT,
        rounds=(
            Round(
                number=1,
                queries=(
                    PlannedQuery(text="microphone placement hedges", services=("openalex", "crossref"), focus="2.1"),
                ),
                services=(
                    ServiceOutcome(service="openalex", title="OpenAlex", state="answered", asked=1, candidates=25),
                    _UNCHECKED,
                ),
                candidates=25,
                works=21,
                added=4,
                left_out=3,
                chosen=1,
            ),
        ),
        ended="nothing is missing",
    ),
)
EDITIONS: Final = EditionPage(
    items=[Edition(id=_EDITION, guide=_GUIDE_ID, domain="2", status="optimal", created=_AT, latest=True)]
)
DIFFERENCE: Final = Difference(
    guide=_GUIDE_ID,
    domain="2",
    same_inputs=False,
    added=(
        EntryMove(
            source=_SOURCE_ID, title=_SOURCE.title, category="research", total=4.0, why="It is new in the library."
        ),
    ),
    kept=0,
    inputs=(InputChange(kind="new_source", subject=_SOURCE_ID, text="A new source serves the domain."),),
    objective_before=0.0,
    objective_after=6.1,
)
_POINT_OF_ENTRY = Point(
    text=_POINT.text,
    part="key_point",
    passage=_PASSAGE.id,
    source=_SOURCE_ID,
    citation_key=_SOURCE_ID,
    origin="A. Marten",
    domain="2",
    total=4.0,
)
SYNTHESIS: Final = Synthesis(
    guide=_GUIDE_ID,
    guide_title=GUIDE.title,
    rubrics=("lmu",),
    domains=("2",),
    bullets=(BulletPractices(focus="2.1", practices=(Practice(point=_POINT_OF_ENTRY),)),),
    sources=(CitedSource(citation_key=_SOURCE_ID, citation=_CITATION, existence=_SOURCE.existence, domains=("2",)),),
    points=1,
)
_STATUS = DomainStatus(domain=_DOMAIN, sources=2, state="complete", detail="Every constraint holds.")
DOMAINS: Final = DomainPage(items=[_STATUS])
DOMAIN: Final = DomainDetail(
    status=_STATUS,
    holdings=Holdings(
        domain=_DOMAIN,
        categories=(_RESEARCH,),
        sources=2,
        by_focus={"2.1": 2, "2.2": 1},
        by_category={"research": 2},
    ),
)

# Prompts

_PROMPT = Prompt(
    guide=_GUIDE_ID,
    domain="2",
    profile="claude",
    version="b7d1f0c2a9e4",
    templates="1f6c3e",
    guide_version="8a2b7d",
    messages=(
        Message(role="system", content="You make annotated bibliographies."),
        Message(role="user", content="<focus>2.1 Where to put microphones</focus>"),
    ),
    settings={"max_tokens": 32_000},
    tokens=1_840,
    counted="estimated by characters",
    checks=(PromptCheck(id="focus-verbatim", text="Every bullet stands in it word for word.", passed=True),),
)
PROMPTS: Final = PromptSet(prompts=[_PROMPT])
REPLY_REPORT: Final = ReplyReport(
    guide=_GUIDE_ID,
    domain="2",
    kind="bibliography",
    prompt=_PROMPT.version,
    found=(
        Found(
            label="1", title=_SOURCE.title, state="verified", source=_SOURCE_ID, detail="in the library under its DOI"
        ),
    ),
    checks=BIBLIOGRAPHY.checks,
)
MODEL: Final = ModelProfile(
    id="claude",
    name="Claude",
    models=("claude-example",),
    delimiters="xml",
    system=("role",),
    user=("focus", "task"),
    settings={"max_tokens": 32_000},
    settings_for="POST /v1/messages",
    search=ModelSearch(by="api", steering="words"),
    tokens=TokenCount(by="estimate", characters_per_token=3.5, error="not measured"),
    context_tokens=200_000,
    output_tokens=64_000,
    facts=(
        Fact(
            text="Sections in tags are told apart.",
            url="https://docs.example.org/prompting",
            seen=date(2026, 2, 1),
            shapes=("delimiters",),
        ),
    ),
)
MODELS: Final = ModelPage(items=[ModelSummary.of(MODEL)])

# Runs

_REQUEST = RunRequest(domain="2", guide=_GUIDE_ID, model="claude", style="apa", rubric="lmu")
_RUNNING = RunStatus(
    id="9f31c07be2d4",
    request=_REQUEST,
    state="running",
    progress=RunProgress(done=2, total=6, text="Domain 2: selecting"),
    created=_AT,
    started=_AT,
    attempts=1,
)
_DONE = _RUNNING.model_copy(
    update={
        "state": "done",
        "progress": RunProgress(done=6, total=6, text="Domain 2: done"),
        "ended": _AT,
        "request": _REQUEST.model_copy(update={"live": True}),
        "parts": (RunPart(domain="2", bibliography=_EDITION, as_asked=True, not_checked=(_UNCHECKED,)),),
    }
)
RUN: Final = Run.of(_RUNNING)
DONE_RUN: Final = Run.of(_DONE)
RUNS: Final = RunPage(items=[RUN])
RUN_RESULTS: Final = RunResults(
    run=RUN.id, results=[RunResult(domain="2", bibliography=BIBLIOGRAPHY, not_checked=(_UNCHECKED,), prompt=_PROMPT)]
)
EVENTS: Final = "".join(
    f"id: {run.attempts}.{run.progress.done}\r\nevent: {event}\r\ndata: {run.model_dump_json()}\r\n\r\n"
    for event, run in (("progress", RUN), ("end", DONE_RUN))
)

# Operations

ALIVE: Final = Health(status="alive")
READY: Final = Health(status="ready")
PROBLEM_KIND: Final = ProblemKind(
    type="/problems/not-found",
    title="There is nothing at this address",
    status=404,
    explanation="No resource has this address.",
)
PROBLEM_KINDS: Final = ProblemKinds(problems=[PROBLEM_KIND])
