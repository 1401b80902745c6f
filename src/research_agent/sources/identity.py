"""Decide which records are one work, and make one source of them. Pure: same records in, same sources out.

`docs/corpus-format.md` states the rules in prose; `naming` has the normal forms they rest on.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from research_agent.model.kinds import KINDS, Kind
from research_agent.model.source import Existence, ExistenceState, Identifiers, Placement, Signal, Source
from research_agent.sources.addresses import without_fragment
from research_agent.sources.authors import initials_differ, may_be_one, shared_families
from research_agent.sources.joining import PREPRINT_REGISTRANTS, joined
from research_agent.sources.naming import Name, Scheme, address_of, name_in
from research_agent.sources.observed import (
    ALSO_AT,
    CITES,
    SUPERSEDED_BY,
    SUPERSEDES,
    observed_in_fields,
    recorded_signals,
)
from research_agent.sources.standing import (
    EARLY_EDITIONS,
    Standing,
    placement_field,
    speakers,
    standing,
    standings_to_keep,
)

# Only works with a title of their own and a known author are recognised by them. Pages, repositories, changelogs and
# issues are labelled by what they are ("Release History"): they are known by their address alone.
LIKE_KINDS: dict[Kind, str] = {
    "paper": "paper",
    "preprint": "paper",
    "report": "paper",
    "thesis": "thesis",
    "standard": "standard",
    "draft": "standard",
    "engineering_blog": "post",
    "case_study": "post",
    "postmortem": "post",
    "tutorial": "post",
    "community_post": "post",
    "benchmark": "post",
    "talk": "talk",
    "book": "book",
}
# A preprint or draft is taken for the published work of the same title and author from one year after it (a copy
# deposited late) to two years before it (the usual length of review).
EDITION_YEARS = range(-1, 3)
_LEAST_TITLE_WORDS = 3
_AUTHORS_WHO_VOUCH = 2  # the first author, whose given name is told in two ways, and another
_SIGNS = re.compile(r"(?<=\w)\+\+|(?<=\b[a-z])#")
_SPELLED = {"++": " plus plus", "#": " sharp"}
_PROCEEDINGS = frozenset({"proceedings", "proc", "conference", "conf", "symposium", "symp", "workshop"})
_JOURNAL = frozenset({"journal", "j", "transactions", "trans", "letters", "magazine", "mag"})
_ORDER_OF_KINDS: dict[Kind, int] = {kind: (kind in EARLY_EDITIONS) * len(KINDS) + i for i, kind in enumerate(KINDS)}
_ORDER_OF_STATES: tuple[ExistenceState, ...] = ("not_checked", "unverifiable", "contradicted", "verified")


def identity_keys(source: Source) -> tuple[str, ...]:
    """By what the work is recognised: doi, arxiv, rfc, draft, repository and url keys, then weak title keys.

    Two sources that share a strong key are one work unless another strong key tells them apart. A weak key is title,
    first author's surname and year; an early edition (preprint, draft) carries those of the years in which it may have
    been published. Works known by their address alone have none.
    """
    strong = sorted(f"{scheme}:{name}" for scheme, name in names_of(source))
    return (*strong, *title_keys(source))


def names_of(source: Source) -> frozenset[Name]:
    """Every name of the work: its identifiers, and those in the addresses at which it was also seen."""
    own = source.identifiers
    names: set[Name] = set()
    if own.doi:
        names.add(("doi", own.doi))
    if own.arxiv:
        names.add(("arxiv", own.arxiv))
    if own.rfc:
        names.add(("rfc", str(own.rfc)))
    if own.repository:
        names.add(("repository", own.repository))
    addresses = [own.url or source.url, *(str(s.value) for s in source.signals if s.name == ALSO_AT and s.observed)]
    names.update(name_in(address) for address in addresses)
    return frozenset(names)


def resolve(records: Iterable[Source]) -> list[Source]:
    """One source a work, in the order of their ids.

    Records are joined from the surest key to the weakest, and never where that would give one work two DOIs of the
    same class, two arXiv ids or two RFC numbers (by a weak key: nor two repositories or drafts). It is repeated until
    nothing more joins, so resolving the result changes nothing. The order of `records` does not matter.
    """
    works = list(records)
    while True:
        clusters = _clusters(works)
        if len(clusters) == len(works):
            return sorted(works, key=_order)
        works = [merge(cluster) for cluster in clusters]


def merge(records: Sequence[Source]) -> Source:
    """The one source that these records of a work describe; their order and grouping do not matter.

    The records of the surest existence that have a field speak for it, published editions before early ones (see
    `standing`); the rules beside the fields decide among equals. So merging in steps gives what merging at once gives.

    Raises:
        ValueError: there are no records.
    """
    if not records:
        raise ValueError("nothing to merge")
    if all(record == records[0] for record in records):
        return records[0]
    # The shortest title is the work's own: a longer one adds what a reader looked at in it.
    titled, _ = speakers(records, "title")
    title = min((r.title for r in titled), key=lambda text: (len(text), text))
    # The longest list of names, spelled out the most.
    listing, of_authors = speakers(records, "authors")
    authors = max((r.authors for r in listing), key=lambda names: (len(names), sum(map(len, names)), names))
    dated, of_dates = speakers(records, "published", "year")
    published, year = min(((r.published, r.year) for r in dated), key=_earliest_known)
    changed, of_change = speakers(records, "updated", "version", editions_alike=True)
    updated, version = max(((r.updated, r.version) for r in changed), key=_latest)
    publishing, of_publisher = speakers(records, "publisher")
    belonging, of_origin = speakers(records, "origin")
    reviewed, of_review = speakers(records, "peer_reviewed", editions_alike=True)
    alike, _ = speakers(records, "url", editions_alike=True)
    merged = Source(
        id=_best_id({name for r in records for name in (r.id, *r.aliases)}, title, authors),
        title=title,
        url=_one_address([r.url for r in alike]),
        authors=authors,
        publisher=max((r.publisher for r in publishing), key=lambda name: (len(name), name)),
        origin=min((r.origin for r in belonging), key=lambda name: (len(name), name)),
        year=year,
        published=published,
        updated=updated,
        version=version,
        language=min(r.language for r in titled),
        kind=min((r.kind for r in alike), key=_ORDER_OF_KINDS.__getitem__),
        peer_reviewed=_any_true(r.peer_reviewed for r in reviewed),
        existence=max((r.existence for r in records), key=_surest),
    )
    placements, of_placements = _merged_placements(records)
    merged = merged.model_copy(
        update={
            "aliases": tuple(sorted({n for r in records for n in (r.id, *r.aliases)} - {merged.id})),
            "placements": placements,
        }
    )
    less_sure = standings_to_keep(
        merged,
        {
            "authors": of_authors,
            "published": of_dates,
            "updated": of_change,
            "publisher": of_publisher,
            "origin": of_origin,
            "peer_reviewed": of_review,
            **of_placements,
        },
    )
    signals = [s for r in records for s in r.signals]
    return _with_names(merged, frozenset().union(*map(names_of, records)), signals, less_sure)


# --- which records are one work -------------------------------------------------------------------------------------


def _clusters(records: list[Source]) -> list[list[Source]]:
    """Groups of records, each one work; within a group and among groups in an order that input order has no part in."""
    ordered = sorted(records, key=_order)
    groups = joined(
        list(map(names_of, ordered)),
        list(map(identity_keys, ordered)),
        lambda one, other: look_like_two(ordered[one], ordered[other]),
    )
    return [[ordered[index] for index in group] for group in groups]


def look_like_two(one: Source, other: Source) -> bool:
    """Whether two records of one title, surname and year are seen to be of two works.

    Their first authors have different given names, and no other author is in both lists; or one stands in a journal and
    the other in proceedings: articles often extend papers under the title of the paper.
    """
    if one.authors and other.authors and not may_be_one(one.authors[0], other.authors[0]):
        shared = shared_families(one.authors, other.authors)
        if shared < _AUTHORS_WHO_VOUCH or initials_differ(one.authors[0], other.authors[0]):
            return True
    return {_series(one), _series(other)} == {"journal", "proceedings"}


def _series(source: Source) -> str:
    """What a paper stands in, as far as the name of it says; empty: it does not say, or there is none."""
    words = set(plain_words(source.publisher).split())
    if source.kind != "paper" or words & _PROCEEDINGS == words & _JOURNAL == set():
        return ""
    return "proceedings" if words & _PROCEEDINGS else "journal"


def _order(record: Source) -> tuple[str, tuple[str, ...], str]:
    """By id, then by what the work is recognised by, however it is spelled; equal only for equal records."""
    return record.id, identity_keys(record), record.model_dump_json()


def title_keys(source: Source) -> tuple[str, ...]:
    """The weak keys of a work: title, first author's surname and year; none where it has no title of its own."""
    group = LIKE_KINDS.get(source.kind)
    words = plain_words(source.title).split()
    if group is None or not source.authors or source.year is None or len(words) < _LEAST_TITLE_WORDS:
        return ()
    surname = surname_of(source.authors[0])
    if not surname:
        return ()
    span = EDITION_YEARS if source.kind in EARLY_EDITIONS else range(1)
    return tuple(f"title:{group}:{' '.join(words)}|{surname}|{source.year + shift}" for shift in span)


