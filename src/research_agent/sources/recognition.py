"""Recognise a work that somebody names among known works, and tell where its names do not fit together. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from research_agent.model.source import ExistenceState, Identifiers, Source
from research_agent.sources.identity import names_of, plain_words, surname_of
from research_agent.sources.naming import Name, Scheme

_LIKE = 0.6
"""Share of the words of the shorter title that stand in the longer one, from which both are titles of one work: what is
left out is a subtitle or an article."""


class NamedWork(NamedTuple):
    """A work as somebody names it; empty where nothing was said."""

    title: str
    authors: Sequence[str]
    year: int | None
    identifiers: Identifiers


class Recognised(NamedTuple):
    """What is known of a named work."""

    state: ExistenceState
    """verified: it is known under these names; contradicted: they belong to another work, or to several; unverifiable:
    it has none; not_checked: it is not known here, which says nothing of whether it exists."""
    source: Source | None
    names: frozenset[str]
    """By which another mention of the same work is noticed."""
    detail: str
    """In words."""


class KnownWorks:
    """Works by their names and titles."""

    def __init__(self, sources: Iterable[Source]) -> None:
        """`sources` are resolved: one a work."""
        self._by_name: dict[Name, Source] = {}
        self._by_title: dict[str, list[Source]] = defaultdict(list)
        for source in sources:
            self._by_name.update(dict.fromkeys(names_of(source), source))
            self._by_title[plain_words(source.title)].append(source)

    def recognise(self, work: NamedWork) -> Recognised:
        """Whether a work is known under the names that it is given, and what does not fit."""
        names = _names(work.identifiers)
        labels = frozenset(f"{scheme}:{name}" for scheme, name in names)
        held = {name: self._by_name[name] for name in sorted(names) if name in self._by_name}
        works = {source.id: source for source in held.values()}
        wrong = next((name for name, source in held.items() if not _alike(work.title, source.title)), None)
        if len(works) > 1:
            told = "; ".join(f"{_told(name)} is of {source.title!r}" for name, source in held.items())
            return Recognised("contradicted", None, labels, f"its names belong to different works: {told}")
        if wrong is not None:
            return Recognised("contradicted", None, labels, f"{_told(wrong)} belongs to {held[wrong].title!r}")
        for source in works.values():
            return Recognised("verified", source, labels | {f"id:{source.id}"}, _of_record(work, source))
        title = plain_words(work.title)
        titled = [source for source in self._by_title.get(title, ()) if _share_an_author(work, source)]
        if titled and (work.authors or len(titled) == 1):
            return _of_title(work, titled[0], labels)
        several = f"; the library has {len(titled)} works of this title, and no author says which" if titled else ""
        if not names:
            told = f"no address, DOI, arXiv id or RFC number to look it up by{several}"
            return Recognised("unverifiable", None, frozenset({f"title:{title}"} if title else ()), told)
        return Recognised("not_checked", None, labels, f"not in the library; nothing else was asked{several}")


def _of_title(work: NamedWork, source: Source, labels: frozenset[str]) -> Recognised:
    given, own = work.identifiers, source.identifiers
    for name, theirs, ours in (("DOI", given.doi, own.doi), ("arXiv id", given.arxiv, own.arxiv)):
        if theirs and ours and theirs != ours:
            return Recognised("contradicted", None, labels, f"the library has this title with another {name}, {ours}")
    by = "title and author" if work.authors and source.authors else "its title alone"
    detail = f"by {by}; the library has it at {source.url}{_otherwise(work, source)}"
    return Recognised("verified", source, labels | {f"id:{source.id}"}, detail)


def _names(given: Identifiers) -> set[Name]:
    texts: tuple[tuple[Scheme, str | None], ...] = (
        ("doi", given.doi),
        ("arxiv", given.arxiv),
        ("rfc", str(given.rfc) if given.rfc else None),
        ("repository", given.repository),
        ("url", given.url),
    )
    return {(scheme, name) for scheme, name in texts if name}


def _told(name: Name) -> str:
    scheme, value = name
    return value if scheme == "url" else f"{scheme} {value}"


def _of_record(work: NamedWork, source: Source) -> str:
    """How the work is known, and what is said of it otherwise."""
    known = source.existence.told or source.existence.state.replace("_", " ")
    return f"{known}{_otherwise(work, source)}"


def _otherwise(work: NamedWork, source: Source) -> str:
    """What the record says otherwise than whoever names the work; empty: nothing."""
    other = []
    if work.authors and source.authors and not _share_an_author(work, source):
        other.append(f"its authors are {', '.join(source.authors)}")
    if work.year is not None and source.year is not None and work.year != source.year:
        other.append(f"its year is {source.year}")
    return f"; but {' and '.join(other)}" if other else ""


def _share_an_author(work: NamedWork, source: Source) -> bool:
    """Whether both name an author by the same surname, or one names none."""
    theirs = {surname_of(author) for author in work.authors} - {""}
    ours = {word for author in source.authors for word in plain_words(author).split()}
    return not theirs or not ours or bool(theirs & ours)


def _alike(title: str, other: str) -> bool:
    short, long = sorted((set(plain_words(title).split()), set(plain_words(other).split())), key=len)
    return not short or len(short & long) / len(short) >= _LIKE
