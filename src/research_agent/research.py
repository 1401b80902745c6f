"""One domain, start to finish: from its bullets to a prompt and a bibliography with its proof."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from pydantic import Field

from research_agent.bibliography.annotate import annotate
from research_agent.bibliography.citations import cite
from research_agent.bibliography.csl import csl_item
from research_agent.bibliography.explain import exclusions, reasons
from research_agent.bibliography.keys import citation_key
from research_agent.bibliography.options import options_from
from research_agent.bibliography.select import Selection, select
from research_agent.bibliography.what_if import preference_costs, what_if
from research_agent.errors import UsageError
from research_agent.model.answers import Why
from research_agent.model.base import Record
from research_agent.model.bibliography import Bibliography, Entry
from research_agent.model.guide import Domain, Guide
from research_agent.model.library import Passage
from research_agent.model.progress import Progress, Step, unwatched
from research_agent.model.prompt import ModelProfile, Prompt
from research_agent.model.radar import Decision, Evaluation
from research_agent.model.source import Source
from research_agent.prompts import assemble_prompt
from research_agent.radar import ScoringRubric, evaluate, gather_evidence
from research_agent.radar.evidence import author_works
from research_agent.sources import production_evidence
from research_agent.sources.succession import successors

if TYPE_CHECKING:
    from research_agent.library.indexes import Vectors
    from research_agent.library.library import Library


class Request(Record):
    """What is asked for: everything that decides the result beside the library."""

    guide: Guide = Field(description="The research project.")
    domain: Domain = Field(description="One of its domains.")
    rubric: ScoringRubric = Field(description="The reading of RADAR.")
    profile: ModelProfile = Field(description="The model that the prompt is for.")
    style: str = Field(description="Citation style.")
    as_of: int = Field(description="Calendar year as of which dates are judged.")


class Research(Record):
    """What comes of it."""

    bibliography: Bibliography = Field(description="The entries with their proof.")
    prompt: Prompt = Field(description="The prompt for the model of the request.")


class Material(NamedTuple):
    """What the library holds for a domain."""

    sources: Sequence[Source]
    passages: Sequence[Passage]
    vectors: "Vectors"  # (passages, d) float32, unit length
    bullets: "Vectors"  # (focus bullets, d) float32, unit length
    works: Sequence[Source]  # all sources of the guide, in which other works of an author are looked for
    decisions: Sequence[Decision]

    def decided(self, action: str) -> list[str]:
        """Ids of the sources of which a person decided this."""
        return [decision.source for decision in self.decisions if decision.action == action]

    def passages_of(self, source: Source) -> list[Passage]:
        """The passages of one source."""
        return [passage for passage in self.passages if passage.source == source.id]


def research_domain(request: Request, library: "Library", progress: Progress = unwatched) -> Research:
    """Produce a domain's prompt and bibliography; the same request and library give the same bytes."""
    step = _Steps(request.domain, progress)
    step("gathering")
    material = gather(request, library)
    step("judging")
    evaluations = judge(request, material)
    step("selecting")
    selection = choose(request, material, evaluations)
    step("annotating")
    entries = describe(request, material, evaluations, selection)
    step("proving")
    bibliography = prove(request, library, material, selection, entries)
    step("writing the prompt")
    prompt = assemble_prompt(request.guide, request.domain, request.rubric, request.profile)
    step("done")
    return Research(bibliography=bibliography, prompt=prompt)


def gather(request: Request, library: "Library") -> Material:
    """Sources of the domain with their passages, the vectors of passages and bullets, and people's decisions."""
    guide, domain = request.guide.id, request.domain.id
    passages = library.passages(guide=guide, domain=domain)
    held = library.vectors_of(guide, domain)
    rows = {passage: row for row, passage in enumerate(held.passages)}
    works = library.sources(guide)
    return Material(
        sources=[work for work in works if work.placement(guide, domain)],
        works=works,
        passages=passages,
        vectors=held.vectors[[rows[passage.id] for passage in passages]],
        bullets=library.question_vectors([focus.text for focus in request.domain.focus]),
        decisions=library.decisions(guide, domain),
    )


