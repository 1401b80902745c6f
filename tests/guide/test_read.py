import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from research_agent.errors import GuideError
from research_agent.guide import default_methodology, read_guide
from research_agent.guide.read import guide_of_yaml

SMALL = """\
title: Soil and water
domains:
  - name: Soil & Rain
    focus: [Infiltration, Run-off]
  - name: Wells
    id: W
    status: completed
    focus:
      1: Depth
      3: Yield
"""


def _read(text: str) -> None:
    guide_of_yaml(text.encode(), "soil.yaml")


def test_what_a_short_file_leaves_out_is_filled_in_and_marked() -> None:
    guide = guide_of_yaml(SMALL.encode(), "soil.yaml")

    assert guide.id == "soil-and-water"
    assert [(domain.id, domain.slug, domain.completed) for domain in guide.domains] == [
        ("1", "soil-rain", False),
        ("W", "wells", True),
    ]
    assert [bullet.id for bullet in guide.domains[1].focus] == ["W.1", "W.3"]
    assert guide.methodology == default_methodology().methodology
    assert guide.provenance["methodology.total"].origin == "default"
    assert guide.provenance["methodology.total"].basis == default_methodology().reasons["total"]


def test_a_stated_total_spreads_over_the_categories_that_state_no_quota() -> None:
    text = SMALL + "methodology:\n  total: 10-12\n"

    method = guide_of_yaml(text.encode(), "soil.yaml").methodology

    assert (method.total.at_least, method.total.at_most) == (10, 12)
    assert {(c.quota.at_least, c.quota.at_most) for c in method.categories} == {(1, 2)}


@pytest.mark.parametrize("written", ["60%", "0.6", "60.0%", " 60% "])
def test_a_share_is_written_in_percent_or_as_a_number(written: str) -> None:
    text = f"{SMALL}methodology:\n  recent_share: '{written}'\n"

    assert guide_of_yaml(text.encode(), "soil.yaml").methodology.recent_share == 0.6


def test_quotas_that_use_up_the_total_leave_room_for_the_category_without_one() -> None:
    text = f"{SMALL}methodology:\n  total: 5\n  categories: [{{name: Papers, quota: 5-6}}, {{name: Logs}}]\n"

    quota = guide_of_yaml(text.encode(), "soil.yaml").methodology.category("logs").quota

    assert (quota.at_least, quota.at_most) == (0, 1)


def test_stated_quotas_make_up_the_total_that_is_not_stated() -> None:
    text = SMALL + "methodology:\n  categories:\n    - {name: Papers, quota: 1-2}\n    - {name: Logs, quota: 2}\n"

    guide = guide_of_yaml(text.encode(), "soil.yaml")

    assert (guide.methodology.total.at_least, guide.methodology.total.at_most) == (3, 4)
    assert guide.provenance["methodology.total"].basis == "The sum of the categories' quotas."
    assert guide.methodology.category("papers").kinds == default_methodology().methodology.category("research").kinds
    assert guide.methodology.category("logs").kinds == ()
    assert guide.methodology.origin_exempt == ()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("title:", "titel:"), ["line 1", "no field 'titel'", "title"]),
        (("status: completed", "status: complete"), ["line 7", "domains[2].status", "completed"]),
        (("name: Wells", "name: Wells\n    colour: red"), ["line 6", "domains[2]", "no field 'colour'"]),
        (("1: Depth", "1: Depth\n      1: Width"), ["line 10", "stands twice"]),
        (("    focus: [Infiltration, Run-off]\n", ""), ["line 3", "domains[1]", "focus missing"]),
        (("focus: [Infiltration, Run-off]", "focus: rain"), ["line 4", "domains[1].focus", "the text 'rain'"]),
        (("focus: [Infiltration, Run-off]", "focus: [x]"), ["line 4", "at least 2 characters"]),
        (("name: Wells", "name: Soil rain"), ["line 5", "soil-rain", "both have to be its own"]),
        (("title: Soil and water", "title: [Soil]"), ["line 1", "text is expected, this is a list"]),
    ],
)
def test_an_error_names_file_line_field_and_fault(change: tuple[str, str], told: list[str]) -> None:
    text = SMALL.replace(*change)
    assert text != SMALL

    with pytest.raises(GuideError) as error:
        _read(text)

    assert all(words in str(error.value) for words in ["soil.yaml", *told]), str(error.value)


