"""Make candidates for tests of merging."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from research_agent.model.candidate import Candidate, Provenance
from research_agent.model.source import Signal
from research_agent.sources.naming import identify

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def told(
    service: str = "crossref",
    *,
    url: str = "https://example.org/work",
    title: str = "A Work of Some Length",
    authors: Iterable[str] = ("Jane Doe",),
    year: int | None = 2022,
    doi: str | None = None,
    arxiv_id: str | None = None,
    at: datetime = AT,
    record: str = "",
    signals: dict[str, Any] | None = None,
    **fields: Any,
) -> Candidate:
    """What a service tells of a work."""
    own_record = record or f"https://{service}.example/{url.partition('://')[2]}"
    return Candidate(
        title=title,
        url=url,
        identifiers=identify(url, doi, arxiv_id),
        authors=tuple(authors),
        year=year,
        signals=tuple(
            Signal(name=name, value=value, where=own_record, on=at.date()) for name, value in (signals or {}).items()
        ),
        provenance=Provenance(
            service=service, address=f"https://{service}.example/?q=bread", record=own_record, at=at, raw="{}"
        ),
        **{"kind": "paper", **fields},
    )


DOI, OTHER_DOI = "https://doi.org/10.1000/a", "https://doi.org/10.1000/b"
_TITLES = [
    "A Work of Some Length",
    "A work of some lenght",
    "A Work of Some Length: In Three Parts and a Half",
    "A Work of Some Length: And Its Afterlife in Kitchens",
    "A Work of Some Length: Part II",
    "Rate-limiting Ovens at Scale",
    "Ratelimiting ovens at scale",
    "RETRACTED: Rate-limiting Ovens at Scale",
    "Synchronous Kneading of Large Doughs",
    "Asynchronous Kneading of Large Doughs",
    "Bread",
    "",
]

# Few values of each kind, so that candidates meet by every name and look alike in every way.
candidates = st.builds(
    told,
    st.sampled_from(["crossref", "arxiv", "openalex", "dblp", "brave", "wayback"]),
    url=st.sampled_from(
        [
            DOI,
            OTHER_DOI,
            "https://doi.org/10.5281/zenodo.7",
            "https://arxiv.org/abs/2001.00001",
            "https://arxiv.org/abs/2001.00002v2",
            "https://github.com/o/n",
            "https://example.org/work",
            "https://example.org/other",
        ]
    ),
    title=st.sampled_from(_TITLES),
    authors=st.sampled_from([(), ("Jane Doe",), ("Doe, J.", "Juan Pérez"), ("Doe J", "Pérez J"), ("John Doe",)]),
    year=st.sampled_from([None, 2020, 2021, 2022]),
    kind=st.sampled_from(["paper", "preprint", "book", "community_post", None]),
    vouched=st.booleans(),
    published=st.sampled_from([None, "2020", "2020-05", "2020-05-01", "2021-01-01"]),
    publisher=st.sampled_from(["", "Journal of Bread", "J. Bread", "Proceedings of the Conference on Bread"]),
    abstract=st.sampled_from(["", "Bread rises.", "Bread may rise."]),
    signals=st.fixed_dictionaries(
        {},
        optional={
            "citations": st.sampled_from([3, 5]),
            "retracted": st.booleans(),
            "same_work_as": st.sampled_from(["10.1000/b", "10.5281/zenodo.7, 10.1000/a", "nonsense"]),
            "notice_of": st.sampled_from(["10.1000/a", "10.1000/a, 10.1000/z"]),
        },
    ),
)
