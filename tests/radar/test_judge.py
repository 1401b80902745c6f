"""Judging whole sources: the metamorphic laws, both readings, people's decisions, exclusions."""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from research_agent.model.kinds import KINDS, Kind
from research_agent.model.radar import Decision, Evaluation
from research_agent.model.source import Existence, Signal, Source
from research_agent.radar import evaluate, load_rubric
from research_agent.radar.evidence import NOTHING_GATHERED, DomainEvidence, stack_names
from research_agent.radar.relevance import ANCHORS, nearness
from tests.radar import works

READINGS = ("lmu", "mandalios")
sources = st.sampled_from(works.WORKS)
law = settings(deadline=None, max_examples=80)  # the first example reads the rubrics


def judged(
    source: Source,
    evidence: DomainEvidence = works.EVIDENCE,
    *,
    reading: str = "lmu",
    as_of: int = 2026,
    decisions: tuple[Decision, ...] = (),
) -> Evaluation:
    return evaluate(source, works.DOMAIN, works.GUIDE, load_rubric(reading), evidence, as_of=as_of, decisions=decisions)


def levels(evaluation: Evaluation) -> dict[str, int]:
    return {judgement.criterion: judgement.level for judgement in evaluation.judgements}


# The metamorphic laws


@law
@given(sources, st.sampled_from(KINDS), st.integers(2000, 2026), st.integers(2000, 2026))
def test_an_older_work_never_has_the_better_date(source: Source, kind: Kind, one: int, other: int) -> None:
    old, new = sorted((one, other))
    at = [
        source.model_copy(update={"kind": kind, "year": year, "updated": date(year, 6, 1), "published": None})
        for year in (old, new)
    ]
    older, newer = (levels(judged(each)) for each in at)

    assert older["date"] <= newer["date"]
    assert {**older, "date": 0} == {**newer, "date": 0}, "nothing else moves"


@law
@given(sources, st.integers(2026, 2060))
def test_time_alone_never_makes_a_date_better(source: Source, later: int) -> None:
    assert levels(judged(source, as_of=later))["date"] <= levels(judged(source, as_of=2026))["date"]


@law
@given(sources, st.sampled_from(READINGS))
def test_without_its_author_only_authority_may_fall(source: Source, reading: str) -> None:
    signed = levels(judged(source, reading=reading))
    unsigned = levels(judged(source.model_copy(update={"authors": ()}), reading=reading))

    assert unsigned["authority"] <= signed["authority"]
    assert {**unsigned, "authority": 0} == {**signed, "authority": 0}


PRAISE = st.sampled_from(("", "Amazing: ", "The world's best, blazing-fast and revolutionary ", "10x BETTER!!! "))
MARKUP = st.sampled_from(("{}", "**{}**", "<h1>{}</h1>", "_{}_", "🚀 {} 🚀"))
CASES = st.sampled_from((str.upper, str.lower, str.title, str))


@law
@given(sources, PRAISE, MARKUP, CASES, st.sampled_from(READINGS))
def test_tone_case_and_markup_move_no_level(
    source: Source, praise: str, markup: str, case: Callable[[str], str], reading: str
) -> None:
    placement = source.placements[0]
    restyled = source.model_copy(
        update={
            "title": markup.format(praise + case(source.title)),
            "placements": (placement.model_copy(update={"summary": markup.format(praise + case(placement.summary))}),),
        }
    )
    evidence = works.EVIDENCE._replace(stack=stack_names(works.GUIDE, placement))
    again = works.EVIDENCE._replace(stack=stack_names(works.GUIDE, restyled.placements[0]))

    assert levels(judged(restyled, again, reading=reading)) == levels(judged(source, evidence, reading=reading))


@law
@given(sources, st.floats(-1, 1), st.sampled_from(READINGS))
def test_a_restyled_summary_moves_no_level_through_its_vector(source: Source, cosine: float, reading: str) -> None:
    """The nearest passage may be the summary, whose vector moves with its wording; key points don't."""
    moved = tuple(match._replace(similarity=cosine) for match in works.EVIDENCE.matches or ())
    restyled = works.EVIDENCE._replace(matches=moved)

    assert levels(judged(source, restyled, reading=reading)) == levels(judged(source, reading=reading))


def test_the_order_of_sources_changes_nothing() -> None:
    forwards = {source.id: judged(source) for source in works.WORKS}
    backwards = {source.id: judged(source) for source in reversed(works.WORKS)}

    assert forwards == backwards


