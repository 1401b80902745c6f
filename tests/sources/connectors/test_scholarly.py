"""What the connectors to scholarly indexes read in the answers of their services."""

import pytest

from research_agent.errors import AnswerError, ServiceRefusedError
from research_agent.sources.connectors import Access, Page, Query, connector
from tests.sources.connectors.exchanges import ACCESS, FIXTURES, answer, loaded, read, signals


def titles(page: Page) -> list[str]:
    return [candidate.title for candidate in page.candidates]


# --- arXiv ----------------------------------------------------------------------------------------------------------


def test_arxiv_reads_versions_and_old_ids_and_joins_broken_lines() -> None:
    new, old, _ = read("arxiv", "arxiv_search.xml").candidates
    assert (new.identifiers.arxiv, new.version, new.url) == ("2304.00228", "v3", "https://arxiv.org/abs/2304.00228")
    assert (old.identifiers.arxiv, old.version) == ("hep-ex/0406020", "v1")
    assert new.title == "Crumb Models of Wild Yeast"
    assert new.abstract == "Yeast grows in winter & summer."
    assert new.authors == ("Jane Doe", "Juan Pérez")
    assert (new.published, new.updated, new.year) == ("2023-04-01", "2023-06-01", 2023)
    assert new.full_text == "https://arxiv.org/pdf/2304.00228v3"


def test_arxiv_knows_the_doi_of_the_publisher_and_what_its_authors_withdrew() -> None:
    published, _, withdrawn = read("arxiv", "arxiv_search.xml").candidates
    assert published.identifiers.doi == "10.1234/bread.5"
    assert published.venue == "Journal of Bread 7 (2023) 1-9"
    assert "withdrawn" not in signals(published)
    assert signals(withdrawn)["withdrawn"] is True


@pytest.mark.parametrize("status", [200, 400])
def test_an_error_of_arxiv_is_no_paper_called_error(status: int) -> None:
    service = connector("arxiv")
    ask = service.look_up(("arxiv", "abc"))
    assert ask is not None
    with pytest.raises(ServiceRefusedError, match="incorrect id format for abc"):
        service.read(answer(ask, (FIXTURES / "arxiv_error.xml").read_bytes(), status=status))


def test_an_id_that_arxiv_lacks_is_absent() -> None:
    assert read("arxiv", "arxiv_none.xml", look_up=("arxiv", "0000.0000")).absent


def test_an_empty_slice_of_arxiv_before_the_end_is_a_broken_answer() -> None:
    body = (FIXTURES / "arxiv_search.xml").read_text(encoding="utf-8")
    entries = body[body.index("  <entry>") : body.rindex("</feed>")]
    service = connector("arxiv")
    first = service.search(Query(text="yeast", wanted=3))
    assert first is not None
    second = service.read(answer(first, body)).next
    assert second is not None
    assert "start=3" in second.address
    with pytest.raises(AnswerError, match="slice from 3 of 7 results is empty"):
        service.read(answer(second, body.replace(entries, "")))


def test_arxiv_is_asked_for_every_word_and_for_phrases_without_its_syntax() -> None:
    ask = connector("arxiv").search(Query(text='"wild yeast" AND all:(cold)', since=2021))
    assert ask is not None
    assert ask.about == (
        'all:"wild yeast" AND all:and AND all:all AND all:cold AND submittedDate:[202101010000 TO 999912312359]'
    )


# --- Crossref -------------------------------------------------------------------------------------------------------


def test_crossref_reads_titles_with_markup_and_abstracts_in_jats() -> None:
    first = read("crossref", "crossref_search.json").candidates[0]
    assert first.title == "Wild Yeast in Winter: CO2 & Crumb"
    assert first.abstract == "Yeast grows at 4°C."
    assert first.identifiers.doi == "10.1234/bread.5"
    assert first.authors == ("Jane Doe", "Juan Pérez")
    assert first.licence == "http://creativecommons.org/licenses/by/4.0/"


def test_crossref_reads_dates_of_one_two_and_three_parts_and_of_none() -> None:
    page = read("crossref", "crossref_search.json")
    assert [candidate.published for candidate in page.candidates] == [
        "2021-03-14",
        "2019-07",
        "2022",
        None,
        "2021-03-14",
    ]
    assert [candidate.year for candidate in page.candidates] == [2021, 2019, 2022, None, 2021]


def test_crossref_tells_retraction_concern_and_correction_each_once() -> None:
    fine, retracted, notice, *_ = read("crossref", "crossref_search.json").candidates
    assert signals(fine)["retracted"] is False
    assert signals(retracted) | {"retracted": True, "concern": "10.1234/bread.65"} == signals(retracted)
    assert signals(retracted)["corrected_by"] == "10.1234/bread.64"
    assert signals(notice)["notice_of"] == "10.1234/bread.6"
    assert notice.kind is None, "a notice is no paper"


