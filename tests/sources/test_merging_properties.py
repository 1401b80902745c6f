"""Whatever services say and in whatever order: nothing is lost, and merging again changes nothing."""

from hypothesis import given, settings
from hypothesis import strategies as st

from research_agent.sources.connectors.as_source import as_source
from research_agent.sources.identity import names_of, resolve
from research_agent.sources.merging import FoundWork, works_of
from research_agent.sources.naming import name_in
from research_agent.sources.notices import is_notice, works_of_notice
from research_agent.sources.origin import OriginFile, OriginTable
from tests.sources.candidates import candidates
from tests.sources.candidates import told as a_candidate

ORIGINS = OriginTable(OriginFile())
MANY = st.lists(candidates, max_size=7)


def _without_positions(works: list[FoundWork]) -> list[str]:
    return [work.model_copy(update={"candidates": ()}).model_dump_json() for work in works]


@settings(deadline=None)
@given(MANY.flatmap(lambda told: st.tuples(st.just(told), st.permutations(range(len(told))))))
def test_the_order_of_candidates_does_not_matter(both):
    told, order = both
    works, shuffled = works_of(told, ORIGINS), works_of([told[index] for index in order], ORIGINS)
    assert _without_positions(works) == _without_positions(shuffled)
    parts = [{order[position] for position in work.candidates} for work in shuffled]
    assert sorted(map(sorted, parts)) == sorted(sorted(work.candidates) for work in works)


@settings(deadline=None)
@given(MANY)
def test_resolving_the_works_again_changes_nothing(told):
    sources = [work.source for work in works_of(told, ORIGINS)]
    again = resolve(sources)
    assert sorted(one.model_dump_json() for one in again) == sorted(one.model_dump_json() for one in sources)


@settings(deadline=None)
@given(MANY)
def test_a_work_of_its_own_candidates_alone_is_the_same_work(told):
    for work in works_of(told, ORIGINS):
        alone = works_of([told[position] for position in work.candidates], ORIGINS)
        assert _without_positions(alone) == _without_positions([work])


@settings(deadline=None)
@given(MANY)
def test_every_candidate_is_of_a_work_or_a_notice_or_a_bare_signal_of_none(told):
    works = works_of(told, ORIGINS)
    names = {name for work in works for name in names_of(work.source)}
    placed = [position for work in works for position in work.candidates]
    for position, candidate in enumerate(told):
        if is_notice(candidate):
            assert (position in placed) == bool(works_of_notice(candidate) & names)
        elif not candidate.title:
            assert position in placed or name_in(candidate.url) not in names
        else:
            assert placed.count(position) == 1


@settings(deadline=None)
@given(MANY)
def test_no_name_is_lost(told):
    works = works_of(told, ORIGINS)
    names = {name for work in works for name in names_of(work.source)}
    for candidate in told:
        if candidate.title and not is_notice(candidate):
            assert name_in(candidate.url) in names


@settings(deadline=None)
@given(MANY)
def test_no_two_works_share_an_id_nor_an_alias(told):
    named = [name for work in works_of(told, ORIGINS) for name in (work.source.id, *work.source.aliases)]
    assert len(named) == len(set(named))


_WORDS = ["the", "retrying", "of", "requests", "part", "i", "ii", "发布", "历史", "история"]


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.lists(st.sampled_from(_WORDS), min_size=1, max_size=12).map(" ".join), st.sampled_from("abc")),
        min_size=2,
        max_size=2,
        unique=True,
    )
)
def test_works_that_differ_in_title_or_address_have_ids_of_their_own(works):
    """Parts of one long title, titles without a Latin letter, pages that are all called the same."""
    records = [as_source(a_candidate(url=f"https://example.org/{page}", title=title), ORIGINS) for title, page in works]
    one, other = (record.id for record in records if record)
    assert one != other
