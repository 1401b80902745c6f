"""What becomes of works that were looked up or found, in a library that holds others."""

from collections.abc import Iterator

import pytest

from research_agent import Settings, Workspace
from research_agent.live.adding import MOST_DOMAINS, take_in
from research_agent.live.holdings import KIND_GIVEN, Holdings
from research_agent.live.placing import NEAR, place
from research_agent.live.rounds import ORIGIN
from research_agent.model.candidate import Candidate
from research_agent.model.kinds import Kind
from research_agent.model.search import TakenIn
from research_agent.sources.merging import FoundWork, works_of
from research_agent.sources.origin import shipped_origins
from tests.conftest import NOW, SMALL_GUIDE
from tests.live.canned import PAPERS, a_candidate

CLOCKS = PAPERS[0]
FILED: tuple[tuple[Kind, str], ...] = (("talk", "teaching"), ("postmortem", "field-reports"), ("talk", "teaching"))
"""What a person says a work is, and where the small guide files it."""


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    settings = Settings(data_dir=tmp_path_factory.mktemp("adding"), guide=str(SMALL_GUIDE))
    with Workspace.open(settings, clock=lambda: NOW) as opened:
        yield opened


def work_of(*candidates: Candidate) -> FoundWork:
    (work,) = works_of(candidates, shipped_origins())
    return work


def taken_in(
    workspace: Workspace, work: FoundWork, *domains: str, near: bool = False, kind: Kind | None = None
) -> TakenIn:
    places = [workspace.guide.domain(one) for one in domains]
    (one,) = take_in([work], workspace.library, workspace.guide, places, near=near, kind=kind)
    return one


def test_a_work_is_placed_in_the_domains_that_its_text_comes_near(shared: Workspace) -> None:
    taken = taken_in(shared, work_of(CLOCKS))

    assert taken.new
    assert "3" in [one.domain for one in taken.placed]
    assert len(taken.placed) <= MOST_DOMAINS
    cosines = [one.cosine for one in taken.placed]
    assert cosines == sorted(cosines, key=lambda cosine: -(cosine or 0))
    assert all(cosine is not None and cosine >= NEAR for cosine in cosines)
    source = shared.source(taken.source)
    assert {one.domain for one in source.placements} == {one.domain for one in taken.placed}
    assert [(one.summary, one.focus) for one in source.placements] == [("", ())] * len(taken.placed)


def test_added_twice_it_is_one_source_and_what_services_said_is_kept(shared: Workspace) -> None:
    again = a_candidate(CLOCKS.title, service="openalex", doi=CLOCKS.identifiers.doi, signals={"citations": 41})
    first, second = taken_in(shared, work_of(CLOCKS)), taken_in(shared, work_of(CLOCKS, again))

    assert second.source == first.source
    assert not second.new
    assert (second.placed, set(second.serves)) == ((), {one.domain for one in shared.source(first.source).placements})
    assert shared.source(first.source).signal("citations").value == 41
    assert {one.service for one in shared.library.provenance(first.source)} == {"crossref", "openalex"}


def test_a_person_may_say_which_domain_whatever_the_text_says(shared: Workspace) -> None:
    bread = a_candidate("On Sourdough", "Flour and water rest for a day before the dough is shaped.", doi="10.5555/b.1")

    alone = taken_in(shared, work_of(bread))
    assert (alone.placed, alone.serves) == ((), ())
    assert "comes near no bullet" in alone.why
    filed = taken_in(shared, work_of(bread), "2")
    assert [(one.domain, one.category) for one in filed.placed] == [("2", "papers")]
    assert filed.why == ""


def test_a_persons_word_on_the_kind_wins_and_files_the_work_anew(shared: Workspace) -> None:
    page = work_of(
        a_candidate("Clocks of a Store", "Logical clocks order the events of our store.", kind=None, service="web")
    )
    taken_in(shared, page, "3", kind="book")
    for kind, category in FILED:
        source = shared.source(taken_in(shared, page, kind=kind).source)
        assert source.kind == kind
        assert [(one.domain, one.category) for one in source.placements] == [("3", category)]


def test_what_is_near_nothing_stays_out_where_only_near_works_are_wanted(shared: Workspace) -> None:
    soup = a_candidate("On Soup", "Onions are fried in butter until they are brown.", doi="10.5555/s.1")
    taken = taken_in(shared, work_of(soup), "3", near=True)

    assert (taken.source, taken.placed, taken.new) == ("", (), True)
    assert "comes near no bullet" in taken.why
    assert soup.title not in [one.title for one in shared.library.sources()]


