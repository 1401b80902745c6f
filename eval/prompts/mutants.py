"""Mutants: take one clause, item or placeholder out of a template, assemble, and see whether anything is found.

The project's own lint is left out meanwhile, so that nothing is caught by it.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final, Literal, NamedTuple
from unittest.mock import patch

from jinja2 import FunctionLoader, StrictUndefined, Template
from jinja2.sandbox import SandboxedEnvironment

from eval.prompts.cases import SAMPLE, Asked, Situation, asked
from eval.prompts.judging import Found, judge
from research_agent.errors import DataError
from research_agent.model.guide import Guide
from research_agent.prompts import assemble
from research_agent.prompts.text import as_data
from research_agent.resources import resource

Judging = Callable[[Asked], Found]

_ADVICE: Final = Path(__file__).parent / "advice.tsv"
_END: Final = re.compile(r"(?<=[.;:,])\s+")
_EXPRESSION: Final = re.compile(r"\{\{.*?\}\}(?!\})")
_STATEMENT: Final = re.compile(r"\{%-?\s*(\w+).*?%\}")
_MARK: Final = re.compile(r"^\s*(?:-|\d+\.)\s+")
_PAIRS: Final = (("{{", "}}"), ("{%", "%}"))
_LETTERS: Final = re.compile(r"[A-Za-z]{2,}")
SITUATIONS: Final = (Situation("open"), Situation("open", "generic"), *SAMPLE)


class Cut(NamedTuple):
    """What is taken out of a template."""

    template: str
    kind: Literal["clause", "placeholder"]
    text: str
    place: int
    """Where it begins in the template, in characters."""

    @property
    def case(self) -> str:
        """How a failure names it."""
        return f"{self.template}, {self.kind}: {self.text[:90]}"


class Advice(NamedTuple):
    """A clause or placeholder that carries no requirement, by the judgement of a reader."""

    template: str
    text: str
    why: str


class Outcome(NamedTuple):
    """What became of a mutant."""

    cut: Cut
    state: Literal["caught", "missed", "broken", "unused"]
    """Broken: nothing could be assembled. Unused: no prompt changed, so that nothing could be found."""
    advice: str = ""
    """Why it carries no requirement; empty: it carries one."""


@cache
def templates() -> dict[str, str]:
    """The section templates by name."""
    folder = resource("prompts", "sections")
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.j2"))}


@cache
def advice() -> tuple[Advice, ...]:
    """What carries no requirement, and why."""
    rows = (line.split("\t") for line in _ADVICE.read_text(encoding="utf-8").splitlines()[1:])
    return tuple(Advice(*row) for row in rows)


def cuts(texts: Mapping[str, str]) -> Iterator[Cut]:
    """Every clause, item and placeholder of the templates."""
    for name, text in texts.items():
        start = 0
        for line in text.splitlines(keepends=True):
            for place, clause in _clauses(line):
                yield Cut(name, "clause", clause, start + place)
            for found in _EXPRESSION.finditer(line):
                yield Cut(name, "placeholder", found[0], start + found.start())
            start += len(line)


def outcomes(guide: Guide, judging: Judging = judge, only: Sequence[Cut] = ()) -> list[Outcome]:
    """What becomes of every mutant.

    Args:
        guide: whose prompts are assembled; its domains take turns.
        judging: what looks for faults in a prompt.
        only: these cuts; empty: all.
    """
    texts = dict(templates())
    excused = {(one.template, one.text): one.why for one in advice()}
    told, shown = [], dict[str, int]()
    with _templates_of(texts) as used:
        sound = [(situation, *_first(guide, number, situation, used)) for number, situation in enumerate(SITUATIONS)]
        before = {one.case + one.profile.id: judging(one).wrong for _, made, _ in sound for one in made}
        for cut in only or cuts(templates()):
            original = texts[cut.template]
            texts[cut.template] = original[: cut.place] + original[cut.place + len(cut.text) :]
            state: Literal["caught", "missed", "broken", "unused"] = "unused"
            # What shows one cut of a template mostly shows the next: it is tried first, which no outcome depends on.
            for number in sorted(range(len(sound)), key=lambda one: one != shown.get(cut.template)):
                situation, made, templates_used = sound[number]
                if cut.template not in templates_used:
                    continue
                try:
                    mutants, _ = _first(guide, number, situation, used)
                except DataError:
                    state = "broken"
                    break
                if _words(mutants) == _words(made):
                    continue
                state = "missed"
                if any(judging(one).wrong - before[one.case + one.profile.id] for one in mutants):
                    state = "caught"
                    shown[cut.template] = number
                    break
            texts[cut.template] = original
            told.append(Outcome(cut, state, excused.get((cut.template, cut.text.strip()), "")))
    return told


def stale_advice() -> list[Advice]:
    """Excuses for what stands in no template any more."""
    there = {(cut.template, cut.text.strip()) for cut in cuts(templates())}
    return [one for one in advice() if (one.template, one.text) not in there]


def _clauses(line: str) -> Iterator[tuple[int, str]]:
    """The clauses of a line with their places; a piece that would tear a placeholder or a branch is joined on."""
    ends = [0, *(found.end() for found in _END.finditer(line)), len(line.rstrip("\n"))]
    start = ends[0]
    for end in ends[1:]:
        piece = line[start:end]
        if not _whole(piece) or (_MARK.match(line) and line[:end].rstrip().endswith(":")):
            continue
        words = _MARK.sub("", _STATEMENT.sub("", _EXPRESSION.sub("", piece)))
        if _LETTERS.search(words):
            mark = _MARK.match(piece)
            inset = mark.end() if mark else 0
            yield start + inset, piece[inset:].rstrip()
        start = end
    yield from _between_statements(line, start)


def _between_statements(line: str, start: int) -> Iterator[tuple[int, str]]:
    """What is left of a line that opens a branch or goes on in one: its words, up to the next statement."""
    ends = [found.span() for found in _STATEMENT.finditer(line, start)]
    for begin, end in zip([start, *(end for _, end in ends)], [*(begin for begin, _ in ends), len(line)], strict=True):
        piece = line[begin:end].rstrip("\n")
        if _whole(piece) and _LETTERS.search(_EXPRESSION.sub("", piece)):
            yield begin, piece


def _whole(piece: str) -> bool:
    """Whether taking it out leaves the template's syntax whole."""
    statements = _STATEMENT.findall(piece)
    opened = sum(word in ("if", "for") for word in statements)
    closed = sum(word in ("endif", "endfor") for word in statements)
    branches = [word for word in statements if word in ("else", "elif")]
    even = piece.count("`") % 2 == 0 and all(piece.count(begin) == piece.count(end) for begin, end in _PAIRS)
    return opened == closed and even and not (branches and not opened)


