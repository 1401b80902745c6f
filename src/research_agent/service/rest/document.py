"""The OpenAPI document: what operations say of their answers, and what all of them have in common."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel

from research_agent.service import problems
from research_agent.service.problems import FieldProblem, Kind, ProblemDocument
from research_agent.service.rest.paging import Page
from research_agent.service.rest.repeats import KEY_HEADER, REPLAYED_HEADER
from research_agent.service.rest.representations import JSON, Form

if TYPE_CHECKING:
    from fastapi import FastAPI
    from fastapi.routing import APIRoute

TITLE: Final = "research-agent"
DESCRIPTION: Final = """\
From a guide of research domains to prompts optimised for the model that will read them, and to annotated bibliographies
in which every source is real, every judgement has evidence and every constraint is proven.

**Keys.** Send `Authorization: Bearer KEY`. What a key's owner adds, decides and runs is theirs alone. On the machine
that the service runs on, none may be needed.

**Errors** are problem documents (RFC 9457); their `type` stays the same and its address explains it.

**Lists** come in pages: hand `next` back as `cursor`, or follow the Link header.

**Versions.** A GET answers with an ETag; sent back as If-None-Match, it is answered with 304 while nothing changed.

**Long work** is a run: POST /v1/runs answers at once with its address; look there, or follow its events.
"""

TAGS: Final = (
    ("guides", "Research projects: their method and their domains."),
    ("prompts", "Prompts for the model of your choice, and what it replied."),
    ("sources", "The works of the library, each with its evidence."),
    ("searches", "Questions to the library."),
    ("decisions", "What a person decides: judgements, pins and bans, kept over runs."),
    ("bibliographies", "What runs made, in the form that you need; and the guide over all domains."),
    ("runs", "Long work with a handle."),
    ("reference", "Readings of RADAR and model profiles."),
    ("operations", "Is it alive, is it ready, what does a problem mean?"),
)

_SCHEMA: Final = "#/components/schemas/ProblemDocument"
_OF_ALL: Final = (
    *(problems.NO_KEY, problems.NOT_ALLOWED, problems.WRONG_HOST, problems.UNUSABLE, problems.FAULT),
    *(problems.UNAVAILABLE, problems.TOO_SLOW),
)
_OF_BODIES: Final = (problems.UNREADABLE_BODY, problems.TOO_LARGE, problems.WRONG_MEDIA_TYPE)
_ALSO: Final = "x-also"
"""Where an operation notes its own kinds of problem until the document is complete; it does not stay."""


def told(
    record: type[BaseModel], example: BaseModel, *, status: int = 200, also: Iterable[Kind] = ()
) -> dict[int | str, dict[str, Any]]:
    """The answer of an operation: its record with an example, and the kinds of problem that are its own."""
    return {status: {**_answer(record, {JSON: example.model_dump(mode="json")}), _ALSO: [kind.name for kind in also]}}


def forms(
    record: type[BaseModel], example: BaseModel, there: Sequence[Form], *, also: Iterable[Kind] = ()
) -> dict[int | str, dict[str, Any]]:
    """The answer of an operation in one of several forms."""
    others = [form for form in there if form.media_type != JSON]
    made = _answer(record, {JSON: example.model_dump(mode="json")})
    made["content"] |= {
        form.media_type: {
            "schema": _SCHEMAS[form.schema] | {"description": form.description},
            "example": _EXAMPLES[form.name],
        }
        for form in others
    }
    return {200: {**made, _ALSO: [problems.NOT_ACCEPTABLE.name, *(kind.name for kind in also)]}}


def body(examples: Mapping[str, str | dict[str, Any]]) -> dict[str, Any]:
    """The body of a request that is read by its media type: an example of each.

    An example that is a mapping is how a reader of that media type sees the body; it has the fields that are needed.
    """
    content = {}
    for media, example in examples.items():
        schema = (
            {"type": "string", "format": "binary", "minLength": 1}
            if isinstance(example, str)
            else {"type": "object", "required": list(example), "additionalProperties": True}
        )
        content[media] = {"schema": schema, "example": example}
    return {"requestBody": {"required": True, "content": content}}


def complete(app: "FastAPI", operations: "Iterable[APIRoute]", *, key_required: bool) -> dict[str, Any]:
    """The document of an application, with what its operations have in common."""
    from fastapi.openapi.utils import get_openapi

    document = get_openapi(
        title=TITLE,
        version=app.version,
        summary="Prompts and annotated bibliographies with proof",
        description=DESCRIPTION,
        routes=app.routes,
        tags=[{"name": name, "description": description} for name, description in TAGS],
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        separate_input_output_schemas=True,
    )
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for model in (FieldProblem, ProblemDocument):
        schemas[model.__name__] = model.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas[model.__name__].pop("$defs", None)
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    document["components"]["securitySchemes"] = {
        "key": {
            "type": "http",
            "scheme": "bearer",
            "description": "An API key. Whoever runs the service makes it: research-agent keys create OWNER.",
        }
    }
    for route in operations:
        if route.include_in_schema:
            for method in route.methods or ():
                _put_examples(document["paths"][route.path][method.lower()], route)
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            _complete(operation, path, method, key_required=key_required)
    return document


def _answer(record: type[BaseModel], examples: Mapping[str, Any]) -> dict[str, Any]:
    description = " ".join((record.__doc__ or "").split("\n\n", maxsplit=1)[0].split())
    return {
        "model": record,
        "description": description,
        "content": {media: {"example": example} for media, example in examples.items()},
        "links": {},
        "x-page": issubclass(record, Page),
    }


def _put_examples(operation: dict[str, Any], route: "APIRoute") -> None:
    """Put the examples in as they are: the framework leaves out what in them is null."""
    for status, answer in route.responses.items():
        for media, content in answer.get("content", {}).items():
            operation["responses"][str(status)]["content"][media]["example"] = content["example"]


def _complete(operation: dict[str, Any], path: str, method: str, *, key_required: bool) -> None:
    answers = operation["responses"]
    answers.pop("422", None)
    kinds: list[Kind] = []
    paged = False
    for status in list(answers):
        kinds += [problems.KINDS[name] for name in answers[status].pop(_ALSO, ())]
        paged |= answers[status].pop("x-page", False)
        answers[status].pop("links", None)
    private = path.startswith("/v1/")
    names = {one["name"] for one in operation.get("parameters", ())}
    if private:
        operation["security"] = [{"key": []}] if key_required else [{"key": []}, {}]
        kinds += _OF_ALL
    else:
        kinds += (problems.WRONG_HOST, problems.UNUSABLE, problems.FAULT)
    if "{" in path or names & _NAMING:
        kinds.append(problems.UNKNOWN_NAME)
    if "requestBody" in operation:
        kinds += (*_OF_BODIES, problems.UNKNOWN_IN_BODY)
    if KEY_HEADER in names:
        kinds += (problems.UNDER_WAY, problems.KEY_REUSED)
    for status, answer in answers.items():
        answer["headers"] = {
            **_HEADERS_OF_ALL,
            **_headers(method, status, names, paged=paged),
            **answer.get("headers", {}),
        }
    if method == "get" and private and "200" in answers and "text/event-stream" not in answers["200"]["content"]:
        operation.setdefault("parameters", []).append(_IF_NONE_MATCH)
        answers["304"] = {"description": "Nothing changed since.", "headers": {**_HEADERS_OF_ALL, "ETag": _ETAG}}
    for kind in dict.fromkeys(kinds):
        _add_problem(answers, kind)
    operation["responses"] = dict(sorted(answers.items()))


def _add_problem(answers: dict[str, Any], kind: Kind) -> None:
    """Document a kind of problem; kinds of one status share an answer, each with its example."""
    answer = answers.setdefault(
        str(int(kind.status)),
        {
            "description": "",
            "headers": dict(_HEADERS_OF_ALL),
            "content": {problems.MEDIA_TYPE: {"schema": {"$ref": _SCHEMA}, "examples": {}}},
        },
    )
    answer["description"] = "; or: ".join(filter(None, (answer["description"], f"{kind.title}.")))
    told_of = ProblemDocument(
        type=kind.address, title=kind.title, status=int(kind.status), detail="", request_id="5f2a9c0e7d41b386"
    )
    answer["content"][problems.MEDIA_TYPE]["examples"][kind.name] = {
        "summary": kind.title,
        "value": told_of.model_dump(mode="json", exclude_defaults=True),
    }
    if kind is problems.NO_KEY:
        answer["headers"]["WWW-Authenticate"] = _header("How to say who asks.", "Bearer")


def _headers(method: str, status: str, names: set[str], *, paged: bool) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if method == "get" and status == "200":
        headers["ETag"] = _ETAG
    if paged:
        headers["Link"] = _header("The address of the next page, with rel=next; absent: this is the last.")
    if status in ("201", "202"):
        headers["Location"] = _header("The address of what was made.")
    if KEY_HEADER in names and status.startswith("2"):
        headers[REPLAYED_HEADER] = _header("`true`: this is the answer that was given to the same request before.")
    return headers


def _header(description: str, example: str | None = None) -> dict[str, Any]:
    said = {"description": description, "schema": {"type": "string"}}
    return said | ({"example": example} if example else {})


_NAMING: Final = frozenset({"domain", "guide", "category", "rubric", "model", "cursor"})
"""Parameters that name something, of which there may be nothing."""

_ETAG: Final = _header("The version of this answer, for If-None-Match.", '"3f8b0c1d9e274a65b0c1d9e274a65f8b"')
_HEADERS_OF_ALL: Final = {"X-Request-Id": _header("By which the log tells of this request.", "5f2a9c0e7d41b386")}
_IF_NONE_MATCH: Final[dict[str, Any]] = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The ETag of an answer that is at hand.",
    "schema": {"type": "string"},
}
_SCHEMAS: Final[Mapping[str, dict[str, Any]]] = {
    "string": {"type": "string"},
    "object": {"type": "object", "additionalProperties": True},
    "array": {"type": "array", "items": {"type": "object", "additionalProperties": True}},
}
_EXAMPLES: Final[Mapping[str, Any]] = {
    "markdown": "# Methods of the field\n\n...\n",
    "html": "<!doctype html>\n<html>...</html>\n",
    "yaml": {"id": "bird-song", "title": "Recording bird song"},
    "bibtex": "@article{marten-2022-hedges,\n  title = {Recording in Hedges},\n  year = {2022}\n}\n",
    "ris": "TY  - JOUR\nTI  - Recording in Hedges\nPY  - 2022\nER  - \n",
    "csl": [{"id": "marten-2022-hedges", "type": "article-journal", "title": "Recording in Hedges"}],
}
