"""Guides in scripts that have no ASCII form."""

from pathlib import Path

import pytest

from research_agent.guide import guide_to_yaml, import_guide, read_guide
from research_agent.guide.read import guide_of_yaml
from research_agent.model.guide import Span

JAPANESE = """\
# 土と水\uff1a研究の手引き

## 概要 (Overview)
雨がどこへ行くか。

## Source categories
1. **論文** (1-2): 測定。 Kinds: paper.
2. **手引書** (1-2)

## Domain 1\uff1a土壌 ✅
- 浸透
- 流出

## Domain 2: 井戸
Focus\uff1a深さ、水質\uff08硬度、塩分\uff09、許可。
"""


def test_a_japanese_guide_is_imported_written_and_read_back(tmp_path: Path) -> None:
    guide = import_guide(JAPANESE, name="手引き.md")
    kept = tmp_path / "guide.yaml"
    kept.write_text(guide_to_yaml(guide), encoding="utf-8")

    assert read_guide(kept) == guide
    assert (guide.id, guide.title) == ("guide", "土と水\uff1a研究の手引き")
    assert guide.overview == "雨がどこへ行くか。"
    assert [(d.id, d.slug, d.name, d.completed) for d in guide.domains] == [
        ("1", "domain-1", "土壌", True),
        ("2", "domain-2", "井戸", False),
    ]
    assert [bullet.text for bullet in guide.domains[0].focus] == ["浸透", "流出"]
    assert [bullet.text for bullet in guide.domains[1].focus] == ["深さ", "水質\uff08硬度、塩分\uff09", "許可"]
    assert [(c.id, c.name, c.quota) for c in guide.methodology.categories] == [
        ("category-1", "論文", Span(at_least=1, at_most=2)),
        ("category-2", "手引書", Span(at_least=1, at_most=2)),
    ]


@pytest.mark.parametrize(("file", "identity"), [("soil.yaml", "soil"), ("土.yaml", "guide")])
def test_a_title_without_ascii_takes_the_id_from_the_file_and_says_how_to_choose(file: str, identity: str) -> None:
    text = "title: Почва\ndomains: [{name: Вода, focus: [Дождь]}]\nmethodology: {categories: [{name: Книги}]}\n"

    guide = guide_of_yaml(text.encode(), file)

    assert guide.id == identity
    assert "`guide import --id NAME`" in guide.provenance["id"].basis
    assert guide.domains[0].slug == "domain-1"
    assert guide.methodology.categories[0].id == "category-1"
    assert guide_of_yaml(guide_to_yaml(guide).encode(), "other.yaml") == guide
