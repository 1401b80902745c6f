"""Read what a service sent: failures become errors that name it, bodies become JSON or XML. Pure.

Nothing here returns an empty value for a broken answer: that a dead service looks like "no such work" is the lie that
the connectors exist to avoid.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final
from xml.etree import ElementTree as ET

from research_agent.errors import AnswerError, ConnectorError, ServiceBusyError, ServiceDownError, ServiceRefusedError
from research_agent.model.text import without_controls
from research_agent.sources.connectors.base import Answer
from research_agent.sources.http.retry_after import retry_after

LARGEST_ANSWER: Final = 32 * 1024 * 1024
"""Bytes; the largest answer that any service here sends, the index of all RFCs, has 14 MiB."""
_SHOWN: Final = 120
_MUCH_LATER: Final = 86_400.0
"""Seconds; a service that asks to be left alone for longer than a day is not to be asked again in this run."""
# A declaration of a document type is the only place in which XML can declare entities (XML 1.0, section 2.8).
_DOCUMENT_TYPE = re.compile(r"<!(?:DOCTYPE|ENTITY)")
# The half of a pair that JSON can spell and no text can hold.
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def refuse_failure(title: str, answer: Answer) -> None:
    """Raise what the status of an answer says.

    Raises:
        ServiceBusyError: 429 or 503.
        ServiceDownError: another 5xx.
        ServiceRefusedError: another 4xx.
        AnswerError: any other status than 200.
    """
    status = answer.status
    if status == 200:
        return
    came = f"answered {status}{_saying(answer.body)}"
    wait = asked_to_wait(answer)
    if status in (429, 503):
        later = "Ask again later" if wait is None else f"Ask again after {wait:.0f} s"
        raise ServiceBusyError(
            title, f"{came}; it is busy or asked too often. {later}.", status=status, wait_seconds=wait
        )
    if status >= 500:
        raise ServiceDownError(title, f"{came}; it failed on its side. Ask again later.", status=status)
    if status in (401, 402, 403):
        told = "It wants a key, or the one that is set is wrong or used up"
        raise ServiceRefusedError(title, f"{came}. {told}.", status=status)
    if status >= 400:
        raise ServiceRefusedError(title, f"{came}; it does not take this request.", status=status)
    raise AnswerError(title, f"{came} where 200 was expected.", status=status)


def asked_to_wait(answer: Answer) -> float | None:
    """Seconds that a `Retry-After` field asks to wait, no more than a day; None: it has none that can be read."""
    seconds = retry_after(answer.header("retry-after"), answer.at)
    return None if seconds is None else min(seconds, _MUCH_LATER)


def wait_until(answer: Answer, epoch_seconds: str) -> float | None:
    """Seconds from an answer to a time that the service gives in seconds of the epoch; None: it is no time."""
    try:
        until = datetime.fromtimestamp(float(epoch_seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return min(max((until - answer.at).total_seconds(), 0.0), _MUCH_LATER)


def json_in(title: str, answer: Answer) -> object:
    """The JSON of an answer; its texts hold no control characters and no lone surrogates.

    Raises:
        AnswerError: it is empty, too large, not UTF-8, another format, cut off, or nested too deeply.
    """
    text = _text(title, answer)
    if text.lstrip().startswith("<"):
        raise AnswerError(title, f"a page of markup came where JSON was expected{_saying(answer.body)}.")
    try:
        loaded: object = json.loads(text, parse_constant=_no_constant)
        return _harmless(loaded)
    except json.JSONDecodeError as error:
        cut = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated")
        what = "JSON came that breaks off" if cut else "what came is no JSON"
        raise AnswerError(title, f"{what} at character {error.pos} of {len(text):,}{_saying(answer.body)}.") from error
    except (ValueError, RecursionError) as error:
        told = "is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise AnswerError(title, f"what came is no JSON that can be read: {told}.") from error


def xml_in(title: str, answer: Answer, root: str) -> ET.Element:
    """The root element of an answer in XML.

    A document type, and with it every entity but XML's own five, is refused, so nothing expands and nothing is fetched
    (billion laughs, external entities).

    Args:
        title: the service.
        answer: what came.
        root: name of the element that is expected, with its namespace: "{uri}feed".

    Raises:
        AnswerError: it is empty, too large, not UTF-8, not XML, cut off, has a document type or another root.
    """
    text = _text(title, answer)
    if _DOCUMENT_TYPE.search(text):
        raise AnswerError(title, f"XML came with a document type, which is refused{_saying(answer.body)}.")
    try:
        element = ET.fromstring(text.lstrip())  # noqa: S314 - without a document type there are no entities
    except (ET.ParseError, ValueError) as error:
        raise AnswerError(title, f"what came is no whole XML: {error}{_saying(answer.body)}.") from error
    if element.tag != root:
        raise AnswerError(title, f"XML of another kind came: <{element.tag}> where <{root}> was expected.")
    return element


def record_text(record: object) -> str:
    """A record of a JSON answer written out again, as provenance keeps it."""
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


def xml_text(element: ET.Element) -> str:
    """A record of an XML answer written out again, as provenance keeps it."""
    return ET.tostring(element, encoding="unicode").strip()


def another_shape(title: str, expected: str, came: object) -> ConnectorError:
    """The error for JSON that can be read and is not what the service documents."""
    return AnswerError(title, f"JSON of another shape came: {expected} was expected, this is {_told(came)}.")


def _text(title: str, answer: Answer) -> str:
    body = answer.body
    if len(body) > LARGEST_ANSWER:
        raise AnswerError(title, f"{len(body):,} bytes came; more than {LARGEST_ANSWER:,} are not read.")
    if not body.strip():
        raise AnswerError(title, "an empty answer came with status 200.")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        kind = answer.header("content-type") or "no content type"
        raise AnswerError(title, f"what came is not UTF-8 at byte {error.start} ({kind}).") from error


def _saying(body: bytes) -> str:
    """The beginning of what came, in one printable line; empty where nothing came."""
    text = " ".join(without_controls(body[: 4 * _SHOWN].decode("utf-8", "replace")).split())
    if not text:
        return ""
    return f": {text[:_SHOWN]}…" if len(text) > _SHOWN else f": {text}"


def _told(came: object) -> str:
    if isinstance(came, Mapping):
        names = ", ".join(map(repr, list(came)[:6]))
        return f"an object with {names}" if names else "an empty object"
    text = json.dumps(came, default=str)
    return f"{type(came).__name__} {text[:_SHOWN]}" + ("…" if len(text) > _SHOWN else "")


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON")


def _harmless(value: object) -> object:
    """The value with texts that can be printed and stored, its keys included."""
    if isinstance(value, str):
        return _LONE_SURROGATE.sub("\N{REPLACEMENT CHARACTER}", without_controls(value))
    if isinstance(value, list):
        return [_harmless(item) for item in value]
    if isinstance(value, dict):
        return {_harmless(key): _harmless(item) for key, item in value.items()}
    return value
