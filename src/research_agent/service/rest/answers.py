"""What REST answers where it is not a record of the model itself: lists, summaries, requests."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from research_agent.model.answers import DomainStatus, Holdings, Why
from research_agent.model.bibliography import Bibliography
from research_agent.model.library import IngestReport, Passage
from research_agent.model.problem import Problem as LineProblem
from research_agent.model.prompt import Mode, ModelProfile, Prompt, ReplyForm
from research_agent.model.radar import Decision, Rubric
from research_agent.model.run import RunError, RunPart, RunProgress, RunRequest, RunState, RunStatus
from research_agent.model.search import ServiceOutcome, TakenIn
from research_agent.model.source import ExistenceState, Source
from research_agent.research import Research
from research_agent.service.rest.paging import Page
from research_agent.service.wording import REST
from research_agent.sources.trust import Conflict

LONGEST_NAME = 200
"""Characters; the longest name of a domain is shorter."""

LONGEST_REASON = 2_000
LONGEST_LIVE_QUERY = 1_000
MOST_SERVICES = 50
MOST_MODELS = 20
MOST_REPLIES = 10

Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
OptionalName = Annotated[str, Field(max_length=LONGEST_NAME)]
StyleName = Literal["", "apa", "ieee", "chicago"]


class Asked(BaseModel):
    """The body of a request: no other fields than these."""

    model_config = ConfigDict(extra="forbid", frozen=True)


# Guides and domains


class GuideSummary(BaseModel):
    """One guide of the list."""

    id: str = Field(description="What addresses and requests name it by.")
    title: str = Field(description="Its title; empty: it can't be read.")
    domains: int = Field(ge=0, description="How many domains it has.")
    origin: Literal["shipped", "imported", "configured"] = Field(
        description="It came with the program; its owner imported it; the service was started with it."
    )
    default: bool = Field(description="Whether it is meant where a request names none.")
    usable: bool = Field(description="Whether it can be used; false: import it again.")


class GuidePage(Page[GuideSummary]):
    """Guides, the shipped one first."""


class ImportedGuide(BaseModel):
    """A guide that was read and kept."""

    guide: GuideSummary = Field(description="What was kept.")
    defaults: dict[str, str] = Field(
        description='What the text did not say, and why our default stands for it, by its place: "methodology.total".'
    )


class DomainPage(Page[DomainStatus]):
    """Domains with the states of their bibliographies, in the guide's order."""


class DomainDetail(BaseModel):
    """A domain, the state of its bibliography, and what the library holds for it."""

    status: DomainStatus = Field(description="The domain and its state.")
    holdings: Holdings = Field(description="What the library holds, by focus bullet and by category.")


# Prompts


class PromptAsked(Asked):
    """Which prompts to assemble."""

    models: Annotated[list[Name], Field(min_length=1, max_length=MOST_MODELS)] = Field(
        default=["claude"], description="Model profiles, or names of models that one of them is meant for."
    )
    mode: Mode = Field(default="open", description="What the prompts ask for.")
    reply: ReplyForm = Field(default="markdown", description="In which form the model is to answer.")
    split: bool = Field(default=False, description="A chain of prompts, one a category of sources, instead of each.")
    budget: int | None = Field(
        default=None, ge=1, le=10_000_000, description="Most tokens; null: what the model's context leaves."
    )


class PromptSet(BaseModel):
    """The prompts that were asked for."""

    prompts: list[Prompt] = Field(description="Model by model; the parts of a chain in their order.")


class RepliesAsked(Asked):
    """What a model replied."""

    texts: list[str] = Field(
        min_length=1,
        max_length=MOST_REPLIES,
        description="The reply, or those to the parts of a chain; words around their JSON objects are passed over.",
    )


class ModelSummary(BaseModel):
    """A model profile in a line."""

    id: str = Field(description="What prompts and runs name it by.")
    name: str = Field(description="For people.")
    models: tuple[str, ...] = Field(description="Model names that it is meant for, the default first.")
    context_tokens: int = Field(gt=0, description="Context window in tokens.")
    searches: Literal["api", "product", "none"] = Field(
        description="An API parameter turns search on; the product always searches; the model can't."
    )

    @classmethod
    def of(cls, profile: ModelProfile) -> "ModelSummary":
        """What a list shows of a profile."""
        return cls(
            id=profile.id,
            name=profile.name,
            models=profile.models,
            context_tokens=profile.context_tokens,
            searches=profile.search.by,
        )


class ModelPage(Page[ModelSummary]):
    """Model profiles, by id."""


class RubricPage(Page[Rubric]):
    """Readings of RADAR, by id."""


# Sources


