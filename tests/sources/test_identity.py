"""Which records are one work, and what the one source says."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research_agent.model.source import CodePattern, Source
from research_agent.sources.identity import identity_keys, merge, names_of, resolve
from research_agent.sources.naming import Name, identify
from tests.examples import DEAR
from tests.sources.works import placement, sources, work

DOI = "https://doi.org/10.1000/a"


def _count(*records: Source) -> int:
    return len(resolve(records))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"url": DOI}, {"url": "https://example.org/paper", "doi": "10.1000/A"}),
        ({"url": "https://arxiv.org/abs/2001.00001"}, {"url": DOI, "arxiv_id": "2001.00001v3"}),
        ({"url": "https://www.rfc-editor.org/rfc/rfc9110#section-14"}, {"url": "https://doi.org/10.17487/RFC9110"}),
        ({"url": "https://github.com/O/n/blob/main/a.md"}, {"url": "https://github.com/o/N/blob/master/a.md#x"}),
        ({"url": "http://www.example.org/a/?utm_source=x"}, {"url": "https://example.org/a"}),
        ({"url": "https://docs.example.org/en/latest/a.html#b"}, {"url": "https://docs.example.org/en/stable/a.html"}),
    ],
)
def test_records_that_share_an_identifier_are_one_work(one, other):
    a = work("one", title="A Title of Its Own", **one)
    b = work("other", title="Quite Another Title", year=2010, authors=("Jo Roe",), **other)
    assert _count(a, b) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"url": DOI}, {"url": "https://doi.org/10.1000/b"}),
        ({"url": "https://arxiv.org/abs/2001.00001"}, {"url": "https://arxiv.org/abs/2001.00002"}),
        (
            {"url": "https://www.rfc-editor.org/rfc/rfc9110", "kind": "standard"},
            {"url": "https://www.rfc-editor.org/rfc/rfc9111", "kind": "standard"},
        ),
        ({"url": "https://github.com/a/n"}, {"url": "https://github.com/b/n"}),
        (
            {"url": "https://datatracker.ietf.org/doc/draft-a-b/", "kind": "draft"},
            {"url": "https://datatracker.ietf.org/doc/draft-c-d/", "kind": "draft"},
        ),
    ],
)
def test_works_with_different_identifiers_of_a_class_stay_apart_under_one_title(one, other):
    assert _count(work("one", **one), work("other", **other)) == 2


def test_two_papers_on_one_page_of_proceedings_stay_apart():
    page = "https://example.org/proceedings"
    assert _count(work("one", url=page, doi="10.1000/a"), work("other", url=page, doi="10.1000/b")) == 2


@pytest.mark.parametrize("kind", ["repository", "release_notes", "issue_thread", "official_docs"])
def test_a_label_is_no_title(kind):
    label = "Release History of the Library"
    one = work("one", url="https://example.org/a", title=label, kind=kind)
    assert _count(one, work("other", url="https://example.org/b", title=label, kind=kind)) == 2


def test_a_short_title_recognises_nothing():
    assert (
        _count(work("one", url="https://a.org/x", title="Caching"), work("b", url="https://b.org/x", title="Caching"))
        == 2
    )


def test_an_essay_at_two_addresses_is_one_work_by_title_author_and_year():
    one = work("one", url="https://a.org/x", kind="community_post", authors=("Jane M. Doe",))
    other = work("other", url="https://b.org/y", kind="engineering_blog", title="“A work” of some length!")
    (found,) = resolve([one, other])
    assert {found.id, *found.aliases} == {"one", "other"}
    assert len({name for name in names_of(found) if name[0] == "url"}) == 2


def test_a_talk_is_not_the_paper_of_its_title():
    assert _count(work("one", url="https://a.org/x", kind="talk"), work("other", url="https://b.org/y")) == 2


@pytest.mark.parametrize(
    ("early", "late", "works"), [(2020, 2022, 1), (2022, 2021, 1), (2019, 2022, 2), (2022, 2020, 2)]
)
def test_a_preprint_is_the_paper_that_came_out_of_it_within_two_years(early, late, works):
    preprint = work("preprint", url="https://arxiv.org/abs/2001.00001", kind="preprint", year=early)
    paper = work("paper", url=DOI, kind="paper", year=late)
    assert _count(preprint, paper) == works


def test_two_papers_of_one_title_a_year_apart_stay_apart():
    assert _count(work("one", url="https://a.org/x", year=2021), work("other", url="https://b.org/x", year=2022)) == 2


def test_the_published_paper_speaks_for_its_preprint():
    preprint = work(
        "preprint", url="https://arxiv.org/abs/2001.00001", kind="preprint", year=2020, publisher="arXiv",
        published=date(2020, 1, 1), peer_reviewed=False,
    )  # fmt: skip
    paper = work("doe-2021-work", url=DOI, kind="paper", year=2021, publisher="Journal of Bread", peer_reviewed=True)
    found = merge([preprint, paper])
    assert (found.kind, found.year, found.publisher, found.url) == ("paper", 2021, "Journal of Bread", DOI)
    assert found.peer_reviewed is True
    assert (found.identifiers.doi, found.identifiers.arxiv) == ("10.1000/a", "2001.00001")
    assert (found.id, found.aliases) == ("doe-2021-work", ("preprint",))


def test_a_record_that_nobody_checked_rewrites_nothing_of_a_work_that_somebody_read():
    known = work(
        "doe-2013-work", url=DOI, title="A Work of Some Length", year=2013, kind="paper", publisher="Journal of Bread",
        peer_reviewed=False, placements=(placement("2", "2.1", summary="What a reader found."),),
    )  # fmt: skip
    claim = work(
        "claim", url="https://a.org/", doi="10.1000/a", title="doi claim", year=2025, kind="official_docs", how="",
        authors=("Mallory Evil", "Eve Other"), publisher="A Longer Name of a Journal", peer_reviewed=True,
        published=date(2010, 1, 1), placements=(placement("2", "2.2", summary="A longer and quite wrong account."),),
    )  # fmt: skip
    found = merge([claim, known])
    for field in ("title", "year", "authors", "publisher", "origin", "kind", "published", "url", "peer_reviewed"):
        assert getattr(found, field) == getattr(known, field), field
    assert found.placements[0].summary == "What a reader found."
    assert found.existence == known.existence


def test_what_a_surer_record_leaves_out_is_filled_in_until_a_surer_one_says_it():
    bare = work("one", url=DOI, authors=(), publisher="")
    unchecked = work("two", url=DOI, authors=("Jane Doe", "Mallory Evil"), how="", version="1")
    filled = merge([bare, unchecked])
    assert (filled.authors, filled.version) == (("Jane Doe", "Mallory Evil"), "1")
    cited = work("three", url=DOI, authors=("Jane Doe",), how="cited")
    assert merge([filled, cited]).authors == ("Jane Doe",)
    assert not [s for s in merge([filled, cited]).signals if s.name == "less_sure" and s.value == "unverified" and
                s.where.endswith("authors")]  # fmt: skip


def test_of_records_that_were_read_and_cited_the_reader_speaks():
    read = work("one", url=DOI, title="A Work of Some Length, Indeed", year=2020)
    cited = work("two", url=DOI, title="A Work", year=2022, how="cited")
    assert (merge([cited, read]).title, merge([cited, read]).year) == ("A Work of Some Length, Indeed", 2020)


def test_a_deposit_may_have_a_doi_beside_the_publishers():
    deposit = work("deposit", url="https://doi.org/10.5281/zenodo.7", kind="preprint")
    found = merge([work("paper", url=DOI), deposit])
    assert found.identifiers.doi == "10.1000/a"
    assert [signal.value for signal in found.signals if signal.name == "also_at"] == [
        "https://doi.org/10.5281/zenodo.7"
    ]
    assert _count(deposit, found) == 1


def test_sections_of_a_page_become_the_page():
    a = work("one", url="https://example.org/page#a", title="The Page: part a")
    b = work("other", url="https://example.org/page#b", title="The Page")
    found = merge([a, b])
    assert (found.url, found.title) == ("https://example.org/page", "The Page")


def test_a_domain_keeps_the_fuller_text_and_every_bullet():
    full = placement("1", "1.2", summary="A long account of it.", points=("One.", "Two."))
    short = placement("1", "1.10", "1.1", summary="Short.")
    found = merge([work("one", placements=(short,)), work("other", placements=(full, placement("2", "2.1")))])
    assert [(p.domain, p.focus) for p in found.placements] == [("1", ("1.1", "1.2", "1.10")), ("2", ("2.1",))]
    assert found.placements[0].summary == "A long account of it."


def test_a_text_with_a_code_pattern_is_the_fuller_one():
    plain = placement("1", summary="A much longer account, but without any code to it.")
    coded = placement("1", summary="Short.").model_copy(update={"code_pattern": CodePattern(library="x", idea="y")})
    found = merge([work(placements=(plain,)), work(title="Another Title Here", placements=(coded,))])
    assert found.placements[0].code_pattern is not None


def test_read_is_surer_than_cited():
    assert merge([work(how="cited"), work(how="read", title="A Work")]).existence.how == "read"


def test_nothing_cannot_be_merged():
    with pytest.raises(ValueError, match="nothing"):
        merge([])


def test_keys_name_their_scheme():
    assert identity_keys(work(url=DOI, arxiv_id="2001.00001")) == (
        "arxiv:2001.00001",
        "doi:10.1000/a",
        "title:paper:a work of some length|doe|2022",
    )


def _contents(found: list[Source]) -> list[str]:
    return [source.model_dump_json() for source in found]


@DEAR
@given(st.lists(sources, max_size=8))
def test_resolving_again_changes_nothing(records):
    once = resolve(records)
    assert _contents(resolve(once)) == _contents(once)


@DEAR
@given(st.lists(sources, max_size=8).flatmap(lambda records: st.tuples(st.just(records), st.permutations(records))))
def test_the_order_of_records_does_not_matter(both):
    records, shuffled = both
    assert _contents(resolve(records)) == _contents(resolve(shuffled))


@DEAR
@given(st.lists(sources, max_size=8))
def test_no_name_and_no_id_is_lost_and_no_work_has_two_identifiers_of_a_class(records):
    found = resolve(records)
    assert {name for r in records for name in names_of(r)} == {name for work in found for name in names_of(work)}
    assert {r.id for r in records} == {name for work in found for name in (work.id, *work.aliases)}
    for source in found:
        for scheme in ("arxiv", "rfc"):
            assert len([name for name in names_of(source) if name[0] == scheme]) <= 1


@DEAR
@given(st.lists(sources, min_size=1, max_size=6), st.data())
def test_merging_in_steps_gives_what_merging_at_once_gives(records, data):
    cut = data.draw(st.integers(1, len(records)))
    shuffled = data.draw(st.permutations(records))
    parts = [part for part in (shuffled[:cut], shuffled[cut:]) if part]
    assert merge([merge(part) for part in parts]) == merge(records)


@DEAR
@given(st.lists(sources, max_size=6), st.randoms(use_true_random=False))
def test_the_spelling_of_addresses_does_not_matter(records, random):
    def respelled(source):
        prefix = random.choice(["https://", "http://", "https://www."])
        host = source.url.partition("://")[2].removeprefix("www.")
        doi = source.identifiers.doi and f"doi:{source.identifiers.doi.upper()}"
        arxiv = source.identifiers.arxiv and f"arXiv:{source.identifiers.arxiv}v9"
        return source.model_copy(update={"url": prefix + host, "identifiers": identify(prefix + host, doi, arxiv)})

    def groups(found: list[Source]) -> list[tuple[list[str], list[Name]]]:
        return sorted((sorted((work.id, *work.aliases)), sorted(names_of(work))) for work in found)

    assert groups(resolve(records)) == groups(resolve(map(respelled, records)))
