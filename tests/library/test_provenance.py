"""What services said of a work is kept with it, under whatever id it goes, and within bounds."""

import random
import string
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from research_agent.errors import UnknownNameError
from research_agent.library.library import Library
from research_agent.library.provenance import LONGEST_RAW, MOST_OF_A_SERVICE
from research_agent.model.candidate import Provenance
from research_agent.model.source import Source
from research_agent.sources.naming import identify
from tests.library.material import GUIDE, NOW, a_source, open_library

DOI = "https://doi.org/10.1000/soil"
LIVE = f"live:{GUIDE}"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_library(tmp_path) as opened:
        yield opened


def said(service: str = "crossref", *, raw: str = "{}", hours: int = 0, record: str | None = None) -> Provenance:
    return Provenance(
        service=service,
        address=f"https://{service}.example/?q=soil+{hours}",
        record=f"https://{service}.example/soil" if record is None else record,
        at=NOW + timedelta(hours=hours),
        raw=raw,
        licence="CC0-1.0",
    )


def soil(name: str = "soil", **fields: object) -> Source:
    return a_source(name, **{"url": DOI, "identifiers": identify(DOI), **fields})  # type: ignore[arg-type]  # its options are Any


def test_it_comes_back_as_it_was_kept(library: Library) -> None:
    library.ingest(LIVE, [soil()])
    kept = [said("arxiv", raw="<entry>Wühlmaus</entry>"), said("crossref", raw='{"DOI": "10.1000/soil"}')]
    assert library.keep_provenance([(soil(), kept)]) == 2
    assert library.provenance("soil") == kept


def test_a_record_that_is_read_again_replaces_what_it_said_before(library: Library) -> None:
    library.ingest(LIVE, [soil()])
    for hours, raw in ((0, "before"), (5, "after")):
        library.keep_provenance([(soil(), [said(raw=raw, hours=hours)])])
    assert [one.raw for one in library.provenance("soil")] == ["after"]


def test_it_replaces_it_also_once_the_work_has_a_surer_name(library: Library) -> None:
    page = a_source("soil")
    library.ingest(LIVE, [page])
    library.keep_provenance([(page, [said(raw="before")])])
    named = page.model_copy(update={"identifiers": identify(page.url, "10.1000/soil")})
    library.ingest(LIVE, [named])
    library.keep_provenance([(named, [said(raw="after", hours=1)])])
    assert [one.raw for one in library.provenance("soil")] == ["after"]


def test_it_follows_a_work_whose_id_changes_when_it_merges(library: Library) -> None:
    library.ingest(LIVE, [soil("soil-of-a-service", title="Soil")])
    library.keep_provenance([(soil("soil-of-a-service"), [said("crossref")])])
    library.ingest(f"corpus:{GUIDE}", [soil("soil", title="Soil")])
    assert library.source("soil-of-a-service").id == "soil"
    library.keep_provenance([(soil("soil"), [said("openalex")])])
    for name in ("soil", "soil-of-a-service"):
        assert [one.service for one in library.provenance(name)] == ["crossref", "openalex"]


def test_it_is_found_by_whichever_name_of_the_work_it_was_kept(library: Library) -> None:
    page = a_source("soil-page")
    both = soil(url=page.url, identifiers=identify(page.url, "10.1000/soil"))
    library.keep_provenance([(page, [said("web")]), (soil(), [said("crossref")])])
    library.ingest(LIVE, [page, both])
    assert [one.service for one in library.provenance("soil")] == ["crossref", "web"]


def test_other_works_have_none_of_it(library: Library) -> None:
    library.ingest(LIVE, [soil(), a_source("roots")])
    library.keep_provenance([(soil(), [said()])])
    assert library.provenance("roots") == []


def test_of_a_work_that_is_not_known_there_is_none(library: Library) -> None:
    with pytest.raises(UnknownNameError):
        library.provenance("nothing")


def test_a_record_that_is_too_long_is_left_out_whole_and_its_address_stays(library: Library) -> None:
    noise = "".join(random.Random(1).choices(string.ascii_letters, k=2 * LONGEST_RAW))
    library.ingest(LIVE, [soil()])
    library.keep_provenance([(soil(), [said(raw=noise)])])
    (one,) = library.provenance("soil")
    assert (one.raw, one.record) == ("", "https://crossref.example/soil")


def test_long_text_that_packs_well_is_kept(library: Library) -> None:
    library.ingest(LIVE, [soil()])
    library.keep_provenance([(soil(), [said(raw="again, " * LONGEST_RAW + ".")])])
    assert library.provenance("soil")[0].raw == "again, " * LONGEST_RAW + "."


def test_of_a_service_the_latest_records_are_kept(library: Library) -> None:
    library.ingest(LIVE, [soil()])
    many = [said(record=f"https://crossref.example/{n}", hours=n) for n in range(MOST_OF_A_SERVICE + 3)]
    for one in many:
        library.keep_provenance([(soil(), [one])])
    assert library.provenance("soil") == many[:2:-1]


def test_of_a_service_without_records_of_its_own_the_latest_answer_is_kept(library: Library) -> None:
    library.ingest(LIVE, [soil()])
    library.keep_provenance([(soil(), [said("brave", record="", hours=n) for n in range(3)])])
    assert [one.at for one in library.provenance("soil")] == [NOW + timedelta(hours=2)]
