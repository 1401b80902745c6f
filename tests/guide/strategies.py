"""Guides of every shape for property-based tests."""

from hypothesis import strategies as st

from research_agent.model.guide import (
    Category,
    Domain,
    Focus,
    Guide,
    Methodology,
    Preferences,
    Provenance,
    Span,
    Technology,
)
from research_agent.model.kinds import KINDS

# Surrogates can't be written to a file at all, and control characters are not read.
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60).map(str.strip)
prose = st.lists(st.sampled_from(["one", "two: three", "# four", "- five", "é", "'six'", '"', "%", "✅"]), max_size=40)
long_texts = st.one_of(texts, prose.map(" ".join), prose.map("\n".join), prose.map("  ".join)).map(str.strip)
slugs = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,5}){0,2}", fullmatch=True)
focus_texts = long_texts.filter(lambda text: len(text) >= 2)
numbers = st.floats(min_value=0, max_value=100, allow_nan=False)


@st.composite
def spans(draw: st.DrawFn) -> Span:
    high = draw(st.integers(1, 29))
    return Span(at_least=draw(st.integers(max(0, high - 9), high)), at_most=high)


@st.composite
def methodologies(draw: st.DrawFn) -> Methodology:
    ids = draw(st.lists(slugs, min_size=1, max_size=4, unique=True))
    categories = tuple(
        Category(
            id=identity,
            name=draw(texts),
            description=draw(long_texts),
            kinds=tuple(draw(st.lists(st.sampled_from(KINDS), max_size=3, unique=True))),
            quota=draw(spans()),
            rank=draw(st.integers(1, 9)),
        )
        for identity in ids
    )
    most = sum(category.quota.at_most for category in categories)
    return Methodology(
        total=Span(at_least=draw(st.integers(0, most)), at_most=most + draw(st.integers(0, 3))),
        categories=categories,
        recent_since=draw(st.integers(1900, 2100)),
        recent_share=draw(st.floats(0, 1)),
        entries_per_focus=draw(st.integers(0, 4)),
        entries_per_origin=draw(st.integers(1, 5)),
        origin_exempt=tuple(draw(st.lists(st.sampled_from(ids), unique=True))),
        production_entries=draw(st.integers(0, 4)),
        rubric=draw(slugs),
        preferences=Preferences(
            relevance=draw(numbers),
            hierarchy=draw(numbers),
            foundational=draw(numbers),
            diversity=draw(numbers),
            newer=draw(numbers),
        ),
    )


@st.composite
def guides(draw: st.DrawFn) -> Guide:
    domain_ids = draw(
        st.lists(st.from_regex(r"[0-9A-Za-z][0-9A-Za-z_-]{0,4}", fullmatch=True), min_size=1, max_size=3, unique=True)
    )
    domain_slugs = draw(st.lists(slugs, min_size=len(domain_ids), max_size=len(domain_ids), unique=True))
    domains = tuple(
        Domain(
            id=identity,
            slug=short,
            name=draw(texts.filter(bool)),
            completed=draw(st.booleans()),
            focus=tuple(
                Focus(id=f"{identity}.{number}", text=draw(focus_texts))
                for number in draw(st.lists(st.integers(0, 30), min_size=1, max_size=3, unique=True))
            ),
        )
        for identity, short in zip(domain_ids, domain_slugs, strict=True)
    )
    technologies = st.builds(Technology, group=texts, items=st.lists(texts, max_size=3).map(tuple), note=texts)
    provenances = st.builds(Provenance, origin=st.sampled_from(["read", "default"]), basis=long_texts)
    return Guide(
        id=draw(slugs),
        title=draw(texts),
        overview=draw(long_texts),
        audience=tuple(draw(st.lists(long_texts, max_size=3))),
        stance=tuple(draw(st.lists(texts, max_size=2))),
        technologies=tuple(draw(st.lists(technologies, max_size=2))),
        specifications=tuple(draw(st.lists(long_texts, max_size=2))),
        request=draw(long_texts),
        methodology=draw(methodologies()),
        domains=domains,
        provenance=draw(st.dictionaries(texts, provenances, max_size=3)),
    )
