"""Boilerplate in the annotations of a bibliography."""

from research_agent.bibliography.repetition import boilerplate, names_in, repeated_runs
from research_agent.model.bibliography import Annotation, Claim
from tests.bibliography.annotated import BREAKER, TENACITY, bibliography, entry


def said(*sentences: str) -> Annotation:
    return Annotation(establishes=tuple(Claim(text=sentence) for sentence in sentences))


BOILERPLATE = "For authors of clients the lesson is to set a limit on everything."


def test_eight_words_in_three_annotations_are_a_repeated_run() -> None:
    annotations = [said(f"{name} is new.", BOILERPLATE) for name in ("Alpha", "Beta", "Gamma")]
    (run,) = repeated_runs(annotations, [])
    assert run.words == "is new for authors of clients the lesson is to set a limit on everything"
    assert run.annotations == (0, 1, 2)


def test_two_annotations_may_share_their_words() -> None:
    assert repeated_runs([said(BOILERPLATE), said(BOILERPLATE), said("Something else.")], []) == []


def test_seven_words_are_no_run() -> None:
    assert repeated_runs([said("One two three four five six seven.")] * 3, []) == []


def test_case_and_punctuation_do_not_hide_a_run() -> None:
    forms = (
        "One, two; three four: five six seven eight.",
        "ONE two three (four) five six seven eight!",
        "one two three four five six seven eight",
    )
    assert len(repeated_runs([said(form) for form in forms], [])) == 1


def test_numbers_and_names_do_not_hide_a_run() -> None:
    forms = [
        said(f"The default of {library} is {number} seconds for each and every call.")
        for library, number in (("httpx", "5"), ("aiohttp", "300"), ("Some Client", "1.5"))
    ]
    (run,) = repeated_runs(forms, ["httpx", "aiohttp", "some client"])
    assert run.words == "the default of · is · seconds for each and every call"
    (unmasked,) = repeated_runs(forms, ["httpx"])
    assert unmasked.words == "is · seconds for each and every call"


def test_a_run_goes_over_the_end_of_a_sentence_but_not_of_a_section() -> None:
    over = said("One two three four.", "Five six seven eight.")
    apart = Annotation(
        establishes=(Claim(text="One two three four."),), in_production=(Claim(text="Five six seven eight."),)
    )
    assert repeated_runs([over] * 3, [])
    assert repeated_runs([apart] * 3, []) == []


def test_the_names_of_a_bibliography_are_its_works_people_and_libraries() -> None:
    found = bibliography(entry(TENACITY, "tenacity-docs"), entry(BREAKER, "breaker-repo"))
    assert {"Title of tenacity-docs", "Ada Lovelace", "tenacity", "circuitbreaker"} <= set(names_in(found))


def test_entries_of_one_text_are_found_in_a_bibliography() -> None:
    same = bibliography(*(entry(TENACITY, name) for name in ("one", "two", "three")))
    assert boilerplate(same)
    assert boilerplate(bibliography(entry(TENACITY, "one"), entry(BREAKER, "two"))) == []
