"""The annotation of a source, without a model."""

from research_agent.bibliography.annotate import annotate
from research_agent.bibliography.sentences import split_sentences
from research_agent.bibliography.statements import as_sentence, pattern_sentence
from research_agent.model.bibliography import Annotation, Claim
from research_agent.model.source import KeyPoint, Placement
from tests.bibliography.annotated import (
    BREAKER,
    RESILIENCE,
    TENACITY,
    evaluation,
    judgement,
    passage_id,
    passages,
    source,
)


def annotated(
    placement: Placement, name: str = "work", matches: dict[str, dict[str, float]] | None = None
) -> Annotation:
    return annotate(
        source(placement, name),
        placement,
        evaluation(placement, name, judgement("date", 2, reason="Against it: dated 2018.")),
        RESILIENCE,
        passages=passages(placement, name),
        matches=matches or {},
    )


def claims(annotation: Annotation) -> list[Claim]:
    notes = [note.claim for note in annotation.for_focus]
    return [*annotation.establishes, *notes, *annotation.in_production, *annotation.limits]


def test_every_claim_is_a_statement_of_the_record_or_tells_a_judgement() -> None:
    for placement in (TENACITY, BREAKER):
        pattern = placement.code_pattern
        assert pattern
        record = {
            *split_sentences(placement.summary),
            *(as_sentence(point.text) for point in placement.key_points),
            pattern_sentence(pattern),
        }
        for claim in claims(annotated(placement)):
            assert claim.text in record or claim.basis == "judgement"


def test_every_claim_from_the_record_names_a_passage_that_holds_it() -> None:
    texts = {passage.id: passage.text for passage in passages(TENACITY, "work")}
    for claim in claims(annotated(TENACITY)):
        if claim.basis == "passage":
            assert claim.passages
            assert all(claim.text.rstrip(".") in texts[passage] for passage in claim.passages)


def test_nothing_is_said_twice() -> None:
    texts = [claim.text for claim in claims(annotated(TENACITY))]
    assert len(texts) == len(set(texts))


def test_what_the_source_says_of_a_bullet_stands_with_the_bullet() -> None:
    near = passage_id(TENACITY, "work", "key_point", 1)
    (note,) = [note for note in annotated(TENACITY, matches={"2.3": {near: 0.6}}).for_focus if note.focus == "2.3"]
    assert note.claim.passages == (near,)
    assert note.claim.text.startswith("stop_before_delay ends one attempt")


def test_only_bullets_that_the_evaluation_names_get_notes() -> None:
    assert {note.focus for note in annotated(TENACITY).for_focus} <= set(TENACITY.focus)


def test_what_tells_of_the_work_is_said_of_no_bullet_and_is_no_detail() -> None:
    about = BREAKER.model_copy(
        update={
            "key_points": (KeyPoint(text="Circuit breakers of 17 systems were examined."),),
            "focus": ("2.1",),
            "code_pattern": None,
        }
    )
    near = passage_id(about, "work", "key_point", 0)
    annotation = annotated(about, matches={"2.1": {near: 0.9}})
    assert near not in [passage for note in annotation.for_focus for passage in note.claim.passages]
    assert annotation.in_production == ()
    assert annotation.establishes[-1].passages == (near,)


def test_the_closing_advice_and_the_pattern_stand_under_production() -> None:
    told = [claim.text for claim in annotated(TENACITY).in_production]
    assert told[0].startswith("For an API client the lesson is")
    assert told[-1].startswith("tenacity: Combine retry_if_exception_type")


def test_what_only_tells_of_publication_is_left_to_the_citation() -> None:
    assert not [claim for claim in claims(annotated(TENACITY)) if "Published on" in claim.text]


def test_a_key_point_that_the_summary_holds_already_is_not_repeated() -> None:
    repeated = BREAKER.model_copy(
        update={"key_points": (KeyPoint(text="Any success resets the count of consecutive exceptions."),), "focus": ()}
    )
    texts = [claim.text for claim in claims(annotated(repeated))]
    assert "Any success resets the count of consecutive exceptions." not in texts


def test_sentences_that_point_back_stay_with_what_they_point_at() -> None:
    first, second = [claim.text for claim in annotated(BREAKER).establishes][:2]
    assert second.startswith("It counts consecutive exceptions")
    assert first.startswith("Single-module implementation")


def test_a_caveat_of_the_record_is_a_limit() -> None:
    expired = BREAKER.model_copy(
        update={"key_points": (KeyPoint(text="Revision 06 is dated 16 October 2021 and expired in April 2022."),)}
    )
    assert annotated(expired).limits[0].text.endswith("expired in April 2022.")


def test_a_low_judgement_is_a_limit() -> None:
    assert [claim.text for claim in annotated(TENACITY).limits] == ["Date 2/5: dated 2018."]


def test_a_statement_without_a_passage_rests_on_the_record() -> None:
    work = source(TENACITY, "work")
    annotation = annotate(work, TENACITY, evaluation(TENACITY, "work"), RESILIENCE, passages=(), matches={})
    assert {claim.basis for claim in claims(annotation)} == {"record"}


def test_the_same_record_gives_the_same_annotation_whatever_the_order_of_its_passages() -> None:
    work, verdict = source(TENACITY, "work"), evaluation(TENACITY, "work")
    there = passages(TENACITY, "work")
    matches = {"2.2": {passage.id: 0.4 for passage in there}, "2.3": {passage.id: 0.4 for passage in there}}
    forward = annotate(work, TENACITY, verdict, RESILIENCE, passages=there, matches=matches)
    assert forward == annotate(work, TENACITY, verdict, RESILIENCE, passages=there[::-1], matches=matches)