def judge(request: Request, material: Material) -> dict[str, Evaluation]:
    """RADAR's judgements of every source, by its id."""
    guide, domain = request.guide, request.domain
    evidence = gather_evidence(
        guide,
        domain,
        material.sources,
        passages=material.passages,
        vectors=material.vectors,
        bullets=material.bullets,
        library=material.works,
        production={source.id: _production(source, request) for source in material.sources},
    )
    return {
        source.id: evaluate(
            source,
            domain,
            guide,
            request.rubric,
            evidence[source.id],
            as_of=request.as_of,
            decisions=material.decisions,
        )
        for source in material.sources
    }


def choose(request: Request, material: Material, evaluations: Mapping[str, Evaluation]) -> Selection:
    """The entries that meet every constraint at the highest value, or miss as little as can be."""
    return select(
        options_from(evaluations.values(), material.sources, request.guide, request.domain),
        request.guide.methodology,
        [focus.id for focus in request.domain.focus],
        pins=material.decided("pin"),
        bans=material.decided("ban"),
        similar=nearness(material),
    )


def describe(
    request: Request, material: Material, evaluations: Mapping[str, Evaluation], selection: Selection
) -> tuple[Entry, ...]:
    """The chosen sources with annotation, reference and the reasons for the choice, in the selection's order."""
    known = {source.id: source for source in material.sources}
    chosen = [known[name] for name in selection.chosen]
    citations = cite([csl_item(source, citation_key(source)) for source in chosen], request.style)
    matches = cosines(request, material)
    why = reasons(selection)
    return tuple(
        _entry(request, material, source, evaluations[source.id], matches, citation=citation, why=why[source.id])
        for source, citation in zip(chosen, citations, strict=True)
    )


def prove(
    request: Request, library: "Library", material: Material, selection: Selection, entries: tuple[Entry, ...]
) -> Bibliography:
    """The bibliography with every constraint counted, every gap named, and what preferences cost."""
    return Bibliography(
        guide=request.guide.id,
        guide_title=request.guide.title,
        domain=request.domain.id,
        domain_name=request.domain.name,
        rubric=request.rubric.id,
        style=request.style,
        as_of=request.as_of,
        inputs=fingerprint(request, library, material.works, material.decisions),
        status=selection.status,
        objective=selection.objective,
        entries=entries,
        checks=selection.checks,
        gaps=selection.gaps,
        preference_costs=preference_costs(selection),
        excluded=exclusions(selection),
    )


class Fingerprints:
    """What bibliographies made now would carry, remembered while the store stays as it is. Threads may share it.

    A fingerprint follows from the request, the domain's decisions, and sources that change with the store's generation
    alone; the first two are cheap to read, and to read and hash 700 sources for each of twelve domains is not.
    """

    def __init__(self) -> None:
        self._known: tuple[int, dict[tuple[str, str], str]] = (-1, {})

    def of(self, request: Request, library: "Library") -> str:
        """The fingerprint that a bibliography made now would carry."""
        guide, domain = request.guide.id, request.domain.id
        # Before the sources: what a newer generation came to is then at worst kept for an older one, which is over.
        generation, decisions = library.generation, library.decisions(guide, domain)
        if self._known[0] != generation:
            self._known = (generation, {})
        known = self._known[1]
        key = guide, _digest([*_asked(request, library), *(decision.model_dump_json() for decision in decisions)])
        if key not in known:
            known[key] = fingerprint(request, library, library.sources(guide), decisions)
        return known[key]


def fingerprint(request: Request, library: "Library", works: Sequence[Source], decisions: Sequence[Decision]) -> str:
    """SHA-256 over everything that a bibliography is made from; the prompt's model is not part of it.

    Args:
        request: guide, domain, rubric, style and year.
        library: whose embedder gives the cosines.
        works: all sources of the guide. Those of the domain count whole; of the others counts what they say of the
            domain's authors, and which of the domain's works they replace.
        decisions: what people decided for the domain.
    """
    sources = [work for work in works if work.placement(request.guide.id, request.domain.id)]
    newer = successors(works)
    replaced = [(source.id, newer[source.id].id, newer[source.id].title) for source in sources if source.id in newer]
    return _digest(
        [
            *_asked(request, library),
            repr(sorted(author_works(sources, works).items())),
            repr(replaced),
            *(source.model_dump_json() for source in sources),
            *(decision.model_dump_json() for decision in decisions),
        ]
    )


