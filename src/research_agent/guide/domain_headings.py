"""A domain's heading in the ways in which people write it: number, name and the mark that it is done."""

import re
from typing import NamedTuple


class DomainHeading(NamedTuple):
    """What a heading says of a domain."""

    number: str
    """"2", "2-1" where it says 2.1, or "" where it gives none."""
    name: str
    completed: bool
    explicit: bool
    """It says "domain", rather than only having a number."""


_LONGEST = 200  # characters; a longer line is a sentence
_DONE = r"(?:completed?|done|finished|ready)"
_OPEN = r"(?:pending|open|to ?do|planned|next|in progress|not started|wip|draft)"
_CHECK = "✅✓✔☑🗹"
_CLOCK = "⏳🔄🚧⌛📝🔜⬜☐🟡❌"
_SPACES = r"[\s\ufe0f]*"
_END = re.compile(
    rf"{_SPACES}(?:"
    rf"(?P<checked>[{_CHECK}]{_SPACES}(?:[\[(]?{_DONE}[\])]?)?)"
    rf"|[\[(]{_SPACES}(?P<bracketed>[{_CHECK}x]|{_DONE}){_SPACES}[\])]"
    rf"|[-\u2013\u2014:|]{_SPACES}(?P<dashed>{_DONE})"
    rf"|[{_CLOCK}]{_SPACES}{_OPEN}?"
    rf"|[\[(]{_SPACES}(?:[{_CLOCK}]{_SPACES})?{_OPEN}?{_SPACES}[\])]"
    rf"|[-\u2013\u2014:|]{_SPACES}{_OPEN}"
    rf"){_SPACES}$",
    re.IGNORECASE,
)
# In capitals a word is a mark of its own; "Getting Things Done" is a name.
_SHOUTED = re.compile(r"\s+(?:COMPLETED?|DONE|FINISHED)$")
_START = re.compile(rf"^{_SPACES}(?:\[(?P<box>[ xX])\]|(?P<check>[{_CHECK}])|[{_CLOCK}]){_SPACES}")
_EXPLICIT = re.compile(
    r"(?:research\s+)?domain(?:\b|(?=\d))\s*(?:#|no\.?\s*)?"
    r"(?:(?P<number>\d{1,4}(?:\.\d{1,4}){0,3}|(?-i:[A-Z]|[IVXL]+))\s*(?:[:.)|\u2013\u2014\uff1a-]+\s*|\s+)|(?:[:\uff1a]|\s[\u2013\u2014-])\s*)(?P<name>\S.*)",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"(?P<number>\d{1,4})\s*(?:[:.)|\u2013\u2014\uff1a]+|\s-)\s*(?P<name>\S.*)")
_DOTTED = re.compile(r"(?P<number>\d{1,4}(?:\.\d{1,4}){1,3})(?:\s*[:.)|\u2013\u2014\uff1a]+\s*|\s+)(?P<name>\S.*)")


def read_domain_heading(text: str) -> DomainHeading | None:
    """What this heading says of a domain; None: it is no heading of one, by its form.

    `Domain 2: Name`, `DOMAIN 2 - Name`, `2. Name` and `Domain: Name`, with a state before or after it: `✅ COMPLETED`,
    `(done)`, `— completed`, `[x]`.
    """
    if len(text) > _LONGEST:
        return None
    text, completed = name_and_state(text)
    explicit = _EXPLICIT.fullmatch(text)
    match = explicit or _DOTTED.fullmatch(text) or _NUMBERED.fullmatch(text)
    if not match:
        return None
    name = match["name"].strip().strip("*_").strip()
    placeholder = name.startswith(("[", "<")) and name.endswith(("]", ">"))
    if placeholder or not any(character.isalnum() for character in name):
        return None
    parts = (match["number"] or "").split(".")
    # A dot separates a domain from its bullets, so "2.1" is called 2-1.
    number = "-".join(str(int(part)) if part.isdecimal() else part for part in parts)
    return DomainHeading(number, name, completed, bool(explicit))


def name_and_state(text: str) -> tuple[str, bool]:
    """A name without the mark of its state, and whether that says that it is done: `Soil ✅` is ("Soil", True)."""
    text, before = _without_start(text.strip())
    text, after = _without_end(text)
    return text, before or after


def is_state(text: str) -> bool:
    """Whether this is the mark of a state and nothing else: `✅ COMPLETED`, `(pending)`."""
    return len(text) <= _LONGEST and _without_end(f"domain {text}")[0] == "domain"


def read_state(text: str) -> bool | None:
    """Whether a line such as `Status: completed` says that a domain is done; None: it says nothing of it."""
    match = re.fullmatch(r"status\s*:\s*(?P<state>.{1,60})", text.strip(), re.IGNORECASE)
    return _without_end(f"domain - {match['state']}")[1] if match else None


def _without_start(text: str) -> tuple[str, bool]:
    match = _START.match(text)
    if not match:
        return text, False
    return text[match.end() :], bool(match["check"]) or (match["box"] or "").lower() == "x"


def _without_end(text: str) -> tuple[str, bool]:
    if shouted := _SHOUTED.search(text):
        head, _ = _without_end(text[: shouted.start()])
        return head.rstrip(" :|\u2013\u2014-"), True
    match = _END.search(text)
    if not match or match.start() == 0:
        return text, False
    completed = any(match[group] for group in ("checked", "bracketed", "dashed"))
    return text[: match.start()].strip(), completed
