"""A request for a bibliography, split by category: what meets every part meets the whole."""

from collections import Counter
from math import ceil

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from research_agent.errors import UsageError
from research_agent.guides import load_guide
from research_agent.model.guide import Category, Domain, Focus, Guide, Methodology, Span
from research_agent.model.prompt import Present
from research_agent.prompts import assemble_prompt, load_profile, profile_names
from research_agent.prompts.chain import chain_of, narrowed
from research_agent.radar import load_rubric
from research_agent.resources import resource
from tests.prompts.material import candidate, present

SHIPPED = load_guide(resource("corpus", "guide.yaml"))


@st.composite
def guides(draw: st.DrawFn) -> Guide:
    """Any guide whose quotas and total can be met."""
    quotas = draw(
        st.lists(
            st.tuples(st.integers(0, 6), st.integers(1, 6)).map(lambda pair: (min(pair), max(pair))),
            min_size=2,
            max_size=6,
        )
    )
    least, most = sum(low for low, _ in quotas), sum(high for _, high in quotas)
    total = sorted(draw(st.tuples(st.integers(1, most + 3), st.integers(1, most + 3))))
    assume(least <= total[1] and most >= total[0])
    method = Methodology(
        total=Span(at_least=total[0], at_most=total[1]),
        categories=tuple(
            Category(
                id=f"c{number}",
                name=f"Category {number}",
                description="What belongs here.",
                kinds=(),
                quota=Span(at_least=low, at_most=high),
                rank=draw(st.integers(1, 3)),
            )
            for number, (low, high) in enumerate(quotas)
        ),
        recent_since=2021,
        recent_share=draw(st.sampled_from([0.0, 0.5, 0.6])),
        entries_per_focus=draw(st.integers(0, 3)),
        entries_per_origin=draw(st.integers(1, 5)),
        production_entries=draw(st.integers(0, 4)),
    )
    bullets = tuple(Focus(id=f"1.{n}", text=f"Bullet {n}") for n in range(1, draw(st.integers(1, 8)) + 1))
    domain = Domain(id="1", slug="one", name="One", focus=bullets)
    return Guide(id="any", title="Any", overview="Any.", methodology=method, domains=(domain,))


@given(guide=guides(), draw=st.data())
def test_whatever_meets_every_part_meets_the_whole(guide: Guide, draw: st.DataObject) -> None:
    method, domain = guide.methodology, guide.domains[0]
    total, recent, production = 0, 0, 0
    covered: Counter[str] = Counter()
    for link in chain_of(guide, domain):
        asked = narrowed(guide, link.part).methodology
        (category,) = asked.categories
        wanted = method.category(category.id).quota
        assert wanted.at_least <= category.quota.at_least <= category.quota.at_most <= wanted.at_most
        entries = draw.draw(st.integers(category.quota.at_least, category.quota.at_most))
        total += entries
        recent += ceil(asked.recent_share * entries)
        production += asked.production_entries
        covered.update(link.part.covers)
        assert asked.entries_per_origin * len(method.categories) >= method.entries_per_origin
    assert method.total.at_least <= total <= method.total.at_most
    assert recent >= method.recent_share * total
    assert production == method.production_entries
    assert all(covered[focus.id] >= method.entries_per_focus for focus in domain.focus)


def test_a_bullet_goes_to_a_part_that_has_candidates_for_it() -> None:
    domain, names = SHIPPED.domain("2"), [category.name for category in SHIPPED.methodology.categories]
    given_ = [candidate(number, category=names[place], focus=("2.4",)) for number, place in enumerate((3, 3, 5, 5))]
    dealt = {link.part.category: link.part.covers.get("2.4", 0) for link in chain_of(SHIPPED, domain, given_)}
    ids = [category.id for category in SHIPPED.methodology.categories]
    assert {name for name, count in dealt.items() if count} == {ids[3], ids[5]}


def test_candidates_and_present_entries_go_to_the_part_of_their_category() -> None:
    names = [category.name for category in SHIPPED.methodology.categories]
    given_ = [candidate(number, category=names[number % 2]) for number in range(5)]
    links = chain_of(SHIPPED, SHIPPED.domain("2"), given_)
    assert [(link.part.number, link.part.of, len(link.candidates)) for link in links] == [(1, 2, 3), (2, 2, 2)]
    entries = tuple(entry.model_copy(update={"category": names[4]}) for entry in present().entries)
    (only,) = chain_of(SHIPPED, SHIPPED.domain("2"), present=Present(entries=entries))
    assert (only.part.number, only.part.of, only.part.category) == (1, 1, "code")
    assert only.present is not None
    assert [entry.number for entry in only.present.entries] == [1, 2]


def test_one_category_is_not_split() -> None:
    method = SHIPPED.methodology
    alone = method.model_copy(update={"categories": method.categories[:1], "total": method.categories[0].quota})
    with pytest.raises(UsageError, match="Leave out --split"):
        chain_of(SHIPPED.model_copy(update={"methodology": alone}), SHIPPED.domain("2"))


@pytest.mark.parametrize("name", profile_names())
def test_every_part_is_a_clean_prompt_that_names_its_place(name: str) -> None:
    domain, rubric, profile = SHIPPED.domain("2"), load_rubric("lmu"), load_profile(name)
    whole = assemble_prompt(SHIPPED, domain, rubric, profile)
    for link in chain_of(SHIPPED, domain):
        prompt = assemble_prompt(SHIPPED, domain, rubric, profile, part=link.part)
        assert [(check.id, check.detail) for check in prompt.checks if not check.passed] == []
        words = "\n".join(message.content for message in prompt.messages)
        assert f"This is part {link.part.number} of 6" in words
        others = [one.name for one in SHIPPED.methodology.categories if one.id != link.part.category]
        assert not any(f"- {other} (" in words for other in others)
        assert prompt.guide_version == whole.guide_version
        assert prompt.version != whole.version
