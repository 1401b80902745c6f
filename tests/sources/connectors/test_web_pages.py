"""Pages and PDFs: what is read in them, and what hostile and useless ones come to."""

import zlib
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from research_agent.errors import AnswerError, ConnectorError, ServiceBusyError, ServiceDownError, ServiceRefusedError
from research_agent.sources.connectors import Access, Page, as_source, connector
from research_agent.sources.merging import works_of
from research_agent.sources.origin import OriginTable
from research_agent.sources.reading.text import MOST_TEXT, harmless
from tests.sources.connectors.exchanges import AT, signals
from tests.sources.connectors.exchanges import read as read_fixture
from tests.sources.connectors.pages import ADDRESS, SENTENCES, ask_for, html, meta, only, pdf, read

SCHOLARLY = meta(
    citation_title="Why bread fails",
    citation_author=["Miller, Ada", "Baker, Bo"],
    citation_publication_date="2024/05",
    citation_journal_title="Journal of Bread",
    citation_doi="10.1234/BREAD.5",
    citation_language="en",
)
A_PAPER = [(18.0, "Why bread fails in winter"), (10.0, "Ada Miller"), *((10.0, one) for one in SENTENCES)]


# --- what is read in a page -----------------------------------------------------------------------------------------


def test_a_page_is_read_with_title_authors_date_site_and_language() -> None:
    head = "<title>Why bread fails | The Bakery</title>" + meta(
        og__title="Why bread fails", og__site_name="The Bakery", author="Ada Miller"
    )
    head += meta(article__published_time="2024-05-06T10:00:00Z", article__modified_time="2025-01-02")
    one = only(html(head))
    assert (one.title, one.authors, one.publisher, one.language) == (
        "Why bread fails",
        ("Ada Miller",),
        "The Bakery",
        "en",
    )
    assert (one.published, one.updated, one.year) == ("2024-05-06", "2025-01-02", 2024)
    assert SENTENCES[0] in one.abstract
    assert "Shop" not in one.abstract
    assert (one.kind, one.opened, one.extent, one.url) == (None, True, "full", ADDRESS)


def test_a_publishers_page_names_the_work_and_shows_its_abstract() -> None:
    one = only(html(SCHOLARLY))
    assert (one.identifiers.doi, one.authors, one.published) == (
        "10.1234/bread.5",
        ("Miller, Ada", "Baker, Bo"),
        "2024-05",
    )
    assert one.publisher == "Journal of Bread"
    assert one.extent == "abstract"
    assert one.full_text == ""


def test_json_ld_says_what_meta_elements_do_not() -> None:
    said = """<script type="application/ld+json">{"@context": "https://schema.org", "@graph": [
        {"@type": "WebSite", "name": "x"},
        {"@type": "BlogPosting", "headline": "Why bread fails", "author": [{"@type": "Person", "name": "Ada Miller"}],
         "datePublished": "2024-05-06", "dateModified": "2025-01-02T00:00:00", "isAccessibleForFree": "False"}]}
        </script>"""
    one = only(html(f"<title>x</title>{said}"))
    assert (one.authors, one.published, one.updated) == (("Ada Miller",), "2024-05-06", "2025-01-02")
    assert (one.open_access, one.extent) == (False, "excerpt")


def test_a_day_that_only_stands_in_the_page_is_a_signal_and_no_date() -> None:
    one = only(html(body="<div class='date'>Published on <time datetime='2024-05-06'>6 May 2024</time></div>"))
    assert (one.published, one.year) == (None, None)
    assert signals(one)["age_guessed"] == "2024-05-06"


def test_the_address_of_a_profile_is_no_author() -> None:
    assert only(html("<title>Why bread fails</title>" + meta(article__author="https://x.example/ada"))).authors == ()


def test_retraction_is_told_where_the_markup_says_so_and_nowhere_else() -> None:
    retracted = only(html(SCHOLARLY.replace("Why bread", "RETRACTED ARTICLE: Why bread")))
    by_status = only(
        html(
            '<title>x</title><script type="application/ld+json">'
            '{"@type": "Article", "creativeWorkStatus": "Retracted"}</script>'
        )
    )
    about = only(html("<title>Why retracted papers live on</title>", "<p>This article was RETRACTED: a study.</p>"))
    assert [signals(one).get("retracted") for one in (retracted, by_status, about)] == [True, True, None]


def test_two_dois_in_a_page_are_none() -> None:
    one = only(html("<title>x</title>" + meta(citation_doi=["10.1234/a", "10.1234/b"])))
    assert one.identifiers.doi is None