def test_a_retracted_work_is_out_with_the_reason() -> None:
    notice = Signal(name="retracted", value="notice 10.1145/9999999", where="api.crossref.org", on=date(2026, 3, 1))
    retracted = judged(works.TAIL_AT_SCALE.model_copy(update={"signals": (notice,)}))

    assert retracted.excluded == "retracted: notice 10.1145/9999999, api.crossref.org, 2026-03-01"
    assert retracted.judgement("accuracy").level == 1
    assert judged(works.TAIL_AT_SCALE).excluded == ""
    cleared = Signal(name="retracted", value=False, where="api.crossref.org")
    assert judged(works.TAIL_AT_SCALE.model_copy(update={"signals": (cleared,)})).excluded == ""


@law
@given(sources, st.sampled_from(READINGS), st.data())
def test_a_signal_that_nobody_observed_moves_no_level(source: Source, reading: str, data: st.DataObject) -> None:
    names = sorted({name for criterion in load_rubric(reading).criteria for name in criterion.signals})
    unseen = data.draw(st.lists(st.sampled_from(names), unique=True))
    marked = source.model_copy(update={"signals": tuple(Signal(name=name, value=None) for name in unseen)})

    assert judged(marked, reading=reading) == judged(source, reading=reading)


@law
@given(sources, st.sampled_from(READINGS))
def test_a_lookup_that_confirms_raises_confidence_and_never_lowers_a_level(source: Source, reading: str) -> None:
    looked_up = tuple(
        Signal(name=name, value=False, where="looked up")
        for name in ("retracted", "obsoleted_by", "superseded_by", "archived", "advertising", "language_faults")
    )
    before, after = (
        judged(source, reading=reading),
        judged(source.model_copy(update={"signals": looked_up}), reading=reading),
    )

    for old, new in zip(before.judgements, after.judgements, strict=True):
        assert new.confidence >= old.confidence
        assert new.level >= old.level


# What the criteria mean for this kind of source


def test_authority_follows_who_stands_behind_the_source() -> None:
    authority = {source.id: judged(source, NOTHING_GATHERED).judgement("authority").level for source in works.WORKS}

    assert authority[works.RFC_9110.id] == 5
    assert authority[works.TAIL_AT_SCALE.id] == 5
    assert authority[works.PEP_492.id] == 4
    assert authority[works.HTTPX_TIMEOUTS.id] == 4
    assert authority[works.BUILDERS_LIBRARY.id] == 4
    assert authority[works.API_GUIDELINE.id] == 3
    assert authority[works.DRAFT.id] == 3
    assert authority[works.CIRCUITBREAKER.id] == 3
    assert authority[works.PREPRINT.id] == 2
    assert authority[works.DEV_POST.id] == 2
    assert authority[works.HANDLE_GUIDE.id] == 1


def test_rationale_tells_standardising_and_reporting_from_selling() -> None:
    rationale = {source.id: judged(source).judgement("rationale").level for source in works.WORKS}

    assert rationale[works.RFC_9110.id] == 5
    assert rationale[works.CLOUDFLARE_OUTAGE.id] == 5
    assert rationale[works.HTTPX_TIMEOUTS.id] == 4
    assert rationale[works.BUILDERS_LIBRARY.id] == 3
    assert rationale[works.STAINLESS_POST.id] == 2
    assert "Stainless" in judged(works.STAINLESS_POST).judgement("rationale").reason


def test_a_standard_ages_by_being_obsoleted_and_not_by_years() -> None:
    old = works.RFC_9110.model_copy(update={"year": 1999})
    obsoleted = old.model_copy(update={"signals": (Signal(name="obsoleted_by", value="RFC 9999", where="rfc-index"),)})

    assert judged(old).judgement("date").level == 4
    assert judged(obsoleted).judgement("date").level == 1
    assert "RFC 9999" in judged(obsoleted).judgement("date").reason


def test_the_same_age_weighs_more_on_documentation_than_on_a_paper() -> None:
    docs = works.HTTPX_TIMEOUTS.model_copy(update={"updated": date(2020, 1, 1), "year": 2020})
    paper = works.TAIL_AT_SCALE.model_copy(update={"year": 2020})

    assert judged(docs).judgement("date").level < judged(paper).judgement("date").level


def test_an_archived_project_is_not_current_however_fresh_its_page() -> None:
    archived = Signal(name="archived", value=True, where="api.github.com")

    assert judged(works.CIRCUITBREAKER).judgement("date").level == 4
    assert judged(works.CIRCUITBREAKER.model_copy(update={"signals": (archived,)})).judgement("date").level == 2


