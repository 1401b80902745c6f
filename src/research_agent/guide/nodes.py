"""A YAML file as nodes that know their file, line and place, so that every error can name all three.

Scalars stay the text that stands in the file; the reader says what it expects. YAML's own guesses (`2.10` is a
float, `no` is false) never come into play.
"""

import math
import re
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import NamedTuple, TypeVar

import yaml
from pydantic import ValidationError

from research_agent.errors import GuideError, UnknownNameError
from research_agent.guide.files import check_length, decode
from research_agent.model.base import Record
from research_agent.model.guide import DOMAIN_ID, FOCUS_ID, SLUG, Span, some_entries
from research_agent.model.text import without_controls

# What a long guide has a hundred times over; a short file with aliases of aliases can stand for billions.
_MOST_VALUES = 100_000
_MERGE_KEY = "tag:yaml.org,2002:merge"

# What the patterns of the model ask for, in words.
_FORMS = {
    SLUG: "small letters, digits and single hyphens make one, for instance my-name",
    DOMAIN_ID: "letters, digits, _ and - make one, 32 at most, the first a letter or a digit, for instance 2 or W2",
    FOCUS_ID: "the id of its domain and a number of up to four digits make one, for instance 2.3",
}

_Loader: type[yaml.CSafeLoader | yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Built = TypeVar("_Built", bound=Record)


class Node(NamedTuple):
    """A piece of a YAML file."""

    tree: yaml.Node
    file: str
    place: str

    def error(self, message: str) -> GuideError:
        """An error at this place: what is wrong, with file and line."""
        where = f"{self.file}, line {self.tree.start_mark.line + 1}"
        return GuideError(f"{where}: {self.place}: {message}" if self.place else f"{where}: {message}")

    def fields(self, known: Iterable[str], *, required: Iterable[str] = ()) -> dict[str, "Node"]:
        """The fields of a mapping; those that the file leaves empty are absent.

        Raises:
            GuideError: not a mapping, a field that is not `known` (with the near matches), one that stands twice, or a
                `required` one that is absent.
        """
        known = tuple(known)
        found = dict(self.pairs())
        for name, node in found.items():
            if name not in known:
                raise self._at(node.tree).error(str(UnknownNameError("field", name, known)))
        found = {name: node for name, node in found.items() if not node.empty}
        missing = [name for name in required if name not in found]
        if missing:
            raise self.error(f"{' and '.join(missing)} missing; a {self._noun} has the fields {', '.join(known)}")
        return found

    def pairs(self) -> list[tuple[str, "Node"]]:
        """The keys of a mapping with their values, in the order of the file.

        Raises:
            GuideError: not a mapping, a key that is no plain text, or one that stands twice.
        """
        if not isinstance(self.tree, yaml.MappingNode):
            raise self.error(f"a mapping of fields to values is expected, this is {self._kind}")
        found: dict[str, Node] = {}
        for key, value in self.tree.value:
            if not isinstance(key, yaml.ScalarNode):
                raise self._at(key).error("a field's name has to be plain text")
            if key.tag == _MERGE_KEY:
                raise self._at(key).error("merge keys (<<) are not supported: write the fields out")
            name = without_controls(str(key.value))
            if name in found:
                raise self._at(key).error(f"{name} stands twice: keep one")
            found[name] = Node(value, self.file, f"{self.place}.{name}" if self.place else name)
        return list(found.items())

    def items(self) -> list["Node"]:
        """The items of a list.

        Raises:
            GuideError: not a list.
        """
        if not isinstance(self.tree, yaml.SequenceNode):
            raise self.error(f"a list is expected, this is {self._kind}")
        return [Node(item, self.file, f"{self.place}[{n}]") for n, item in enumerate(self.tree.value, start=1)]

    def texts(self) -> tuple[str, ...]:
        """The items of a list of texts."""
        return tuple(item.text() for item in self.items())

    def text(self) -> str:
        """The text of a scalar as it stands; records strip white space around it themselves."""
        if not isinstance(self.tree, yaml.ScalarNode):
            raise self.error(f"text is expected, this is {self._kind}")
        if self.empty:
            raise self.error("text is expected, nothing stands here")
        return without_controls(str(self.tree.value))

    def identifier(self, pattern: str) -> str:
        """A text of the form that one of the model's patterns for ids asks for."""
        text = self.text().strip()
        if not re.fullmatch(pattern, text):
            raise self.error(f"{_FORMS[pattern]}; this is {text[:40]!r}")
        return text

    def integer(self) -> int:
        """A whole number."""
        text = self.text()
        try:
            return int(text)
        except ValueError as error:
            raise self.error(f"a whole number is expected, this is {text[:40]!r}") from error

    def number(self) -> float:
        """A number."""
        text = self.text()
        try:
            number = float(text)
        except ValueError as error:
            raise self.error(f"a number is expected, this is {text[:40]!r}") from error
        if not math.isfinite(number):
            raise self.error(f"a number is expected, this is {text!r}")
        return number

    def share(self) -> float:
        """A share of 0 to 1, written `60%` or `0.6`."""
        text = self.text().strip()
        try:
            share = float(text[:-1]) / 100 if text.endswith("%") else float(text)
        except ValueError as error:
            raise self.error(f"a share such as 60% is expected, this is {text[:40]!r}") from error
        if not 0 <= share <= 1:
            raise self.error(f"a share of 0% to 100%, or of 0 to 1, is expected, this is {text[:40]!r}")
        return share

    def span(self) -> Span:
        """A range of counts of entries, written `4-6`, or `4` for exactly four."""
        text = self.text().strip()
        low, dash, high = text.partition("-")
        try:
            at_least = int(low)
            at_most = int(high) if dash else at_least
        except ValueError as error:
            raise self.error(f"a range such as 4-6 is expected, this is {text[:40]!r}") from error
        span = self.build(Span, {"at_least": at_least, "at_most": at_most})
        try:
            return some_entries(span)
        except ValueError as error:
            raise self.error(str(error)) from error

    def build(self, kind: type[_Built], values: Mapping[str, object]) -> _Built:
        """A record of these values.

        Raises:
            GuideError: they contradict each other or the record's form.
        """
        try:
            return kind.model_validate(values)
        except ValidationError as error:
            raise self.fault(error) from error

    def fault(self, error: ValidationError) -> GuideError:
        """An error that says what is wrong with a record made from this node, with the line of the field at fault."""
        field = error.errors(include_url=False)[0]["loc"][:1]
        given = self.tree.value if isinstance(self.tree, yaml.MappingNode) else ()
        place = next((value for key, value in given if (key.value,) == field), self.tree)
        return self._at(place).error(describe_fault(error))

    @property
    def is_list(self) -> bool:
        """Whether a list stands here."""
        return isinstance(self.tree, yaml.SequenceNode)

    @property
    def empty(self) -> bool:
        """Whether the file gives no value here."""
        return isinstance(self.tree, yaml.ScalarNode) and self.tree.tag == "tag:yaml.org,2002:null"

    def _at(self, node: yaml.Node) -> "Node":
        """Another node of this place."""
        return Node(node, self.file, self.place)

    @property
    def _kind(self) -> str:
        if isinstance(self.tree, yaml.MappingNode):
            return "a mapping"
        return "a list" if isinstance(self.tree, yaml.SequenceNode) else f"the text {self.tree.value[:40]!r}"

    @property
    def _noun(self) -> str:
        return "guide" if not self.place else self.place.rpartition(".")[2].partition("[")[0].rstrip("s")


def parse_yaml(data: bytes, file: str) -> Node:
    """The top node of a YAML file.

    Raises:
        GuideError: it is too large, neither UTF-8 nor UTF-16, empty or no YAML; with the line where reading stopped.
    """
    text = decode(data, file)
    check_length(text, file)
    try:
        top = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise GuideError(f"{file}, line {line}: this is no YAML: {error.problem or error.context}.") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise GuideError(f"{file}: this is no YAML: {' '.join(str(error).split())}.") from error
    if top is None:
        raise GuideError(f"{file} is empty. docs/guide-format.md shows what a guide looks like.")
    try:
        values = _values(top, {})
    except RecursionError as error:
        raise GuideError(f"{file}: lists and mappings stand too deep within each other. Nothing was kept.") from error
    if values > _MOST_VALUES:
        raise GuideError(f"{file} has more than {_MOST_VALUES:,} values, aliases written out. Nothing was kept.")
    return Node(top, file, "")


def _values(node: yaml.Node, known: dict[int, int]) -> int:
    """How many nodes a tree has once its aliases are written out; an alias within itself counts once.

    Args:
        node: the top of the tree.
        known: counts by the identity of nodes, filled on the way, so that every node is visited once.
    """
    if id(node) not in known:
        known[id(node)] = 1
        children: Iterable[yaml.Node] = ()
        if isinstance(node, yaml.SequenceNode):
            children = node.value
        elif isinstance(node, yaml.MappingNode):
            children = chain.from_iterable(node.value)
        known[id(node)] = 1 + sum(_values(child, known) for child in children)
    return known[id(node)]


def describe_fault(error: ValidationError) -> str:
    """What is wrong with the values of a record, in a sentence."""
    parts = []
    for fault in error.errors(include_url=False):
        place = ".".join(str(part) for part in fault["loc"])
        message = _FORMS.get(str(fault.get("ctx", {}).get("pattern"))) or fault["msg"].removeprefix("Value error, ")
        if fault["type"] == "string_pattern_mismatch":
            message += f"; this is {str(fault['input'])[:40]!r}"
        parts.append(f"{place}: {message}" if place else message)
    return "; ".join(parts)
