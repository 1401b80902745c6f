"""How the values of a method are written: each field's form, read from YAML and written to it."""

from collections.abc import Callable, Iterable

from research_agent.errors import UnknownNameError
from research_agent.guide.nodes import Node
from research_agent.model.guide import Preferences, Span
from research_agent.model.kinds import KINDS, Kind

_READERS: dict[str, Callable[[Node], object]] = {
    "total": Node.span,
    "recent_since": Node.integer,
    "recent_share": Node.share,
    "entries_per_focus": Node.integer,
    "entries_per_origin": Node.integer,
    "origin_exempt": Node.texts,
    "production_entries": Node.integer,
    "rubric": Node.text,
    "quota": Node.span,
    "rank": Node.integer,
}

METHOD_FIELDS: tuple[str, ...] = (
    "total",
    "recent_since",
    "recent_share",
    "entries_per_focus",
    "entries_per_origin",
    "origin_exempt",
    "production_entries",
    "rubric",
    "preferences",
    "categories",
)
"""The fields of a method, in the order in which they are written."""

PREFERENCES: tuple[str, ...] = tuple(Preferences.model_fields)


def read_value(node: Node, field: str) -> object:
    """The value of one field of a method; a number for a preference.

    Raises:
        GuideError: it is not of the field's form.
    """
    return _READERS.get(field, Node.number)(node)


def read_kinds(names: Iterable[str], node: Node) -> tuple[Kind, ...]:
    """Kinds of source by name: `case_study`, or as people write it, `case study`.

    Raises:
        GuideError: there is no such kind, with the near matches.
    """
    try:
        return tuple(kind_called(name) for name in names)
    except UnknownNameError as error:
        raise node.error(str(error)) from error


def kind_called(name: str) -> Kind:
    """The kind of source of this name.

    Raises:
        UnknownNameError: there is none, with the near matches.
    """
    wanted = _bare(name)
    for kind in KINDS:
        bare = _bare(kind)
        if wanted in (bare, f"{bare}s", f"{bare.removesuffix('y')}ies"):
            return kind
    raise UnknownNameError("kind of source", name, KINDS)


def written_span(span: Span) -> str | int:
    """`4-6`, or 4 for exactly four."""
    return span.at_least if span.at_least == span.at_most else f"{span.at_least}-{span.at_most}"


def written_share(share: float) -> str | float:
    """`60%` where that is exact, else the number."""
    percent = f"{round(share * 100)}%"
    return percent if float(percent[:-1]) / 100 == share else share


def _bare(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())
