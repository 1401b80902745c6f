"""A Markdown text as a flat run of blocks: headings, paragraphs and list items as plain words with their lines.

What people write as a heading without marking it as one counts as one: a paragraph all in bold, or a short one that
ends with a colon. What the blocks mean is not decided here.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

from research_agent.guide.domain_headings import is_state
from research_agent.model.text import without_controls

LABEL = 7
"""Level of a heading that is written as a paragraph; marked ones have 1 to 6."""

# A longer paragraph that ends with a colon is a sentence that leads to a list, which heads it as well, but a
# sentence is a bad name for what stands below it.
_LONGEST_LABEL = 80
_LIST_GLYPHS = "•‣▪◦·●○"


class Block(NamedTuple):
    """A heading, a paragraph or a list item."""

    kind: Literal["heading", "paragraph", "item"]
    text: str
    """Its words without emphasis marks, on one line."""
    line: int
    """Line of the file on which it begins, from 1."""
    level: int
    """Of a heading 1 to 7; of an item its depth from 1; else 0."""
    number: str = ""
    """The number of an item of a numbered list."""


class Section(NamedTuple):
    """A heading with the blocks directly below it, up to the next heading."""

    heading: Block | None
    """None: what stands before the first heading."""
    above: tuple[Block, ...]
    """The headings that it stands under, outermost first."""
    blocks: tuple[Block, ...]


def repair(text: str) -> str:
    """The text with wrongly decoded characters put right, and its other letters as they are.

    Nothing else is changed: ftfy would straighten quotes and ligatures too, which are the author's.
    """
    from ftfy import TextFixerConfig, fix_text

    fixes = TextFixerConfig(
        unescape_html=False,
        fix_latin_ligatures=False,
        fix_character_width=False,
        uncurl_quotes=False,
        explain=False,
    )
    return fix_text(text, fixes)


def read_blocks(text: str) -> list[Block]:
    """The blocks of a Markdown text (CommonMark), in order; code, rules and HTML blocks are left out."""
    tokens = MarkdownIt("commonmark").disable("html_inline").parse(_without_front_matter(text))
    return list(_blocks(tokens))


def sections_of(blocks: Sequence[Block]) -> list[Section]:
    """The blocks by the heading that they stand under."""
    sections: list[Section] = []
    heading: Block | None = None
    above: list[Block] = []
    held: list[Block] = []
    for block in blocks:
        if block.kind != "heading":
            held.append(block)
            continue
        sections.append(Section(heading, tuple(above), tuple(held)))
        if heading:
            above.append(heading)
        above = [higher for higher in above if higher.level < block.level]
        heading, held = block, []
    sections.append(Section(heading, tuple(above), tuple(held)))
    return [section for section in sections if section.heading or section.blocks]


# --- tokens to blocks -----------------------------------------------------------------------------------------------


def _blocks(tokens: Sequence[Token]) -> Iterator[Block]:
    items: list[tuple[str, int]] = []  # of the open list items: number and line
    heading: Token | None = None
    begun: Block | None = None  # the item whose paragraphs are being read
    for token in tokens:
        match token.type:
            case "heading_open":
                heading = token
            case "list_item_open":
                if begun:
                    yield begun
                begun = None
                items.append((token.info, _line(token)))
            case "list_item_close":
                if begun:
                    yield begun
                begun = None
                items.pop()
            case "inline" if heading:
                yield from _heading(heading, token)
                heading = None
            case "inline" if items:
                number, line = items[-1]
                text = " ".join(line.text for line in _lines(token))
                if begun:
                    begun = begun._replace(text=f"{begun.text} {text}")
                else:
                    begun = Block("item", text, line, len(items), number)
            case "inline":
                yield from _paragraphs(token)
            case _:
                pass


def _heading(opened: Token, token: Token) -> Iterator[Block]:
    text = " ".join(line.text for line in _lines(token))
    if opened.markup == "-" and ("\n" in token.content or len(text) > _LONGEST_LABEL):
        yield from _paragraphs(token)  # a rule drawn directly below a paragraph makes it no heading
    elif text:
        yield Block("heading", text, _line(token), int(opened.tag[1:]))


class _Line(NamedTuple):
    text: str
    number: int
    bold: bool
    """All of it is bold."""
    labelled: bool
    """It begins with bold words."""


def _paragraphs(token: Token) -> Iterator[Block]:
    """A paragraph as the blocks that its lines are: labels, items with a typed bullet, and running text."""
    open_lines: list[_Line] = []
    for line in _lines(token):
        glyph = line.text[:1] in _LIST_GLYPHS if line.text else False
        if glyph or line.bold or line.labelled:
            yield from _running(open_lines)
            open_lines = []
        if glyph:
            yield Block("item", line.text[1:].strip(), line.number, 1)
        elif line.bold:
            yield Block("heading", line.text, line.number, LABEL)
        elif line.text:
            open_lines.append(line)
    yield from _running(open_lines)


def _running(lines: Sequence[_Line]) -> Iterator[Block]:
    if not lines:
        return
    text = " ".join(line.text for line in lines)
    if text.endswith(":") and len(text) <= _LONGEST_LABEL:
        yield Block("heading", text, lines[0].number, LABEL)
    else:
        yield Block("paragraph", text, lines[0].number, 0)


def _lines(token: Token) -> list[_Line]:
    """The lines of a token's words, without marks of emphasis."""
    lines: list[list[Token]] = [[]]
    for child in token.children or ():
        if child.type in ("softbreak", "hardbreak"):
            lines.append([])
        else:
            lines[-1].append(child)
    return [_plain_line(line, _line(token) + number) for number, line in enumerate(lines)]


def _plain_line(tokens: Sequence[Token], number: int) -> _Line:
    depth = 0
    bold: list[str] = []
    plain: list[str] = []
    words: list[str] = []
    for position, token in enumerate(tokens):
        if token.type in ("strong_open", "em_open", "strong_close", "em_close"):
            if token.type == "strong_open":
                depth += 1
            elif token.type == "strong_close":
                depth -= 1
            words.append(token.markup if _is_identifier(tokens, position) else "")
        elif token.type == "code_inline":
            words.append(f"`{token.content}`")
            (bold if depth else plain).append(token.content)
        else:
            words.append(token.content)
            (bold if depth else plain).append(token.content)
    # Only now: an entity such as `&#12;` has become its character.
    text = " ".join(without_controls("".join(words)).split())
    rest = "".join(plain).strip()
    # A label is bold and followed by its text; a domain's bold name may be followed by the mark of its state.
    all_bold = bool("".join(bold).strip()) and (not rest or is_state(rest))
    starts_bold = next((t.type == "strong_open" for t in tokens if t.type != "text" or t.content), False)
    return _Line(text, number, all_bold, starts_bold)


def _is_identifier(tokens: Sequence[Token], position: int) -> bool:
    """Whether this mark belongs to a name with underscores, such as `__slots__`, which Markdown reads as bold."""
    token = tokens[position]
    if not token.markup.startswith("_"):
        return False
    step = 1 if token.type.endswith("_open") else -1
    inner = position + step
    return 0 <= inner < len(tokens) and tokens[inner].type == "text" and " " not in tokens[inner].content


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1


def _without_front_matter(text: str) -> str:
    """The text with a YAML head between two rules emptied, so that its lines keep their numbers."""
    match = re.match(r"---[ \t]*\n(?:[\w-]+:.*\n|[ \t-].*\n)+?---[ \t]*(?:\n|$)", text)
    return "\n" * match.group().count("\n") + text[match.end() :] if match else text
