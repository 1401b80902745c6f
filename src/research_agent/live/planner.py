"""Make queries of a domain, by rules and without a model: which words go to which services. Pure.

A query is about one bullet, or about the domain as a whole, for one category. A later round asks only for what is
missing, in words that nobody was asked before.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from research_agent.live.kinds_sought import IN_THE_TABLE, TELLS_OF_PRODUCTION, Way, ways_to
from research_agent.live.vocabulary import Vocabulary
from research_agent.model.bibliography import Gap
from research_agent.model.guide import Category, Domain, Focus, Guide
from research_agent.model.search import PlannedQuery
from research_agent.sources.connectors import Connector
from research_agent.sources.connectors.texts import within
from research_agent.sources.http.exchange import ApiLimit

MOST_QUERIES: Final = 24
"""Queries to one service in a round, however often it may be asked: three for each of eight bullets."""

_ROUND_SECONDS: Final = 30.0
"""Seconds of a round in which a service gets its queries: a quarter of the time that a search has by default."""
_ROUNDS_IN: Final = ((86_400.0, 36), (3_600.0, 5))
"""Into so many seconds so many rounds may fall: in a day a guide of a dozen domains with three rounds each. Their
allowance has to do for all of them."""
_LONGEST_TEXT: Final = 200
"""Characters of a query; Tavily and GitHub take not many more."""
_MOST_NAMES: Final = 8
"""Technologies that are asked for by name alone."""


_Since = Callable[[Way], int | None]
"""The earliest year that is asked for on a way."""


class _Wish(NamedTuple):
    """What a query is wanted for."""

    category: Category
    way: Way
    focus: Focus | None
    """None: the domain as a whole."""
    turn: int
    """Place of the bullet in the domain, by which words take turns."""
    since: int | None
    name: str = ""
    """A technology that is asked for by its name alone."""


def plan(
    guide: Guide,
    domain: Domain,
    *,
    missing: Sequence[Gap] | None = None,
    connectors: Sequence[Connector],
    asked: Collection[PlannedQuery] = (),
) -> tuple[PlannedQuery, ...]:
    """The queries of a round, in the order in which each service is to be asked them.

    Args:
        guide: whose categories say what is sought, and whose vocabulary gives the words.
        domain: whose bullets are asked about.
        missing: gaps of a bibliography; only what may close them is asked for. None: everything, as at first.
        connectors: who can be asked; those that can't search, or lack a key or an address, are left out.
        asked: the queries of the rounds before; no service is asked the same words again.
    """
    vocabulary = Vocabulary(guide, domain)
    room = _Room(connectors, asked)
    planned: list[PlannedQuery] = []
    wishes = _at_first(guide, domain, vocabulary) if missing is None else _for_gaps(guide, domain, vocabulary, missing)
    for wish in wishes:
        texts = list(_wordings(wish, vocabulary))
        # At first each wish has its usual words, and what another category asks in the same words is not asked twice.
        for text, services in room.take(wish, texts[:1] if missing is None else texts):
            planned.append(
                PlannedQuery(
                    text=text,
                    services=services,
                    focus=wish.focus.id if wish.focus else "",
                    category=wish.category.id,
                    since=wish.since,
                )
            )
    return tuple(planned)


# --- what is wished for -----------------------------------------------------------------------------------------------


def _at_first(guide: Guide, domain: Domain, vocabulary: Vocabulary) -> Iterator[_Wish]:
    """The domain as a whole and of any year, which finds foundational works; then bullet by bullet, recent ones first.

    Each bullet has its query for every category before the next one has any, so that a service with little room hears
    of all categories.
    """
    recent = guide.methodology.recent_since
    for category in guide.methodology.categories:
        yield from _of_the_domain(category, vocabulary, since=lambda _: None)
    for turn, focus in enumerate(domain.focus):
        for category in guide.methodology.categories:
            yield from _of_a_bullet(category, focus, turn, since=lambda way: recent if way.dated else None)


def _for_gaps(guide: Guide, domain: Domain, vocabulary: Vocabulary, missing: Sequence[Gap]) -> Iterator[_Wish]:
    """What may close the gaps; first what may close most of them.

    Years count no longer, unless recent works are what is missing.
    """
    gaps = {gap.check for gap in missing}
    year = guide.methodology.recent_since if "recent" in gaps else None
    wished: list[tuple[int, _Wish]] = []
    for category in guide.methodology.categories:
        wanted = _gaps_of(category, gaps)
        if wanted:
            wished += [(wanted, wish) for wish in _of_the_domain(category, vocabulary, since=lambda _: year)]
    for turn, focus in enumerate(domain.focus):
        for category in guide.methodology.categories:
            wanted = _gaps_of(category, gaps) + (f"focus:{focus.id}" in gaps)
            if wanted:
                wished += [(wanted, wish) for wish in _of_a_bullet(category, focus, turn, since=lambda _: year)]
    return (wish for _, wish in sorted(wished, key=lambda one: -one[0]))


def _gaps_of(category: Category, gaps: Collection[str]) -> int:
    """How many of the gaps a work of this category may close, whatever bullet it is on."""
    found = sum(gap in gaps for gap in ("total", "recent", f"category:{category.id}"))
    return found + ("production" in gaps and not TELLS_OF_PRODUCTION.isdisjoint(category.kinds))


def _of_the_domain(category: Category, vocabulary: Vocabulary, since: _Since) -> Iterator[_Wish]:
    for way in ways_to(category.kinds):
        if way.name_alone:
            for name in vocabulary.names[:_MOST_NAMES]:
                yield _Wish(category, way, None, 0, None, name)
        else:
            yield _Wish(category, way, None, 0, since(way))


def _of_a_bullet(category: Category, focus: Focus, turn: int, since: _Since) -> Iterator[_Wish]:
    for way in ways_to(category.kinds):
        if not (way.name_alone or way.whole):
            yield _Wish(category, way, focus, turn, since(way))


# --- in which words ---------------------------------------------------------------------------------------------------


def _wordings(wish: _Wish, vocabulary: Vocabulary) -> Iterator[str]:
    """The words for a wish: first the usual ones, then other ones of the same meaning.

    Narrower by the names of technologies, broader by fewer terms, and by what the guide uses together with them.
    """
    way = wish.way
    if way.name_alone:
        yield wish.name
        return
    terms, names = vocabulary.terms(wish.focus), vocabulary.names_for(wish.focus)
    related = vocabulary.related(wish.focus)
    subject = [vocabulary.subject] if way.subject else []
    words = [*way.words[wish.turn % len(way.words) :], *way.words[: wish.turn % len(way.words)]]
    before = list(names[:1]) if way.names else []
    yield _text([*before, *terms[: way.most], *subject, words[0]])
    for word in words[1:]:
        yield _text([*before, *terms[: way.most], *subject, word])
    for name in names[: 2 + len(before)][len(before) :]:
        yield _text([name, *terms[:2], words[0]])
    if len(terms) > 1:
        yield _text([*terms[: way.most - 1], words[0]])
        yield _text([*terms[: min(2, way.most - 1)], *subject, words[0]])
    if related:
        yield _text([terms[0], *related[: way.most - 1], words[0]])


def _text(words: Iterable[str]) -> str:
    """The words, each once, as many as fit."""
    first: dict[str, str] = {}
    for word in filter(None, words):
        first.setdefault(word.casefold(), word)
    return within(first.values(), _LONGEST_TEXT)


# --- who is asked, and how often --------------------------------------------------------------------------------------


class _Room:
    """How many more queries each service takes in this round, and which words it has heard."""

    def __init__(self, connectors: Sequence[Connector], asked: Collection[PlannedQuery]) -> None:
        self._left: dict[str, int] = {}
        self._added: list[str] = []
        for one in connectors:
            if one.capabilities.search and not _lacks(one):
                self._left[one.name] = queries_allowed(one)
                if one.name not in IN_THE_TABLE:
                    self._added.append(one.name)
        self._heard: set[tuple[str, frozenset[str]]] = {
            (service, _words_of(query.text)) for query in asked for service in query.services
        }
        self._in_this_round: set[tuple[str, frozenset[str], int | None]] = set()

    def take(self, wish: _Wish, texts: Sequence[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The first text that each service of the wish has not heard, with the services that get it."""
        services = [*wish.way.services, *([] if wish.focus or wish.name else self._added)]
        chosen: dict[str, list[str]] = defaultdict(list)
        for service in services:
            new = next((text for text in texts if self._is_new(service, text, wish.since)), "")
            if new and self._left.get(service, 0) > 0:
                self._left[service] -= 1
                self._in_this_round.add((service, _words_of(new), wish.since))
                chosen[new].append(service)
        yield from ((text, tuple(services)) for text, services in chosen.items())

    def _is_new(self, service: str, text: str, since: int | None) -> bool:
        words = _words_of(text)
        return (service, words) not in self._heard and (service, words, since) not in self._in_this_round


def queries_allowed(connector: Connector) -> int:
    """How many queries a service takes in a round, by its limit."""
    try:
        limit = connector.limit
    except Exception:  # another package's code; it is asked once, so that its failure is told as its outcome
        return 1
    return max(1, min(MOST_QUERIES, *(_allowed(limit))))


def _allowed(limit: ApiLimit) -> list[int]:
    """By each rate of a limit, the queries of a round."""
    found = []
    for rate in limit.rates:
        rounds = next((rounds for span, rounds in _ROUNDS_IN if rate.seconds >= span), 0)
        if rounds:
            found.append(rate.requests // rounds)
        else:
            found.append(int(rate.requests * max(1.0, _ROUND_SECONDS / rate.seconds)))
    return found


def _lacks(connector: Connector) -> str:
    try:
        return connector.lacks
    except Exception:  # as above
        return ""


def _words_of(text: str) -> frozenset[str]:
    return frozenset(text.casefold().split())
