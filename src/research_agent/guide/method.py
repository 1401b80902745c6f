"""The method that a Markdown guide states: its sentences turned into values, its own categories, its hierarchy."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from research_agent.errors import GuideError, UnknownNameError
from research_agent.guide import sentences
from research_agent.guide.complete import MOST_CATEGORIES, PartialCategory, PartialMethod
from research_agent.guide.defaults import Defaults, word_stems
from research_agent.guide.document import Block
from research_agent.guide.method_form import kind_called
from research_agent.guide.phrases import split_list
from research_agent.guide.roles import Part
from research_agent.guide.slugs import slug
from research_agent.model.guide import Provenance, Span
from research_agent.model.kinds import Kind

_Value = TypeVar("_Value")
Tiers = tuple[tuple[str, ...], ...]

_CATEGORY = re.compile(
    r"(?P<name>[^(:]{1,80}?)\s*(?:\((?P<quota>[^()]{1,60})\))?\s*(?:(?::|\s[\u2013\u2014-])\s*(?P<rest>.*))?", re.DOTALL
)
_KINDS = re.compile(r"\bkinds?(?: of source)?:\s*(?P<kinds>[^.]+)\.?", re.IGNORECASE)
_IN_QUOTA = re.compile(r"\s+(?:sources|entries|references|works|each)\b.*$", re.IGNORECASE)

# Characters. What is longer states no number in passing, and searching it takes time that grows with its square.
_LONGEST_SENTENCE = 1_000

# Values of the method that one sentence states, and the function that reads each.
_STATED: tuple[tuple[str, Callable[[str], object]], ...] = (
    ("total", sentences.total),
    ("recent_since", sentences.recent_since),
    ("recent_share", sentences.recent_share),
    ("entries_per_focus", sentences.entries_per_focus),
    ("entries_per_origin", sentences.entries_per_origin),
    ("production_entries", sentences.production_entries),
    ("rubric", sentences.rubric),
)


@dataclass(frozen=True)
class Stated(Generic[_Value]):
    """A value with the words that state it."""

    value: _Value
    block: Block


class MethodReading(NamedTuple):
    """What a text states of its method."""

    partial: PartialMethod
    provenance: dict[str, Provenance]
    turned: frozenset[int]
    """Lines that were turned into values."""
    asked: dict[str, str]
    """Words that ask for something without saying what, by the path that they are about."""


def read_method(parts: Sequence[Part], defaults: Defaults, file: str) -> MethodReading:
    """The method as far as the text states it.

    Raises:
        GuideError: two sentences contradict each other, a range has one end, the hierarchy or an exemption names no
            category, or the number of categories is not that of the list.
    """
    reader = _Reader(parts, file)
    stated = {name: found for name, read in _STATED if (found := reader.one(name, read))}
    quota = reader.one("quota per category", sentences.quota)
    own = _own_categories(parts, file)
    categories = [item.value for item in own] or [
        PartialCategory(id=category.id, name=category.name) for category in defaults.methodology.categories
    ]
    count = reader.one("number of categories", sentences.category_count)
    _check_count(count, categories, bool(own), file)
    find = _Finder(categories, None if own else defaults, file)
    hierarchy = reader.one("source hierarchy", sentences.hierarchy) or _listed_hierarchy(parts)
    tiers = find.tiers(hierarchy) if hierarchy else ()
    exempt = reader.one("what the limit on origins leaves out", sentences.exempt_from_origin)

    values: dict[str, object] = {name: found.value for name, found in stated.items()}
    provenance = {f"methodology.{name}": _read(found.block) for name, found in stated.items()}
    if exempt:
        spared = (find.category(name, exempt.block) for name in exempt.value)
        values["origin_exempt"] = tuple(dict.fromkeys(spared))
        provenance["methodology.origin_exempt"] = _read(exempt.block)
    provenance |= _of_categories(own, quota, hierarchy, tiers, [category.id for category in categories])
    partial = PartialMethod(
        values=values,
        categories=tuple(item.value for item in own) or None,
        quota=quota.value if quota else None,
        tiers=tiers,
    )
    asked = {"methodology.categories": count.block.text} if count and not own else {}
    if reader.radar:
        asked["methodology.rubric"] = reader.radar[0].text
    return MethodReading(partial, provenance, frozenset(reader.turned), asked)


def _of_categories(
    own: Sequence[Stated[PartialCategory]],
    quota: Stated[Span] | None,
    hierarchy: Stated[Tiers] | None,
    tiers: Tiers,
    ids: Sequence[str],
) -> dict[str, Provenance]:
    """Which words the categories, their quotas and their ranks were read from."""
    found: dict[str, Provenance] = {}
    if own:
        names = ", ".join(item.value.name for item in own)
        found["methodology.categories"] = Provenance(origin="read", basis=names)
    with_own = {item.value.id: item.block for item in own if item.value.quota}
    ranked = {identity for tier in tiers for identity in tier}
    for identity in ids:
        block = with_own.get(identity) or (quota.block if quota else None)
        if block:
            found[f"methodology.categories.{identity}.quota"] = _read(block)
        if hierarchy and identity in ranked:
            found[f"methodology.categories.{identity}.rank"] = _read(hierarchy.block)
    return found


def _read(block: Block) -> Provenance:
    return Provenance(origin="read", basis=block.text)


# --- sentences ------------------------------------------------------------------------------------------------------


class _Reader:
    """Reads facts out of the sentences of a method and holds them against each other."""

    def __init__(self, parts: Sequence[Part], file: str) -> None:
        roles = ("method", "hierarchy", "specifications", "categories")
        self._blocks = [
            block
            for part in parts
            if part.role in roles
            for block in part.section.blocks
            if not _lists(part, block) and len(block.text) <= _LONGEST_SENTENCE
        ]
        self._file = file
        self.radar = [block for block in self._blocks if sentences.names_radar(block.text)]
        self.turned = {block.line for block in self.radar}

    def one(self, what: str, read: Callable[[str], _Value | None]) -> Stated[_Value] | None:
        """The one value that the sentences state, if any does."""
        found: Stated[_Value] | None = None
        for block in self._blocks:
            try:
                value = read(block.text)
            except sentences.RangeError as error:
                raise GuideError(f"{self._file}, line {block.line}: {error}.") from error
            if value is None:
                continue
            self.turned.add(block.line)
            if found and found.value != value:
                raise GuideError(
                    f"{self._file}: the {what.replace('_', ' ')} is stated twice and differs: "
                    f"{found.block.text!r} (line {found.block.line}) and {block.text!r} (line {block.line}). "
                    "Keep one of them."
                )
            found = found or Stated(value, block)
        return found


def _lists(part: Part, block: Block) -> bool:
    """Whether this block is an entry of a list of categories rather than a sentence."""
    return part.role == "categories" and block.kind == "item"


# --- categories -----------------------------------------------------------------------------------------------------


def _own_categories(parts: Sequence[Part], file: str) -> list[Stated[PartialCategory]]:
    """The categories of a list below a heading 'Source categories'."""
    found: list[Stated[PartialCategory]] = []
    taken: set[str] = set()
    for part in parts:
        for block in part.section.blocks:
            if _lists(part, block) and block.level == 1:
                category = _category(block, len(found) + 1, file)
                if category.id in taken:
                    raise GuideError(
                        f"{file}, line {block.line}: the category {category.name!r} stands twice. Keep one."
                    )
                taken.add(category.id)
                found.append(Stated(category, block))
                if len(found) > MOST_CATEGORIES:
                    raise GuideError(
                        f"{file}, line {block.line}: a guide has {MOST_CATEGORIES} source categories at most."
                    )
    return found


def _category(block: Block, position: int, file: str) -> PartialCategory:
    """What an entry such as `Field studies (2-3): Measurements. Kinds: paper, report.` says of a category."""
    match = _CATEGORY.fullmatch(block.text)
    name = match["name"].strip() if match else ""
    if not match or not any(character.isalnum() for character in name):
        raise GuideError(
            f"{file}, line {block.line}: {block.text[:60]!r} is no source category. "
            "Write 'Name (1-3): what belongs to it. Kinds: paper, report.'"
        )
    try:
        quota = sentences.span_of(_IN_QUOTA.sub("", match["quota"])) if match["quota"] else None
    except sentences.RangeError as error:
        raise GuideError(f"{file}, line {block.line}: the quota of {name!r}: {error}.") from error
    if match["quota"] and quota is None:
        raise GuideError(
            f"{file}, line {block.line}: the quota {match['quota']!r} of {name!r} is no range. Write one such as (1-3)."
        )
    rest = match["rest"] or ""
    kinds = _KINDS.search(rest)
    description = " ".join(_KINDS.sub("", rest).split())
    return PartialCategory(
        id=slug(name) or f"category-{position}",
        name=name,
        description=description or None,
        kinds=_kinds(kinds["kinds"], block, file) if kinds else None,
        quota=quota,
    )


def _kinds(text: str, block: Block, file: str) -> tuple[Kind, ...]:
    try:
        return tuple(dict.fromkeys(kind_called(name) for name in split_list(text)))
    except UnknownNameError as error:
        raise GuideError(f"{file}, line {block.line}: {error}") from error


def _check_count(count: Stated[int] | None, categories: Sequence[PartialCategory], own: bool, file: str) -> None:
    if count and count.value != len(categories):
        have = "lists" if own else "lists none, and the usual ones are"
        raise GuideError(
            f"{file}, line {count.block.line}: {count.block.text!r} speaks of {count.value} source categories, the "
            f"guide {have} {len(categories)}: {', '.join(category.name for category in categories)}. "
            "List all of them below a heading 'Source categories', or mend the number."
        )


# --- hierarchy ------------------------------------------------------------------------------------------------------


def _listed_hierarchy(parts: Sequence[Part]) -> Stated[Tiers] | None:
    """A hierarchy written as a list below its own heading, most trusted first."""
    items = [b for part in parts if part.role == "hierarchy" for b in part.section.blocks if b.kind == "item"]
    tiers = tuple(tuple(split_list(item.text.replace("=", ","))) for item in items if item.level == 1)
    tiers = tuple(tier for tier in tiers if tier)
    return Stated(tiers, items[0]._replace(text=" > ".join(" = ".join(tier) for tier in tiers))) if tiers else None


class _Finder:
    """Finds the category that a guide means by a name."""

    def __init__(self, categories: Sequence[PartialCategory], defaults: Defaults | None, file: str) -> None:
        self._categories = categories
        self._defaults = defaults
        self._file = file

    def tiers(self, hierarchy: Stated[Tiers]) -> Tiers:
        """The hierarchy in ids.

        Raises:
            GuideError: it names no category, or one twice.
        """
        tiers = tuple(tuple(self.category(name, hierarchy.block) for name in tier) for tier in hierarchy.value)
        named = [identity for tier in tiers for identity in tier]
        for identity in named:
            if named.count(identity) > 1:
                raise GuideError(
                    f"{self._file}, line {hierarchy.block.line}: the hierarchy {hierarchy.block.text[:80]!r} names the "
                    f"category {identity!r} twice. Name each once."
                )
        return tiers

    def category(self, name: str, block: Block) -> str:
        """The id of the category of this name.

        Raises:
            GuideError: there is none.
        """
        for found in self._candidates(name):
            return found
        names = ", ".join(category.name for category in self._categories)
        raise GuideError(
            f"{self._file}, line {block.line}: {name!r} is none of the source categories ({names}). Use their names, "
            "or list the guide's own below a heading 'Source categories'."
        )

    def _candidates(self, name: str) -> Iterator[str]:
        wanted = word_stems(name)
        for category in self._categories:
            if wanted == word_stems(category.name):
                yield category.id
        if self._defaults and (alike := self._defaults.named(name)):
            yield alike.id
        for category in self._categories:
            stems = word_stems(category.name)
            if wanted and (wanted <= stems or stems <= wanted):
                yield category.id
