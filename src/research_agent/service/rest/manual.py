"""The OpenAPI document for programs, and as one page for people that needs no script and nothing from elsewhere."""

import base64
import hashlib
import json
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from fastapi import FastAPI

_STYLE: Final = """
:root { color-scheme: light dark; font: 100%/1.5 system-ui, sans-serif; }
body { max-width: 62rem; margin: 0 auto; padding: 1rem; }
h2 { margin-top: 2.5rem; } p { max-width: 70ch; }
details { border: 1px solid #8886; border-radius: .4rem; margin: .5rem 0; }
details > :not(summary) { margin: .5rem 1rem; } summary { padding: .5rem 1rem; cursor: pointer; }
summary b { font-family: ui-monospace, monospace; margin-right: .5rem; }
code, pre { font-family: ui-monospace, monospace; font-size: .9em; }
pre { overflow: auto; max-height: 24rem; padding: .6rem; background: #8881; border-radius: .3rem; }
table { border-collapse: collapse; } th, td { text-align: left; vertical-align: top; padding: .2rem .8rem .2rem 0; }
"""


class Documents:
    """What describes an application: made when it is first asked for, and the same from then on."""

    def __init__(self, app: "FastAPI") -> None:
        self._app = app

    @cached_property
    def openapi(self) -> bytes:
        """The OpenAPI document in JSON."""
        return json.dumps(self._app.openapi(), ensure_ascii=False).encode()

    @cached_property
    def manual(self) -> tuple[bytes, str]:
        """The page, and the Content-Security-Policy that it is to be shown under."""
        page, policy = manual(self._app.openapi())
        return page.encode(), policy


def manual(document: dict[str, Any]) -> tuple[str, str]:
    """The page, and the Content-Security-Policy that it is to be shown under: its own style and nothing else."""
    info = document["info"]
    sections = []
    for tag in document["tags"]:
        operations = [
            _operation(path, method, operation)
            for path, methods in document["paths"].items()
            for method, operation in methods.items()
            if tag["name"] in operation.get("tags", ())
        ]
        sections.append(
            f'<section><h2 id="{escape(tag["name"])}">{escape(tag["name"].capitalize())}</h2>'
            f"<p>{_prose(tag['description'])}</p>{''.join(operations)}</section>"
        )
    paragraphs = "".join(f"<p>{_prose(one)}</p>" for one in info["description"].strip().split("\n\n"))
    page = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(info['title'])}: REST</title><style>{_STYLE}</style></head><body><main>"
        f"<h1>{escape(info['title'])} {escape(info['version'])}</h1>{paragraphs}"
        '<p>For programs: <a href="/openapi.json">openapi.json</a>, from which clients are generated; '
        '<a href="/problems">what problems mean</a>.</p>'
        f"{''.join(sections)}</main></body></html>"
    )
    digest = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return page, policy


def _operation(path: str, method: str, operation: dict[str, Any]) -> str:
    parameters = "".join(
        f"<tr><th><code>{escape(one['name'])}</code></th><td>{escape(one['in'])}</td>"
        f"<td>{_prose(one.get('description', ''))}{' Required.' if one.get('required') else ''}</td></tr>"
        for one in operation.get("parameters", ())
    )
    sent = operation.get("requestBody", {}).get("content", {})
    return (
        f"<details><summary><b>{method.upper()}</b><code>{escape(path)}</code> {escape(operation['summary'])}</summary>"
        f"<p>{_prose(operation.get('description', ''))}</p>"
        + (f"<table>{parameters}</table>" if parameters else "")
        + "".join(f"<p>Send <code>{escape(media)}</code>:</p>{_example(one)}" for media, one in sent.items())
        + "".join(_answer(status, answer) for status, answer in operation["responses"].items())
        + "</details>"
    )


def _answer(status: str, answer: dict[str, Any]) -> str:
    shown = f"<p><code>{escape(status)}</code> {_prose(answer['description'])}</p>"
    if not status.startswith("2"):
        return shown
    return shown + "".join(
        f"<p><code>{escape(media)}</code></p>{_example(one)}" for media, one in answer.get("content", {}).items()
    )


def _example(content: dict[str, Any]) -> str:
    example = content.get("example")
    if example is None:
        return ""
    text = example if isinstance(example, str) else json.dumps(example, indent=1, ensure_ascii=False)
    return f"<pre>{escape(text)}</pre>"


def _prose(text: str) -> str:
    """Text with `code` and **strong** words; everything else in it is text."""
    pieces = escape(text).split("`")
    marked = "".join(f"<code>{piece}</code>" if number % 2 else piece for number, piece in enumerate(pieces))
    strong = marked.split("**")
    return "".join(f"<strong>{piece}</strong>" if number % 2 else piece for number, piece in enumerate(strong))