# --- addresses ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("canonical", "expected"),
    [
        ("/bread", "https://bakery.example.com/bread"),
        ("https://www.bakery.example.com/bread", "https://www.bakery.example.com/bread"),
        ("https://elsewhere.example.org/bread", ADDRESS),
        ("https://bakery.example.com/", ADDRESS),
        ("javascript:alert(1)", ADDRESS),
        ("", ADDRESS),
    ],
)
def test_a_canonical_address_counts_only_within_the_site(canonical: str, expected: str) -> None:
    assert only(html(f"<title>Bread</title><link rel=canonical href='{canonical}'>")).url == expected


def test_a_page_that_was_moved_is_known_by_both_addresses() -> None:
    one = only(html(), landed="https://bakery.example.com/2024/why-bread-fails")
    assert one.url == "https://bakery.example.com/2024/why-bread-fails"
    assert one.also_at == (ADDRESS,)


def test_a_doi_leads_to_a_page_that_is_known_by_it() -> None:
    one = only(html(), address="https://doi.org/10.1234/bread.5", landed=ADDRESS)
    assert (one.identifiers.doi, one.url, one.extent) == ("10.1234/bread.5", ADDRESS, "excerpt")


def test_a_doi_that_leads_to_a_page_of_another_doi_is_not_that_work() -> None:
    one = only(html(SCHOLARLY), address="https://doi.org/10.1234/other", landed=ADDRESS)
    assert one.identifiers.doi == "10.1234/bread.5"
    assert "https://doi.org/10.1234/other" not in one.also_at


def test_markup_that_leads_on_is_followed_a_few_times() -> None:
    moved = "<html><head><meta http-equiv='refresh' content='0; url=/new'></head><body>Moved.</body></html>"
    first = read(moved).next
    assert first is not None
    assert (first.address, first.about) == ("https://bakery.example.com/new", ADDRESS)
    assert only(html(), ask=first).also_at == (ADDRESS,)
    second = read(moved.replace("/new", "/newer"), ask=first).next
    assert second is not None
    assert read(moved, ask=second).next is None
    assert "leads on" in read(moved, ask=second).partial


@pytest.mark.parametrize("target", ["javascript:alert(1)", "file:///etc/passwd", "", ADDRESS])
def test_markup_that_leads_nowhere_is_not_followed(target: str) -> None:
    assert read(html(f"<title>Bread</title><meta http-equiv=refresh content='0; url={target}'>")).next is None


def test_a_page_that_refreshes_itself_later_is_read() -> None:
    assert only(html("<title>Bread</title><meta http-equiv=refresh content='300; url=/next'>")).title == "Bread"


def test_a_stand_in_is_asked_for_the_address() -> None:
    access = Access(base="http://127.0.0.1:9/web")
    ask = ask_for("https://bakery.example.com/a?b=c&d", access)
    assert ask.address == "http://127.0.0.1:9/web/?address=https://bakery.example.com/a%3Fb%3Dc%26d"
    assert ask.own_service
    one = only(html(), ask=ask, access=access, landed=ask.address)
    assert one.url == "https://bakery.example.com/a?b=c&d"


def test_an_archives_copy_is_asked_for_without_the_archives_bars() -> None:
    ask = ask_for("https://web.archive.org/web/20240506000000/https://bakery.example.com/gone")
    assert ask.address == "https://web.archive.org/web/20240506000000id_/https://bakery.example.com/gone"
    assert not ask.own_service


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://x.example/a", "https://a:b@x.example/", "word"])
def test_what_is_no_address_of_the_web_is_not_asked(address: str) -> None:
    assert connector("web").look_up(("url", address)) is None


# --- pages that are none --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_gone_is_absent(status: int) -> None:
    page = read(html("<title>Not found</title>"), status=status)
    assert (page.absent, page.candidates) == (True, ())


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, ServiceRefusedError),
        (403, ServiceRefusedError),
        (451, ServiceRefusedError),
        (429, ServiceBusyError),
        (500, ServiceDownError),
        (202, AnswerError),
    ],
)
def test_a_page_that_is_not_given_out_is_a_failure(status: int, error: type[ConnectorError]) -> None:
    with pytest.raises(error, match="Web pages"):
        read(html(), status=status)


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("404 Not Found", "nothing here"),
        ("Page not found - The Bakery", "nothing here"),
        ("This page could not be found", "nothing here"),
        ("Seite nicht gefunden", "nothing here"),
        ("Sign in to continue", "log-in"),
        ("Log in - The Bakery", "log-in"),
        ("Before you continue to The Bakery", "consent"),
        ("Just a moment...", "checks who reads it"),
    ],
)
def test_a_page_that_shows_something_else_in_place_of_a_work_is_none(title: str, told: str) -> None:
    page = read(html(f"<title>{title}</title>", of=["Back to the start."]))
    assert told in page.partial
    assert (page.candidates, page.absent) == ((), False)


