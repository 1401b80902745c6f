"""The settings that belong to a prompt: a profile's own, those of JSON where it is asked for. Pure."""

from collections.abc import Mapping
from typing import Any

from pydantic import JsonValue

from research_agent.model.prompt import SCHEMA, Mode, ModelProfile

_HANDED: tuple[Mode, ...] = ("grounded", "synthesize")
"""Modes in which the model works from what comes along, and must not search."""


def request_settings(profile: ModelProfile, mode: Mode, schema: dict[str, JsonValue]) -> dict[str, Any]:
    """The settings to send a prompt with.

    Args:
        profile: whose settings they are.
        mode: of the prompt.
        schema: of the reply, where JSON is asked for; empty: Markdown is.
    """
    settings: dict[str, Any] = profile.settings
    if schema:
        settings = _merged(settings, {name: _filled(value, schema) for name, value in profile.json_settings.items()})
    unwanted = profile.search.settings if mode in _HANDED else ()
    return {name: value for name, value in settings.items() if name not in unwanted}


def takes_schema(settings: JsonValue | Mapping[str, JsonValue]) -> bool:
    """Whether an API fixes the form by a schema among these settings, so that it needn't stand in the prompt."""
    if isinstance(settings, Mapping):
        return any(takes_schema(value) for value in settings.values())
    return settings == SCHEMA


def _filled(settings: JsonValue, schema: dict[str, JsonValue]) -> JsonValue:
    if isinstance(settings, dict):
        return {name: _filled(value, schema) for name, value in settings.items()}
    return schema if settings == SCHEMA else settings


def _merged(settings: Mapping[str, JsonValue], other: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Both; what stands in both is merged where it is an object, else the other's counts."""
    joined = dict(settings)
    for name, value in other.items():
        own = joined.get(name)
        joined[name] = _merged(own, value) if isinstance(own, dict) and isinstance(value, dict) else value
    return joined
