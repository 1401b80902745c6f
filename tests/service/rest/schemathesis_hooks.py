"""What the OpenAPI document can't say of a valid request, told to schemathesis: which values go together, how a body is
written. Cases that are meant to be wrong are left as they are.
"""

import itertools
import json
from typing import Any

import schemathesis
from schemathesis.generation import GenerationMode

from research_agent.service.rest.repeats import KEY_HEADER

ENOUGH_TOKENS = 100_000
"""More than any prompt takes: how much is too little depends on the guide."""

REPLY = '{"entries": [{"number": 1, "title": "In Search of an Understandable Consensus Algorithm"}]}'
RECORD = {
    "title": "A Study of Replicated Logs",
    "url": "https://logs.example.org/study",
    "authors": ["E. Writer"],
    "origin": "E. Writer",
    "year": 2023,
    "kind": "paper",
    "domains": ["1"],
    "focus": ["1.1"],
    "summary": "It compares three ways to replicate a log over five machines.",
    "verified": {"how": "read", "seen": "full", "at": "https://logs.example.org/study", "on": "2026-01-05"},
}
MARKDOWN = """\
# Logs of machines

How machines keep logs.

## Domains

### 1. Replication

- Orders of entries
- Gaps in a log
"""
YAML = {
    "title": "Logs of machines",
    "domains": [{"id": 1, "name": "Replication", "focus": ["Orders of entries", "Gaps in a log"]}],
}
HERE = {"guide": "agreement-between-machines", "domain": "1"}
"""A domain of which the source of the dictionary is."""

_keys = itertools.count(1)


@schemathesis.serializer("application/jsonl")
def _as_written(_: Any, value: Any) -> bytes:
    """The body is a text, which is sent as it is."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


@schemathesis.hook
def before_call(_: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """Make what is meant to be valid so also where only the guide, the library or another value says what is."""
    if case.meta is None or case.meta.generation.mode is not GenerationMode.POSITIVE:
        return
    query = case.query or {}
    if case.headers and KEY_HEADER in case.headers:
        # A key stands for one request, and nothing says so in its schema.
        case.headers[KEY_HEADER] = f"key-{next(_keys)}"
    if {"since", "until"} <= query.keys():
        query["since"], query["until"] = sorted((query["since"], query["until"]))
    operation = case.operation.definition.raw.get("operationId")
    if operation == "get_source" and "domain" in query:
        query.update(HERE)
    if operation == "decide":
        case.path_parameters.update(HERE)
    if operation == "get_prompts":
        query.update(_possible_prompt(query) | ({"model": ["claude"]} if "model" in query else {}))
    if operation == "import_guide":
        query.pop("id", None)
        query["replace"] = "true"
        case.body = YAML if case.media_type == "application/yaml" else MARKDOWN
    if operation == "add_sources":
        query.pop("guide", None)
        case.body = json.dumps(RECORD) + "\n"
    if isinstance(case.body, dict):
        case.body = {**case.body, **_possible_body(operation, case.body)}


def _possible_body(operation: str | None, body: dict[str, Any]) -> dict[str, Any]:
    """The values of a body that depend on what is there."""
    match operation:
        case "start_run":
            here = {"guide": "", "model": "", "rubric": ""}
            return {"domain": "1"} | {name: value for name, value in here.items() if name in body}
        case "find_sources":
            # Services take their time between questions, also their stand-ins; this one takes ten a second.
            return {"guide": "", "text": "replicated log", "domain": "", "services": ["crossref"]}
        case "decide" if body.get("action") == "judge":
            return {"source": "ongaro-2014-raft", "criterion": "authority", "level": "strong", "reason": "Seen."}
        case "decide":
            return {"source": "ongaro-2014-raft", "criterion": "", "level": ""}
        case "assemble_prompts":
            return _possible_prompt(body) | ({"models": ["claude"]} if "models" in body else {})
        case "check_reply":
            return {"texts": [REPLY]}
    return {}


def _possible_prompt(asked: dict[str, Any]) -> dict[str, Any]:
    """A prompt that can be had of every domain: there may be no candidates, and no bibliography yet."""
    possible: dict[str, Any] = {}
    if asked.get("budget") is not None:
        possible["budget"] = ENOUGH_TOKENS
    if asked.get("mode") in ("grounded", "extend", "verify", "synthesize"):
        possible["mode"] = "open"
    return possible
