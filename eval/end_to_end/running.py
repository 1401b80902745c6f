"""Take works through the whole program: a guide imported, records added, names looked up, a bibliography made."""

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import anyio

from eval.end_to_end.cases import GUIDE, WORKS, Case, read_answers
from eval.end_to_end.services import AS_OF, ClosedServices
from research_agent import Settings, Workspace, keep_guide
from research_agent.errors import RecordError
from research_agent.live.verify_library import verify_library
from research_agent.model.bibliography import Bibliography
from research_agent.model.prompt import Mode, Prompt
from research_agent.model.source import Source
from research_agent.model.verification import VerificationReport
from research_agent.sources.http.deadline import Deadline

DOMAIN: Final = "1"
PROFILES: Final = ("claude", "gpt", "llama")
"""One that delimits data by tags, and two that do by headings."""
MODES: Final[tuple[Mode, ...]] = ("grounded", "extend", "verify")
"""The first carries candidates, the others the entries of the bibliography."""
_SECONDS: Final = 60.0
"""That the look-ups may take: no one waits in them."""


@dataclass(frozen=True)
class Outcome:
    """What the program made of some works.

    Attributes:
        bibliography: the domain's.
        files: what was written of it, name to text.
        works: by the id of each record, the work of the library that it became.
        totals: RADAR total of the pages that give orders, by id, in points from 1 to 5.
        worths: their total and relevance together, as selection weighs them, in points.
        reasons: by the id of each work, why it is in or out, in the program's words.
        report: what was seen of the names of the works.
        prompts: those that carry works of the library, in every mode and for each of `PROFILES`.
    """

    bibliography: Bibliography
    files: dict[str, str]
    works: dict[str, Source]
    totals: dict[str, float]
    worths: dict[str, float]
    reasons: dict[str, str]
    report: VerificationReport
    prompts: tuple[Prompt, ...]

    @property
    def chosen(self) -> tuple[str, ...]:
        """Ids of the entries, in order."""
        return tuple(entry.source.id for entry in self.bibliography.entries)

    def stands(self, case: Case) -> bool:
        """Whether the work of a case is an entry, under whichever of its names."""
        return self.works[case.id].id in self.chosen


def outcome_of(cases: Sequence[Case]) -> Outcome:
    """What comes of these works, handed in in this order, on a library that holds nothing else.

    Raises:
        RecordError: a record of the set is none.
    """
    with TemporaryDirectory(prefix="research-agent-end-to-end-") as folder:
        data = Path(folder) / "data"
        kept = keep_guide(GUIDE, data)
        with Workspace.open(Settings(data_dir=data, guide=kept.guide.id), clock=lambda: AS_OF) as workspace:
            added = workspace.add_sources(io.StringIO("".join(json.dumps(case.record) + "\n" for case in cases)))
            if added.problems:
                raise RecordError(f"{WORKS.name} has broken records: {'; '.join(map(str, added.problems))}")
            report = _look_at_names(workspace)
            research = workspace.research(DOMAIN)
            works = {case.id: workspace.source(case.id) for case in cases}
            written = workspace.write(research, Path(folder) / "out")
            pages = [works[case.id].id for case in cases if case.plain]
            judged = {page: workspace.why(page, DOMAIN).evaluation for page in pages}
            weight = workspace.guide.methodology.preferences.relevance
            entries, out = research.bibliography.entries, research.bibliography.excluded
            return Outcome(
                bibliography=research.bibliography,
                files={one.path.name: one.path.read_text(encoding="utf-8") for one in written},
                works=works,
                totals={name: one.total for name, one in judged.items()},
                worths={name: one.total + weight * one.relevance for name, one in judged.items()},
                reasons={
                    **{one.source: one.reason for one in out},
                    **{one.source.id: "; ".join(one.reasons) for one in entries},
                },
                report=report,
                prompts=tuple(prompt for mode in MODES for prompt in workspace.prompts([DOMAIN], PROFILES, mode=mode)),
            )


def _look_at_names(workspace: Workspace) -> VerificationReport:
    """What `research-agent sources verify --all` does, with the services of the closed set."""

    async def looked() -> VerificationReport:
        return await verify_library(
            workspace.library,
            workspace.library.sources(workspace.guide.id),
            ClosedServices(read_answers()),
            Deadline.after(_SECONDS),
            now=workspace.clock,
        )

    return anyio.run(looked)
