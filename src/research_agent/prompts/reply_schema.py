"""The JSON Schema of a reply, for a guide, a domain and a rubric. Pure.

It keeps to what every vendor that enforces schemas takes: every field required, no further ones, null instead of
absence, no references, no limits on numbers and lengths
(https://www.developersdigest.tech/blog/structured-outputs-across-ai-apis-2026, seen 2026-11-23).
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from pydantic import BaseModel, JsonValue

from research_agent.model.guide import Domain, Guide
from research_agent.model.prompt import Mode
from research_agent.model.radar import Rubric
from research_agent.model.reply import BibliographyReply, ExtensionReply, GuideReply, VerificationReply

JSON_FORM: Mapping[Mode, type[BaseModel]] = {
    "open": BibliographyReply,
    "grounded": BibliographyReply,
    "extend": ExtensionReply,
    "verify": VerificationReply,
    "synthesize": GuideReply,
}
"""What answers a prompt of each mode."""

_KEPT = ("type", "description", "enum", "anyOf", "items", "properties")


def reply_schema(
    form: type[BaseModel], guide: Guide, domain: Domain | None, rubric: Rubric, prompt: str
) -> dict[str, JsonValue]:
    """The schema of a form of reply; categories, questions, criteria and words are spelled out.

    Args:
        form: one of `JSON_FORM`.
        guide: whose categories are named.
        domain: whose questions are named; None: those of all domains.
        rubric: whose criteria and words are named.
        prompt: version of the prompt, which the reply names.
    """
    domains = guide.domains if domain is None else (domain,)
    questions = [focus.id for one in domains for focus in one.focus]
    words = dict.fromkeys(level.word for criterion in rubric.criteria for level in criterion.levels)
    choices = {
        "prompt": [prompt],
        "category": [category.name for category in guide.methodology.categories],
        "question": questions,
        "questions": questions,
        "criterion": [criterion.name for criterion in rubric.criteria],
        "word": list(words),
    }
    schema = _schema_of(form)
    return _plain(schema, schema.get("$defs", {}), choices)


def skeleton_of(schema: Mapping[str, Any]) -> JsonValue:
    """An object of a schema's form whose texts say in angle brackets what belongs there.

    DeepSeek's JSON mode wants an example in the prompt (https://api-docs.deepseek.com/guides/json_mode, seen by a
    digest of 2026-08-14); one with contents would be copied.
    """
    if "enum" in schema:
        only: JsonValue = schema["enum"][0]
        return only if len(schema["enum"]) == 1 else "<one of those named>"
    if "anyOf" in schema:
        return skeleton_of(schema["anyOf"][0])
    match schema.get("type"):
        case "object":
            return {name: skeleton_of(field) for name, field in schema["properties"].items()}
        case "array":
            return [skeleton_of(schema["items"])]
        case "integer":
            return 1
        case _:
            return f"<{schema.get('description', 'text').rstrip('.')}>"


@cache
def _schema_of(form: type[BaseModel]) -> dict[str, Any]:
    return form.model_json_schema()


def _plain(
    schema: Mapping[str, Any], definitions: Mapping[str, Any], choices: Mapping[str, Sequence[str]]
) -> dict[str, JsonValue]:
    """The schema without references and limits, with all fields required and these fields' values spelled out."""
    if "$ref" in schema:
        target = definitions[schema["$ref"].rpartition("/")[2]]
        return _plain({**target, **{k: v for k, v in schema.items() if k != "$ref"}}, definitions, choices)
    plain: dict[str, Any] = {name: schema[name] for name in _KEPT if name in schema}
    if "anyOf" in plain:
        plain["anyOf"] = [_plain(one, definitions, choices) for one in plain["anyOf"]]
    if "items" in plain:
        plain["items"] = _plain(plain["items"], definitions, choices)
    if "properties" in plain:
        plain["properties"] = {
            name: _chosen(_plain(field, definitions, choices), choices.get(name))
            for name, field in plain["properties"].items()
        }
        plain["required"] = list(plain["properties"])
        plain["additionalProperties"] = False
    return plain


def _chosen(field: dict[str, Any], choices: Sequence[str] | None) -> dict[str, JsonValue]:
    if choices is None:
        return field
    if field.get("type") == "array":
        return {**field, "items": {**field["items"], "enum": list(choices)}}
    return {**field, "enum": list(choices)}