def test_crossref_leaves_out_figures_and_names_organisations() -> None:
    page = read("crossref", "crossref_search.json")
    assert "Figure 1" not in titles(page)
    standard = page.candidates[-1]
    assert (standard.kind, standard.authors, standard.venue) == ("standard", ("Society of Mills",), "")


def test_crossref_knows_the_preprint_of_a_paper() -> None:
    assert signals(read("crossref", "crossref_search.json").candidates[0])["same_work_as"] == (
        "10.1101/2020.01.02.000001"
    )


def test_a_doi_that_crossref_lacks_is_absent_and_a_page_in_html_is_not() -> None:
    service = connector("crossref")
    ask = service.look_up(("doi", "10.48550/arxiv.2304.00228"))
    assert ask is not None
    assert service.read(answer(ask, "Resource not found.", status=404)).absent
    with pytest.raises(ServiceRefusedError):
        service.read(answer(ask, "<html>404 Not Found</html>", status=404))


@pytest.mark.parametrize("doi", ["10.1002/(sici)1097-4547(1996)43:4<439::aid-jnr5>3.0.co;2-g", "10.1234/a#b?c"])
def test_a_doi_with_any_characters_is_one_segment_of_the_address(doi: str) -> None:
    ask = connector("crossref").look_up(("doi", doi))
    assert ask is not None
    path = ask.address.partition("/works/")[2]
    assert not set(path) & set("#?/<>;")


def test_crossref_pages_by_offset_and_keeps_the_filter() -> None:
    service = connector("crossref", ACCESS)
    ask = service.search(Query(text="yeast", wanted=6, since=2021))
    assert ask is not None
    following = service.read(answer(ask, loaded("crossref_search.json"))).next
    assert following is not None
    assert "offset=6" in following.address
    assert "filter=from-pub-date:2021" in following.address
    assert following.private_parameters == {"mailto": "ada@example.org"}


def test_a_contact_is_what_makes_crossref_generous() -> None:
    public, polite = (connector("crossref", Access(contact=contact)).limit for contact in ("", "ada@example.org"))
    assert public.rates[0].requests < polite.rates[0].requests
    assert public.at_once < polite.at_once


# --- OpenAlex -------------------------------------------------------------------------------------------------------


def test_openalex_reads_inverted_abstracts_and_open_copies() -> None:
    first = read("openalex", "openalex_search.json", wanted=4).candidates[0]
    assert first.abstract == "Wild yeast grows; warm yeast too."
    assert first.full_text == "https://arxiv.org/pdf/2101.00001"
    assert (first.open_access, first.venue, first.publisher) == (True, "Journal of Bread", "Society of Millers")


def test_openalex_tells_retractions_and_takes_new_year_for_a_year() -> None:
    _, retracted, _ = read("openalex", "openalex_search.json", wanted=4).candidates
    assert signals(retracted)["retracted"] is True
    assert (retracted.published, retracted.year) == ("2019", 2019)


def test_openalex_reads_a_record_of_nulls_and_leaves_out_covers() -> None:
    page = read("openalex", "openalex_search.json", wanted=4)
    assert len(page.candidates) == 3
    bare = page.candidates[2]
    assert (bare.title, bare.url, bare.authors, bare.year, bare.kind) == ("", "https://openalex.org/W3", (), None, None)


def test_openalex_is_asked_by_page_number_as_cursors_want_a_key() -> None:
    page = read("openalex", "openalex_search.json", wanted=4)
    assert page.next is not None
    assert "page=2" in page.next.address
    assert "cursor" not in page.next.address


def test_openalex_looks_up_an_arxiv_id_by_the_doi_made_of_it() -> None:
    ask = connector("openalex").look_up(("arxiv", "2304.00228"))
    assert ask is not None
    assert "/works/doi:10.48550/arxiv.2304.00228?" in ask.address


def test_a_doi_that_openalex_lacks_is_absent_in_html() -> None:
    service = connector("openalex")
    ask = service.look_up(("doi", "10.1234/none"))
    assert ask is not None
    assert service.read(answer(ask, "<!doctype html><title>404 Not Found</title>", status=404)).absent


# --- Semantic Scholar -----------------------------------------------------------------------------------------------