def _first(guide: Guide, number: int, situation: Situation, used: set[str]) -> tuple[list[Asked], frozenset[str]]:
    """The prompt of a situation (of a chain the last), and the templates that it used."""
    used.clear()
    made = list(asked(guide, guide.domains[number % len(guide.domains)], situation, last=True))
    return made, frozenset(used)


def _words(made: Sequence[Asked]) -> list[str]:
    return [message.content for one in made for message in one.prompt.messages]


@contextmanager
def _templates_of(texts: Mapping[str, str]) -> Iterator[set[str]]:
    """Prompts are assembled from these templates and not linted; yields the names of those that were used since."""
    used = set[str]()

    def load(name: str) -> tuple[str, str, Callable[[], bool]]:
        text = texts[name.removesuffix(".j2")]
        return text, name, lambda: texts[name.removesuffix(".j2")] == text

    class Recording(SandboxedEnvironment):
        """Says which templates were asked for."""

        def get_template(self, name: object, *args: object, **more: object) -> Template:
            used.add(str(name).removesuffix(".j2"))
            return super().get_template(name, *args, **more)  # type: ignore[arg-type]  # jinja2's own is annotated for callers, and all of it is passed on

    @cache
    def environment(delimiters: str) -> SandboxedEnvironment:
        return Recording(
            loader=FunctionLoader(load),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            finalize=lambda value: as_data(value, delimiters),
        )

    with patch.object(assemble, "_environment", environment), patch.object(assemble, "check_prompt", _unchecked):
        yield used


def _unchecked(*_: object, **__: object) -> tuple[()]:
    return ()