def test_a_landmark_keeps_its_date_for_a_sourced_reason() -> None:
    reason = Signal(name="foundational", value="cited by 12 works of this corpus", where="catalogue")
    old = works.TAIL_AT_SCALE.model_copy(update={"year": 1989})
    landmark = judged(old.model_copy(update={"signals": (reason,)}))

    assert judged(old).judgement("date").level == 2
    assert judged(old).foundational == ""
    assert landmark.judgement("date").level == 4
    assert landmark.foundational == "cited by 12 works of this corpus"


def test_independent_corroboration_counts_for_accuracy() -> None:
    alone = works.EVIDENCE._replace(corroborated_by=())
    many = works.EVIDENCE._replace(corroborated_by=("a", "b", "c"))

    assert (
        judged(works.BUILDERS_LIBRARY, alone).judgement("accuracy").level
        < judged(works.BUILDERS_LIBRARY, many).judgement("accuracy").level
    )


def test_more_bullets_stack_and_production_never_lower_relevance() -> None:
    placement = works.HTTPX_TIMEOUTS.placements[0]
    narrow = works.HTTPX_TIMEOUTS.model_copy(update={"placements": (placement.model_copy(update={"focus": ("2.3",)}),)})
    broad = works.HTTPX_TIMEOUTS.model_copy(
        update={"placements": (placement.model_copy(update={"focus": ("2.1", "2.2", "2.3")}),)}
    )
    poor, rich = works.EVIDENCE._replace(stack=()), works.EVIDENCE._replace(production="figures from production")

    assert levels(judged(narrow, poor))["relevance"] == 3
    assert levels(judged(broad, rich))["relevance"] == 5
    assert judged(broad, rich).relevance > judged(narrow, poor).relevance


def test_a_source_that_nobody_placed_is_judged_by_search() -> None:
    found = works.HTTPX_TIMEOUTS.model_copy(update={"placements": ()})
    evaluation = judged(found)

    assert evaluation.focus == ("2.2", "2.3")
    assert evaluation.judgement("relevance").level == 4
    far = tuple(match._replace(similarity=0.05) for match in works.EVIDENCE.matches or ())
    assert judged(found, DomainEvidence(matches=far)).judgement("relevance").level == 1
    assert judged(found, DomainEvidence(matches=far)).focus == ()


def test_declared_focus_of_other_domains_does_not_count() -> None:
    placement = works.HTTPX_TIMEOUTS.placements[0].model_copy(update={"focus": ("2.3", "7.1")})

    assert judged(works.HTTPX_TIMEOUTS.model_copy(update={"placements": (placement,)})).focus == ("2.3",)


@law
@given(st.floats(-1, 1), st.floats(-1, 1))
def test_nearness_rises_with_the_cosine_and_stays_within_bounds(one: float, other: float) -> None:
    low, high = sorted((one, other))

    assert 0 <= nearness(low) <= nearness(high) <= 1


def test_nearness_meets_its_anchors() -> None:
    for cosine, value in ANCHORS:
        assert nearness(cosine) == pytest.approx(value)


# What stands in an evaluation


@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize("source", works.WORKS, ids=lambda source: source.id)
def test_every_judgement_says_why_and_names_its_evidence(source: Source, reading: str) -> None:
    evaluation = judged(source, reading=reading)
    rubric = load_rubric(reading)

    assert evaluation.rubric == reading
    assert [judgement.criterion for judgement in evaluation.judgements] == [one.id for one in rubric.criteria]
    assert 0 < evaluation.total <= 5
    for judgement in evaluation.judgements:
        criterion = rubric.criterion(judgement.criterion)
        assert judgement.word == criterion.level(str(judgement.level)).word
        assert judgement.reason.endswith(".")
        assert "{" not in judgement.reason
        assert judgement.judge == "rules"
        assert all(signal.observed and signal.where for signal in judgement.signals)
        assert not {signal.name for signal in judgement.signals} & set(judgement.not_observed)


def test_reasons_name_venue_organisation_year_and_bullets() -> None:
    assert "Communications of the ACM" in judged(works.TAIL_AT_SCALE).judgement("authority").reason
    assert "Amazon Web Services" in judged(works.BUILDERS_LIBRARY).judgement("authority").reason
    assert "2019, seven years ago" in judged(works.BUILDERS_LIBRARY).judgement("date").reason
    reason = judged(works.CIRCUITBREAKER).judgement("relevance").reason
    assert "“Circuit breaker implementations”" in reason
    assert "httpx" in reason


