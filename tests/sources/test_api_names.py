"""Names in code patterns against the symbols of libraries."""

from pathlib import Path

import pytest

from research_agent.model.source import CodePattern, Source
from research_agent.sources import api_names as module
from research_agent.sources.api_names import UnknownNames, api_names, unknown_names
from tests.sources.works import placement, work


@pytest.mark.parametrize(
    ("idea", "names"),
    [
        ("Use client.stream(method, url, timeout=5)", {"stream", "timeout"}),
        ("@retry with wait_random_exponential and AsyncRetrying", {"wait_random_exponential", "AsyncRetrying"}),
        ("Catch loom.TransportError around loom.Client()", {"TransportError", "Client"}),
        ("Read docs/policies.md of github.com/loom/loom; see settings.toml", set()),
        ("Compare a == b and wait for it", set()),
        ("Set a header and close", set()),
    ],
)
def test_identifiers_are_told_from_words(idea: str, names: set[str]) -> None:
    assert api_names(idea) == names


@pytest.fixture
def loom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installed library, which must not run: `loom` of the distribution `loom-weaving`."""
    package = tmp_path / "loom"
    package.mkdir()
    (package / "__init__.py").write_text("raise RuntimeError('imported')\n")
    (package / "threads.py").write_text(
        "MAX = 3\n\nclass Shuttle:\n    def weave(self, *, pick_rate=1):\n        self.last_pick = 0\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(module, "packages_distributions", lambda: {"loom": ["Loom-Weaving"]})
    for cached in (module._owners, module._modules_of, module._symbols_of):
        cached.cache_clear()


def _with(idea: str, library: str) -> Source:
    told = placement().model_copy(update={"code_pattern": CodePattern(library=library, idea=idea)})
    return work("a-work", placements=(told, told))


@pytest.mark.usefixtures("loom")
@pytest.mark.parametrize("library", ["loom-weaving", "loom", "loom / asyncio"])
def test_what_the_library_defines_is_known_and_what_it_lacks_is_told_once(library: str) -> None:
    assert list(unknown_names([_with("Shuttle().weave(pick_rate=2), then read last_pick", library)])) == []
    (found,) = unknown_names([_with("Shuttle().weave(pick_speed=2) in asyncio.gather()", library)])
    assert (found.names, found.missing) == (("pick_speed",), ())


@pytest.mark.usefixtures("loom")
def test_a_library_that_is_not_installed_is_named_and_its_names_are_not_judged() -> None:
    (found,) = unknown_names([_with("Spool().unwind()", "loom and spool")])
    assert found == UnknownNames(
        source="a-work", domain=found.domain, library="loom and spool", names=(), missing=("spool",)
    )