class SourceSummary(BaseModel):
    """A source in a line."""

    id: str = Field(description="What addresses name it by.")
    title: str = Field(description="As the work itself has it.")
    authors: tuple[str, ...] = Field(description="Names, or the organisation.")
    year: int | None = Field(description="Year of first publication, else of the last change; null: unknown.")
    kind: str = Field(description="What kind of work it is.")
    peer_reviewed: bool | None = Field(description="Whether it was peer reviewed; null: not observed.")
    url: str = Field(description="Where a person opens it.")
    existence: ExistenceState = Field(description="What is known of its existence.")
    domains: tuple[str, ...] = Field(description="Ids of the guide's domains that it serves.")

    @classmethod
    def of(cls, source: Source, guide: str) -> "SourceSummary":
        """What a list shows of a source."""
        return cls(
            id=source.id,
            title=source.title,
            authors=source.authors,
            year=source.year,
            kind=source.kind,
            peer_reviewed=source.peer_reviewed,
            url=source.url,
            existence=source.existence.state,
            domains=tuple(placement.domain for placement in source.placements if placement.guide == guide),
        )


class SourcePage(Page[SourceSummary]):
    """Sources, by id."""


class SourceDetail(BaseModel):
    """A source, its reference, and how it stands with a domain."""

    source: Source = Field(description="The work.")
    citation: str = Field(description="Its reference in the citation style that was asked for, plain text.")
    standing: Why | None = Field(
        default=None,
        description="Its RADAR judgements for the domain, and why it is in that bibliography or out; null: no domain "
        "was named.",
    )


class AddedSources(BaseModel):
    """What became of records that were sent."""

    report: IngestReport = Field(description="What changed in the library.")
    left_out: int = Field(ge=0, description="Problems of lines that were left out; the good lines were kept.")
    problems: tuple[LineProblem, ...] = Field(description="The first of these problems, by line.")


class SearchHit(BaseModel):
    """A source that answers a question, and why it was found."""

    source: str = Field(description="Id of the source.")
    title: str = Field(description="Its title.")
    passage: Passage = Field(description="The passage of it that answers best.")
    score: float = Field(description="Fused score, higher is better; comparable within one answer only.")
    similarity: float = Field(description="Cosine of the passage to the query, -1 to 1; 0 for one without a vector.")
    vector_rank: int | None = Field(
        description="Place of the passage among the nearest of all, from 1; null: not among the first 100."
    )
    bm25: float | None = Field(
        description="BM25 score of all that is said of the source; null: not among the first 100 by words."
    )
    lexical_rank: int | None = Field(description="Place of the source by words, from 1.")
    why: str = Field(description="Why it was found, in words.")


class SearchAnswer(BaseModel):
    """The best sources for a question."""

    query: str = Field(description="The question.")
    guide: str = Field(description="Id of the guide whose library was searched.")
    hits: list[SearchHit] = Field(description="The best first, one a source.")


class LiveSearchAsked(Asked):
    """What live sources are asked for."""

    text: Annotated[str, Field(min_length=1, max_length=LONGEST_LIVE_QUERY, pattern=r"\S")] = Field(
        description="Words; in quotation marks they are a phrase. Or the name of one work, which is looked up: a DOI, "
        "an arXiv id, an RFC, a repository or an address on the public web."
    )
    guide: OptionalName = Field(default="", description="Id of a guide; empty: the one the service was started with.")
    domain: OptionalName = Field(
        default="",
        description="Number, slug or name of the domain that what comes near it is taken in for; empty: none.",
    )
    since: int | None = Field(default=None, ge=1400, le=2100, description="Earliest year; null: any.")
    services: list[Name] = Field(
        default=[], max_length=MOST_SERVICES, description="Services to ask, by name; empty: all that there are."
    )
    limit: int = Field(default=20, ge=1, le=50, description="Works at most.")


class TellingRecord(BaseModel):
    """A record of a service that tells of a work."""

    service: str = Field(description="Name of the service.")
    address: str = Field(description="Where anybody can ask for it again, without keys.")
    at: datetime = Field(description="When it came.")
    licence: str = Field(description="Licence of the metadata; empty: the service names none.")


class FoundSource(BaseModel):
    """A work that services told of."""

    source: Source = Field(description="The work, as all of them together tell of it.")
    abstract: str = Field(description="Its abstract or description, quoted; empty: no service has one.")
    abstract_from: str = Field(description="Name of the service whose words it is.")
    told_by: list[TellingRecord] = Field(description="The records that it was made of.")
    conflicts: list[Conflict] = Field(description="What services say otherwise than it stands in `source`.")
    held: str = Field(description="Id under which the library held it before; empty: it did not.")
    taken_in: TakenIn | None = Field(description="What became of it in the library; null: nothing was to be taken in.")


class LiveSearchAnswer(BaseModel):
    """What live sources told. A service that failed is in `services` with the reason: it is not checked."""

    text: str = Field(description="What was asked for.")
    guide: str = Field(description="Id of the guide.")
    items: list[FoundSource] = Field(description="One a work, those that most services rank highly first.")
    services: list[ServiceOutcome] = Field(description="What each service that could be asked did.")


# Decisions


class DecisionAsked(Asked):
    """What a person decides of a source in a domain."""

    action: Literal["judge", "pin", "ban"] = Field(
        description="judge: set the level of a criterion; pin: it must stand in the bibliography; ban: it may not."
    )
    source: Name = Field(description="Id of the source.")
    criterion: OptionalName = Field(default="", description="For judge: the criterion.")
    level: OptionalName = Field(default="", description='For judge: its word or number: "strong", "4".')
    reason: Annotated[str, Field(max_length=LONGEST_REASON)] = Field(
        default="", description="Why, in their words; a judgement needs it."
    )