@lru_cache(maxsize=8192)
def plain_words(text: str) -> str:
    """Lower case, no accents, no punctuation, single spaces; C++ and C# are not C."""
    decomposed = unicodedata.normalize("NFKD", _SIGNS.sub(lambda sign: _SPELLED[sign[0]], text.casefold()))
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(re.findall(r"\w+", bare))


def surname_of(name: str) -> str:
    """The plain surname in a name as bibliographies write it; empty where there is none."""
    family, comma, _ = name.partition(",")
    if comma:
        return plain_words(family).split()[-1] if plain_words(family) else ""
    words = [word for word in plain_words(name).split() if word not in {"jr", "sr", "ii", "iii", "iv"}]
    return words[-1] if words else ""


# --- what the one source says ---------------------------------------------------------------------------------------


def _best_id(ids: set[str], title: str, authors: tuple[str, ...]) -> str:
    """The id with the fewest words that title and authors don't explain, then the shortest, then by alphabet."""
    explained = set(plain_words(title).split()) | {word for author in authors for word in plain_words(author).split()}

    def rank(name: str) -> tuple[int, int, str]:
        unexplained = sum(1 for word in name.split("-") if word not in explained and not word.isdigit())
        return unexplained, len(name), name

    return min(ids, key=rank)


def _one_address(urls: list[str]) -> str:
    """The common address; of several the one without a fragment that best names the work, then the shortest."""
    if len(set(urls)) == 1:
        return urls[0]

    def rank(url: str) -> tuple[int, bool, int, str]:
        order: tuple[Scheme, ...] = ("doi", "rfc", "url", "repository", "draft", "arxiv")
        return order.index(name_in(url)[0]), not url.startswith("https:"), len(url), url

    return min({without_fragment(url) for url in urls}, key=rank)


