"""What annotations say of live sources, beside what the services sent: a domain of which the library holds nothing.

Stand-ins answer on loopback in the services' own shapes: abstracts of an index, links of a forum, and the pages behind
them, which are read. Real connectors ask, and everything after them is as in any live search, but that nobody waits.
"""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import anyio

from eval.annotations.citing import Sentence, sentences_of_entry
from eval.annotations.wording import plain
from eval.corpus import AS_OF
from research_agent import Settings, Workspace
from research_agent.live.rounds import search_domain
from research_agent.live.services import Services
from research_agent.research import Research, gather
from research_agent.sources.http.deadline import Deadline
from research_agent.sources.http.politeness import Politeness
from stand_ins.catalogue import Work, catalogue
from stand_ins.serving import serving

GUIDE: Final = Path(__file__).with_name("live-guide.md")
DOMAIN: Final = "1"
ASKED: Final = ("crossref", "hacker_news", "web")
"""An index that gives abstracts, a forum that gives links, and the web, where they are read."""
_SECONDS: Final = 120.0
"""Nobody waits, so that only a service that hangs takes as long."""


def sentences_of_live_sources() -> list[Sentence]:
    """Every sentence of the annotations that a live search makes, in reading order.

    Raises:
        RuntimeError: the stand-ins do not start.
    """
    with serving() as stand_ins, _workspace(stand_ins.address) as workspace:
        research = anyio.run(_searched, workspace)
        texts = {passage.id: passage.text for passage in gather(workspace.request(DOMAIN), workspace.library).passages}
    return [
        sentence
        for entry in research.bibliography.entries
        for sentence in sentences_of_entry(entry, f"live, {DOMAIN}", texts)
    ]


def sent_texts() -> Mapping[str, str]:
    """What stand-ins send of each work, by its title: its abstract, or the text of its page."""
    return {work.source.title: _sent(work) for work in catalogue().works}


def stands_in(sentence: Sentence, sent: Mapping[str, str]) -> bool:
    """Whether a sentence is, word for word, in what was sent of its work."""
    return plain(sentence.text) in plain(sent.get(sentence.entry.source.title, ""))


@contextmanager
def _workspace(address: str) -> Iterator[Workspace]:
    with tempfile.TemporaryDirectory(prefix="research-agent-live-") as folder:
        settings = Settings(data_dir=Path(folder), guide=str(GUIDE), stand_ins=address)
        with Workspace.open(settings, clock=lambda: AS_OF) as workspace:
            yield workspace


async def _searched(workspace: Workspace) -> Research:
    later = 0.0

    async def pass_over(seconds: float) -> None:
        nonlocal later
        later += seconds
        await anyio.sleep(0)

    politeness = Politeness(lambda: later)  # limits are kept in a time that passes at once
    async with Services.open(workspace.settings, only=ASKED, politeness=politeness, sleep=pass_over) as services:
        research, _ = await search_domain(
            workspace.request(DOMAIN), workspace.library, services, Deadline.after(_SECONDS), clock=lambda: AS_OF
        )
    return research


def _sent(work: Work) -> str:
    points = [point.text for placement in work.source.placements for point in placement.key_points]
    return "\n".join([work.text, *points])
