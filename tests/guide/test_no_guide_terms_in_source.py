"""Nothing under src/ knows the shipped guide: its terms are derived from the guide itself and searched for.

What counts as a term: every domain's name and slug, every focus bullet of three words or more (a shorter one, such as
"error handling", is everyday English), and every technology of the stack by name, its version left off.

The one exception is a technology that this program stands on itself. A file that imports it may use its name in code,
and a string may be the name of one of our own dependencies and nothing else (`doctor` lists what is installed). Other
strings, docstrings and comments may not name it, so no behaviour and no example can hang on it.
"""

import io
import re
import tokenize
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from research_agent.guide import read_guide
from research_agent.model.guide import Guide
from research_agent.resources import resource

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src"
# A vocabulary of 30,000 English words, which ships as it was published.
NOT_OURS = {"tokenizer.json"}
SHORTEST_BULLET = 3  # words


def terms_of(guide: Guide) -> tuple[str, ...]:
    names = [name for domain in guide.domains for name in (domain.name, domain.slug)]
    bullets = [f.text for domain in guide.domains for f in domain.focus if len(f.text.split()) >= SHORTEST_BULLET]
    technologies = [re.sub(r"\s+v?\d[\w.]*$", "", item) for t in guide.technologies for item in t.items]
    return tuple(sorted({term.casefold() for term in (*names, *bullets, *technologies)}))


def pattern_of(terms: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(terms, key=len, reverse=True)
    joined = "|".join(re.escape(term) for term in longest_first)
    return re.compile(rf"(?<!\w)(?:{joined})(?!\w)")


def findings(text: str, pattern: re.Pattern[str], *, python: bool) -> Iterator[tuple[int, str]]:
    """Line and term of every term that stands where it may not."""
    lines = enumerate(text.casefold().splitlines(), start=1)
    found = [(number, match.start(), match.group()) for number, line in lines for match in pattern.finditer(line)]
    allowed = set(used_names(text)) if python and found else set()
    for number, column, term in found:
        if (number, column, term) not in allowed:
            yield number, term


def used_names(text: str) -> Iterator[tuple[int, int, str]]:
    """Line, column and name of every permitted mention of a package that we stand on."""
    tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    names = [token for token in tokens if token.type == tokenize.NAME]
    imported = {t.string for t in names if re.match(rf"\s*(?:import|from)\s+{re.escape(t.string)}\b", t.line)}
    for token in names:
        if token.string in imported:
            yield token.start[0], token.start[1], token.string
    for token in tokens:
        if token.type == tokenize.STRING and (name := token.string.strip("'\"")) in own_dependencies():
            yield token.start[0], token.start[1] + 1, name


@cache
def own_dependencies() -> frozenset[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return frozenset(re.split(r"[<>=~!\[; ]", requirement)[0] for requirement in project["dependencies"])


@pytest.fixture(scope="module")
def pattern() -> re.Pattern[str]:
    return pattern_of(terms_of(read_guide(resource("corpus", "guide.yaml"))))


def test_no_source_file_names_what_the_shipped_guide_is_about(pattern: re.Pattern[str]) -> None:
    found = []
    for path in sorted(SOURCE.rglob("*")):
        if not path.is_file() or path.name in NOT_OURS or path.suffix in {".pyc", ".npz", ".npy", ".onnx"}:
            continue
        text = path.read_text(encoding="utf-8")
        for line, term in findings(text, pattern, python=path.suffix == ".py"):
            found.append(f"{path.relative_to(SOURCE)}:{line}: {term}")

    assert found == []


def test_the_search_knows_the_guides_terms(pattern: re.Pattern[str]) -> None:
    guide = read_guide(resource("corpus", "guide.yaml"))

    for domain in guide.domains:
        assert pattern.search(f"# about {domain.name.casefold()}.")
        assert pattern.search(f'"{domain.folder}"')
    for technology in guide.technologies:
        for item in technology.items:
            assert pattern.search(f'"{item.casefold()}"')


def test_a_technology_may_be_used_where_it_is_imported_and_not_be_spoken_of() -> None:
    pattern = pattern_of(("lib",))
    used = "import lib\n\ndef run() -> None:\n    lib.start()\n"
    spoken = 'import lib\n\nNAMES = ["lib"]  # lib\n'

    assert list(findings(used, pattern, python=True)) == []
    assert list(findings(spoken, pattern, python=True)) == [(3, "lib"), (3, "lib")]
    assert list(findings("x = 'lib-docs'\n", pattern, python=True)) == [(1, "lib")]
    assert list(findings("x = ('pydantic', 'pydantic v2')\n", pattern_of(("pydantic",)), python=True)) == [
        (1, "pydantic")
    ]
    assert list(findings("calibre = library\n", pattern, python=True)) == []
