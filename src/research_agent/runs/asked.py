"""What a run is asked to make: in which workspace, and the id that follows from all that decides its result."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from research_agent.errors import UnknownNameError
from research_agent.model.run import ALL_DOMAINS, RunRequest

if TYPE_CHECKING:
    from research_agent.model.prompt import Prompt
    from research_agent.workspace import Workspace

_ID_CHARACTERS = 12


class Asked(NamedTuple):
    """A request with every blank filled in, and what follows from it."""

    id: str
    request: RunRequest
    inputs: Mapping[str, str]
    """For each domain in its order: a fingerprint of all that its bibliography and its prompt are made from."""


class Workspaces:
    """The workspaces that a store's runs are made in: the open one, and others on its library for other settings."""

    def __init__(self, opened: "Workspace") -> None:
        """Make others from the one that is open."""
        self._opened = opened
        self._guides = {opened.guide.id}
        self._absent: set[str] = set()
        self._lock = Lock()
        self._remembered: dict[RunRequest, tuple[object, Mapping[str, str]]] = {}

    def asked(self, request: RunRequest) -> Asked:
        """What this request comes to now.

        Raises:
            UnknownNameError: it names a guide, domain, model, style or rubric that is not there.
        """
        workspace = self.of(request)
        if request.domain.lower() == ALL_DOMAINS:
            name, domains = ALL_DOMAINS, [domain.id for domain in workspace.guide.domains]
        else:
            name = workspace.guide.domain(request.domain).id
            domains = [name]
        settings = workspace.settings
        whole = RunRequest(
            domain=name,
            guide=workspace.guide.id,
            model=settings.model,
            style=settings.style,
            rubric=workspace.rubric.id,
            live=request.live,
        )
        if whole.live:
            # What services will tell is not known, and what is taken in changes the library: only the time is left.
            inputs: Mapping[str, str] = dict.fromkeys(domains, f"live {workspace.clock():%Y-%m-%dT%H}")
        else:
            inputs = self._inputs(workspace, whole, domains)
        content = json.dumps([whole.model_dump(), inputs], sort_keys=True)
        return Asked(hashlib.sha256(content.encode()).hexdigest()[:_ID_CHARACTERS], whole, inputs)

    def of(self, request: RunRequest) -> "Workspace":
        """The workspace for a request.

        Raises:
            UnknownNameError: it names a guide, model, style or rubric that is not there.
        """
        from research_agent.prompts import load_profile

        settings = self._opened.settings
        guide = request.guide if request.guide not in ("", self._opened.guide.id) else None
        if guide is not None:
            self._require_guide(guide)
        return self._opened.beside(
            guide=guide,
            model=load_profile(request.model or settings.model).id,
            style=_style(request.style or settings.style),
            rubric=request.rubric or None,
        )

    def serves(self, guide: str) -> bool:
        """Whether runs of this guide can be made here.

        One that is not here is looked for once, and again when a request names it: whoever waits for work asks often.
        """
        if guide not in self._guides and guide not in self._absent:
            self._look_for(guide)
        return guide in self._guides

    def _inputs(self, workspace: "Workspace", request: RunRequest, domains: Sequence[str]) -> Mapping[str, str]:
        """The fingerprints, remembered while what they follow from stays as it is, so that a retry is cheap."""
        library, guide = workspace.library, workspace.guide
        decisions = [library.decisions(guide.id, domain) for domain in domains]
        basis = (guide, library.generation, decisions, workspace.clock().year)
        remembered = self._remembered.get(request)
        if remembered is None or remembered[0] != basis:
            inputs = {domain: made_from(workspace.inputs(domain), workspace.prompt(domain)) for domain in domains}
            remembered = self._remembered[request] = (basis, inputs)
        return remembered[1]

    def _require_guide(self, guide: str) -> None:
        """By id alone: a request may come from far away, and is not to name a file."""
        if guide not in self._guides:
            self._look_for(guide)
        if guide not in self._guides:
            raise UnknownNameError("guide", guide, sorted(self._guides))

    def _look_for(self, guide: str) -> None:
        from research_agent.guides import known_guides

        known = {one.id for one in known_guides(self._opened.settings.data_dir)}
        with self._lock:
            self._guides |= known
            self._absent = (self._absent | {guide}) - self._guides


def made_from(inputs: str, prompt: "Prompt") -> str:
    """A fingerprint of all that a domain's result comes of.

    Args:
        inputs: the bibliography's own fingerprint of what it is made from.
        prompt: the prompt itself, which is made in 15 ms; a list of what it is made from could miss something.
    """
    return hashlib.sha256(json.dumps([inputs, prompt.model_dump_json()]).encode()).hexdigest()


def _style(name: str) -> str:
    from research_agent.bibliography.citations import STYLES

    for style in STYLES:
        if style == name.strip().lower():
            return style
    raise UnknownNameError("citation style", name, STYLES)
