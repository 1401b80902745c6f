"""What a person reads of a live search: what was asked, what came, and first of all what nobody could look at."""

import re

import pytest

from research_agent.bibliography.guide_markdown import render_guide
from research_agent.bibliography.markdown import render_bibliography
from research_agent.bibliography.overview import render_index
from research_agent.bibliography.search_report import (
    HEADING,
    failed_services,
    live_searches,
    services_of,
    told_candidates,
    told_domains,
    told_each,
    told_failures,
    told_round,
    told_search,
)
from research_agent.bibliography.state import domain_state
from research_agent.live.abstracts import place_of
from research_agent.model.bibliography import Bibliography
from research_agent.model.quotation import OPENING_OF_THE_PAGE, is_quoted, quoted
from research_agent.model.search import Round, Search
from research_agent.model.source import KeyPoint
from research_agent.model.synthesis import BulletPractices, Practice, Synthesis
from research_agent.sources.connectors import connector_names
from tests.bibliography.annotated import GUIDE, TENACITY, bibliography, entry, guide, html, rubric
from tests.bibliography.searched import (
    ABSTRACT,
    ANSWERED,
    BEGUN,
    BRAVE,
    CROSSREF,
    DOWN,
    OPENALEX,
    SEARCH,
    SEMANTIC,
    live_bibliography,
    outcome,
)
from tests.bibliography.test_guide_markdown import point


def rendered(made: Bibliography) -> str:
    return render_bibliography(made, guide(), rubric())


def one_round(*services: object, **fields: object) -> Search:
    told = {"number": 1, "queries": (), "candidates": 0, "works": 0, "added": 0} | fields
    return Search(at=BEGUN, rounds=(Round.model_validate(told | {"services": services}),))


def test_what_was_not_checked_stands_before_everything_but_the_title() -> None:
    title, line, *_ = rendered(live_bibliography()).split("\n\n")
    assert title == "# Resilience Patterns: annotated bibliography"
    assert line.startswith("> **Not everything was looked at.** Crossref was not checked: it answered 503")
    assert "Semantic Scholar was checked in part: in round 2, 1 of 2 questions: its limit allows no further" in line
    assert "Works that only these services know of may be missing here" in line


def test_services_that_failed_stand_first_in_the_table_and_never_with_a_number_of_nothing() -> None:
    text = rendered(live_bibliography())
    rows = re.findall(r"^\| (?:Crossref|Semantic Scholar|OpenAlex|Brave Search) \|.*$", text, re.MULTILINE)
    assert rows == [
        f"| Crossref | **not checked** | 4 | not known | {DOWN} |",
        "| Semantic Scholar | **checked in part** | 4 | at least 12 | in round 2, 1 of 2 questions: its limit allows "
        "no further question before the time is up |",
        "| OpenAlex | answered | 5 | 58 |  |",
        "| Brave Search | not asked | \u2013 | \u2013 | it has no key: set `RESEARCH_AGENT_BRAVE_KEY` |",
    ]


def test_each_round_says_what_it_asked_brought_and_left_open() -> None:
    first, second, third = map(told_round, SEARCH.rounds)
    assert first.startswith(
        "2 questions to 3 services brought 59 candidates: 41 different works, 30 of them new to the library. "
        "7 of the works came near no bullet or had no place in the guide. "
        "4 of the works are in the bibliography after it. Crossref was not checked. Still missing"
    )
    assert first.endswith("Still missing after it: Academic research: 3 of 4; 2.4 is not covered.")
    assert "1 of the works is in the bibliography after it." in second
    assert third == "1 question to 1 service brought no candidate. Still missing after it: Academic research: 3 of 4."


def test_a_round_that_nobody_answered_does_not_read_as_one_without_candidates() -> None:
    (only,) = one_round(CROSSREF, queries=SEARCH.rounds[0].queries).rounds
    assert told_round(only).startswith("2 questions to 1 service, which gave no answer. Crossref was not checked.")
    assert "candidate" not in told_round(only)


def test_every_question_stands_with_what_it_is_for_and_whom_it_was_put_to() -> None:
    page = html(rendered(live_bibliography()))
    for told in (
        (
            "\u201cretry\u201d backoff jitter",
            "2.2 Retry strategies",
            "from 2021",
            "OpenAlex, Crossref, Semantic Scholar",
        ),
        ("circuit breaker | library", "the domain as a whole", "Semantic Scholar"),
        ("bulkhead", "Academic research", "OpenAlex"),
    ):
        for words in told:
            assert words.replace("\u201c", "&quot;").replace("\u201d", "&quot;") in page


