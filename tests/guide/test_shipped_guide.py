"""The shipped guide says what its author wrote: held against the text as it was written, mis-decoded marks included."""

from pathlib import Path
from typing import Any

import ftfy
import pytest

from research_agent.guide import default_methodology, guide_to_yaml, import_guide, read_guide
from research_agent.model.guide import Guide, Span
from research_agent.resources import resource

AS_WRITTEN = Path(__file__).parents[1] / "fixtures" / "guide_as_written.md"


@pytest.fixture(scope="module")
def shipped() -> Guide:
    return read_guide(resource("corpus", "guide.yaml"))


@pytest.fixture(scope="module")
def imported() -> Guide:
    return import_guide(AS_WRITTEN.read_text(encoding="utf-8"), name=AS_WRITTEN.name)


def _at(guide: Guide, path: str) -> Any:
    value: Any = guide
    for step in path.split("."):
        listed = isinstance(value, tuple)
        value = next(part for part in value if part.id == step) if listed else getattr(value, step)
    return value


def _read_paths(guide: Guide) -> set[str]:
    return {path for path, part in guide.provenance.items() if part.origin == "read"}


def test_what_is_read_from_the_text_equals_the_shipped_guide(shipped: Guide, imported: Guide) -> None:
    assert _read_paths(imported) == _read_paths(shipped)
    for path in _read_paths(shipped):
        assert _at(imported, path) == _at(shipped, path), path
        assert imported.provenance[path] == shipped.provenance[path]


def test_what_is_not_read_is_marked_as_default_with_its_reason(shipped: Guide, imported: Guide) -> None:
    filled = {path: part.basis for path, part in shipped.provenance.items() if part.origin == "default"}

    assert set(filled) == {path for path, part in imported.provenance.items() if part.origin == "default"}
    for path, reason in default_methodology().reasons.items():
        if f"methodology.{path}" in filled:
            assert filled[f"methodology.{path}"].endswith(reason)
    assert {path.rpartition(".")[0] for path in filled if path.endswith(".rank")} == {
        "methodology.categories.standards",
        "methodology.categories.code",
    }


def test_every_word_of_the_text_is_found_in_it(shipped: Guide) -> None:
    written = ftfy.fix_text(AS_WRITTEN.read_text(encoding="utf-8")).replace("**", "")

    for domain in shipped.domains:
        assert f"Domain {domain.id}: {domain.name}" in written
        for bullet in domain.focus:
            assert bullet.text in written
    for text in (*shipped.audience, *shipped.stance, *shipped.specifications, shipped.overview, shipped.request):
        assert text in written
    for technology in shipped.technologies:
        assert all(word in written for word in (technology.group, *technology.items, technology.note))


def test_the_numbers_of_the_text_are_the_methods(shipped: Guide) -> None:
    method = shipped.methodology

    assert method.total == Span(at_least=25, at_most=30)
    assert [category.quota for category in method.categories] == [Span(at_least=4, at_most=6)] * 6
    assert method.recent_since == 2021
    ranks = {category.id: category.rank for category in method.categories}
    assert ranks["research"] < ranks["docs"] < ranks["engineering"] < ranks["community"]
    assert len(shipped.domains) == 12
    assert all(len(domain.focus) == 7 for domain in shipped.domains)
    assert [domain.id for domain in shipped.domains if domain.completed] == ["1"]


def test_the_text_has_the_marks_that_had_to_be_repaired() -> None:
    assert "âœ… COMPLETED" in AS_WRITTEN.read_text(encoding="utf-8")


def test_the_shipped_file_is_in_the_form_that_we_write(shipped: Guide) -> None:
    assert resource("corpus", "guide.yaml").read_text(encoding="utf-8") == guide_to_yaml(shipped)


def test_pools_are_named_after_the_domains(shipped: Guide) -> None:
    pools = {pool.stem for pool in resource("corpus", "sources").glob("*.jsonl")}

    assert pools == {domain.folder for domain in shipped.domains}