def test_dates_are_told_as_the_citation_has_them() -> None:
    revised = works.BUILDERS_LIBRARY.model_copy(
        update={"published": date(2023, 1, 1), "updated": date(2024, 1, 1), "year": 2023}
    )

    assert "published 2023, updated 2024, two years ago" in judged(revised).judgement("date").reason


def test_a_standard_is_not_said_to_be_in_force_until_somebody_looked() -> None:
    looked = Signal(name="obsoleted_by", value=False, where="rfc-index")
    confirmed = judged(works.RFC_9110.model_copy(update={"signals": (looked,)}))

    assert "whether it was replaced was not looked up" in judged(works.RFC_9110).judgement("date").reason
    assert "not looked up" not in confirmed.judgement("date").reason
    assert "confirmed to be in force" in confirmed.judgement("date").reason


def test_a_low_level_against_which_nothing_speaks_says_what_is_lacking() -> None:
    judgement = judged(works.DEV_POST, NOTHING_GATHERED).judgement("authority")

    assert judgement.level == 2
    assert judgement.reason.endswith("Against it: no more is known here of who stands behind it.")


def test_technologies_are_told_as_what_a_work_was_read_for() -> None:
    assert "read here for httpx" in judged(works.RFC_9110).judgement("relevance").reason


def test_the_total_is_the_weighted_mean_of_the_levels() -> None:
    evaluation, rubric = judged(works.RFC_9110), load_rubric("lmu")
    mean = sum(rubric.criterion(one.criterion).weight * one.level for one in evaluation.judgements)

    assert evaluation.total == pytest.approx(mean, abs=1e-4)


def test_nothing_gathered_lowers_confidence_and_is_named() -> None:
    bare, full = judged(works.BUILDERS_LIBRARY, NOTHING_GATHERED), judged(works.BUILDERS_LIBRARY)

    assert bare.judgement("accuracy").confidence < full.judgement("accuracy").confidence
    assert "corroborated_by" in bare.judgement("accuracy").not_observed


# What people decide


def decision(**changes: object) -> Decision:
    fields: dict[str, object] = {
        "action": "judge",
        "guide": works.GUIDE.id,
        "domain": works.DOMAIN.id,
        "source": works.DEV_POST.id,
        "rubric": "lmu",
        "criterion": "authority",
        "level": 5,
        "reason": "The author maintains the parser.",
    }
    return Decision.model_validate({**fields, **changes})


def test_a_persons_judgement_takes_the_place_of_the_rules() -> None:
    evaluation = judged(works.DEV_POST, decisions=(decision(),))
    judgement = evaluation.judgement("authority")

    assert (judgement.level, judgement.word, judgement.judge) == (5, "excellent", "human")
    assert judgement.reason == "The author maintains the parser."
    assert judgement.confidence == 1
    assert evaluation.total > judged(works.DEV_POST).total
    assert evaluation.judgement("date") == judged(works.DEV_POST).judgement("date")


def test_a_persons_judgement_holds_where_it_was_given_only() -> None:
    elsewhere = (
        decision(domain="3"),
        decision(source="another"),
        decision(rubric="mandalios"),
        decision(guide="another"),
        decision(criterion="date", level=None),
    )

    assert judged(works.DEV_POST, decisions=elsewhere) == judged(works.DEV_POST)


def test_the_latest_judgement_counts_and_aliases_are_known() -> None:
    renamed = works.DEV_POST.model_copy(update={"id": "new-id", "aliases": (works.DEV_POST.id,)})
    given_twice = (decision(level=1, reason="First."), decision(level=3, reason="On second thoughts."))

    assert judged(renamed, decisions=given_twice).judgement("authority").reason == "On second thoughts."


def test_a_ban_keeps_a_source_out_until_it_is_pinned() -> None:
    ban = decision(action="ban", level=None, criterion="", reason="Outdated advice.")
    pin = decision(action="pin", level=None, criterion="", reason="")

    assert judged(works.DEV_POST, decisions=(ban,)).excluded == "banned: Outdated advice."
    assert judged(works.DEV_POST, decisions=(ban, pin)).excluded == ""


def test_a_work_that_is_known_not_to_exist_is_out() -> None:
    invented = works.DEV_POST.model_copy(
        update={"existence": Existence(state="contradicted", how="read", why="the address names another work")}
    )

    assert judged(invented).excluded == "existence contradicted: the address names another work"
    unchecked = works.DEV_POST.model_copy(
        update={"existence": Existence(state="not_checked", how="cited", why="no network")}
    )
    assert judged(unchecked).excluded == "", "could not look is not the same as does not exist"
