"""What the pages say of a live search: what was not checked in the heading, the search in a section of its own."""

from research_agent.bibliography.search_report import live_searches
from research_agent.model.bibliography import Bibliography
from tests.bibliography.searched import ABSTRACT, ANSWERED, live_bibliography
from tests.page.material import GAPPY, SYNTHESIS, Document, guide_page, page


def words(made: Bibliography) -> str:
    return Document(page(made)).text


def test_what_was_not_checked_stands_in_the_heading_and_leads_to_the_search() -> None:
    document = Document(page(live_bibliography()))
    told = "Not everything was looked at Crossref was not checked: it answered 503 (service unavailable)"
    assert told in document.text
    assert document.text.index(told) < document.text.index("constraints hold")
    assert "#section_search" in document.links
    assert "section_search" in document.ids


def test_each_service_stands_with_its_state_those_that_failed_first() -> None:
    told = words(live_bibliography())
    assert "Crossref not checked 4 questions, candidates: not known It answered 503" in told
    assert "Semantic Scholar checked in part 4 questions, candidates: at least 12 In round 2, 1 of 2 questions" in told
    assert "OpenAlex answered 5 questions, candidates: 58 Brave Search not asked It has no key" in told
    assert told.index("Crossref not checked") < told.index("OpenAlex answered")


def test_each_round_stands_with_its_questions_and_what_it_left_open() -> None:
    told = words(live_bibliography())
    assert "Round 1 2 questions to 3 services brought 59 candidates" in told
    assert (
        "The questions of round 2 (2) bulkhead isolation for 2.4 Bulkhead patterns for resource isolation; put to"
        in told
    )
    assert "Still missing after it: Academic research: 3 of 4." in told
    assert "Why it ended. Three rounds are the most." in told


def test_a_search_that_every_service_answered_raises_no_alarm() -> None:
    told = words(live_bibliography(ANSWERED))
    assert "Not everything was looked at" not in told
    assert "Of 3 services 2 answered everything and 1 was not asked." in told


def test_a_page_without_a_search_has_neither_its_words_nor_its_style() -> None:
    html = page(GAPPY)
    assert "How sources were looked for" not in html
    assert ".unlooked" not in html
    assert ".unlooked" not in guide_page()


def test_a_works_own_words_stand_in_quotation_marks_and_their_place_once() -> None:
    made = live_bibliography()
    found = made.entries[-1]
    claims = found.annotation.establishes + found.annotation.in_production
    together = found.model_copy(update={"annotation": found.annotation.model_copy(update={"establishes": claims})})
    told = words(made.model_copy(update={"entries": (together,)}))
    opening = (
        "What it establishes \u201cNaive retries multiply the load of a service that is about to fail.\u201d \u201cWe"
    )
    assert opening in told
    assert f"halves the peaks.\u201d ({ABSTRACT})" in told
    assert "\u201cIn quotation marks\u201d Sentences of the work itself" in told
    assert "\u201c" not in words(GAPPY)


def test_the_guides_page_says_which_domains_were_searched_and_what_failed() -> None:
    searches = live_searches([live_bibliography()])
    told = Document(guide_page(SYNTHESIS.model_copy(update={"searches": searches}))).text
    assert "Not everything was looked at. Crossref was not checked for domain 2: it answered 503" in told
    assert "Live sources were searched for domain 2; domain 7 rests on what the library held." in told
    calm = SYNTHESIS.model_copy(update={"searches": live_searches([live_bibliography(ANSWERED)])})
    assert "Every service that was asked answered." in Document(guide_page(calm)).text