def test_a_work_about_log_ins_is_a_work() -> None:
    assert only(html("<title>Log in, not found, 404: a study of errors</title>")).extent == "full"


def test_a_form_for_a_password_with_little_besides_is_a_log_in() -> None:
    form = "<form><input name=user><input type=password></form>"
    assert "log-in" in read(html("<title>The Bakery</title>", form, of=["Welcome."])).partial
    assert read(html("<title>The Bakery</title>", form)).partial == ""


@pytest.mark.parametrize(
    ("landed", "told"),
    [
        ("https://bakery.example.com/", "front page"),
        ("https://bakery.example.com/login?next=/why-bread-fails", "log-in"),
        ("https://consent.example.com/m?continue=x", "consent"),
    ],
)
def test_redirects_away_from_the_work_are_told(landed: str, told: str) -> None:
    page = read(html(), landed=landed)
    assert told in page.partial
    assert page.candidates == ()


def test_a_page_of_script_alone_says_so_and_is_not_checked(origins: OriginTable) -> None:
    page = read(
        "<html><head><title>Why bread fails</title><script>app()</script></head><body><div id=app></div></body>"
    )
    assert "by script alone" in page.partial
    source = as_source(page.candidates[0], origins)
    assert source is not None
    assert (source.existence.state, source.existence.how) == ("not_checked", "")
    assert "shows no text" in source.existence.why


# --- hostile pages --------------------------------------------------------------------------------------------------

LONG = html(of=[f"A sentence of its own, number {number}, says something here." for number in range(8_000)])
BOMB = "<!DOCTYPE html [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'><!ENTITY x SYSTEM 'file:///etc/passwd'>]>"


@pytest.mark.parametrize(
    "body",
    [
        html(body="<div>" * 100_000),
        "<html><body><p>" + "word " * 500_000,
        LONG,
        html(f"<title>x</title><script type='application/ld+json'>{'[' * 100_000}</script>"),
        html(meta(citation_author=[f"Author {number}" for number in range(5_000)])),
        html(f"<title>{'long ' * 100_000}</title>"),
    ],
    ids=["nesting", "one line", "paragraphs", "nested JSON", "authors", "title"],
)
def test_a_huge_page_is_read_in_bounds(body: str) -> None:
    page = read(body)
    for one in page.candidates:
        assert len(one.provenance.raw) <= MOST_TEXT
        assert len(one.abstract) <= 20_000
        assert len(one.title) <= 500
        assert len(one.authors) <= 500


@pytest.mark.parametrize(
    "body",
    [
        "<!DOCTYPE " + "a" * 500_000 + html(),
        html(f"<title>x</title><meta name=citation_doi content='10.1234/{')' * 300_000}'>"),
        html(f"<title>x</title><link rel=canonical href='https://bakery.example.com/{'a/' * 150_000}'>"),
        html(f"<title>x</title><meta http-equiv=refresh content='0{' ' * 300_000}'>"),
    ],
    ids=["document type", "brackets", "canonical", "refresh"],
)
def test_texts_that_are_made_to_be_slow_are_not(body: str) -> None:
    assert all(one.identifiers.doi is None and one.url == ADDRESS for one in read(body).candidates)


def test_what_was_left_out_of_a_long_page_is_told_and_makes_it_an_excerpt() -> None:
    page = read(LONG)
    assert page.partial.startswith("only the first")
    assert page.candidates[0].extent == "excerpt"


def test_entities_expand_to_nothing_and_read_no_file() -> None:
    one = only(BOMB + html(body="<p>&b;&b; &x; and bread.</p>"))
    assert "root:" not in one.provenance.raw
    assert "aaaa" not in one.provenance.raw


def test_what_comes_out_is_plain_text() -> None:
    hidden = "\x1b[31m\u202eevil\u200b\U000e0041\x9b and \x00<b>plain</b>"
    one = only(html(f"<title>Bread {hidden}</title>" + meta(author=f"Ada {hidden} Miller"), of=[*SENTENCES, hidden]))
    text = "".join((one.title, one.abstract, one.provenance.raw, *one.authors, one.publisher))
    assert harmless(text) == text
    assert not any(mark in text for mark in "\x1b\u202e\u200b\U000e0041\x9b\x00")


