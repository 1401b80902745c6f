"""Write a guide in our own form, YAML: in a fixed order, readable, and read back as the same guide."""

from typing import Any

import yaml

from research_agent.guide.method_form import METHOD_FIELDS, PREFERENCES, written_share, written_span
from research_agent.model.guide import Category, Domain, Guide, Methodology, Technology

WIDTH = 100
_HEADING = "# A guide in research-agent's own form; docs/guide-format.md explains every field.\n"


def guide_to_yaml(guide: Guide) -> str:
    """The guide as YAML text; `read_guide` reads the same guide from it. Equal guides give equal bytes."""
    written: dict[str, Any] = {"id": guide.id, "title": guide.title, "overview": guide.overview}
    written |= _given(audience=guide.audience, stance=guide.stance)
    written |= _given(technologies=[_technology(technology) for technology in guide.technologies])
    written |= _given(specifications=guide.specifications, request=guide.request)
    written["methodology"] = _methodology(guide.methodology)
    written["domains"] = [_domain(domain) for domain in guide.domains]
    written |= _given(provenance=_provenance(guide))
    text = yaml.dump(written, Dumper=_Dumper, width=WIDTH, allow_unicode=True, sort_keys=False, indent=2)
    return _HEADING + text


def _technology(technology: Technology) -> dict[str, Any]:
    return {"group": technology.group, "items": _Inline(technology.items), **_given(note=technology.note)}


def _methodology(methodology: Methodology) -> dict[str, Any]:
    written: dict[str, Any] = {}
    for name in METHOD_FIELDS:
        value = getattr(methodology, name)
        match name:
            case "total":
                written[name] = written_span(value)
            case "recent_share":
                written[name] = written_share(value)
            case "origin_exempt":
                written[name] = _Inline(value)
            case "preferences":
                written[name] = {preference: getattr(value, preference) for preference in PREFERENCES}
            case "categories":
                written[name] = [_category(category) for category in value]
            case _:
                written[name] = value
    return written


def _category(category: Category) -> dict[str, Any]:
    return {
        "id": category.id,
        "name": category.name,
        "description": category.description,
        "kinds": _Inline(category.kinds),
        "quota": written_span(category.quota),
        "rank": category.rank,
    }


def _domain(domain: Domain) -> dict[str, Any]:
    return {
        "id": _number_or_text(domain.id),
        "name": domain.name,
        "slug": domain.slug,
        "status": "completed" if domain.completed else "open",
        "focus": {_number_or_text(focus.id.rpartition(".")[2]): focus.text for focus in domain.focus},
    }


def _provenance(guide: Guide) -> dict[str, dict[str, str]]:
    written: dict[str, dict[str, str]] = {}
    for origin in ("read", "default"):
        parts = {path: part.basis for path, part in guide.provenance.items() if part.origin == origin}
        written |= _given(**{origin: parts})
    return written


def _given(**values: object) -> dict[str, Any]:
    """Those that hold anything."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items() if value}


def _number_or_text(text: str) -> int | str:
    """A number without quotes where it reads back as the same text."""
    return int(text) if text.isascii() and text.isdecimal() and str(int(text)) == text else text


class _Inline(list[str]):
    """A list of short words, written on one line."""


class _Dumper(yaml.SafeDumper):
    """Indents lists below their field, keeps short lists on a line, folds long text."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002 - PyYAML's own
        """Lists are indented too; PyYAML would put their dashes below the field's first letter."""
        super().increase_indent(flow, indentless=False)

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - PyYAML's own
        """Every value is written out."""
        return True


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=_style(text))


def _style(text: str) -> str | None:
    """How a text is written: folded where it is long, line by line where it has lines, else as PyYAML thinks best.

    PyYAML folds only at single spaces between words, and reads some line breaks of Unicode as its own, so whatever
    could come back otherwise stands in double quotes.
    """
    lines = text.split("\n")
    if not all(line.isprintable() for line in lines):
        return '"'
    if text != text.strip() or any(line != line.strip() for line in lines):
        return None
    if len(lines) > 1:
        return "|"
    return ">" if len(text) > WIDTH - 10 and "  " not in text else None


def _inline(dumper: _Dumper, items: _Inline) -> yaml.SequenceNode:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=True)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(_Inline, _inline)