def _with_names(source: Source, names: frozenset[Name], signals: list[Signal], less_sure: list[Signal]) -> Source:
    """Keep the best name of each scheme as an identifier, the rest as addresses at which the work was also seen."""
    best: dict[Scheme, str] = {}
    for scheme, name in sorted(names, key=lambda n: (n[1].partition("/")[0] in PREPRINT_REGISTRANTS, len(n[1]), n[1])):
        best.setdefault(scheme, name)
    rfc = best.get("rfc")
    main = name_in(source.url)
    if main[0] == "repository":  # of several the one that the address leads to: a project that moved has two names
        best["repository"] = main[1]
    source = source.model_copy(
        update={
            "identifiers": Identifiers(
                doi=best.get("doi"),
                arxiv=best.get("arxiv"),
                rfc=int(rfc) if rfc else None,
                repository=best.get("repository"),
                url=address_of(*main),
            )
        }
    )
    kept = {(scheme, name) for scheme, name in best.items() if scheme not in ("url", "draft")} | {main}
    elsewhere = [Signal(name=ALSO_AT, value=address_of(*name), where="record: url") for name in sorted(names - kept)]
    others = [signal for signal in signals if signal.name != ALSO_AT and not observed_in_fields(signal)]
    own = recorded_signals(source, (signal.name for signal in others))
    return source.model_copy(update={"signals": _merged_signals([*own, *less_sure, *others, *elsewhere])})