@given(st.binary(max_size=3_000), st.sampled_from(["text/html", "application/pdf", "text/plain", "", "image/png"]))
@settings(max_examples=60, deadline=None)
def test_any_bytes_are_a_page_or_an_error_of_ours(body: bytes, kind: str) -> None:
    for sent in (body, b"<html><body>" + body, b"%PDF-1.7\n" + body):
        try:
            page = read(sent, kind)
        except ConnectorError:
            continue
        for one in page.candidates:
            assert harmless(one.title) == one.title
            assert harmless(one.abstract) == one.abstract


@given(st.text(max_size=300))
@settings(deadline=None)
def test_harmless_text_stays_as_it_is(text: str) -> None:
    assert harmless(harmless(text)) == harmless(text)
    assert harmless("Straße, naïve, 面包\nnext") == "Straße, naïve, 面包\nnext"


# --- kinds and encodings --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "kind"),
    [
        ("utf-8", "text/html"),
        ("utf-8", "text/html; charset=iso-8859-1"),
        ("cp1252", "text/html; charset=utf-8"),
        ("cp1252", "text/html"),
        ("iso-8859-15", "text/html; charset=iso-8859-15"),
        ("utf-16", "text/html"),
        ("utf-8-sig", "text/html"),
        ("cp1252", "text/html; charset=no-such-thing"),
    ],
)
def test_encodings_are_read_whatever_they_claim(encoding: str, kind: str) -> None:
    body = html("<title>Ärger mit Brot</title>", of=["Übung macht den Meister, auch beim Brot aus Köln."])
    assert only(body.encode(encoding), kind).title == "Ärger mit Brot"


def test_a_shift_jis_page_is_read_as_its_markup_says() -> None:
    body = html("<meta charset=shift_jis><title>パンはなぜ失敗するか</title>", lang="ja")
    one = only(body.encode("shift_jis"), "text/html")
    assert (one.title, one.language) == ("パンはなぜ失敗するか", "ja")


def test_one_broken_byte_spoils_no_page() -> None:
    body = html("<title>Ärger über Brot, größer als nötig: Öl, Äpfel, Übermut</title>").encode() + b"\xff"
    assert only(body).title.startswith("Ärger über Brot")


def test_a_page_that_is_called_a_pdf_is_a_page() -> None:
    assert only(html(), "application/pdf").title == "Why bread fails"


def test_a_pdf_that_is_called_a_page_is_a_pdf() -> None:
    assert only(pdf(A_PAPER), "text/html").title == "Why bread fails in winter"


def test_plain_text_has_its_first_line_for_a_title() -> None:
    one = only("# Why bread fails\n\nIn winter the dough rises slower.\n", "text/plain")
    assert (one.title, one.extent) == ("Why bread fails", "full")
    assert "In winter" in one.abstract


@pytest.mark.parametrize(
    ("body", "kind"),
    [(b"PK\x03\x04" + b"\0" * 99, "application/zip"), (b"{}", "application/json"), (b"\0" * 999, "text/html")],
)
def test_what_is_neither_page_nor_pdf_is_an_error(body: bytes, kind: str) -> None:
    with pytest.raises(AnswerError, match="Web pages"):
        read(body, kind)


def test_an_empty_page_is_an_error() -> None:
    with pytest.raises(AnswerError, match="empty"):
        read("  \n")


def read_or_refused(body: bytes) -> Page | None:
    """The page of a PDF; None where it is refused, as a PDF."""
    try:
        return read(body, "application/pdf")
    except AnswerError as error:
        if "the PDF" not in str(error):
            raise
        return None


# --- PDFs -----------------------------------------------------------------------------------------------------------


def test_a_pdf_is_read_with_the_title_that_is_printed_largest() -> None:
    information = {"/Title": "Microsoft Word - final2.doc", "/Author": "Ada Miller, someone else"}
    one = only(pdf(A_PAPER, A_PAPER, information=information), "application/pdf")
    assert (one.title, one.authors) == ("Why bread fails in winter", ("Ada Miller",))
    assert (one.published, one.extent) == (None, "full")
    assert SENTENCES[-1] in one.provenance.raw


def test_a_title_in_the_metadata_counts_if_it_stands_on_the_page() -> None:
    lines = [(24.0, "JOURNAL OF BREAD"), (14.0, "Why bread fails in winter"), (10.0, SENTENCES[0])]
    assert only(pdf(lines, information={"/Title": "Why Bread Fails in Winter"})).title == "Why Bread Fails in Winter"


