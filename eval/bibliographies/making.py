"""Make the shipped guide's bibliographies by the steps of research, and keep what the choice was made from."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from research_agent import Workspace
from research_agent.bibliography.problem import Problem
from research_agent.model.bibliography import Bibliography, Entry
from research_agent.model.guide import Domain
from research_agent.prompts import assemble_prompt
from research_agent.research import Research, choose, describe, gather, judge, prove
from research_agent.results import domain_files


@dataclass(frozen=True)
class Made:
    """One domain's bibliography.

    Attributes:
        domain: of the guide.
        bibliography: as research gives it.
        problem: the candidates, with what the method asks of a choice and what it is worth.
        files: what a run writes of it, name to text.
    """

    domain: Domain
    bibliography: Bibliography
    problem: Problem
    files: Mapping[str, str]

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Its entries, in order."""
        return self.bibliography.entries

    def with_entries(self, entries: Sequence[Entry]) -> "Made":
        """The same with other entries and nothing else changed: how a broken selection would look."""
        return replace(self, bibliography=self.bibliography.model_copy(update={"entries": tuple(entries)}))


def make(workspace: Workspace, domains: Collection[str] = ()) -> list[Made]:
    """The bibliographies of these domains, by id; without any, of all.

    Raises:
        UnknownNameError: the guide has no such domain.
    """
    wanted = [workspace.guide.domain(name) for name in domains] or workspace.guide.domains
    return [_made(workspace, domain) for domain in wanted]


def _made(workspace: Workspace, domain: Domain) -> Made:
    """By the steps of `research_domain`, which hands out neither the candidates nor what they are worth."""
    request = workspace.request(domain.id)
    material = gather(request, workspace.library)
    evaluations = judge(request, material)
    selection = choose(request, material, evaluations)
    entries = describe(request, material, evaluations, selection)
    bibliography = prove(request, workspace.library, material, selection, entries)
    prompt = assemble_prompt(request.guide, request.domain, request.rubric, request.profile)
    files = domain_files(Research(bibliography=bibliography, prompt=prompt), workspace.guide, workspace.rubric)
    return Made(domain, bibliography, selection.problem, files)
