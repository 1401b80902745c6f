"""From a guide of research domains to prompts and annotated bibliographies with proof.

The public API is what this module names: open a `Workspace`, ask it for what you need. Importing it
costs nothing; a part is loaded when it is first used.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from research_agent.diagnosis import diagnose
    from research_agent.errors import ResearchAgentError
    from research_agent.guides import keep_guide, known_guides, load_guide
    from research_agent.model.answers import Added, DomainStatus, Finding, Holdings, Why, Withdrawn
    from research_agent.model.bibliography import Bibliography, Entry
    from research_agent.model.difference import Difference
    from research_agent.model.guide import Domain, Guide
    from research_agent.model.library import Hit
    from research_agent.model.progress import Progress, Step
    from research_agent.model.prompt import Prompt
    from research_agent.model.radar import Decision, Evaluation, Judgement
    from research_agent.model.reply import ReplyReport
    from research_agent.model.run import RunRequest, RunStatus
    from research_agent.model.source import Source
    from research_agent.outputs import Written
    from research_agent.pools import embed_corpus
    from research_agent.research import Research
    from research_agent.runs import Runs
    from research_agent.settings import Settings
    from research_agent.sources.check import check_corpus
    from research_agent.workspace import Workspace

_HOMES = {
    "Added": "model.answers",
    "Bibliography": "model.bibliography",
    "Decision": "model.radar",
    "Difference": "model.difference",
    "Domain": "model.guide",
    "DomainStatus": "model.answers",
    "Entry": "model.bibliography",
    "Evaluation": "model.radar",
    "Finding": "model.answers",
    "Guide": "model.guide",
    "Hit": "model.library",
    "Holdings": "model.answers",
    "Judgement": "model.radar",
    "Progress": "model.progress",
    "Prompt": "model.prompt",
    "Research": "research",
    "ReplyReport": "model.reply",
    "ResearchAgentError": "errors",
    "RunRequest": "model.run",
    "RunStatus": "model.run",
    "Runs": "runs",
    "Settings": "settings",
    "Source": "model.source",
    "Step": "model.progress",
    "Why": "model.answers",
    "Withdrawn": "model.answers",
    "Workspace": "workspace",
    "Written": "outputs",
    "check_corpus": "sources.check",
    "diagnose": "diagnosis",
    "embed_corpus": "pools",
    "keep_guide": "guides",
    "known_guides": "guides",
    "load_guide": "guides",
}

__all__ = [
    "Added",
    "Bibliography",
    "Decision",
    "Difference",
    "Domain",
    "DomainStatus",
    "Entry",
    "Evaluation",
    "Finding",
    "Guide",
    "Hit",
    "Holdings",
    "Judgement",
    "Progress",
    "Prompt",
    "ReplyReport",
    "Research",
    "ResearchAgentError",
    "RunRequest",
    "RunStatus",
    "Runs",
    "Settings",
    "Source",
    "Step",
    "Why",
    "Withdrawn",
    "Workspace",
    "Written",
    "check_corpus",
    "diagnose",
    "embed_corpus",
    "keep_guide",
    "known_guides",
    "load_guide",
]


def __getattr__(name: str) -> object:
    """Load a public name from its home on first use."""
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
