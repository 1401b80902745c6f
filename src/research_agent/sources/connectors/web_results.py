"""What all searches of the web have in common: a page that an engine lists is an address, and no more than that."""

from research_agent.model.candidate import Candidate
from research_agent.sources.connectors import dates, texts
from research_agent.sources.connectors.base import Answer
from research_agent.sources.connectors.service import Service
from research_agent.sources.naming import identify


class WebSearch(Service):
    """A connector to a search engine."""

    def _result(
        self, answer: Answer, record: object, *, title: str, url: str, text: str = "", day: str = ""
    ) -> Candidate:
        """The candidate for a page that was listed.

        Nobody vouches for it: the engine saw the page at some time. The day it names is a guess of the engine's, and
        so is an author; the first is kept as a signal, the second not at all.
        """
        seen = self._seen(answer, answer.ask.address)
        seen.add("age_guessed", dates.iso(day))
        return Candidate(
            title=texts.title_of(title),
            url=url,
            identifiers=identify(url),
            abstract=texts.cut(texts.plain(text)),
            signals=seen.all(),
            vouched=False,
            provenance=self._provenance(answer, record),
        )
