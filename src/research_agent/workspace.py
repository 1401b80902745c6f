"""The public API: one open workspace (settings, a guide, its library), with what a user can do as verbs."""

import io
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self, TextIO

from research_agent.errors import RecordError, UnknownNameError, UsageError
from research_agent.guides import FoundGuide, find_guide
from research_agent.model.answers import Added, DomainStatus, Holdings, Why, Withdrawn
from research_agent.model.bibliography import Bibliography
from research_agent.model.guide import Domain, Guide
from research_agent.model.kinds import KINDS, Kind
from research_agent.model.library import Filter, Hit, IngestReport
from research_agent.model.progress import Progress, Step, unwatched
from research_agent.model.prompt import ALL, Candidate, Mode, Prompt, ReplyForm
from research_agent.model.radar import Decision
from research_agent.model.reply import ReplyReport
from research_agent.model.source import Source
from research_agent.model.state import DomainState
from research_agent.outputs import Written, write_files
from research_agent.research import Fingerprints, Request, Research, research_domain, why_of
from research_agent.settings import Settings

if TYPE_CHECKING:
    from research_agent.library.library import Library
    from research_agent.model.difference import Difference
    from research_agent.radar import ScoringRubric

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The clock of a workspace that is handed no other."""
    return datetime.now(tz=UTC)


class _Remembered:
    """What follows from a library as it is and is dear to find out; shared by all workspaces on it."""

    def __init__(self) -> None:
        self.fingerprints = Fingerprints()
        self.states: dict[tuple[str, str], tuple[tuple[str, str], DomainState]] = {}
        """By guide and domain: the latest bibliography with what it would be made from now, and the state then."""


class Workspace:
    """A guide with its library, open for work. Use it as a context manager.

    Example:
        >>> from research_agent import Settings, Workspace
        >>> with Workspace.open(Settings()) as workspace:  # doctest: +SKIP
        ...     bibliography = workspace.research("2").bibliography
    """

    def __init__(
        self,
        settings: Settings,
        found: FoundGuide,
        library: "Library",
        rubric: "ScoringRubric",
        *,
        clock: Clock,
        remembered: "_Remembered | None" = None,
    ) -> None:
        self.settings = settings
        self.found = found
        self.guide: Guide = found.guide
        self.library = library
        self.rubric = rubric
        self._clock = clock
        self._remembered = remembered or _Remembered()

    @classmethod
    def open(cls, settings: Settings | None = None, *, clock: Clock = utc_now, progress: Progress = unwatched) -> Self:
        """Open the library of the settings' guide; the guide's pools are taken in where they changed.

        Raises:
            UsageError: the settings name a guide or a rubric that is not there.
            StoreError: the data directory or a store can't be used.
        """
        from research_agent.radar import load_rubric
        from research_agent.wiring import open_library

        settings = Settings.from_environment() if settings is None else settings
        found = find_guide(settings)
        rubric = load_rubric(settings.rubric or found.guide.methodology.rubric)
        library = open_library(settings, clock=clock)
        try:
            workspace = cls(settings, found, library, rubric, clock=clock)
            workspace.take_in_pools(progress)
        except BaseException:
            library.close()
            raise
        return workspace

    @property
    def clock(self) -> Clock:
        """What tells the time here."""
        return self._clock

    def beside(
        self,
        *,
        guide: str | None = None,
        model: str | None = None,
        style: str | None = None,
        rubric: str | None = None,
    ) -> Self:
        """A workspace of other settings on the same open library, which stays this one's to close; None: as here.

        Raises:
            UsageError: the settings name a guide or a rubric that is not there.
        """
        from research_agent.radar import load_rubric

        given = {"guide": guide, "model": model, "style": style, "rubric": rubric}
        settings = self.settings.model_copy(update={name: value for name, value in given.items() if value is not None})
        found = self.found if guide is None else find_guide(settings)
        name = settings.rubric or found.guide.methodology.rubric
        chosen = self.rubric if name == self.rubric.id else load_rubric(name)
        workspace = type(self)(settings, found, self.library, chosen, clock=self._clock, remembered=self._remembered)
        if guide is not None:
            workspace.take_in_pools()
        return workspace

    def close(self) -> None:
        """Close the library."""
        self.library.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # The main job

    def research(self, domain: str, progress: Progress = unwatched) -> Research:
        """Produce a domain's prompt and bibliography, and keep the bibliography in the library's history.

        Raises:
            UnknownNameError: the guide has no such domain.
        """
        research = research_domain(self.request(domain), self.library, progress)
        self.keep(research)
        return research

    def keep(self, research: Research) -> None:
        """Keep a bibliography in the library's history: it is the domain's latest from now on."""
        self.library.save_run(research.bibliography, self._clock())

    def request(self, domain: str) -> Request:
        """What is asked for with a domain: the guide, the settings and the year.

        Raises:
            UnknownNameError: the guide has no such domain.
        """
        from research_agent.prompts import load_profile

        return Request(
            guide=self.guide,
            domain=self.guide.domain(domain),
            rubric=self.rubric,
            profile=load_profile(self.settings.model),
            style=self.settings.style,
            as_of=self._clock().year,
        )

    def research_all(self, progress: Progress = unwatched) -> tuple[Research, ...]:
        """Produce prompt and bibliography of every domain, in the guide's order."""
        total = len(self.guide.domains)
        results = []
        for done, domain in enumerate(self.guide.domains):
            progress(Step(name="all", text=f"Domain {domain.id}: {domain.name}", done=done, total=total))
            results.append(self.research(domain.id, progress))
        progress(Step(name="all", text="All domains", done=total, total=total))
        return tuple(results)

    def inputs(self, domain: str) -> str:
        """The fingerprint that the domain's bibliography would carry if it were made now."""
        return self._remembered.fingerprints.of(self.request(domain), self.library)

    def prompt(
        self, domain: str, *, mode: Mode = "open", reply: ReplyForm = "markdown", budget: int | None = None
    ) -> Prompt:
        """A domain's research prompt for the settings' model.

        Args:
            domain: number, slug or name; "all" with the mode "synthesize".
            mode: "open": the model looks for sources; "grounded": the domain's scored candidates come along; "extend"
                and "verify": the domain's present bibliography does, to be extended or checked; "synthesize": the
                present bibliographies of all domains do, to become one guide.
            reply: whether the model is to answer in Markdown, or in JSON that `check_reply` reads.
            budget: most tokens; None: what the model's context leaves beside its answer.

        Raises:
            UnknownNameError: there is no such domain or model, with the near matches.
            UsageError: the prompt does not fit into the budget even without candidates; nothing is there to extend,
                check or synthesise.
        """
        (prompt,) = self.prompts([domain], [self.settings.model], mode=mode, reply=reply, budget=budget)
        return prompt

    def prompts(
        self,
        domains: Sequence[str],
        models: Sequence[str],
        *,
        mode: Mode = "open",
        reply: ReplyForm = "markdown",
        split: bool = False,
        budget: int | None = None,
    ) -> tuple[Prompt, ...]:
        """The prompts of several domains for several models, domain by domain; see `prompt`.

        With `split`, a chain of prompts instead of each, one a category of sources.
        """
        from research_agent.prompts.series import Asking, prompts_of, synthesis_prompts

        asking = Asking(self.guide, self.rubric, tuple(models), mode=mode, reply=reply, split=split, budget=budget)
        if mode == "synthesize":
            if list(domains) != [ALL]:
                raise UsageError("A synthesis spans the domains: research-agent prompt all --mode synthesize.")
            return synthesis_prompts(asking, self.latest_of_all())
        made: list[Prompt] = []
        for domain in map(self.guide.domain, domains):
            candidates = self._candidates(domain.id) if mode == "grounded" else ()
            made += prompts_of(asking, domain, candidates, self.latest(domain.id))
        return tuple(made)

    def check_reply(self, domain: str, *texts: str) -> ReplyReport:
        """What there is to what a model replied in JSON: which works are known, whether the guide's counts hold.

        Args:
            domain: number, slug or name of the domain that the prompt was for; "all": it was a synthesis.
            texts: the reply, or those to the parts of a chain; words around their JSON objects are passed over.

        Raises:
            RecordError: there is no JSON object of a known form in one of them.
        """
        from research_agent.replies import check_reply

        place = None if domain == ALL else self.guide.domain(domain)
        present = self.latest_of_all() if place is None else list(filter(None, [self.latest(place.id)]))
        return check_reply(texts, self.guide, place, self.library.sources(), present)

    def write(self, research: Research, out: Path, *, force: bool = False) -> tuple[Written, ...]:
        """Write a domain's files into its folder under `out`; edited files are kept unless `force`."""
        from research_agent.results import domain_files

        folder = self.guide.domain(research.bibliography.domain).folder
        return write_files(out / folder, domain_files(research, self.guide, self.rubric), force=force)

    def write_all(self, results: Sequence[Research], out: Path, *, force: bool = False) -> tuple[Written, ...]:
        """Write every domain's files, and what spans the domains: index, one BibTeX file, the holistic guide."""
        from research_agent.results import spanning_files

        written = [file for research in results for file in self.write(research, out, force=force)]
        files = spanning_files(results, self.guide, self.library)
        return (*written, *write_files(out, files, force=force))

    def write_prompt(self, prompt: Prompt, out: Path, *, force: bool = False) -> tuple[Written, ...]:
        """Write a prompt, and the settings to send it with, into its domain's folder under `out`."""
        from research_agent.results import prompt_files

        folder = out if prompt.domain == ALL else out / self.guide.domain(prompt.domain).folder
        return write_files(folder, prompt_files(prompt), force=force)

    def write_prompts(self, prompts: Sequence[Prompt], out: Path, *, force: bool = False) -> tuple[Written, ...]:
        """Write prompts into their domains' folders under `out`, and an index of them beside these folders."""
        from research_agent.results import prompt_index

        written = [file for prompt in prompts for file in self.write_prompt(prompt, out, force=force)]
        index = {"prompts.md": prompt_index(prompts, self.guide)}
        return (*written, *write_files(out, index, force=force))

    def difference(self, domain: str) -> "Difference":
        """What changed between a domain's last two bibliographies, and why.

        Raises:
            UsageError: there are no two bibliographies yet.
        """
        from research_agent.bibliography.difference import difference

        found = self.guide.domain(domain)
        runs = self.library.runs(self.guide.id, found.id)
        if len(runs) < 2:
            raise UsageError(
                f"Domain {found.id} has {len(runs)} bibliography so far; two are needed to compare. "
                f"Run research-agent research {found.id} after something changed."
            )
        return difference(self.library.run(runs[1].id), self.library.run(runs[0].id))

    # Look and ask

    def domains(self) -> tuple[DomainStatus, ...]:
        """Every domain with the state of its latest bibliography."""
        held = self._sources_by_domain()
        return tuple(self._status(domain, held[domain.id]) for domain in self.guide.domains)

    def domain(self, domain: str) -> DomainStatus:
        """A domain with the state of its latest bibliography.

        Raises:
            UnknownNameError: the guide has no such domain.
        """
        found = self.guide.domain(domain)
        return self._status(found, self._sources_by_domain()[found.id])

    def latest(self, domain: str) -> Bibliography | None:
        """A domain's latest bibliography; None: it has none yet.

        Raises:
            UnknownNameError: the guide has no such domain.
        """
        runs = self.library.runs(self.guide.id, self.guide.domain(domain).id)
        return self.library.run(runs[0].id) if runs else None

    def latest_of_all(self) -> list[Bibliography]:
        """The latest bibliographies of the domains that have one, in the guide's order."""
        return list(filter(None, (self.latest(domain.id) for domain in self.guide.domains)))

    def holdings(self, domain: str) -> Holdings:
        """What the library holds for a domain, by focus bullet and by category."""
        found = self.guide.domain(domain)
        placements = [
            placement
            for source in self.library.sources(self.guide.id, found.id)
            if (placement := source.placement(self.guide.id, found.id))
        ]
        return Holdings(
            domain=found,
            categories=self.guide.methodology.categories,
            sources=len(placements),
            by_focus=dict(Counter(focus for placement in placements for focus in placement.focus)),
            by_category=dict(Counter(placement.category for placement in placements)),
        )

    def search(
        self,
        query: str,
        *,
        domain: str | None = None,
        category: str | None = None,
        kinds: Sequence[str] = (),
        since: int | None = None,
        until: int | None = None,
        peer_reviewed: bool | None = None,
        limit: int = 10,
    ) -> list[Hit]:
        """The best sources for a query, each with its best passage and the reason that it was found.

        Raises:
            UsageError: an empty query, or a filter that names nothing known.
        """
        if not query.strip():
            raise UsageError("There is nothing to search for: the query is empty.")
        if since is not None and until is not None and since > until:
            raise UsageError(f"No year is from {since} on and until {until}: swap them.")
        where = Filter(
            guide=self.guide.id,
            domain=self.guide.domain(domain).id if domain else None,
            category=self.guide.methodology.category(category).id if category else None,
            kinds=tuple(kind_named(kind) for kind in kinds),
            since=since,
            until=until,
            peer_reviewed=peer_reviewed,
        )
        return self.library.search(query, where, limit)

    def source(self, name: str) -> Source:
        """The source with this id or alias.

        Raises:
            UnknownNameError: with the near matches.
        """
        return self.library.source(name)

    def cite(self, name: str) -> str:
        """A source's reference in the settings' citation style."""
        from research_agent.bibliography.citations import cite
        from research_agent.bibliography.csl import csl_item

        source = self.source(name)
        (citation,) = cite([csl_item(source, source.id)], self.settings.style)
        return citation

    def why(self, source: str, domain: str) -> Why:
        """Why a source is in a domain's bibliography, or which constraint or score kept it out.

        Raises:
            UsageError: the source does not serve the domain.
        """
        return why_of(self.library.source(source), self.request(domain), self.library)

    # Decide

    def judge(self, source: str, domain: str, *, criterion: str, level: str, reason: str) -> Decision:
        """Keep a person's level for one criterion; it holds over re-runs until `undo`."""
        if not reason.strip():
            raise UsageError("A judgement needs its reason: it stands beside the level in every output.")
        chosen = self.rubric.criterion(criterion)
        return self._decide(
            source,
            domain,
            action="judge",
            rubric=self.rubric.id,
            criterion=chosen.id,
            level=chosen.level(level).value,
            reason=reason,
        )

    def pin(self, source: str, domain: str, *, reason: str = "") -> Decision:
        """Make a source stand in a domain's bibliography; takes the place of a ban."""
        return self._decide(source, domain, action="pin", reason=reason)

    def ban(self, source: str, domain: str, *, reason: str = "") -> Decision:
        """Keep a source out of a domain's bibliography; takes the place of a pin."""
        return self._decide(source, domain, action="ban", reason=reason)

    def undo(self, source: str, domain: str) -> Withdrawn:
        """Take back every decision on a source in a domain."""
        found, place = self.library.source(source), self.guide.domain(domain)
        taken = self.library.withdraw(found.id, self.guide.id, place.id)
        return Withdrawn(source=found.id, domain=place.id, decisions=tuple(taken))

    # Keep in order

    def take_in_pools(self, progress: Progress = unwatched) -> IngestReport | None:
        """Take the guide's pools into the library where they changed; None where they did not.

        Raises:
            RecordError: lines of a pool can't be read; names each. The readable ones were taken in.
        """
        from research_agent.pools import ingest_pools

        return ingest_pools(self.library, self.guide, self.found.pools, progress)

    def add_sources_file(self, path: Path) -> Added:
        """Add the records of a JSONL file to the library."""
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise RecordError(f"{path} can't be read as text: {error}. Nothing was added.") from error
        lines = io.StringIO(text)
        lines.name = path.name
        return self.add_sources(lines)

    def add_sources(self, lines: TextIO) -> Added:
        """Add records, a JSON object a line; broken lines are named and left out, good ones are kept."""
        from research_agent.sources import read_pool

        reading = read_pool(lines, guide=self.guide)
        report = self.library.ingest(f"added:{self.guide.id}", reading.sources, replace=False)
        return Added(report=report, problems=reading.problems)

    # Below the verbs

    def _status(self, domain: Domain, sources: int) -> DomainStatus:
        from research_agent.bibliography.state import domain_state

        place, runs = (self.guide.id, domain.id), self.library.runs(self.guide.id, domain.id)
        latest = runs[0].id if runs else ""
        # A bibliography's id is the hash of its content, so this is all that its state follows from.
        basis = (latest, self.inputs(domain.id) if latest else "")
        known = self._remembered.states.get(place)
        if known is None or known[0] != basis:
            state = domain_state(self.library.run(latest) if latest else None, basis[1])
            known = self._remembered.states[place] = basis, state
        state = known[1]
        return DomainStatus(
            domain=domain, sources=sources, state=state.state, detail=state.text, not_checked=state.not_checked
        )

    def _sources_by_domain(self) -> Counter[str]:
        """How many sources each domain has: of all, which are read once; those of one would be read anew for each."""
        return Counter(
            domain
            for source in self.library.sources(self.guide.id)
            for domain in {placement.domain for placement in source.placements if placement.guide == self.guide.id}
        )

    def _candidates(self, domain: str) -> tuple[Candidate, ...]:
        from research_agent.prompts.candidates import candidates_of
        from research_agent.research import gather, judge

        request = self.request(domain)
        material = gather(request, self.library)
        evaluations = judge(request, material)
        return candidates_of(material.sources, evaluations, self.guide, request.domain, self.rubric)

    def _decide(self, source: str, domain: str, **fields: object) -> Decision:
        found, place = self.library.source(source), self.guide.domain(domain)
        if not found.placement(self.guide.id, place.id):
            raise UsageError(
                f"{found.id} is not among the sources of domain {place.id}, so there is nothing to decide. "
                f"It serves: {_served(found, self.guide)}."
            )
        decision = Decision.model_validate({"guide": self.guide.id, "domain": place.id, "source": found.id, **fields})
        self.library.decide(decision)
        return decision


def kind_named(name: str) -> Kind:
    """The kind of source of this name.

    Raises:
        UnknownNameError: there is none; the error lists the near matches.
    """
    for kind in KINDS:
        if kind == name:
            return kind
    raise UnknownNameError("kind of source", name, KINDS)


def _served(source: Source, guide: Guide) -> str:
    return ", ".join(placement.domain for placement in source.placements if placement.guide == guide.id) or "none"
