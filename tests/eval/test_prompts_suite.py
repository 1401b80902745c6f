"""The suite of prompts meets its thresholds, and a prompt or a check that is broken falls below one."""

from dataclasses import replace

import pytest

from eval.prompts import vocabularies
from eval.prompts.cases import Asked, Situation, asked, everything, second_guide, shipped_guide
from eval.prompts.checklist import wanted_in_words
from eval.prompts.judging import chain_gaps, judge
from eval.prompts.mutants import SITUATIONS, cuts, outcomes, stale_advice, templates
from eval.prompts.suite import Measured, caught, measure, read_all
from eval.prompts.vocabularies import token_scores
from eval.suite import suite
from research_agent.prompts import assemble
from research_agent.prompts.tokens import count_tokens, counts_exactly

NAME = "another guide"


@pytest.fixture(scope="module")
def found():
    return read_all(second_guide())


@pytest.fixture(scope="module")
def mutants():
    return outcomes(shipped_guide())


@pytest.fixture(scope="module")
def sound():
    return prompt_of(Situation("open", "claude"))


def prompt_of(situation: Situation) -> Asked:
    guide = shipped_guide()
    return next(iter(asked(guide, guide.domains[1], situation)))


def with_words(one: Asked, old: str, new: str) -> Asked:
    """The prompt with other words, in whichever message they stand."""
    messages = tuple(
        message.model_copy(update={"content": message.content.replace(old, new, 1)}) for message in one.prompt.messages
    )
    assert messages != one.prompt.messages, f"{old!r} does not stand there"
    return replace(one, prompt=one.prompt.model_copy(update={"messages": messages}))


def missed(*prompts: Asked) -> set[str]:
    """Names of the figures that fall below their threshold, of those that are taken over single prompts."""
    result = measure([Measured(NAME, tuple((one, judge(one)) for one in prompts))], ())
    return {score.name.removesuffix(f", {NAME}") for score in result.scores if score.cases and not score.met}


# The data


def test_requirements_are_sorted_and_each_holds_for_some_prompt(found):
    ids = [wanted.id for wanted in wanted_in_words()]
    assert ids == sorted(set(ids))
    guide = shipped_guide()
    used = {item.id for _, one in found for item in one.items}
    for situation in SITUATIONS:
        used |= {item.id for one in asked(guide, guide.domains[0], situation, last=True) for item in judge(one).items}
    assert set(ids) - used == set()


def test_what_is_excused_as_advice_stands_in_a_template_and_nobody_notices_that_it_goes(mutants):
    assert stale_advice() == []
    assert [one.cut.case for one in mutants if one.advice and one.state == "caught"] == []


def test_mutants_are_what_they_say():
    texts = templates()
    made = list(cuts(texts))
    assert {cut.template for cut in made} == set(texts)
    assert all(texts[cut.template][cut.place :].startswith(cut.text) for cut in made)


def test_all_domains_and_all_profiles_are_looked_at():
    guide = shipped_guide()
    seen = {(one.prompt.domain, one.profile.id) for one in everything(guide) if one.prompt.mode == "open"}
    profiles = {profile for _, profile in seen}
    assert {(domain.id, profile) for domain in guide.domains for profile in profiles - {"blind"}} <= seen
    assert len(profiles) > 10


# The thresholds hold


def test_the_suite_is_registered_and_meets_its_thresholds(found, mutants):
    assert "prompts" in suite
    result = measure([Measured(NAME, found)], mutants)
    assert [score.name for score in result.scores if not score.met] == []
    assert result.failures == ()


# Broken parts


def test_a_sound_prompt_misses_nothing(sound):
    assert missed(sound) == set()


def test_a_bullet_that_is_told_in_other_words_is_noticed(sound):
    bullet = sound.domain.focus[0].text
    broken = with_words(sound, bullet, bullet[:-1])
    assert missed(broken) >= {"bullets of the domain, word for word", "requirements of the guide that prompts hold"}


@pytest.mark.parametrize(
    "more",
    [
        "The list has 12 sources. List 12 sources.",
        "- Academic papers (1 to 2): what researchers found.",
        "Work in 9 steps.",
    ],
)
def test_a_second_count_is_noticed(sound, more):
    broken = with_words(sound, "<method>\n", f"<method>\n{more}\n")
    assert missed(broken) == {"prompts without a contradiction"}