@pytest.mark.parametrize(
    ("method", "told"),
    [
        ("total: many", ["line 12", "methodology.total", "a range such as 4-6"]),
        ("total: 0-0", ["line 12", "methodology.total", "a bibliography of no entries"]),
        ("categories: [{name: Papers, quota: 0}]", ["line 12", "categories[1].quota", "a bibliography of no entries"]),
        ("recent_since: 15", ["line 12", "recent_since", "greater than or equal to 1900"]),
        ("recent_since: 20155", ["line 12", "recent_since", "less than or equal to 2100"]),
        ("recent_share: 60", ["line 12", "a share of 0% to 100%, or of 0 to 1", "'60'"]),
        ("recent_share: nan", ["line 12", "a share of 0% to 100%, or of 0 to 1"]),
        ("preferences: {relevance: inf}", ["line 12", "a number is expected"]),
        ("total: 9-3", ["line 12", "at_most 3 is below at_least 9"]),
        ("recent_share: 160%", ["line 12", "methodology.recent_share", "a share of 0% to 100%", "'160%'"]),
        ("recent_since: lately", ["methodology.recent_since", "whole number"]),
        ("entries_per_origin: 0", ["entries_per_origin", "greater than or equal to 1"]),
        ("categories: [{name: Papers, kinds: [paperr]}]", ["line 12", "no kind of source 'paperr'", "paper"]),
        ("origin_exempt: [norms]", ["origin_exempt names unknown categories"]),
        ("total: 50-60\n  categories: [{name: Papers, quota: 1-2}]", ["allow 1 to 2 entries", "50 to 60"]),
    ],
)
def test_a_method_that_cannot_be_is_explained(method: str, told: list[str]) -> None:
    with pytest.raises(GuideError) as error:
        _read(f"{SMALL}methodology:\n  {method}\n")

    assert all(words in str(error.value) for words in told), str(error.value)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "is empty"),
        (b"title: \xff", "line 1: this is not UTF-8"),
        (b"title: 'x\n", "no YAML"),
        (b"a: 1\n--- \nb: 2\n", "no YAML"),
        (b"[" * 5000, "no YAML"),
        (b"just words", "a mapping of fields to values is expected"),
        (b"x" * 2_000_000, "1,000,000 at most"),
        (b"- x\n" * 30_000, "30,001 lines; a guide has 10,000 at most"),
        (b"title: x\ndomains: []\n", "at least one domain"),
        (b"domains: &a [*a]\ntitle: x\n", "domains[1]"),
    ],
)
def test_a_file_that_is_no_guide_is_told_so(data: bytes, told: str) -> None:
    with pytest.raises(GuideError, match=r"soil\.yaml") as error:
        guide_of_yaml(data, "soil.yaml")

    assert told in str(error.value)


def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    with pytest.raises(GuideError, match=r"none\.yaml can't be read: No such file"):
        read_guide(tmp_path / "none.yaml")


@settings(deadline=None, max_examples=100)
@given(
    st.binary(max_size=300) | st.text(st.sampled_from("title:domains\n -[]{}&*!|>'\"#x1"), max_size=200).map(str.encode)
)
def test_reading_raises_nothing_but_guide_errors(data: bytes) -> None:
    told = "any.yaml is a guide"
    try:
        guide_of_yaml(data, "any.yaml")
    except GuideError as error:
        told = str(error)

    assert "any.yaml" in told


def test_importing_the_package_loads_no_parser() -> None:
    code = "import sys, research_agent.guide; print({'yaml', 'ftfy', 'markdown_it', 'pydantic'} & set(sys.modules))"

    seen = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert seen.stdout.strip() == "set()"