def test_the_end_and_the_beginning_are_told() -> None:
    text = rendered(live_bibliography())
    assert "Live sources were searched on 2026-12-01 at 09:30 UTC, in 3 rounds" in text
    assert "Of 4 services 1 answered everything, 1 answered in part, 1 gave no answer and 1 was not asked." in text
    assert "**Why it ended.** Three rounds are the most." in text


def test_why_a_service_failed_is_not_told_again_of_each_round() -> None:
    assert all(DOWN not in told_round(one) for one in SEARCH.rounds)


def test_that_stand_ins_were_asked_is_told_once() -> None:
    staged = SEARCH.model_copy(update={"stand_ins": "http://127.0.0.1:8900"})
    text = rendered(live_bibliography(staged))
    assert text.count("http://127.0.0.1:8900") == 1
    assert "were asked in the place of all services: their answers prove nothing." in text
    assert "Stand-ins" not in rendered(live_bibliography())


def test_where_every_service_answered_no_alarm_is_raised_and_it_is_said() -> None:
    text = rendered(live_bibliography(ANSWERED))
    assert "Not everything was looked at" not in text
    assert "Of 3 services 2 answered everything and 1 was not asked." in text
    assert "Nothing was missing after it." in text


def test_a_bibliography_without_a_search_says_nothing_of_one() -> None:
    without = live_bibliography(None)
    assert HEADING not in rendered(without)
    assert "Not everything" not in rendered(without)
    assert "search" not in without.model_dump()
    assert Bibliography.model_validate_json(without.model_dump_json()) == without


def test_a_search_comes_back_from_json_as_it_was() -> None:
    made = live_bibliography()
    assert Bibliography.model_validate_json(made.model_dump_json()) == made


def test_a_service_that_failed_once_and_answered_later_was_checked_in_part() -> None:
    later = Round(number=2, queries=(), services=(CROSSREF.model_copy(update={"state": "answered", "why": ""}),),
                  candidates=0, works=0, added=0)  # fmt: skip
    search = one_round(CROSSREF).model_copy(update={"rounds": (*one_round(CROSSREF).rounds, later)})
    (whole,) = services_of(search)
    assert (whole.state, whole.why, whole.asked) == ("in_part", f"in round 1, {DOWN}", 4)


def test_a_service_that_failed_for_two_reasons_names_both_with_their_rounds() -> None:
    second = CROSSREF.model_copy(update={"why": "no network: Crossref could not be reached"})
    rounds = (
        *one_round(CROSSREF).rounds,
        Round(number=2, queries=(), services=(second,), candidates=0, works=0, added=0),
    )
    (whole,) = services_of(Search(at=BEGUN, rounds=rounds))
    assert whole.state == "not_checked"
    assert whole.why == f"in round 1, {DOWN}; in round 2, no network: Crossref could not be reached"


def test_services_without_a_network_are_told_of_in_one_sentence() -> None:
    down = [
        outcome(name.lower(), name, "not_checked", f"no network: {name} could not be reached")
        for name in ("arXiv", "Crossref", "DBLP")
    ]
    assert told_failures(one_round(*down)).startswith("arXiv, Crossref and DBLP were not checked: no network. ")
    assert told_each(down) == ("arXiv: no network", "Crossref: no network", "DBLP: no network")


def test_where_no_service_was_asked_that_is_said() -> None:
    assert told_search(one_round(BRAVE)).endswith(
        "but no service was asked: all that is here comes from what the library held."
    )
    assert failed_services(one_round(BRAVE)) == ()


@pytest.mark.parametrize(
    ("service", "told"), [(OPENALEX, "50"), (CROSSREF, "not known"), (BRAVE, "\u2013"), (SEMANTIC, "9")]
)
def test_silence_is_no_number(service: object, told: str) -> None:
    (one,) = services_of(one_round(service))
    assert told_candidates(one) == told


def test_what_a_service_wrote_into_its_reason_is_text() -> None:
    nasty = outcome("evil", "[Evil](javascript:x)", "not_checked", "<b>`rm`</b> | [x](javascript:y)")
    page = html(rendered(live_bibliography(one_round(nasty))))
    assert "<b>" not in page
    assert "javascript:x)" in page
    assert 'href="javascript' not in page


