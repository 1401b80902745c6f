"""Make sources for tests of identity."""

from datetime import date

from hypothesis import strategies as st

from research_agent.model.kinds import Kind
from research_agent.model.source import CodePattern, Existence, Placement, Source
from research_agent.sources.identity import names_of
from research_agent.sources.naming import identify


def work(
    name: str = "a-work",
    *,
    url: str = "https://example.org/work",
    title: str = "A Work of Some Length",
    authors: tuple[str, ...] = ("Jane Doe",),
    kind: Kind = "paper",
    year: int | None = 2022,
    doi: str | None = None,
    arxiv_id: str | None = None,
    placements: tuple[Placement, ...] = (),
    published: date | None = None,
    updated: date | None = None,
    version: str | None = None,
    publisher: str = "",
    peer_reviewed: bool | None = None,
    how: str = "read",
) -> Source:
    """A work; `how` is "read", "cited", or empty where nobody looked."""
    return Source(
        id=name,
        title=title,
        url=url,
        authors=authors,
        publisher=publisher,
        origin=authors[0] if authors else "unknown",
        year=year,
        published=published,
        updated=updated,
        version=version,
        kind=kind,
        peer_reviewed=peer_reviewed,
        identifiers=identify(url, doi, arxiv_id),
        existence=Existence(state="verified", how=how, on=date(2026, 1, 2), where=url)
        if how
        else Existence(state="not_checked", how="", why="nobody looked"),
        placements=placements,
    )


def placement(domain: str = "1", *focus: str, summary: str = "It says so.", points: tuple[str, ...] = ()) -> Placement:
    return Placement(guide="bread", domain=domain, category="science", focus=focus, summary=summary, key_points=points)


def _is_consistent(source: Source) -> bool:
    """Whether the address and the identifiers beside it name the same work, as reading a record makes sure."""
    schemes = [scheme for scheme, _ in names_of(source)]
    return len(schemes) == len(set(schemes))


_PLACEMENTS = st.builds(
    Placement,
    guide=st.just("bread"),
    domain=st.sampled_from(["1", "2"]),
    category=st.sampled_from(["science", "craft"]),
    focus=st.sets(st.sampled_from(["1.1", "1.2", "2.1", "2.10"])).map(tuple),
    summary=st.sampled_from(["", "Short.", "Longer than that."]),
    key_points=st.lists(st.sampled_from(["One.", "Two."]), max_size=2).map(tuple),
    code_pattern=st.sampled_from([None, CodePattern(library="dough", idea="Knead.")]),
)

# Few values of each kind, so that records meet by every key and contradict each other in every field.
sources = st.builds(
    work,
    st.sampled_from(["a-work", "b-work", "doe-2022-a-work", "c"]),
    url=st.sampled_from(
        [
            "https://doi.org/10.1/a".replace("10.1", "10.1000"),
            "https://doi.org/10.1000/b",
            "https://doi.org/10.5281/zenodo.7",
            "https://arxiv.org/abs/2001.00001",
            "https://arxiv.org/abs/2001.00002v2",
            "https://www.rfc-editor.org/rfc/rfc9110#section-1",
            "https://www.rfc-editor.org/rfc/rfc9111",
            "https://github.com/o/n",
            "https://github.com/o/n/blob/main/docs/x.md",
            "https://example.org/work",
            "https://example.org/work#part",
            "http://www.example.org/work/",
            "https://example.org/other",
        ]
    ),
    title=st.sampled_from(["A Work of Some Length", "a work, of some length", "Another Work of Its Own", "Work"]),
    authors=st.sampled_from([(), ("Jane Doe",), ("Doe, J.", "Juan Pérez"), ("Jo Roe",)]),
    kind=st.sampled_from(["paper", "preprint", "standard", "official_docs", "community_post", "repository"]),
    year=st.sampled_from([None, 2020, 2021, 2022]),
    doi=st.sampled_from([None, None, "10.1000/a", "10.1000/b"]),
    arxiv_id=st.sampled_from([None, None, "2001.00001"]),
    placements=st.lists(_PLACEMENTS, max_size=2, unique_by=lambda p: p.domain).map(tuple),
    published=st.sampled_from([None, date(2020, 5, 1), date(2021, 1, 1)]),
    updated=st.sampled_from([None, date(2023, 1, 1), date(2024, 1, 1)]),
    version=st.sampled_from([None, "1", "2"]),
    publisher=st.sampled_from(["", "Journal of Bread", "arXiv"]),
    peer_reviewed=st.sampled_from([None, True, False]),
    how=st.sampled_from(["read", "cited", ""]),
).filter(_is_consistent)
