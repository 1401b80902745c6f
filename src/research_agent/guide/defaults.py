"""The method where a guide does not say otherwise, `corpus/methodology.yaml`: each value with its reason."""

import re
from functools import cache

from pydantic import Field

from research_agent.errors import DataError, GuideError
from research_agent.guide.method_form import METHOD_FIELDS, PREFERENCES, read_kinds, read_value
from research_agent.guide.nodes import Node, parse_yaml
from research_agent.model.base import Record
from research_agent.model.guide import Category, Methodology
from research_agent.resources import resource

_CATEGORY_FIELDS = ("id", "name", "description", "kinds", "names", "quota", "rank")


class Defaults(Record):
    """A whole method with the reason for every value."""

    methodology: Methodology = Field(description="The values.")
    reasons: dict[str, str] = Field(description='Why, by dotted path: "total", "categories.docs.rank".')
    names: dict[str, tuple[str, ...]] = Field(description="Words by which guides call a category, by its id.")

    def named(self, words: str) -> Category | None:
        """The category that a guide calls by these words, if any: the one whose name takes up most of them."""
        wanted = word_stems(words)
        best: tuple[int, Category] | None = None
        for category in self.methodology.categories:
            for name in (category.name, *self.names.get(category.id, ())):
                stems = word_stems(name)
                if stems <= wanted and (best is None or len(stems) > best[0]):
                    best = len(stems), category
        return best[1] if best else None


def word_stems(words: str) -> frozenset[str]:
    """The words without case, order and plural, so that "Engineering blogs" is "engineering blog"."""
    found = re.findall(r"[^\W_]+", words.casefold())
    return frozenset(word[:-1] if len(word) > 3 and word.endswith("s") else word for word in found)


@cache
def default_methodology() -> Defaults:
    """The default method.

    Raises:
        DataError: the installation's file is missing or broken.
    """
    path = resource("corpus", "methodology.yaml")
    try:
        return _read(parse_yaml(path.read_bytes(), path.name))
    except (GuideError, OSError) as error:
        raise DataError(
            f"The shipped default method can't be used: {error} "
            "Install the package again: pip install --force-reinstall research-agent-mcp."
        ) from error


def _read(top: Node) -> Defaults:
    fields = top.fields(METHOD_FIELDS, required=METHOD_FIELDS)
    values: dict[str, object] = {}
    reasons: dict[str, str] = {}
    for name in METHOD_FIELDS:
        if name not in ("categories", "preferences"):
            values[name], reasons[name] = _valued(fields[name], name)
    preferences: dict[str, object] = {}
    for name, node in fields["preferences"].fields(PREFERENCES, required=PREFERENCES).items():
        preferences[name], reasons[f"preferences.{name}"] = _valued(node, name)
    categories, names = [], {}
    for node in fields["categories"].items():
        category, called = _category(node, reasons)
        categories.append(category)
        names[category.id] = called
    methodology = top.build(Methodology, {**values, "preferences": preferences, "categories": categories})
    return Defaults(methodology=methodology, reasons=reasons, names=names)


def _category(node: Node, reasons: dict[str, str]) -> tuple[Category, tuple[str, ...]]:
    fields = node.fields(_CATEGORY_FIELDS, required=_CATEGORY_FIELDS)
    identity = fields["id"].text()
    quota, reasons[f"categories.{identity}.quota"] = _valued(fields["quota"], "quota")
    rank, reasons[f"categories.{identity}.rank"] = _valued(fields["rank"], "rank")
    values = {
        "id": identity,
        "name": fields["name"].text(),
        "description": fields["description"].text(),
        "kinds": read_kinds(fields["kinds"].texts(), fields["kinds"]),
        "quota": quota,
        "rank": rank,
    }
    return node.build(Category, values), fields["names"].texts()


def _valued(node: Node, name: str) -> tuple[object, str]:
    """A value and its reason."""
    fields = node.fields(("value", "reason"), required=("value", "reason"))
    return read_value(fields["value"], name), fields["reason"].text()
