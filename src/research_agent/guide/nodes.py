"""A YAML file as nodes that know their file, line and place, so that every error can name all three.

Scalars stay the text that stands in the file; the reader says what it expects. YAML's own guesses (`2.10` is a
float, `no` is false) never come into play.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeVar

import yaml
from pydantic import ValidationError

from research_agent.errors import GuideError, UnknownNameError
from research_agent.model.base import Record
from research_agent.model.guide import Span

# A guide is some pages of text; parsing a larger file would only cost memory.
LARGEST_FILE = 1_000_000

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
            name = str(key.value)
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
        return str(self.tree.value)

    def integer(self) -> int:
        """A whole number."""
        text = self.text()
        try:
            return int(text)
        except ValueError as error:
            raise self.error(f"a whole number is expected, this is {text!r}") from error

    def number(self) -> float:
        """A number."""
        text = self.text()
        try:
            return float(text)
        except ValueError as error:
            raise self.error(f"a number is expected, this is {text!r}") from error

    def share(self) -> float:
        """A share of 0 to 1, written `60%` or `0.6`."""
        text = self.text().strip()
        try:
            return float(text[:-1]) / 100 if text.endswith("%") else float(text)
        except ValueError as error:
            raise self.error(f"a share such as 60% is expected, this is {text!r}") from error

    def span(self) -> Span:
        """A range of counts, written `4-6`, or `4` for exactly four."""
        text = self.text().strip()
        low, dash, high = text.partition("-")
        try:
            at_least = int(low)
            at_most = int(high) if dash else at_least
        except ValueError as error:
            raise self.error(f"a range such as 4-6 is expected, this is {text!r}") from error
        return self.build(Span, {"at_least": at_least, "at_most": at_most})

    def build(self, kind: type[_Built], values: Mapping[str, object]) -> _Built:
        """A record of these values.

        Raises:
            GuideError: they contradict each other or the record's form.
        """
        try:
            return kind.model_validate(values)
        except ValidationError as error:
            raise self.error(describe_fault(error)) from error

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
        GuideError: it is too large, not UTF-8, empty or no YAML; with the line where reading stopped.
    """
    if len(data) > LARGEST_FILE:
        raise GuideError(f"{file} has {len(data):,} bytes; a guide has {LARGEST_FILE:,} at most. Nothing was read.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise GuideError(f"{file}, line {line}: this is not UTF-8. Save the file as UTF-8 and try again.") from error
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
    return Node(top, file, "")


def describe_fault(error: ValidationError) -> str:
    """What is wrong with the values of a record, in a sentence."""
    parts = []
    for fault in error.errors(include_url=False):
        place = ".".join(str(part) for part in fault["loc"])
        message = fault["msg"].removeprefix("Value error, ")
        parts.append(f"{place}: {message}" if place else message)
    return "; ".join(parts)