def test_what_spans_the_domains_names_those_that_were_searched_and_what_failed_where() -> None:
    both = [live_bibliography(), live_bibliography().model_copy(update={"domain": "7"})]
    assert told_domains(live_searches(both), guide()) == [
        "Live sources were searched for every domain.",
        f"Crossref was not checked for domains 2 and 7: {DOWN}.",
        "Semantic Scholar was checked in part for domains 2 and 7: in round 2, 1 of 2 questions: its limit allows no "
        "further question before the time is up.",
        "Works that only these services know of may be missing here, which says nothing of whether they exist.",
    ]
    assert told_domains(live_searches([live_bibliography(ANSWERED)]), guide()) == [
        "Live sources were searched for domain 2; domain 7 rests on what the library held.",
        "Every service that was asked answered.",
    ]
    assert told_domains(live_searches([live_bibliography(None)]), guide()) == []


def test_the_index_and_the_state_of_a_domain_name_what_was_not_checked() -> None:
    made = live_bibliography()
    assert "Crossref was not checked for domain 2" in render_index(guide(), [made])
    told = domain_state(made, made.inputs).text
    assert told == "3 entries, every constraint met; not checked, in whole or in part: Crossref, Semantic Scholar"


def synthesis(made: Bibliography, **fields: object) -> Synthesis:
    whole = {"guide": GUIDE, "guide_title": "A guide to clients", "domains": ("2",), "searches": live_searches([made])}
    return Synthesis.model_validate(whole | fields)


def test_the_guide_says_at_its_top_what_was_not_checked_and_for_which_domains() -> None:
    _, line, told, *_ = render_guide(synthesis(live_bibliography()), guide()).split("\n\n")
    assert line.startswith("> **Not everything was looked at.** Crossref was not checked for domain 2: it answered 503")
    assert told == "Live sources were searched for domain 2; domain 7 rests on what the library held."
    calm = render_guide(synthesis(live_bibliography(ANSWERED)), guide())
    assert "rests on what the library held. Every service that was asked answered." in calm
    assert "searches" not in synthesis(live_bibliography(None)).model_dump()


def test_sentences_of_an_abstract_stand_in_quotation_marks_and_curated_points_do_not() -> None:
    text = rendered(live_bibliography())
    quotation = "\u201cNaive retries multiply the load of a service that is about to fail.\u201d"
    assert f"{quotation} *(Abstract, as OpenAlex gives it)*" in text
    assert "\u201cDeadlines that shrink" in text
    assert "- **\u201cIn quotation marks\u201d** stand sentences of the work itself" in text
    curated = rendered(bibliography(entry(TENACITY, "tenacity-docs")))
    assert "\u201c" not in curated


def test_the_place_of_several_quotations_stands_once_behind_the_last() -> None:
    made = live_bibliography()
    found = made.entries[-1]
    claims = found.annotation.establishes + found.annotation.in_production
    together = found.model_copy(update={"annotation": found.annotation.model_copy(update={"establishes": claims})})
    text = rendered(made.model_copy(update={"entries": (together,)}))
    told = re.search(r"\*\*What it establishes\.\*\* (.*)", text)
    assert told
    assert told[1].count(ABSTRACT) == 1
    assert told[1].count("\u201c") == told[1].count("\u201d") == 2
    assert told[1].endswith(f"\u201d *({ABSTRACT})*")


@pytest.mark.parametrize("where", ["Abstract", "Opening", "opening, second paragraph", "Abstract (v2)", ""])
def test_the_places_that_curated_records_name_quote_nothing(where: str) -> None:
    assert not is_quoted(where)
    placed = (KeyPoint(text="Retries are bounded here.", where=where),)
    text = rendered(bibliography(entry(TENACITY.model_copy(update={"key_points": placed}), "tenacity-docs")))
    assert "\u201c" not in text


@pytest.mark.parametrize("service", connector_names())
def test_whatever_a_live_search_takes_from_a_record_is_quoted(service: str) -> None:
    assert is_quoted(place_of(service))


def test_the_opening_of_a_page_is_quoted() -> None:
    assert quoted("Retries need a budget.", OPENING_OF_THE_PAGE) == "\u201cRetries need a budget.\u201d"


def test_the_guide_quotes_what_is_in_a_works_own_words_and_says_so() -> None:
    own = point("Deadlines shrink.").model_copy(update={"quoted": True})
    bullets = (BulletPractices(focus="2.3", practices=(Practice(point=own, support=(point("They end.", "two"),)),)),)
    text = render_guide(synthesis(live_bibliography(), bullets=bullets), guide())
    assert "- \u201cDeadlines shrink.\u201d ([one](" in text
    assert "Likewise: They end. (" in text
    assert "What stands in quotation marks is no paraphrase" in text
    plain = (BulletPractices(focus="2.3", practices=(Practice(point=point("Deadlines shrink.")),)),)
    assert "quotation marks" not in render_guide(synthesis(live_bibliography(), bullets=plain), guide())