def why_of(source: Source, request: Request, library: "Library") -> Why:
    """Why a source is in a domain's bibliography, or which constraint or score kept it out.

    Raises:
        UsageError: the source is no candidate of the domain.
    """
    material = gather(request, library)
    evaluations = judge(request, material)
    if source.id not in evaluations:
        served = [place.domain for place in source.placements if place.guide == request.guide.id]
        raise UsageError(
            f"{source.id} is no candidate of domain {request.domain.id}. "
            f"Domains that it serves: {', '.join(served) or 'none'}."
        )
    selection = choose(request, material, evaluations)
    evaluation = evaluations[source.id]
    if source.id in selection.chosen:
        told = reasons(selection)[source.id]
    else:
        told = tuple(one.reason for one in exclusions(selection) if one.source == source.id)
    banned = source.id in selection.problem.bans
    if banned or not evaluation.excluded:
        told = (*told, what_if(selection, source.id).text)
    return Why(
        source=source.id,
        title=source.title,
        domain=request.domain.id,
        chosen=source.id in selection.chosen,
        reasons=told,
        evaluation=evaluation,
    )


def cosines(request: Request, material: Material) -> dict[str, dict[str, float]]:
    """Cosine of every focus bullet with every passage, by their ids."""
    if not material.passages:
        return {focus.id: {} for focus in request.domain.focus}
    table = material.bullets @ material.vectors.T
    ids = [passage.id for passage in material.passages]
    return {
        focus.id: dict(zip(ids, row, strict=True))
        for focus, row in zip(request.domain.focus, table.tolist(), strict=True)
    }


def nearness(material: Material) -> dict[tuple[str, str], float]:
    """Cosine of the summaries of every two sources of the domain, by their ids."""
    rows = [(passage.source, row) for row, passage in enumerate(material.passages) if passage.part == "summary"]
    vectors = material.vectors[[row for _, row in rows]]
    table = vectors @ vectors.T
    return {
        (rows[left][0], rows[right][0]): float(table[left, right])
        for left in range(len(rows))
        for right in range(left + 1, len(rows))
    }


def _asked(request: Request, library: "Library") -> list[str]:
    """What a bibliography rests on beside the library's content."""
    guide = request.guide
    return [
        _version(),
        guide.methodology.model_dump_json(),
        guide.title,
        "".join(technology.model_dump_json() for technology in guide.technologies),
        request.domain.model_dump_json(),
        request.rubric.model_dump_json(),
        request.style,
        str(request.as_of),
        library.embedder_fingerprint,
    ]


@cache
def _version() -> str:
    from importlib.metadata import version

    return version("research-agent-mcp")


def _digest(parts: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        content = part.encode()
        digest.update(len(content).to_bytes(8) + content)
    return digest.hexdigest()


def _production(source: Source, request: Request) -> str:
    placement = source.placement(request.guide.id, request.domain.id)
    return production_evidence(source, placement) if placement else ""


def _entry(
    request: Request,
    material: Material,
    source: Source,
    evaluation: Evaluation,
    matches: Mapping[str, Mapping[str, float]],
    *,
    citation: str,
    why: tuple[str, ...],
) -> Entry:
    placement = source.placement(request.guide.id, request.domain.id)
    if placement is None:
        raise AssertionError(f"{source.id} was chosen for a domain that it does not serve")
    return Entry(
        source=source,
        category=placement.category,
        evaluation=evaluation,
        annotation=annotate(
            source,
            placement,
            evaluation,
            request.domain,
            passages=material.passages_of(source),
            matches=matches,
        ),
        citation=citation,
        citation_key=citation_key(source),
        reasons=why,
    )


class _Steps:
    """Tells the progress of one domain, a unit a step."""

    COUNT = 6

    def __init__(self, domain: Domain, progress: Progress) -> None:
        self._domain, self._progress, self._done = domain, progress, 0

    def __call__(self, doing: str) -> None:
        text = f"Domain {self._domain.id}: {doing}"
        self._progress(Step(name=f"domain {self._domain.id}", text=text, done=self._done, total=self.COUNT))
        self._done += 1
