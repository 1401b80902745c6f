"""What kind of statement a sentence or key point is."""

import pytest

from research_agent.bibliography.statements import (
    as_sentence,
    gives_detail,
    is_advice,
    is_caveat,
    is_publication_fact,
    pattern_sentence,
    says_enough,
    says_what_happens,
    shared_part,
    stands_alone,
    tells_of_the_work,
)
from research_agent.model.source import CodePattern


@pytest.mark.parametrize(
    "statement",
    [
        "Published on 9 July 2024.",
        "Published at USENIX Security 2018, pages 343-359.",
        "OSDI 2022, pages 73-90.",
        "Communications of the ACM 56(2), pages 74-80.",
        "Status Final; resolved on 17 July 2024.",
        "Final; Python 3.11.",
        "Presented at PyCon US 2024.",
        "STD 97, June 2022",
        "Version 0.74.0 is dated 18 August 2026.",
        "SoCC 2021, pages 388-402.",
        "540 pages, ISBN 9781617296024, samples in Java.",
        "Published in PVLDB volume 8 number 8, pages 886 to 897.",
        "Preprint: IACR ePrint 2024/1540.",
        "Published by Manning in 2022; listings run on Python 3.10.2.",
    ],
)
def test_a_statement_that_only_tells_of_publication_is_known(statement: str) -> None:
    assert is_publication_fact(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "2.6.0 limits chained Content-Encoding values to 5.",
        "Release 2.1.3 dates from 31 March 2025; 2.1.0 made reset() public.",
        "Revision 06 is dated 16 October 2021 and expired in April 2022.",
        "v2.2.1 was released on 5 October 2022; no later release in the repository.",
        "Resolved addresses must be public; internal ones are refused.",
        "First matching urls_expire_after glob wins",
        "Default is a 5 second timeout on network inactivity.",
        "Tests run one after another.",
        "Published findings reach 3,000 clients.",
        "Lists are cut into pages of 100 items.",
    ],
)
def test_a_statement_about_the_matter_is_no_publication_fact(statement: str) -> None:
    assert not is_publication_fact(statement)


def test_caveats_are_ends_of_life() -> None:
    assert is_caveat("The draft expired in April 2022.")
    assert is_caveat("The project is archived.")
    assert not is_caveat("Entries expire after 60 seconds.")


@pytest.mark.parametrize(
    "statement",
    [
        "Covers login and logout.",
        "17 interviews in 11 companies.",
        "Requires Python 3.10.",
        "Author worked as engineer at Mozilla and Microsoft.",
        "Interviews cover ten companies.",
        "The format follows Keep a Changelog.",
        "Brett Cannon hosts the page; it points to a talk.",
        "Follows Kitchenham's guidelines with snowballing; studies before 2010 were excluded.",
        "Disclosed on 2 September 2025; more than 700 organisations were hit overall.",
        "2.12.0 is the latest listed release; the repository was active in May 2026.",
    ],
)
def test_statements_about_the_work_itself_teach_nothing_of_the_matter(statement: str) -> None:
    assert tells_of_the_work(statement)


@pytest.mark.parametrize(
    "statement",
    ["Names use capitals.", "Patches are proposed and verified.", "Tokens expire.", "Formats follow from the header."],
)
def test_nouns_that_look_like_verbs_do_not_mislead(statement: str) -> None:
    assert not tells_of_the_work(statement)


def test_advice_and_behaviour_are_told_from_bare_facts() -> None:
    assert says_what_happens("Loops should be bounded.")
    assert says_what_happens("wait_for cancels the inner future; shield protects it.")
    assert says_what_happens("Validate the scheme of every address.")
    assert not says_what_happens("The media type is text/event-stream.")


def test_a_statement_needs_to_say_of_what_it_speaks() -> None:
    assert not says_enough("Availability above 99.999%.")
    assert says_enough("Tied requests cancel their twin once one begins.")
    assert says_enough("max_age is 60.")


def test_a_sentence_that_points_back_does_not_stand_alone() -> None:
    assert not stands_alone("This decides whether the fixture works.")
    assert not stands_alone("The same holds for PUT.")
    assert stands_alone("Items are lost when the buffer is full.")


def test_advice_is_expected_at_the_end_of_a_summary() -> None:
    advice = "A client should pin one version and log the header."
    assert is_advice(advice, closing=True)
    assert not is_advice(advice, closing=False)


def test_a_sentence_that_addresses_somebody_is_advice_anywhere() -> None:
    assert is_advice("For library authors the lesson is to accept a transport.", closing=False)
    assert not is_advice("For example, a proxy answers first.", closing=True)


def test_details_are_names_in_code_and_figures() -> None:
    assert gives_detail("limit_per_host is unlimited.")
    assert gives_detail("Retry-After is respected.")
    assert gives_detail("Half of the callers time out.")
    assert not gives_detail("Failing members report all errors.")


def test_the_share_of_a_statement_in_another_counts_words_by_their_stems_and_numbers() -> None:
    long = "By default every operation gives up after 5 seconds of network inactivity."
    assert shared_part("Operations give up after 5 seconds.", long) == 1.0
    assert shared_part("Operations give up after 7 seconds.", long) < 1.0
    assert shared_part("", long) == 1.0


def test_a_statement_gets_the_full_stop_that_it_lacks() -> None:
    assert as_sentence("Webhooks  are recommended") == "Webhooks are recommended."
    assert as_sentence("Is it?") == "Is it?"
    assert as_sentence("Combine stop_after_delay(..)") == "Combine stop_after_delay(..)."


def test_a_pattern_names_its_library_first() -> None:
    assert pattern_sentence(CodePattern(library="ssl", idea="Share one context")) == "ssl: Share one context."
