"""Join what shares a key, from the surest key to the weakest, unless its names tell it apart. Pure."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from research_agent.sources.naming import Name, Scheme

STRONG: Final[tuple[Scheme, ...]] = ("doi", "arxiv", "rfc", "draft", "repository", "url")
"""Schemes of the keys that name a work, the surest first; any other key is weak."""
# Registrants whose DOIs name preprints or deposits: a work may have one of these beside its publisher's.
PREPRINT_REGISTRANTS: Final = frozenset(
    {"10.1101", "10.20944", "10.2139", "10.21203", "10.26434", "10.31219", "10.31234", "10.36227", "10.5281", "10.6084"}
)
_SINGLE: Final = ("doi", "deposit", "arxiv", "rfc")
_SINGLE_OF_THE_LIKE: Final = (*_SINGLE, "repository", "draft")

Classes = Mapping[str, AbstractSet[str]]


def classed(names: Collection[Name]) -> dict[str, set[str]]:
    """Names by class: their scheme, but DOIs of preprints and deposits apart from publishers'."""
    held: dict[str, set[str]] = defaultdict(set)
    for scheme, name in names:
        deposit = scheme == "doi" and name.partition("/")[0] in PREPRINT_REGISTRANTS
        held["deposit" if deposit else scheme].add(name)
    return held


def told_apart(one: Classes, other: Classes, *, weak: bool) -> bool:
    """Whether two works can't be one: both have names of a class that a work has one of, and none of them in common.

    A work that a registrar says has two DOIs has both in common with either. By a weak key works are told apart by
    repositories and drafts, too.
    """
    classes = _SINGLE_OF_THE_LIKE if weak else _SINGLE
    return any(
        name in one and name in other and bool(one[name]) and bool(other[name]) and not one[name] & other[name]
        for name in classes
    )


def joined(
    names: Sequence[Collection[Name]],
    keys: Sequence[Collection[str]],
    differ: Callable[[int, int], bool],
) -> list[list[int]]:
    """Positions that are one work each; every position is in one group.

    Args:
        names: of each position.
        keys: of each position, "SCHEME:NAME"; a scheme that is not among `STRONG` makes a weak key.
        differ: whether the works at two positions that share a weak key are nevertheless seen to be two.
    """
    holders: dict[str, list[int]] = defaultdict(list)
    for index, held in enumerate(keys):
        for key in held:
            holders[key].append(index)
    group_of = list(range(len(names)))
    classes: dict[int, dict[str, set[str]]] = {}

    def root(index: int) -> int:
        while group_of[index] != index:
            group_of[index] = group_of[group_of[index]]
            index = group_of[index]
        return index

    def classes_of(group: int) -> dict[str, set[str]]:
        if group not in classes:
            classes[group] = classed(names[group])
        return classes[group]

    for key in sorted((key for key, held in holders.items() if len(held) > 1), key=_strength):
        weak = _is_weak(key)
        distinct: list[int] = []
        for index in holders[key]:
            for candidate in distinct:
                one, other = sorted((root(candidate), root(index)))
                if one == other:
                    break
                if weak and differ(candidate, index):
                    continue
                if not told_apart(classes_of(one), classes_of(other), weak=weak):
                    group_of[other] = one
                    for name, values in classes_of(other).items():
                        classes_of(one)[name] |= values
                    break
            else:
                distinct.append(index)
    groups: dict[int, list[int]] = defaultdict(list)
    for index in range(len(names)):
        groups[root(index)].append(index)
    return list(groups.values())


def _strength(key: str) -> tuple[int, str]:
    scheme = key.partition(":")[0]
    return (next((i for i, strong in enumerate(STRONG) if strong == scheme), len(STRONG)), key)


def _is_weak(key: str) -> bool:
    return _strength(key)[0] == len(STRONG)