_MANY = frozenset({ALSO_AT, CITES, SUPERSEDES, SUPERSEDED_BY})


def _merged_signals(signals: list[Signal]) -> tuple[Signal, ...]:
    """One signal a name and place, the latest; of what can have many values (addresses, works), all are kept."""
    latest: dict[tuple[str, ...], Signal] = {}

    def recency(signal: Signal) -> tuple[bool, date, bool, str]:
        return signal.observed, signal.on or date.min, signal.value is True, repr(signal.value)

    for signal in sorted(signals, key=recency):
        place = (signal.name, str(signal.value) if signal.name in _MANY else signal.where)
        latest[place] = signal
    # What is so comes before what is not: whoever asks for one of a name is told of the retraction.
    return tuple(sorted(latest.values(), key=lambda s: (s.name, s.value is not True, s.where, repr(s.value))))


def _merged_placements(records: Iterable[Source]) -> tuple[tuple[Placement, ...], dict[str, Standing]]:
    """One placement a guide and domain: the fuller text, and every bullet that anybody found.

    A text whose work nobody made sure of comes last. How it was made sure of is no matter here: a work that one pool
    found cited may be told of in full there. Also the standing of each text that nobody vouches for.
    """
    by_domain: dict[tuple[str, str], list[tuple[bool, Standing, Placement]]] = defaultdict(list)
    for record in records:
        for placement in record.placements:
            known = standing(record, placement_field(placement), editions_alike=True)
            by_domain[placement.guide, placement.domain].append((_says_something(placement), known, placement))
    merged: list[Placement] = []
    standings: dict[str, Standing] = {}
    for same in by_domain.values():
        _, known, fullest = max(same, key=lambda told: (told[0], told[1].surety > 0, _fullness(told[2])))
        focus = sorted({bullet for _, _, placement in same for bullet in placement.focus}, key=_natural)
        merged.append(fullest.model_copy(update={"focus": tuple(focus)}))
        if known.surety == 0:
            standings[placement_field(fullest)] = known
    return tuple(sorted(merged, key=lambda placement: (placement.guide, _natural(placement.domain)))), standings


def _says_something(placement: Placement) -> bool:
    return bool(placement.summary or placement.key_points or placement.code_pattern)


def _fullness(placement: Placement) -> tuple[Any, ...]:
    pattern = placement.code_pattern
    points = placement.key_points
    text = len(placement.summary) + sum(len(point.text) for point in points) + (len(pattern.idea) if pattern else 0)
    return (
        bool(placement.summary),
        pattern is not None,
        text,
        placement.model_copy(update={"focus": ()}).model_dump_json(),
    )


def _earliest_known(dates: tuple[date | None, int | None]) -> tuple[bool, date, int]:
    """First publication where a record has it, else the latest year (that of the last change seen)."""
    published, year = dates
    return published is None, published or date.max, -(year or 0)


def _latest(change: tuple[date | None, str | None]) -> tuple[date, str]:
    updated, version = change
    return updated or date.min, version or ""


def _surest(existence: Existence) -> tuple[Any, ...]:
    state = _ORDER_OF_STATES.index(existence.state)
    return (
        state,
        existence.how == "read",
        existence.on or date.min,
        existence.how,
        existence.extent or "",
        existence.where,
        existence.why,
    )


def _any_true(values: Iterable[bool | None]) -> bool | None:
    seen = {value for value in values if value is not None}
    return any(seen) if seen else None


def _natural(text: str) -> tuple[tuple[bool, int, str], ...]:
    """Sort "2.10" after "2.9"."""
    return tuple((not part.isdigit(), int(part) if part.isdigit() else 0, part) for part in text.split("."))
