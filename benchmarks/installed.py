"""How much disk an installation takes: this package and all that it needs to run, without development tools."""

from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from benchmarks.harness import Context, Figure, at_most, benchmark
from research_agent.resources import resource

PACKAGE = "research-agent-mcp"
TOO_BIG = "torch"
LARGEST = 5


@benchmark("installed")
def installed_size(_: Context) -> Iterator[Figure]:
    """Disk space of the package and its dependencies."""
    sizes = {name: _size(found) for name, found in _needed(PACKAGE).items()}
    ours = Path(resource("corpus").parent)
    source = Path(__import__("research_agent").__file__ or "").parent
    sizes[PACKAGE] = sum(_tree(folder) for folder in {source, ours / "corpus", ours / "prompts"})
    largest = sorted(sizes.items(), key=lambda item: -item[1])[:LARGEST]
    note = ", ".join(f"{name} {size / 1e6:.0f}" for name, size in largest)
    yield Figure("files", sum(sizes.values()) / 1e6, "MB", at_most(750), note=f"{len(sizes)} packages: {note} ...")
    yield Figure(f"{TOO_BIG} among them", float(TOO_BIG in sizes), "", at_most(0))
    extra = _needed(f"{PACKAGE}[tokens]")
    yield Figure("the extra tokens", sum(_size(extra[name]) for name in extra.keys() - sizes.keys()) / 1e6, "MB")


def _needed(package: str) -> dict[str, Distribution]:
    """The package and what it requires here, and what that requires, by normal name."""
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    found: dict[str, Distribution] = {}
    asked: set[tuple[str, frozenset[str]]] = set()
    left = [Requirement(package)]
    while left:
        wanted = left.pop()
        name, extras = canonicalize_name(wanted.name), frozenset(wanted.extras)
        if (name, extras) in asked:
            continue
        asked.add((name, extras))
        try:
            found[name] = distribution(wanted.name)
        except PackageNotFoundError as error:
            raise RuntimeError(f"{wanted} is required and not installed") from error
        for line in found[name].requires or ():
            requirement = Requirement(line)
            marker = requirement.marker
            if marker is None or any(marker.evaluate({"extra": extra}) for extra in (*extras, "")):
                left.append(requirement)
    return found


def _size(found: Distribution) -> int:
    """Bytes of the files that the installer recorded, compiled ones included."""
    files = [Path(str(file.locate())) for file in found.files or ()]
    return sum(file.stat().st_size for file in files if file.is_file())


def _tree(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