def test_a_category_that_stands_twice_is_noticed(sound):
    category = sound.guide.methodology.categories[0]
    content = next(one.content for one in sound.prompt.messages if f"{category.name} (" in one.content)
    line = next(line for line in content.splitlines() if f"{category.name} (" in line)
    assert missed(with_words(sound, line, f"{line}\n{line}")) == {"prompts without a contradiction"}


def test_a_bullet_of_another_domain_is_noticed(sound):
    other = sound.guide.domains[0].focus[0]
    broken = with_words(sound, "<focus>\n", f"<focus>\n{other.id} {other.text}\n")
    assert "prompts with nothing of other domains" in missed(broken)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("</method>", ""),
        ("<method>", "## Method"),
        ("<focus>\n", "<focus>\n</focus>\n"),
        ("<task>\n", "<task>\n{{ x }}\n"),
    ],
)
def test_a_prompt_that_breaks_its_profiles_rules_is_noticed(sound, old, new):
    assert "prompts that keep their profile's rules" in missed(with_words(sound, old, new))


def test_settings_that_the_profile_does_not_know_are_noticed(sound):
    settings = {**sound.prompt.settings, "top_k": 5}
    broken = replace(sound, prompt=sound.prompt.model_copy(update={"settings": settings}))
    assert missed(broken) == {"prompts that keep their profile's rules"}


def test_a_prompt_longer_than_the_model_takes_is_noticed(sound):
    small = sound.profile.model_copy(update={"context_tokens": sound.profile.output_tokens + 100})
    assert missed(replace(sound, profile=small)) == {"prompts that keep their profile's rules"}


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("span", lambda span: str(span.at_most)),
        ("hierarchy", ["Academic papers", "Official documentation"]),
        ("exempt", []),
        ("evidence", "recall"),
        ("overview", []),
    ],
)
def test_a_program_that_puts_prompts_together_wrongly_is_noticed(monkeypatch, name, broken):
    context = assemble._context

    def wrongly(*arguments, **more):
        return context(*arguments, **more) | {name: broken}

    monkeypatch.setattr(assemble, "_context", wrongly)
    assert missed(prompt_of(Situation("open", "claude"))) & {
        "requirements of the guide that prompts hold",
        "requirements of the project's promises that prompts hold",
        "prompts without a contradiction",
    }


def test_a_chain_that_lacks_a_part_is_noticed():
    guide = shipped_guide()
    chain = list(asked(guide, guide.domains[1], Situation("open", "claude", in_parts=True)))
    assert chain_gaps(chain) == []
    assert chain_gaps(chain[:-1]) != []
    broken = measure([Measured(NAME, tuple((one, judge(one)) for one in chain[1:]))], ())
    score = next(score for score in broken.scores if score.name.startswith("chains"))
    assert not score.met


def test_a_wrong_number_of_tokens_is_noticed():
    one = prompt_of(Situation("open", "gpt"))
    if not counts_exactly(one.profile.tokens):
        pytest.skip("needs the extra `tokens`")
    wrong = replace(one, prompt=one.prompt.model_copy(update={"tokens": round(one.prompt.tokens * 1.06)}))
    for asked_for, met in ((one, True), (wrong, False)):
        scores, failures = token_scores([asked_for])
        assert scores[0].met is met
        assert bool(failures) is not met


@pytest.mark.parametrize(("share", "side"), [(1.1, "above"), (0.9, "below")])
def test_an_estimate_that_is_too_far_off_is_noticed(share, side, monkeypatch):
    one = prompt_of(Situation("open", "gpt"))
    if not counts_exactly(one.profile.tokens):
        pytest.skip("needs the extra `tokens`")
    monkeypatch.setattr(vocabularies, "estimate_tokens", lambda text, how: round(share * count_tokens(text, how)))
    scores, _ = token_scores([one])
    assert [score.name for score in scores if not score.met] == [
        f"tokens estimated without the vocabulary: furthest {side} its count",
        "tokens estimated without the vocabulary: share within 5%",
    ]


def test_without_a_vocabulary_tokens_are_told_as_not_measurable(sound, monkeypatch):
    monkeypatch.setattr(vocabularies, "counts_exactly", lambda how: False)
    scores, failures = token_scores([sound])
    assert failures == []
    assert not any(score.measured for score in scores)


def test_checks_that_overlook_a_requirement_let_its_mutant_live():
    def hasty(one):
        seen = judge(one)
        return seen._replace(items=tuple(item for item in seen.items if item.id != "opened"))

    guide = shipped_guide()
    some = [cut for cut in cuts(templates()) if cut.template == "search"]
    assert caught(outcomes(guide, only=some)).met
    assert not caught(outcomes(guide, hasty, only=some)).met
