"""What survives the way of an entry into a file and out of it again: id, title, authors, year and address."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple
from urllib.parse import unquote

from eval.bibliographies.making import Made
from eval.bibliographies.readers import READERS, Reading, lacking
from research_agent.model.source import Source

_NAMED_IN_A_REFERENCE: Final = 19
"""APA names that many authors before it leaves some out (Publication Manual, 7th edition, section 9.8)."""


class Lost(NamedTuple):
    """Something of an entry that a file did not hand back."""

    file: str
    source: str
    what: str


class Returned(NamedTuple):
    """How one kind of file fared over all bibliographies."""

    file: str
    entries: int
    lost: tuple[Lost, ...]
    skipped: str  # why nobody read it; empty: somebody did

    @property
    def whole(self) -> int:
        """Entries of which nothing was lost."""
        return self.entries - len({one.source for one in self.lost})


def round_trips(made: Sequence[Made]) -> list[Returned]:
    """Every file of every bibliography, read back; entries are told by domain and id."""
    found = []
    for file, (_, module) in READERS.items():
        if why := lacking(module):
            found.append(Returned(file, 0, (), why))
            continue
        lost = tuple(one for of in made for one in _lost(of, file))
        found.append(Returned(file, sum(len(of.entries) for of in made), lost, ""))
    return found


def _lost(made: Made, file: str) -> Iterator[Lost]:
    reader, _ = READERS[file]

    def missing(source: str, what: str) -> Lost:
        return Lost(file, f"{made.domain.id}/{source}", what)

    try:
        readings = reader(made.files[file])
    except Exception as error:  # whatever a reader raises on a file that it can't read is the finding
        for entry in made.entries:
            yield missing(entry.source.id, f"the file can't be read: {type(error).__name__}: {str(error)[:200]}")
        return
    by_id: Mapping[str, Reading] = {one.id: one for one in readings}
    order = [one.id for one in readings]
    expected = [entry.source.id for entry in made.entries]
    for entry in made.entries:
        reading = by_id.get(entry.source.id)
        if reading is None:
            yield missing(entry.source.id, "id: no such entry")
        else:
            for what in differences(entry.source, reading):
                yield missing(entry.source.id, what)
    if order != expected and sorted(order) == sorted(expected):
        moved = next(one for one, other in zip(expected, order, strict=True) if one != other)
        yield missing(moved, "order: the entries stand in another one")
    for extra in sorted((Counter(order) - Counter(expected)).keys()):
        yield missing(extra, "id: there is an entry more of it than in the bibliography")


def differences(source: Source, reading: Reading) -> Iterator[str]:
    """What of a source a reading does not tell.

    Formats file a designation ("RFC 9110") and the name of a site under fields of their own: what left the title has to
    stand elsewhere.
    """
    whole, title = _words(source.title), _words(reading.title)
    if not title or title - whole or whole - title - _words(reading.rest):
        yield f"title: {reading.title!r} of {source.title!r}"
    if reading.authors is None:
        held = _words(reading.rest)
        unnamed = [name for name in source.authors[:_NAMED_IN_A_REFERENCE] if not _family(name) <= held.keys()]
        if unnamed:
            yield f"authors: the reference lacks {unnamed}"
    elif not _same_authors(source.authors, reading.authors):
        yield f"authors: {reading.authors} of {source.authors}"
    if reading.year != (str(source.year) if source.year else None):
        yield f"year: {reading.year} of {source.year}"
    if reading.address != unquote(source.url):
        yield f"address: {reading.address} of {source.url}"


def _same_authors(written: Sequence[str], read: Sequence[str]) -> bool:
    """Whether they are the same names in the same order, however a name's parts are ordered.

    What stands in parentheses behind a name ("Ada Example (ada)") may be left out.
    """
    return len(written) == len(read) and all(
        _words(one) in (_words(name), _words(re.sub(r"\s*\([^()]*\)$", "", name)))
        for name, one in zip(written, read, strict=True)
    )


def _family(name: str) -> set[str]:
    """Words of a name that any reference has: of a person the last one, of an organisation some of them."""
    words = re.findall(r"\w+", re.sub(r"\s*\([^()]*\)$|,? (Jr\.?|Sr\.?|II|III|IV)$", "", name).casefold())
    return set(words[-1:])


def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text.casefold()))
