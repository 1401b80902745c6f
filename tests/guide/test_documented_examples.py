"""The examples of docs/guide-format.md are guides, and its errors are the ones that are raised."""

import re
from pathlib import Path

import pytest

from research_agent.errors import GuideError
from research_agent.guide import import_guide
from research_agent.guide.read import guide_of_yaml

PAGE = (Path(__file__).parents[2] / "docs" / "guide-format.md").read_text(encoding="utf-8")


def _examples(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def test_the_yaml_examples_are_guides() -> None:
    short, whole, _provenance = _examples("yaml")

    assert [len(guide_of_yaml(text.encode(), "x.yaml").domains) for text in (short, whole)] == [2, 1]
    assert [bullet.id for bullet in guide_of_yaml(whole.encode(), "x.yaml").domains[0].focus] == ["1.1", "1.3"]


def test_the_markdown_example_is_a_guide() -> None:
    (text,) = _examples("markdown")

    guide = import_guide(text, name="x.md")

    assert [(domain.name, domain.completed, len(domain.focus)) for domain in guide.domains] == [
        ("Soil & Rain", True, 3),
        ("Wells", False, 2),
    ]
    assert [category.name for category in guide.methodology.categories] == ["Field studies", "Manuals"]


@pytest.mark.parametrize(
    "text",
    [
        "# Shopping\n\n## Fruit\n- apples\n",
        "## Domain 1: Soil\n- Sand\n- Clay\n\n## Domain 2: Wells\n\nNothing.\n",
    ],
)
def test_the_errors_on_the_page_are_raised_word_for_word(text: str) -> None:
    with pytest.raises(GuideError) as error:
        import_guide(text, name="notes.md")

    shown = [line.removesuffix(" ...") for line in PAGE.splitlines() if line.startswith("notes.md")]
    assert any(str(error.value).startswith(line) for line in shown), str(error.value)