class DecisionPage(Page[Decision]):
    """The decisions that stand for a domain, by source."""


# Bibliographies


class Edition(BaseModel):
    """One bibliography that was produced."""

    id: str = Field(description="Hash of its content: equal bibliographies have one id.")
    guide: str = Field(description="Id of the guide.")
    domain: str = Field(description="Id of the domain.")
    status: str = Field(description="optimal, best_with_gaps or empty.")
    created: datetime = Field(description="When it was first produced (UTC).")
    latest: bool = Field(description="Whether it is the domain's latest.")


class EditionPage(Page[Edition]):
    """A domain's bibliographies, the latest first."""


# Runs


class RunAsked(Asked):
    """What a run is to make."""

    domain: Name = Field(description='Number, slug or name of a domain; "all": every domain of the guide.')
    guide: OptionalName = Field(default="", description="Id of a guide; empty: the one the service was started with.")
    model: OptionalName = Field(default="", description="Model profile of the prompts; empty: that of the settings.")
    style: StyleName = Field(default="", description="Citation style; empty: that of the settings.")
    rubric: OptionalName = Field(default="", description="Reading of RADAR; empty: that of the settings or the guide.")
    live: bool = Field(
        default=False,
        description="Whether services are asked for more sources first; the service needs a network for that.",
    )

    def request(self) -> RunRequest:
        """As runs know it."""
        return RunRequest.model_validate(self.model_dump())


class RunLinks(BaseModel):
    """Where to go on from a run."""

    self: str = Field(description="This run; GET again for how far it is, DELETE cancels it.")
    events: str = Field(description="Its progress as server-sent events.")
    result: str = Field(description="Its result, once it is done.")


class Run(BaseModel):
    """A run as it is now."""

    id: str = Field(description="Its handle: the same request finds it again while what it rests on stays the same.")
    request: RunRequest = Field(description="What was asked for, with every blank filled in.")
    state: RunState = Field(description="queued and running end as one of done, failed and cancelled.")
    progress: RunProgress = Field(description="How far it is.")
    created: datetime = Field(description="When it was asked for (UTC).")
    started: datetime | None = Field(description="When it was last begun (UTC); null: not yet.")
    ended: datetime | None = Field(description="When it ended (UTC); null: it did not.")
    attempts: int = Field(ge=0, description="How many times it was begun: again after its process ended.")
    cancelling: bool = Field(description="Whether it is asked to stop and has not yet.")
    error: RunError | None = Field(description="Why it failed; null: it did not.")
    parts: tuple[RunPart, ...] = Field(description="The finished domains and where each result lies.")
    as_asked: bool = Field(
        description="Whether all that is finished was made from what was there when the run was asked for."
    )
    links: RunLinks = Field(description="Where to go on.")

    @classmethod
    def of(cls, status: RunStatus) -> "Run":
        """What REST tells of a run: everything but which process of which machine has it."""
        address = f"/v1/runs/{status.id}"
        return cls(
            **{name: getattr(status, name) for name in cls.model_fields if name not in ("links", "error")},
            error=REST.failure(status.error),
            links=RunLinks(self=address, events=f"{address}/events", result=f"{address}/result"),
        )


class RunPage(Page[Run]):
    """Runs, the latest first."""


class RunResult(BaseModel):
    """What a run made for one domain."""

    domain: str = Field(description="Id of the domain.")
    bibliography: Bibliography = Field(description="The entries with their proof.")
    not_checked: tuple[ServiceOutcome, ...] = Field(
        default=(),
        exclude_if=lambda failed: not failed,
        description="Live services that could not be looked at, in whole or in part, over all rounds of the search: "
        "nothing is known of what only they hold; left out: all that were asked answered, or none was.",
    )
    prompt: Prompt = Field(description="The prompt for the model that was asked for.")

    @classmethod
    def of(cls, research: Research) -> "RunResult":
        """What REST tells of a domain's result."""
        from research_agent.bibliography.search_report import failed_services

        made = research.bibliography
        return cls(
            domain=made.domain,
            bibliography=made,
            not_checked=failed_services(made.search),
            prompt=REST.prompt(research.prompt),
        )


class RunResults(BaseModel):
    """What a run came to."""

    run: str = Field(description="Id of the run.")
    results: list[RunResult] = Field(description="One a domain, in the guide's order.")


# Operations


class Health(BaseModel):
    """Whether the service lives, or is ready."""

    status: Literal["alive", "ready"] = Field(description="The state in a word.")


class ProblemKind(BaseModel):
    """A kind of problem and what it means."""

    type: str = Field(description="The `type` of its problem documents: this address.")
    title: str = Field(description="The kind in words.")
    status: int = Field(description="The status of such answers.")
    explanation: str = Field(description="What it means, what was kept and what to do.")


class ProblemKinds(BaseModel):
    """Every kind of problem that this service tells of."""

    problems: list[ProblemKind] = Field(description="By name.")