def test_semantic_scholar_reads_a_paper_of_nulls() -> None:
    *_, bare = read("semantic_scholar", "semantic_scholar_search.json").candidates
    assert (bare.title, bare.authors, bare.abstract, bare.year, bare.open_access) == ("", (), "", None, None)
    assert bare.url.startswith("https://www.semanticscholar.org/paper/")


def test_semantic_scholar_knows_a_preprint_whatever_its_type_says() -> None:
    paper, preprint, _ = read("semantic_scholar", "semantic_scholar_search.json").candidates
    assert (paper.kind, preprint.kind) == ("paper", "preprint")
    assert preprint.identifiers.arxiv == "2304.00228"
    assert preprint.venue == ""


def test_an_empty_search_of_semantic_scholar_has_no_data_and_is_no_error() -> None:
    service = connector("semantic_scholar")
    ask = service.search(Query(text="n0 r3sult"))
    assert ask is not None
    assert service.read(answer(ask, {"total": 0, "offset": 0})).total == 0
    with pytest.raises(AnswerError, match="another shape"):
        service.read(answer(ask, {"total": 7, "offset": 0}))


def test_semantic_scholar_is_asked_without_hyphens() -> None:
    ask = connector("semantic_scholar").search(Query(text='low-hydration "wild yeast"', since=2020))
    assert ask is not None
    assert "query=wild%20yeast%20low%20hydration" in ask.address
    assert "year=2020-" in ask.address


def test_semantic_scholar_is_never_asked_beyond_a_thousand() -> None:
    service = connector("semantic_scholar")
    ask = service.search(Query(text="yeast", wanted=1_000))
    assert ask is not None
    one = loaded("semantic_scholar_search.json")["data"][0]
    asked = 0
    while ask is not None:
        asked += ask.size
        ask = service.read(answer(ask, {"total": 11_054, "offset": ask.position, "data": [one] * ask.size})).next
    assert asked == 1_000


# --- DBLP -----------------------------------------------------------------------------------------------------------


def test_dblp_reads_one_author_and_many_and_none() -> None:
    many, one, _, none = read("dblp", "dblp_search.json", wanted=4).candidates
    assert many.authors == ("Jane Doe", "Juan Pérez")
    assert one.authors == ("Jane Doe",)
    assert none.authors == ()


def test_dblp_titles_lose_their_full_stop_and_entities() -> None:
    page = read("dblp", "dblp_search.json", wanted=4)
    assert titles(page) == ["Wild Yeast & Winter", "Wild Yeast & Winter", "Crumb Models", "No Authors"]


def test_dblp_records_of_corr_are_preprints_of_arxiv() -> None:
    preprint = read("dblp", "dblp_search.json", wanted=4).candidates[2]
    assert (preprint.kind, preprint.identifiers.arxiv, preprint.venue) == ("preprint", "2304.00228", "")


def test_an_empty_search_of_dblp_has_no_hits_and_is_no_error() -> None:
    page = read("dblp", "dblp_empty.json")
    assert (page.candidates, page.total, page.next) == ((), 0, None)


# --- DataCite -------------------------------------------------------------------------------------------------------


def test_datacite_takes_the_title_without_a_type_and_the_publisher_in_both_forms() -> None:
    software, preprint, _ = read("datacite", "datacite_search.json").candidates
    assert (software.title, software.publisher) == ("Sourdough Simulator", "Zenodo")
    assert preprint.publisher == "arXiv"
    assert software.authors == ("Jane Doe", "Society of Mills")
    assert software.abstract == "Simulates dough."


def test_datacite_reads_partial_dates_versions_and_relations() -> None:
    software, preprint, bare = read("datacite", "datacite_search.json").candidates
    assert (software.published, software.updated, software.version) == ("2023-05-06", "2023-06", "1.2.0")
    assert signals(software)["same_work_as"] == "10.5281/zenodo.6"
    assert (preprint.kind, preprint.identifiers.arxiv, preprint.identifiers.doi) == ("preprint", "2304.00228", None)
    assert (bare.title, bare.published, bare.authors) == ("", None, ())


def test_datacite_is_asked_without_the_syntax_of_its_queries() -> None:
    ask = connector("datacite").search(Query(text='dough: (title:"wild yeast") c++ ~9', since=2021))
    assert ask is not None
    assert ask.about == '"wild yeast" AND dough AND title AND c AND 9 AND publicationYear:[2021 TO *]'


def test_a_doi_that_datacite_lacks_is_absent() -> None:
    service = connector("datacite")
    ask = service.look_up(("doi", "10.1234/bread.5"))
    assert ask is not None
    gone = {"errors": [{"status": "404", "title": "The resource you are looking for doesn't exist."}]}
    assert service.read(answer(ask, gone, status=404)).absent
