"""The last few syntheses that were made: each takes seconds, and is the same until something changes."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock

from research_agent.model.bibliography import Bibliography
from research_agent.model.synthesis import Synthesis
from research_agent.workspace import Workspace

_MOST_REMEMBERED = 4
"""Each is about 2 MB, and takes seconds to make."""


class Syntheses:
    """The last few that were made, by all that they follow from. Threads share it."""

    def __init__(self) -> None:
        self._made: OrderedDict[Hashable, Synthesis] = OrderedDict()
        self._lock = Lock()

    def of(self, workspace: Workspace, latest: list[Bibliography]) -> Synthesis:
        """The synthesis of these bibliographies, as the library is now."""
        from research_agent.results import synthesis_of

        guide, library = workspace.guide, workspace.library
        decided = [library.decisions(guide.id, domain.id) for domain in guide.domains]
        about = (
            workspace.settings.data_dir,
            library.generation,
            guide.model_dump_json(),
            repr(decided),
            tuple((one.domain, one.inputs, one.style, one.search) for one in latest),
        )
        # One at a time: who asks for the same in the meantime finds it made.
        with self._lock:
            if about not in self._made:
                self._made[about] = synthesis_of(latest, guide, library)
                if len(self._made) > _MOST_REMEMBERED:
                    self._made.popitem(last=False)
            self._made.move_to_end(about)
            return self._made[about]
