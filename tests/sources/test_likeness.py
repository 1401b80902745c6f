"""When two names may be one person's, and two titles one work's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research_agent.sources.authors import may_be_one
from research_agent.sources.likeness import taken_apart, titles_alike, venues_alike


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jane Doe", "Doe, Jane"),
        ("Jane Mary Doe", "J. M. Doe"),
        ("Jane M. Doe", "Doe JM"),
        ("Jane Doe", "Doe"),
        ("Doe, Jane, Jr.", "Jane Doe"),
        ("J. Doe, Ed.", "Jane Doe"),
        ("Zhang Wei", "Wei Zhang"),
        ("Gabriel García Márquez", "García, Gabriel"),
        ("Søren Müller", "Soren Mueller"),
        ("\u0412. \u0418. \u041b\u0435\u0432\u0435\u043d\u0448\u0442\u0435\u0439\u043d", "V. I. Levenshtein"),
        ("Jean-Pierre Dupont", "J.-P. Dupont"),
        ("Rob Pike", "Robert Pike"),
        ("Doe, J. et al.", "Jane Doe"),
    ],
)
def test_names_of_one_person(one, other):
    assert may_be_one(one, other)
    assert may_be_one(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jane Doe", "John Doe"),
        ("Wei Wang", "Wen Wang"),
        ("J. Doe", "K. Doe"),
        ("J. A. Doe", "J. B. Doe"),
        ("Jane Doe", "Jane Roe"),
        ("Kim Lee", "Kim Li"),
        ("", "Jane Doe"),
    ],
)
def test_names_of_two_people(one, other):
    assert not may_be_one(one, other)
    assert not may_be_one(other, one)


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_text_is_a_name_and_comparing_has_no_order(one, other):
    assert may_be_one(one, other) == may_be_one(other, one)


def alike(one: str, other: str, *, preprint: bool = False, book: bool = False) -> str:
    return titles_alike(*(taken_apart(text, preprint=preprint, book=book) for text in (one, other)))


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ("Rate-limiting Ovens", "Ratelimiting ovens", "alike"),
        ("Behaviour of Optimised Doughs in Large Kitchens", "Behavior of Optimized Doughs in Large Kitchens", "alike"),
        ("Kneading Doughs in Very Large Kitchens", "Kneading Doughs in Very Large Kitchen", "alike"),
        ("Kneading, Part II", "Kneading, part 2", "alike"),
        ("RETRACTED ARTICLE: Rising Doughs", "Rising Doughs", "alike"),
        ("Rising Doughs: A Study of Kitchens", "Rising Doughs", "in part"),
        ("Rising Doughs: Part II", "Rising Doughs", "unlike"),
        ("Rising Doughs: Section A", "Rising Doughs", "unlike"),
        ("Rising Doughs: Only Part of the Story", "Rising Doughs", "in part"),
        ("Rising Doughs: A Reply", "Rising Doughs", "unlike"),
        ("Rising Doughs: One Way", "Rising Doughs: Another Way", "unlike"),
        ("Rising Doughs in C", "Rising Doughs in C++", "unlike"),
        ("Rising Doughs with HTTP/2", "Rising Doughs with HTTP/3", "unlike"),
        ("Retraction Note: Rising Doughs", "Rising Doughs", "unlike"),
    ],
)
def test_titles(one, other, found):
    assert alike(one, other) == found
    assert alike(other, one) == found


def test_what_a_kind_says_already_is_no_part_of_the_title():
    assert alike("Rising Doughs (extended version)", "Rising Doughs", preprint=True) == "alike"
    assert alike("Rising Doughs (extended version)", "Rising Doughs") == "unlike"
    assert alike("Rising Doughs, 2nd Edition", "Rising Doughs", book=True) == "alike"
    assert alike("Rising Doughs, 2nd Edition", "Rising Doughs, Third Edition", book=True) == "unlike"


@given(st.text(max_size=40), st.text(max_size=40), st.booleans())
def test_any_text_is_a_title_and_comparing_has_no_order(one, other, book):
    assert alike(one, other, book=book) == alike(other, one, book=book)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("ACM Trans. Comput. Syst.", "ACM Transactions on Computer Systems", True),
        ("Journal of Bread", "The Journal of Bread", True),
        ("Journal of Bread", "Journal of Beer", False),
        ("", "", False),
    ],
)
def test_venues(one, other, same):
    assert venues_alike(one, other) is same
