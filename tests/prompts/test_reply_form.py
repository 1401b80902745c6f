"""Prompts whose answer is JSON: the schema, where it stands, and what it is held to."""

import json

import jsonschema
import pytest

from research_agent.guides import load_guide
from research_agent.model.prompt import MODES, Mode, Prompt
from research_agent.prompts import assemble_prompt, load_profile, profile_names
from research_agent.prompts.reply_schema import JSON_FORM, reply_schema, skeleton_of
from research_agent.radar import load_rubric
from research_agent.resources import resource
from tests.prompts.material import present

SHIPPED, RUBRIC = load_guide(resource("corpus", "guide.yaml")), load_rubric("lmu")
_MOST_UNIONS = 16
"""That Claude's API takes over all schemas of a request
(https://platform.claude.com/docs/en/build-with-claude/structured-outputs, seen 2026-09-26)."""


def _prompt(name: str, mode: Mode = "open") -> Prompt:
    there = present() if mode in ("extend", "verify", "synthesize") else None
    domain = None if mode == "synthesize" else SHIPPED.domain("2")
    return assemble_prompt(SHIPPED, domain, RUBRIC, load_profile(name), mode=mode, reply="json", present=there)


def _schemas(value: object) -> list[dict[str, object]]:
    """Every schema inside a schema."""
    if isinstance(value, list):
        return [found for one in value for found in _schemas(one)]
    if not isinstance(value, dict):
        return []
    own = [value] if "type" in value or "anyOf" in value else []
    return own + [found for one in value.values() for found in _schemas(one)]


@pytest.mark.parametrize("mode", MODES)
def test_the_schema_keeps_to_what_every_vendor_enforces(mode: Mode) -> None:
    domain = None if mode == "synthesize" else SHIPPED.domain("2")
    schema = reply_schema(JSON_FORM[mode], SHIPPED, domain, RUBRIC, "v1")
    jsonschema.Draft202012Validator.check_schema(schema)
    found = _schemas(schema)
    for one in found:
        if one.get("type") == "object":
            assert one["required"] == list(one["properties"])  # type: ignore[call-overload]
            assert one["additionalProperties"] is False
        assert not {"$ref", "minimum", "maxItems", "minLength", "pattern", "default", "title"} & set(one)
    assert sum("anyOf" in one for one in found) <= _MOST_UNIONS


@pytest.mark.parametrize("mode", MODES)
def test_what_the_form_takes_the_schema_takes_as_well(mode: Mode) -> None:
    form = JSON_FORM[mode]
    schema = reply_schema(form, SHIPPED, None, RUBRIC, "v1")
    example = skeleton_of(schema)
    assert form.model_json_schema()["properties"].keys() == schema["properties"].keys()  # type: ignore[union-attr]
    assert isinstance(example, dict)
    assert example.keys() == schema["properties"].keys()  # type: ignore[union-attr]


def test_the_schema_spells_out_what_the_guide_and_the_rubric_allow() -> None:
    schema = json.dumps(reply_schema(JSON_FORM["open"], SHIPPED, SHIPPED.domain("2"), RUBRIC, "v1"))
    assert '"enum": ["2.1", "2.2", "2.3", "2.4", "2.5", "2.6", "2.7"]' in schema
    assert "Standards and specifications" in schema
    assert '"enum": ["v1"]' in schema


@pytest.mark.parametrize("name", profile_names())
def test_the_schema_stands_in_the_request_or_else_in_the_words(name: str) -> None:
    prompt = _prompt(name)
    words = "\n".join(message.content for message in prompt.messages)
    fixed = prompt.version in json.dumps(prompt.settings)
    stated = [line for line in words.splitlines() if line.startswith("JSON Schema: ")]
    assert fixed != bool(stated)
    assert ("in the form that the request fixes" in words) == fixed
    for line in stated:
        schema = json.loads(line.removeprefix("JSON Schema: "))
        assert schema["properties"]["prompt"]["enum"] == [prompt.version]


@pytest.mark.parametrize("name", profile_names())
def test_a_prompt_for_people_has_no_settings_of_json(name: str) -> None:
    profile = load_profile(name)
    plain = assemble_prompt(SHIPPED, SHIPPED.domain("2"), RUBRIC, profile)
    assert plain.settings == profile.settings
    assert "schema" not in json.dumps(plain.settings).lower()


def test_settings_of_json_join_the_others_and_lists_replace_them() -> None:
    settings = _prompt("claude").settings
    assert settings["output_config"]["effort"] == "medium"
    assert settings["output_config"]["format"]["type"] == "json_schema"
    assert not any("citations" in tool for tool in settings["tools"])
    assert "tools" not in _prompt("claude", "synthesize").settings


def test_deepseek_reads_the_word_and_an_example() -> None:
    words = "\n".join(message.content for message in _prompt("deepseek").messages)
    assert "JSON" in words
    example = next(line for line in words.splitlines() if line.startswith("By example: "))
    assert json.loads(example.removeprefix("By example: "))["entries"][0]["title"] == "<Title of the work>"


def test_a_version_changes_with_the_words_and_the_settings_alone() -> None:
    assert _prompt("gpt").version == _prompt("gpt").version
    assert len({_prompt(name).version for name in profile_names()}) == len(profile_names())
    plain = assemble_prompt(SHIPPED, SHIPPED.domain("2"), RUBRIC, load_profile("gpt"))
    assert plain.version != _prompt("gpt").version
    assert plain.templates == _prompt("gpt").templates
