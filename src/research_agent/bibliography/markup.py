"""Put text that others wrote into Markdown (GitHub's, over CommonMark) as text: nothing in it can act as markup.

What looks like code (`retry(stop=...)`, `max_age`) becomes code, which also keeps it readable in the file itself.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

_DEEPEST = 3


def _bracketed(depth: int = _DEEPEST) -> str:
    """A pattern for a bracket, what it holds and the bracket that closes it, so many brackets deep at most."""
    within = rf"(?:[^()\[\]{{}}`\n]|{_bracketed(depth - 1)})*+" if depth > 1 else r"[^()\[\]{}`\n]*+"
    return rf"(?:\({within}\)|\[{within}\]|\{{{within}\}})"


_GROUP = _bracketed()
_TAIL = rf"(?:\.\w+|{_GROUP})*"  # attributes, subscripts and calls that follow a name at once
_CODE = re.compile(
    rf"`[^`\n]+`"  # marked as code by its author
    rf"|(?<![\w/.`@-])(?:@?[A-Za-z_][\w.]*(?=\(){_GROUP}{_TAIL}"
    rf"|[A-Za-z_][\w.]*=(?:\"[^\"`\n]*\"|'[^'`\n]*'|(?:[^\s`,;|()\[\]{{}}]|{_GROUP})+)"
    rf"|@?(?=\w*[A-Za-z0-9]_)\w++{_TAIL}|__\w+__|_[a-z]\w*"
    rf"|@[a-z]\w+{_TAIL}"
    rf"|[a-z_]\w+(?:\.[A-Za-z_]\w+)+{_TAIL}"
    r"|--[a-z][\w-]*"
    r"|\$[A-Za-z_]\w*"
    r")(?![\w`/@(\[{-]|\.\w)"  # never in the middle of a word, of a hyphened name or before a bracket left open
)
_SITE = re.compile(r"\.(?:ai|app|com|dev|edu|eu|fyi|gov|info|io|me|net|org|uk)$")
_PLURALS = re.compile(r"\w+\((?:s|es|ies|ren)\)")
_ADDRESS = re.compile(r"https?://[^\s<>`]+[^\s<>`.,;:!?'\")\]]")
_ACTIVE = re.compile(r"([\\`*\[\]<|$]|~(?=~)|(?<!\w)_|_(?!\w)|&(?=#?\w+;)|(?<=\s)#)")
_BLOCK_MARK = re.compile(r"^(\d{0,9})((?<=\d)[.)](?=\s|$)|(?<!\d)[#>+=-])")  # would open a list, a heading, a quotation
_Rendering = Callable[[str], str]
_UNSAFE_IN_ADDRESS = {character: f"%{ord(character):02X}" for character in ' "<>\\^`{|}'}
_UNSAFE_IN_LINK = _UNSAFE_IN_ADDRESS | {"(": "%28", ")": "%29"}


def text(words: str) -> str:
    """One line of Markdown that reads as `words`: markup escaped, addresses linked, what looks like code marked."""
    plain = " ".join(words.split())
    line = _pieces(_ADDRESS, plain, lambda address: f"<{_safe(address)}>", _with_code)
    return _BLOCK_MARK.sub(r"\1\\\2", line)


def cell(words: str) -> str:
    """`text` for a table."""
    return in_cell(text(words))


def in_cell(markdown: str) -> str:
    """Markdown of one line for a table, in which a bar ends the cell even inside code (GFM, section 4.10)."""
    return re.sub(r"(?<!\\)\|", r"\\|", markdown)


def code(words: str) -> str:
    """`words` as code, whatever backquotes it holds (CommonMark, section 6.1)."""
    plain = " ".join(words.split())
    longest = max((len(run) for run in re.findall(r"`+", plain)), default=0)
    fence = "`" * (longest + 1)
    padding = " " if plain.startswith("`") or plain.endswith("`") else ""
    return f"{fence}{padding}{plain}{padding}{fence}"


def link(words: str, address: str) -> str:
    """A link to a web address or to a place in these files; another scheme (`javascript:`) gives the words alone."""
    label = _escaped(" ".join(words.split()))
    if re.match(r"https?://", address) or not re.match(r"[\w+.-]*:", address):
        return f"[{label}]({_safe(address, _UNSAFE_IN_LINK)})"
    return label


def address(url: str) -> str:
    """A web address that shows itself and can be followed; anything else as text."""
    return f"<{_safe(url)}>" if re.match(r"https?://\S+$", url) else text(url)


def anchor(name: str) -> str:
    """A place that `#name` links to; names are ours or ids, and lose what an attribute could not hold."""
    return f'<a id="{anchor_name(name)}"></a>'


def anchor_name(name: str) -> str:
    """The name as it stands in an anchor and after "#"."""
    return re.sub(r"[^\w.-]+", "-", name.lower())


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """The lines of a table; headings and cells are Markdown already, cells by `cell`."""
    lines = [f"| {' | '.join(headings)} |", f"|{'---|' * len(headings)}"]
    return [*lines, *(f"| {' | '.join(row)} |" for row in rows)]


def _with_code(words: str) -> str:
    return _pieces(_CODE, words, _marked, _escaped)


def _marked(found: str) -> str:
    inner = found.strip("`")
    if found == inner and (_SITE.search(found) or _PLURALS.fullmatch(found)):
        return _escaped(found)
    trailing = re.search(r"[.,;:]*$", inner)
    end = trailing[0] if trailing else ""
    return code(inner.removesuffix(end)) + end if inner != end else _escaped(found)


def _escaped(words: str) -> str:
    return _ACTIVE.sub(r"\\\1", words)


def _safe(url: str, unsafe: Mapping[str, str] = _UNSAFE_IN_ADDRESS) -> str:
    return "".join(unsafe.get(character, character) for character in url.strip())


def _pieces(pattern: re.Pattern[str], words: str, inside: _Rendering, outside: _Rendering) -> str:
    """The text with what the pattern finds rendered one way, and what lies between another."""
    parts, start = [], 0
    for found in pattern.finditer(words):
        parts += [outside(words[start : found.start()]), inside(found[0])]
        start = found.end()
    return "".join([*parts, outside(words[start:])])
