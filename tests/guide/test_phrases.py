import pytest
from hypothesis import given
from hypothesis import strategies as st

from research_agent.guide.phrases import label_and_rest, split_list


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("pruning, watering, felling.", ("pruning", "watering", "felling")),
        ("soil (sand, clay), roots", ("soil (sand, clay)", "roots")),
        ("a crown of 1,000 leaves, bark", ("a crown of 1,000 leaves", "bark")),
        ("pests, e.g., mites, fungi, and frost", ("pests", "e.g., mites", "fungi", "frost")),
        ("salt and pepper, oil and vinegar", ("salt and pepper", "oil and vinegar")),
        ("first, second; third, fourth", ("first, second", "third, fourth")),
        ("`f(a, b)`, “x, y”", ("`f(a, b)`", "“x, y”")),
        ("an open ( bracket, two", ("an open ( bracket", "two")),
        ("shade, etc.", ("shade", "etc.")),
        ("one thing", ("one thing",)),
        (" , ,", ()),
    ],
)
def test_lists_split_where_a_reader_would(text: str, phrases: tuple[str, ...]) -> None:
    assert split_list(text) == phrases


@given(st.lists(st.from_regex(r"[a-z]{2,8}( [a-z]{2,8}){0,3}", fullmatch=True), min_size=1, max_size=9))
def test_joined_phrases_come_apart_again(phrases: list[str]) -> None:
    assert split_list(", ".join(["first", *phrases, "last"])) == ("first", *phrases, "last")


@given(st.text(st.sampled_from("()[]`\"',;. ab1"), max_size=80))
def test_no_letter_is_lost(text: str) -> None:
    kept = "".join("".join(split_list(text)).split())

    assert [c for c in kept if c.isalnum()] == [c for c in text if c.isalnum()]


def test_a_label_ends_at_the_first_colon_that_is_followed_by_space() -> None:
    assert label_and_rest("Focus: roots, leaves: green") == ("Focus", "roots, leaves: green")
    assert label_and_rest("https://example.org/a") == ("", "https://example.org/a")
