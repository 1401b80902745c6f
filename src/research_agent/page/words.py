"""Words that others wrote, as HTML: text stays text, what looks like code is marked, web addresses become links.

What is code and what is an address is decided by `bibliography.markup`, so a page and the Markdown beside it agree.
"""

import re
from functools import cache
from typing import TYPE_CHECKING

from markupsafe import Markup

from research_agent.bibliography import markup
from research_agent.bibliography.statements import as_sentence

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")  # BCP 47, as far as a browser looks
_PLAIN_WORD = re.compile(r"[a-z]+[ ,.]")
_RULES = ("escape", "entity", "backticks", "autolink")  # no other markup of Markdown is read: the rest stays text


def prose(words: str) -> Markup:
    """`words` as HTML of one line; the only elements in it are `code` and links to web addresses."""
    return _inline(markup.text(words))


def sentence(words: str) -> Markup:
    """`prose` that ends with a full stop and begins with a capital, unless it begins with an id or a name in code."""
    told = as_sentence(words)
    return prose(told[:1].upper() + told[1:] if _PLAIN_WORD.match(told) else told)


def address(url: str) -> Markup:
    """A web address that shows itself and can be followed; anything else as `prose`."""
    return _inline(markup.address(url))


def web_address(url: str) -> str:
    """The address, where it is one of the web that a link may lead to; else nothing (`javascript:`, `data:`)."""
    return url if re.fullmatch(r"https?://\S+", url) else ""


def beside(name: str) -> str:
    """The address of a file beside the page or on the web; nothing where a scheme of another kind leads it."""
    return name if web_address(name) or not re.match(r"[\w+.-]*:|[/\\]{2}", name) else ""


def plain(name: str) -> str:
    """A signal, a kind or a state in words."""
    return name.replace("_", " ")


def language(tag: str) -> str:
    """The tag of a text's language, where it has the form of one; a browser ignores others, a checker complains."""
    return tag if _LANGUAGE_TAG.fullmatch(tag) else ""


def counted(number: int, noun: str, plural: str = "") -> str:
    """A number with its noun: "1 entry", "3 entries"."""
    return f"{number} {noun if number == 1 else plural or f'{noun}s'}"


def _inline(markdown: str) -> Markup:
    return Markup(_reader().renderInline(markdown))  # noqa: S704 - the parser escapes all that is no rule's own tag


@cache
def _reader() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    return MarkdownIt("zero", {"html": False}).enable(list(_RULES))