def test_a_kind_that_the_guide_files_nowhere_is_kept_and_serves_nothing(shared: Workspace) -> None:
    thesis = a_candidate(
        "Clocks of Many Machines", "Logical clocks order the events of a system.", doi="10.5555/t.1", kind="thesis"
    )
    taken = taken_in(shared, work_of(thesis), "3")

    assert taken.placed == ()
    assert "has no category for a work of the kind thesis" in taken.why
    assert shared.source(taken.source).title == thesis.title


def test_a_work_without_any_text_is_filed_where_a_person_says(shared: Workspace) -> None:
    bare = a_candidate("Clocks Without an Abstract", doi="10.5555/n.1")
    taken = taken_in(shared, work_of(bare), "3")

    assert [(one.domain, one.cosine) for one in taken.placed] == [("3", None)]


def test_a_readers_text_stays_and_only_what_services_say_is_new(shared: Workspace) -> None:
    held = next(one for one in shared.library.sources() if one.placement(shared.guide.id, "2") and one.identifiers.doi)
    before = held.placement(shared.guide.id, "2")
    told = a_candidate(
        held.title,
        "Another abstract, which nobody of ours wrote.",
        doi=held.identifiers.doi,
        authors=held.authors,
        year=held.year,
        signals={"retracted": True},
    )
    taken = taken_in(shared, work_of(told), "2")

    assert (taken.source, taken.new) == (held.id, False)
    assert [(one.domain, one.curated) for one in taken.placed] == [("2", True)]
    source = shared.source(held.id)
    assert source.placement(shared.guide.id, "2") == before
    assert source.signal("retracted").value is True


def test_a_persons_word_on_the_kind_stands_when_the_work_is_added_or_found_again(shared: Workspace) -> None:
    page = work_of(
        a_candidate("Clocks of a Fleet", "Logical clocks order the events of our fleet.", kind=None, service="web")
    )
    source = taken_in(shared, page, "3", kind="talk").source

    again = taken_in(shared, page)
    assert (again.source, again.serves) == (source, ("3",))
    assert shared.source(source).kind == "talk"
    assert shared.source(source).signal(KIND_GIVEN).value == "talk"

    holdings = Holdings(shared.library.sources(), lambda _: ())
    domain = shared.guide.domain("3")
    (found,) = place([page], [1.0], shared.guide, domain, holdings=holdings, cosines=lambda texts: [1.0] * len(texts))[
        0
    ]
    assert (found.source.kind, [one.category for one in found.source.placements]) == ("talk", ["teaching"])


def test_a_persons_word_files_anew_what_a_search_had_filed(shared: Workspace) -> None:
    page = work_of(
        a_candidate("Clocks of a Yard", "Logical clocks order the events of our yard.", kind="book", service="web")
    )
    holdings = Holdings(shared.library.sources(), lambda _: ())
    domain = shared.guide.domain("3")
    (found,) = place([page], [1.0], shared.guide, domain, holdings=holdings, cosines=lambda texts: [1.0] * len(texts))[
        0
    ]
    shared.library.ingest(f"{ORIGIN}{shared.guide.id}", [found.source], replace=False)

    for kind, category in FILED:
        source = shared.source(taken_in(shared, page, kind=kind).source)
        assert (source.kind, [one.category for one in source.placements]) == (kind, [category])


def test_two_works_with_one_name_are_two_sources(shared: Workspace) -> None:
    """As another version of this program may have named them, or a file of records."""
    works = []
    for place_of_it in ("Practice", "Theory"):
        title = f"Version Vectors of Replicated Stores in {place_of_it}"
        work = work_of(a_candidate(title, "Version vectors order updates.", doi=f"10.5555/{place_of_it}", year=2019))
        named = work.source.model_copy(update={"id": "doe-2019-version-vectors"})
        works.append(work.model_copy(update={"source": named}))
    taken = take_in(works, shared.library, shared.guide, [shared.guide.domain("3")])

    assert taken[0].source != taken[1].source
    assert {shared.source(each.source).title for each in taken} == {work.source.title for work in works}


def test_nothing_is_written_for_no_works(shared: Workspace) -> None:
    before = shared.library.generation
    assert take_in([], shared.library, shared.guide) == ()
    assert shared.library.generation == before