def test_the_day_on_which_a_pdf_was_made_is_a_guess() -> None:
    one = only(pdf(A_PAPER, information={"/CreationDate": "D:20230401120000Z"}))
    assert one.year is None
    assert signals(one)["age_guessed"] == "2023-04-01"


def test_the_stamp_of_arxiv_names_the_work_and_a_citation_does_not() -> None:
    stamped = only(pdf([(20.0, "arXiv:2304.00228v2  [cs.DC]  1 Apr 2023"), *A_PAPER]))
    cited = only(pdf([*A_PAPER, (10.0, "[1] B. Baker. Bread. arXiv:2304.00228, 2023")]))
    assert (stamped.identifiers.arxiv, cited.identifiers.arxiv) == ("2304.00228", None)


def test_of_a_long_pdf_the_first_pages_are_read() -> None:
    page = read(pdf(*([(10.0, f"Page {number} speaks of bread.")] for number in range(150))))
    assert page.partial == "only the first 100 of 150 pages were read"
    assert page.candidates[0].extent == "excerpt"


def test_a_pdf_of_pictures_says_that_it_has_no_text() -> None:
    page = read(pdf([]))
    assert "no text" in page.partial
    assert page.candidates == ()


def test_an_encrypted_pdf_is_an_error_that_says_so() -> None:
    with pytest.raises(AnswerError, match="encrypted"):
        read(pdf(A_PAPER, password="secret"))


@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.95])
def test_a_pdf_that_breaks_off_is_an_error_or_read_in_part(share: float) -> None:
    whole = pdf(A_PAPER, A_PAPER)
    page = read_or_refused(whole[: int(len(whole) * share)])
    assert page is None or page.partial or page.candidates


def test_a_pdf_that_unpacks_to_far_more_is_refused_or_read_in_bounds() -> None:
    bomb = zlib.compress(b"BT (a) Tj ET\n" * 8_000_000, 9)
    body = pdf(A_PAPER)
    start, end = body.index(b"stream\n") + 7, body.index(b"\nendstream")
    declared = body[: start - 7].rindex(b"/Length")
    old = body[declared : body.index(b"\n", declared)]
    big = body[:start].replace(old, b"/Length %d" % len(bomb)) + bomb + body[end:]
    page = read_or_refused(big)
    assert page is None or all(len(one.provenance.raw) <= MOST_TEXT for one in page.candidates)


def test_a_pdf_that_draws_without_end_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("research_agent.sources.reading.pdf._MOST_OPERATIONS", 200)
    drawn = [[(10.0, f"Line {line} of page {number}.") for line in range(12)] for number in range(9)]
    page = read(pdf(*drawn))
    assert page.partial == "only the first 3 of 9 pages were read"
    assert "pages" not in read(pdf(drawn[0])).partial
    assert "more work" in read(pdf([(1.0, "a")] * 300)).partial


# --- what a reading proves ------------------------------------------------------------------------------------------


def test_what_was_read_is_read_and_says_how_much(origins: OriginTable) -> None:
    source = as_source(only(html()), origins)
    assert source is not None
    assert source.existence.model_dump() == {
        "state": "verified",
        "how": "read",
        "extent": "full",
        "on": AT.date(),
        "where": ADDRESS,
        "why": "",
    }
    assert not source.signal("indexed_by").observed


def test_an_index_is_believed_in_the_facts_and_the_page_in_that_it_was_read(origins: OriginTable) -> None:
    indexed = read_fixture("crossref", "crossref_search.json").candidates[0]
    head = SCHOLARLY.replace("Why bread fails", "Bread, failed | Journal").replace("2024/05", "1999")
    page = only(html(head), address="https://doi.org/10.1234/bread.5", landed=ADDRESS)
    (work,) = works_of([page, indexed], origins)
    assert (work.source.existence.how, work.source.existence.extent) == ("read", "abstract")
    assert (work.source.title, work.source.authors, work.source.year) == (indexed.title, indexed.authors, indexed.year)
    assert {conflict.otherwise_from for conflict in work.conflicts} == {"web"}


def test_a_draft_is_known_by_its_address(origins: OriginTable) -> None:
    source = as_source(only(html(), address="https://datatracker.ietf.org/doc/draft-example-bread/"), origins)
    assert source is not None
    assert (source.kind, source.existence.on) == ("draft", date(2026, 11, 24))
