"""Fill a page's template and put its style and script into it, under a policy that lets nothing else run or load."""

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from research_agent.bibliography import search_report
from research_agent.bibliography.markup import anchor_name
from research_agent.bibliography.report import known_of, looked_up, unread
from research_agent.errors import DataError
from research_agent.model.quotation import is_quoted, quoted
from research_agent.page import words

if TYPE_CHECKING:
    from jinja2 import Environment

_FOLDER = Path(__file__).parent
_MEND = "No file was changed. Install it again: pip install --force-reinstall research-agent-mcp."


def fill(template: str, values: dict[str, Any], *, styles: Sequence[str], scripts: Sequence[str]) -> str:
    """The page: a template with its values, styles and scripts, as text that needs nothing from anywhere.

    Args:
        template: name of a file in `templates/`.
        values: what the template names.
        styles: names of files in `assets/`, put into one `style` element in this order.
        scripts: the same for one `script` element.

    Raises:
        DataError: the installation lacks a file, or a template does not fit its values.
    """
    from jinja2 import TemplateError

    style, script = _assets(tuple(styles)), _assets(tuple(scripts))
    inline = {"style": style, "script": script, "policy": policy(style, script)}
    try:
        return _environment().get_template(template).render(values | inline)
    except TemplateError as error:
        raise DataError(f"The page {template} can't be rendered: {error}. {_MEND}") from error


def policy(style: str, script: str) -> str:
    """The Content-Security-Policy of a page: exactly this style and this script, no request (CSP 3, section 2.3.1).

    Args:
        style: the text between the tags of the page's one `style` element.
        script: the same of its one `script` element.
    """
    allowed = f"style-src {_hash(style)}; script-src {_hash(script)}"
    return f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'"


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"


@cache
def _assets(names: tuple[str, ...]) -> Markup:
    try:
        texts = [(_FOLDER / "assets" / name).read_text(encoding="utf-8") for name in names]
    except OSError as error:
        raise DataError(f"This installation lacks {error.filename}. {_MEND}") from error
    return Markup("\n" + "\n".join(texts))  # noqa: S704 - our own files


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_FOLDER / "templates"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "address": words.address,
        "anchor": anchor_name,
        "beside": words.beside,
        "counted": words.counted,
        "known_of": known_of,
        "language": words.language,
        "looked_up": looked_up,
        "plain": words.plain,
        "prose": words.prose,
        "quoted": quoted,
        "sentence": words.sentence,
        "told_candidates": search_report.told_candidates,
        "told_purpose": search_report.told_purpose,
        "told_round": search_report.told_round,
        "told_search": search_report.told_search,
        "unread": unread,
        "web_address": words.web_address,
    }
    environment.tests["quotation"] = is_quoted
    return environment
