"""Compare the API names in code patterns with the symbols of the libraries, where they are installed.

The libraries' source is parsed and never imported: a check of records must not run other people's code.
"""

import ast
import importlib.util
import re
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

from pydantic import Field

from research_agent.model.base import Record
from research_agent.model.source import CodePattern, Source

_SEPARATORS = re.compile(r"[/,+&]|\band\b|\bwith\b")
_CALLED = re.compile(r"(?<![\w.])@?([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)\(")
_DOTTED = re.compile(r"(?<![\w./@-])([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+)\b(?!/)")
_SNAKE = re.compile(r"(?<![\w./-])([a-z]+(?:_[a-z0-9]+)+)\b")
_CAMEL = re.compile(r"(?<![\w./-])([A-Z][a-z0-9]+(?:[A-Z][a-z0-9]*)+)\b")
_KEYWORD = re.compile(r"[(,]\s*([a-z_]\w*)=(?!=)")
_FILES = re.compile(r"\.(?:py|md|toml|json|yaml|yml|lock|txt|ini|cfg|org|com|io|dev)$")
_DISTRIBUTIONS = {
    "redis-py": ("redis",),
    "opentelemetry-python": ("opentelemetry-api", "opentelemetry-sdk"),
    "PyJWT": ("pyjwt",),
}
"""Names by which records call libraries that are distributed under others."""


class UnknownNames(Record):
    """A code pattern with what its libraries don't define."""

    source: str = Field(description="Id of the source.")
    domain: str = Field(description="Id of the domain for which the pattern was noted.")
    library: str = Field(description="Its library, or libraries, as the record has them.")
    names: tuple[str, ...] = Field(
        description="What none of them has, as far as it is installed; it may be a variable of the pattern's own."
    )
    missing: tuple[str, ...] = Field(description="Those that are not installed: nothing is known of their names.")


def unknown_names(sources: Iterable[Source]) -> Iterator[UnknownNames]:
    """For each code pattern what is to be looked at; nothing for one whose every name is known."""
    for source in sources:
        told: set[tuple[str, str]] = set()
        for placement in source.placements:
            pattern = placement.code_pattern
            if pattern is None or (pattern.library, pattern.idea) in told:
                continue
            told.add((pattern.library, pattern.idea))
            known, missing = _known(pattern)
            names = () if missing else tuple(sorted(api_names(pattern.idea) - known))
            if names or missing:
                yield UnknownNames(
                    source=source.id, domain=placement.domain, library=pattern.library, names=names, missing=missing
                )


def api_names(idea: str) -> set[str]:
    """The identifiers that a sentence names: what is called, dotted, in snake or camel case, or a keyword argument.

    Of a dotted name the last part: what stands before it is often a variable of the reader's.
    """
    found = {name.rpartition(".")[2] for name in _CALLED.findall(idea)}
    found |= {name.rpartition(".")[2] for name in _DOTTED.findall(idea) if not _FILES.search(name)}
    found |= {*_SNAKE.findall(idea), *_CAMEL.findall(idea), *_KEYWORD.findall(idea)}
    assigned = set(re.findall(r"(?<![\w(,. ])\b([a-z_]\w*)\s*=\s", idea))
    return {name for name in found if len(name) > 1} - assigned


def _known(pattern: CodePattern) -> tuple[frozenset[str], tuple[str, ...]]:
    """What the libraries of a pattern define, with the standard library's names, and those that are not installed."""
    symbols: set[str] = set(_standard_symbols())
    missing = []
    for library in filter(None, (part.strip() for part in _SEPARATORS.split(pattern.library))):
        modules = _modules_of(library)
        if not modules:
            missing.append(library)
        for module in modules:
            symbols |= _symbols_of(module)
    for module in re.findall(r"\b([a-z_][a-z0-9_]*)\.\w", pattern.idea):
        symbols |= _symbols_of(module)
    return frozenset(symbols), tuple(missing)


@cache
def _modules_of(library: str) -> tuple[str, ...]:
    """The installed top-level modules of a library, by the name of its distribution or of the module."""
    wanted = {_plain(name) for name in _DISTRIBUTIONS.get(library, (library,))}
    found = [module for module, owners in _owners().items() if wanted & set(map(_plain, owners))]
    module = library.partition(".")[0].replace("-", "_").lower()
    if not found and (module in sys.stdlib_module_names or module in _owners()):
        found = [module]
    return tuple(sorted(found))


@cache
def _owners() -> dict[str, list[str]]:
    return {module: list(names) for module, names in packages_distributions().items()}


@cache
def _standard_symbols() -> frozenset[str]:
    common = ("builtins", "typing", "contextlib", "collections", "dataclasses", "functools", "logging")
    return frozenset().union(*map(_symbols_of, common)) | frozenset(dir(__builtins__))


@cache
def _symbols_of(module: str) -> frozenset[str]:
    """Every name that a module or package defines at any depth; names of parameters among them."""
    try:
        spec = importlib.util.find_spec(module)
    except (ImportError, ValueError):
        return frozenset()
    if spec is None:
        return frozenset()
    if spec.submodule_search_locations:
        files = [path for folder in spec.submodule_search_locations for path in Path(folder).rglob("*.py*")]
    else:
        files = [Path(spec.origin)] if spec.origin and spec.origin.endswith(".py") else []
    symbols: set[str] = {module}
    for path in files:
        if path.suffix in (".py", ".pyi"):
            symbols |= {path.stem, *_defined(path)}
    if module in sys.stdlib_module_names:  # much of it is written in C, and importing it runs nobody else's code
        symbols |= set(dir(importlib.import_module(module)))
    return frozenset(symbols)


def _defined(path: Path) -> set[str]:
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError, OSError):
        return set()
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            names.add(node.attr)
        elif isinstance(node, ast.alias):
            names.add((node.asname or node.name).rpartition(".")[2])
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
            names.add(node.value)  # fields of typed dictionaries, names in __all__, options that are read by name
    return names


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
