"""Read a guide in our own form, YAML; `docs/guide-format.md` describes it."""

from pathlib import Path, PurePath

from pydantic import ValidationError

from research_agent.errors import UnknownNameError
from research_agent.guide.complete import MOST_CATEGORIES, PartialCategory, PartialMethod, complete
from research_agent.guide.defaults import default_methodology
from research_agent.guide.files import read_bytes
from research_agent.guide.method_form import METHOD_FIELDS, PREFERENCES, read_kinds, read_value
from research_agent.guide.names import guide_id
from research_agent.guide.nodes import Node, parse_yaml
from research_agent.guide.slugs import slug
from research_agent.model.guide import DOMAIN_ID, SLUG, Domain, Focus, Guide, Methodology, Provenance, Technology

GUIDE_FIELDS = (
    "id",
    "title",
    "overview",
    "audience",
    "stance",
    "technologies",
    "specifications",
    "request",
    "methodology",
    "domains",
    "provenance",
)
TECHNOLOGY_FIELDS = ("group", "items", "note")
CATEGORY_FIELDS = ("id", "name", "description", "kinds", "quota", "rank")
DOMAIN_FIELDS = ("id", "name", "slug", "status", "focus")
STATUSES = ("open", "completed")


def read_guide(path: Path) -> Guide:
    """The guide in a YAML file; what the file leaves out of the method is filled in and marked as default.

    Raises:
        GuideError: the file can't be read, is no guide or contradicts itself; names file, line and field.
    """
    return guide_of_yaml(read_bytes(path), str(path))


def guide_of_yaml(data: bytes, file: str) -> Guide:
    """The guide in the bytes of a YAML file that people know as `file`.

    Raises:
        GuideError: as `read_guide`.
    """
    top = parse_yaml(data, file)
    fields = top.fields(GUIDE_FIELDS, required=("title", "domains"))
    title = fields["title"].text()
    methodology, provenance = _methodology(fields.get("methodology"), top)
    if "id" in fields:
        identity = fields["id"].identifier(SLUG)
    else:
        identity, provenance["id"] = guide_id(title, PurePath(file))
    provenance |= _provenance(fields.get("provenance"))
    return top.build(
        Guide,
        {
            "id": identity,
            "title": title,
            "overview": "",
            **{name: fields[name].text() for name in ("overview", "request") if name in fields},
            **{name: fields[name].texts() for name in ("audience", "stance", "specifications") if name in fields},
            "technologies": _technologies(fields.get("technologies")),
            "methodology": methodology,
            "domains": _domains(fields["domains"]),
            "provenance": provenance,
        },
    )


def _technologies(node: Node | None) -> tuple[Technology, ...]:
    technologies = []
    for item in node.items() if node else ():
        fields = item.fields(TECHNOLOGY_FIELDS, required=("group", "items"))
        note = fields["note"].text() if "note" in fields else ""
        values = {"group": fields["group"].text(), "items": fields["items"].texts(), "note": note}
        technologies.append(item.build(Technology, values))
    return tuple(technologies)


# --- method ---------------------------------------------------------------------------------------------------------


def _methodology(node: Node | None, top: Node) -> tuple[Methodology, dict[str, Provenance]]:
    fields = node.fields(METHOD_FIELDS) if node else {}
    values = {
        name: read_value(field, name) for name, field in fields.items() if name not in ("preferences", "categories")
    }
    preferences = {}
    if "preferences" in fields:
        preferences = {name: field.number() for name, field in fields["preferences"].fields(PREFERENCES).items()}
    categories = _categories(fields["categories"]) if "categories" in fields else None
    partial = PartialMethod(values=values, preferences=preferences, categories=categories)
    try:
        return complete(partial, default_methodology())
    except ValidationError as error:
        raise (node or top).fault(error) from error


def _categories(node: Node) -> tuple[PartialCategory, ...]:
    items = node.items()
    if len(items) > MOST_CATEGORIES:
        raise node.error(f"a guide has {MOST_CATEGORIES} source categories at most, this list has {len(items)}")
    return tuple(_category(item, number) for number, item in enumerate(items, start=1))


def _category(node: Node, number: int) -> PartialCategory:
    fields = node.fields(CATEGORY_FIELDS, required=("name",))
    name = fields["name"].text()
    kinds = fields.get("kinds")
    return PartialCategory(
        id=fields["id"].identifier(SLUG) if "id" in fields else slug(name) or f"category-{number}",
        name=name,
        description=fields["description"].text() if "description" in fields else None,
        kinds=read_kinds(kinds.texts(), kinds) if kinds else None,
        quota=fields["quota"].span() if "quota" in fields else None,
        rank=fields["rank"].integer() if "rank" in fields else None,
    )


# --- domains --------------------------------------------------------------------------------------------------------


def _domains(node: Node) -> tuple[Domain, ...]:
    domains: list[Domain] = []
    taken: dict[str, Domain] = {}
    for number, item in enumerate(node.items(), start=1):
        domain = _domain(item, number)
        for key in (f"id {domain.id}", f"slug {domain.slug}"):
            if (other := taken.setdefault(key, domain)) is not domain:
                raise item.error(
                    f"domain {domain.id} ({domain.slug}) has the id or the slug of domain {other.id} ({other.slug}): "
                    "both have to be its own"
                )
        domains.append(domain)
    if not domains:
        raise node.error("a guide has at least one domain, this list is empty")
    return tuple(domains)


def _domain(node: Node, number: int) -> Domain:
    fields = node.fields(DOMAIN_FIELDS, required=("name", "focus"))
    name = fields["name"].text()
    identity = fields["id"].identifier(DOMAIN_ID) if "id" in fields else str(number)
    status = fields["status"].text() if "status" in fields else STATUSES[0]
    if status not in STATUSES:
        raise fields["status"].error(str(UnknownNameError("status", status, STATUSES)))
    made = slug(name) or f"domain-{slug(identity) or number}"
    values = {
        "id": identity,
        "name": name,
        "slug": fields["slug"].identifier(SLUG) if "slug" in fields else made,
        "completed": status == "completed",
        "focus": _focus(fields["focus"], identity),
    }
    return node.build(Domain, values)


def _focus(node: Node, domain: str) -> tuple[Focus, ...]:
    """Bullets as a mapping of numbers to texts, or as a list that is numbered by position."""
    if node.is_list:
        numbered = [(str(number), item) for number, item in enumerate(node.items(), start=1)]
    else:
        numbered = node.pairs()
    return tuple(item.build(Focus, {"id": f"{domain}.{number}", "text": item.text()}) for number, item in numbered)


# --- provenance -----------------------------------------------------------------------------------------------------


def _provenance(node: Node | None) -> dict[str, Provenance]:
    found: dict[str, Provenance] = {}
    for origin, parts in node.fields(("read", "default")).items() if node else ():
        for path, basis in parts.pairs():
            if path in found:
                raise basis.error(f"{path} is both read and default: keep one")
            found[path] = basis.build(Provenance, {"origin": origin, "basis": basis.text()})
    return found
