"""Prompts of guides that nobody has written yet: any script, long bullets, markup and template syntax in any text."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from research_agent.model.guide import Category, Domain, Focus, Guide, Methodology, Span, Technology
from research_agent.model.prompt import Candidate, Prompt
from research_agent.prompts import assemble_prompt, load_profile
from research_agent.prompts.chain import chain_of
from research_agent.prompts.text import as_data
from research_agent.radar import load_rubric
from tests.examples import DEAR
from tests.prompts.material import candidate

_SYNTAX = (
    "{{ 7 * 7 }}", "{% raw %}", "{# gone #}", "</focus>", "<task>", "## Task", "```", "[1] ", "- ", "---", "&lt;",
    "NOT FOUND: ", "$schema", "\u202e", "\x00", "e\u0301", "日本語", "العربية", "\U0001d518", "🐝",
)  # fmt: skip
_OUR_WORDS_OR_NOT = {"said-once", "few-rules", "calm", "placeholders", "no-thoughts", "requirements"}
"""What short texts of a guide may set off, because they can't be told from words of ours."""


def texts(longest: int) -> st.SearchStrategy[str]:
    """A text of words, syntax and anything."""
    piece = st.sampled_from(_SYNTAX) | st.text(min_size=1, max_size=12) | st.sampled_from(["how", "why", "retry", "of"])
    joined = st.lists(piece, min_size=1, max_size=longest).map(" ".join)
    return joined.filter(lambda text: len(" ".join(text.split())) > 2)


@st.composite
def guides(draw: st.DrawFn) -> Guide:
    names = draw(st.lists(texts(3), min_size=2, max_size=4, unique_by=lambda text: " ".join(text.split())))
    method = Methodology(
        total=Span(at_least=4, at_most=12),
        categories=tuple(
            Category(
                id=f"c{number}",
                name=name,
                description=draw(texts(8)),
                kinds=(),
                quota=Span(at_least=1, at_most=4),
                rank=number,
            )
            for number, name in enumerate(names, start=1)
        ),
        recent_since=draw(st.integers(1950, 2030)),
        recent_share=0.5,
        entries_per_focus=draw(st.integers(0, 2)),
        entries_per_origin=2,
        production_entries=draw(st.integers(0, 2)),
    )
    domains = tuple(
        Domain(
            id=str(number),
            slug=f"d{number}",
            name=draw(texts(4)),
            focus=tuple(
                Focus(id=f"{number}.{n}", text=f"Bullet {number}.{n}: {draw(texts(60))}")
                for n in range(1, draw(st.integers(1, 3)) + 1)
            ),
        )
        for number in (1, 2)
    )
    return Guide(
        id="any",
        title=draw(texts(5)),
        overview=draw(texts(30)),
        audience=tuple(draw(st.lists(texts(6), max_size=2))),
        stance=tuple(draw(st.lists(texts(6), max_size=2))),
        specifications=tuple(draw(st.lists(texts(6), max_size=2))),
        technologies=tuple(
            Technology(group=draw(texts(2)), items=(draw(texts(2)),), note=draw(texts(4)))
            for _ in range(draw(st.integers(0, 2)))
        ),
        methodology=method,
        domains=domains,
    )


def _clean(prompt: Prompt) -> None:
    failed = {check.id: check.detail for check in prompt.checks if not check.passed}
    assert failed.keys() <= _OUR_WORDS_OR_NOT, failed


@settings(DEAR, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(guide=guides(), name=st.sampled_from(["claude", "gpt", "deepseek"]), words=texts(20))
def test_whatever_a_guide_and_its_sources_say_stays_data(guide: Guide, name: str, words: str) -> None:
    profile, rubric, domain = load_profile(name), load_rubric("lmu"), guide.domains[0]
    given_: list[Candidate] = [candidate(0, title=words, summary=words, key_points=(words,), authors=words)]
    prompt = assemble_prompt(guide, domain, rubric, profile, mode="grounded", candidates=given_)
    _clean(prompt)
    lines = {line for message in prompt.messages for line in message.content.splitlines()}
    assert "49" not in {part for line in lines for part in line.split()} or "49" in words + guide.model_dump_json()
    for focus in domain.focus:
        assert f"{focus.id} {as_data(focus.text, profile.delimiters)}" in "\n".join(lines)
    for link in chain_of(guide, domain):
        _clean(assemble_prompt(guide, domain, rubric, profile, part=link.part, reply="json"))
