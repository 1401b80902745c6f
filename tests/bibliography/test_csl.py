"""A source as a CSL-JSON item: the right type for every kind, names in parts, dates as far as they are known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research_agent.bibliography.csl import csl_item
from research_agent.bibliography.names import Name, parse_name
from research_agent.bibliography.venues import Chapter, Report, Venue, parse_chapter, parse_report, parse_venue
from research_agent.model.kinds import KINDS
from tests.bibliography.works_to_cite import WORKS, work

# csl-data.json of CSL 1.0.2: the types and fields that an item may have, of those that we could make.
CSL_TYPES = set(
    """article article-journal article-magazine book chapter document motion_picture paper-conference post post-weblog
    report software speech standard thesis webpage""".split()  # noqa: SIM905 - a list as the specification prints it
)
CSL_FIELDS = {
    *("id", "type", "title", "author", "issued", "accessed", "URL", "DOI", "version", "language", "genre", "number"),
    *("container-title", "publisher", "volume", "issue", "chapter-number", "event-title", "archive"),
    *("archive_location", "abstract", "note", "keyword"),
}


def item(work_id: str) -> dict[str, object]:
    return csl_item(WORKS[work_id], work_id)


@pytest.mark.parametrize(
    ("work_id", "expected"),
    [
        ("dean-2013-tail-at-scale", "article-journal"),
        ("okur-2014-async-programming-csharp", "paper-conference"),
        ("gunther-2008-universal-scalability", "article"),
        ("fielding-2000-rest-dissertation", "thesis"),
        ("sigelman-2010-dapper", "report"),
        ("rfc-9110-http-semantics-retries", "standard"),
        ("draft-ietf-httpapi-idempotency-key", "standard"),
        ("httpx-async-support-docs", "webpage"),
        ("brooker-2022-fixing-retries-token-buckets", "post-weblog"),
        ("duolingo-async-python-migration", "post-weblog"),
        ("tenacity-repo", "software"),
        ("ory-hydra-2-3-graceful-refresh", "webpage"),
        ("redis-py-issue-2665-async-cancel", "post"),
        ("root-2019-advanced-asyncio", "speech"),
        ("schlawack-master-flaky-systems-retries-python", "motion_picture"),
        ("madden-2020-api-security-in-action", "book"),
        ("google-sre-cascading-failures", "chapter"),
    ],
)
def test_a_work_comes_out_as_what_it_is(work_id, expected):
    assert item(work_id)["type"] == expected


@pytest.mark.parametrize("work_id", WORKS)
def test_items_hold_only_what_the_schema_knows(work_id):
    made = item(work_id)
    assert made["type"] in CSL_TYPES
    assert set(made) <= CSL_FIELDS
    assert all(value not in ("", None, []) for value in made.values())


def test_an_rfc_has_its_designation_as_number_and_not_in_the_title():
    made = item("rfc-9110-http-semantics-retries")
    assert (made["title"], made["number"], made["publisher"]) == ("HTTP Semantics", "RFC 9110", "IETF")


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("PEP 561 \N{EN DASH} Distributing Types", ("Distributing Types", "PEP 561")),
        ("Maintaining Robust Protocols (RFC 9413)", ("Maintaining Robust Protocols", "RFC 9413")),
        ("Building Protocols with HTTP (RFC 9205, BCP 56)", ("Building Protocols with HTTP", "RFC 9205")),
        ("AIP-185: API Versioning", ("API Versioning", "AIP-185")),
        ("OpenAPI Specification 3.2.0: Link Object", ("OpenAPI Specification 3.2.0: Link Object", None)),
    ],
)
def test_designations_are_found_where_titles_carry_them(title, expected):
    made = csl_item(work(id="x", kind="standard", title=title), "x")
    assert (made["title"], made.get("number")) == expected


def test_an_rfc_number_comes_from_the_identifiers_when_the_title_is_silent():
    assert csl_item(work(id="x", kind="standard", title="Web Linking", rfc=8288), "x")["number"] == "RFC 8288"


@pytest.mark.parametrize(
    ("version", "number"),
    [("07", "draft-ietf-a-b-07"), (None, "draft-ietf-a-b"), ("draft-ietf-a-b-16 (editor's copy)", "draft-ietf-a-b-16")],
)
def test_an_internet_draft_is_numbered_by_its_name_and_revision(version, number):
    url = "https://datatracker.example.org/doc/draft-ietf-a-b/"
    made = csl_item(work(id="x", kind="draft", title="T (Internet-Draft)", url=url, version=version), "x")
    assert (made["title"], made["genre"], made["number"]) == ("T", "Internet-Draft", number)
    assert "version" not in made


def test_a_chapter_knows_its_book():
    made = item("google-sre-cascading-failures")
    assert (made["title"], made["container-title"], made["chapter-number"]) == (
        "Addressing Cascading Failures",
        "Site Reliability Engineering",
        "22",
    )


@pytest.mark.parametrize(
    ("url", "genre"),
    [
        ("https://git.example.org/a/b/issues/1", "Issue"),
        ("https://git.example.org/a/b/pull/1", "Pull request"),
        ("https://git.example.org/a/b/-/merge_requests/1", "Merge request"),
        ("https://bugs.example.org/1", "Online forum post"),
    ],
)
def test_a_thread_says_what_it_is(url, genre):
    assert csl_item(work(id="x", kind="issue_thread", title="T", url=url), "x")["genre"] == genre


def test_a_post_in_a_forum_is_no_blog_post():
    made = csl_item(work(id="x", kind="community_post", title="T", url="https://discuss.example.org/t/1"), "x")
    assert (made["type"], made["genre"]) == ("post", "Online forum post")


def test_a_case_study_on_a_blog_is_a_blog_post_and_elsewhere_a_page():
    on_blog = work(id="x", kind="case_study", title="T", url="https://example.org/blog/t", publisher="Acme")
    on_site = work(id="x", kind="case_study", title="T", publisher="Acme")
    assert [csl_item(source, "x")["type"] for source in (on_blog, on_site)] == ["post-weblog", "webpage"]


@pytest.mark.parametrize("title", ["Benchmarks - Acme Docs", "Benchmarks (Acme Docs)", "Acme Docs: Benchmarks"])
def test_a_page_s_title_does_not_repeat_its_site(title):
    made = csl_item(work(id="x", kind="official_docs", title=title, publisher="Acme Docs"), "x")
    assert (made["title"], made["container-title"]) == ("Benchmarks", "Acme Docs")


# --- dates ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "issued"),
    [
        ({"year": 2022, "published": "2022-06-01", "updated": "2022-08-09"}, [2022, 6, 1]),
        ({"year": 2022, "published": "2022-06"}, [2022, 6]),
        ({"year": 2025, "updated": "2025-06-27"}, [2025, 6, 27]),
        ({"year": 2025, "published": "2019-03-04", "updated": "2025-06-27"}, [2025, 6, 27]),
        ({"year": 2020, "updated": "2025-06-27"}, [2020]),
        ({"year": None, "published": "2019-03-04"}, [2019, 3, 4]),
    ],
)
def test_the_date_is_as_exact_as_the_record_and_of_its_year(fields, issued):
    assert csl_item(work(id="x", kind="official_docs", title="T", **fields), "x")["issued"] == {"date-parts": [issued]}


def test_an_unknown_year_gives_no_date():
    assert "issued" not in csl_item(work(id="x", kind="official_docs", title="T", year=None), "x")


def test_a_work_that_was_only_found_cited_was_not_accessed():
    read, cited = (csl_item(work(id="x", kind="official_docs", title="T", how=how), "x") for how in ("read", "cited"))
    assert read["accessed"] == {"date-parts": [[2026, 11, 23]]}
    assert "accessed" not in cited


# --- names ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Roy T. Fielding", Name("Fielding", "Roy T.")),
        ("Willem-Jan van den Heuvel", Name("Heuvel", "Willem-Jan", "van den")),
        ("Laura de Vesine", Name("Vesine", "Laura", "de")),
        ("Philippe De Ryck", Name("De Ryck", "Philippe")),
        ("Van Jacobson", Name("Jacobson", "Van")),
        ("Martin Luther King Jr.", Name("King", "Martin Luther", suffix="Jr.")),
        ("Martin Luther King, Jr.", Name("King", "Martin Luther", suffix="Jr.")),
        ("van Rossum, Guido", Name("Rossum", "Guido", "van")),
        ("Marcelo Trylesinski (Kludex)", Name("Trylesinski", "Marcelo")),
        ("S M Sohan", Name("Sohan", "S M")),
        ("Joe O'Neill", Name("O'Neill", "Joe")),
        ("Ryan McElroy", Name("McElroy", "Ryan")),
        ("Ingkarat Rak-amnouykit", Name("Rak-amnouykit", "Ingkarat")),
        ("Łukasz Langa", Name("Langa", "Łukasz")),
        ("王 小明", Name("小明", "王")),
        ("Kim To", Name("To", "Kim")),
    ],
)
def test_people_are_split_into_the_parts_of_their_names(text, name):
    assert parse_name(text) == name


@pytest.mark.parametrize(
    "text",
    [
        "Amazon Web Services",
        "Julien Danjou and the Tenacity contributors",
        "Docker, Inc.",
        "Encode OSS",
        "Talk Python To Me",
        "Trail of Bits",
        "Instagram / Meta",
        "Matrix.org Foundation",
        "JSON:API editors",
        "EuroPython 2026",
        "Zalando SE",
        "Hugging Face",
        "GitHub",
        "drago-balto",
        "aiohttp contributors",
        "Bob Green and contributors, litl",
        "SPIFFE project (CNCF)",
        "Information Engineering University, Zhengzhou (corresponding authors Siqi Lu and Yongjuan Wang)",
        "Pilcrow",
    ],
)
def test_organisations_crowds_and_handles_are_kept_whole(text):
    assert parse_name(text) == Name(literal=text)


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1).filter(str.strip))
def test_no_letter_of_a_name_is_lost(text):
    name = parse_name(text)
    kept = name.literal or "".join((name.family, name.given, name.particle, name.suffix))
    bare = text if name.literal else text.partition(" (")[0]
    assert sorted(c for c in kept if c.isalnum()) == sorted(c for c in bare if c.isalnum())


# --- venues ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "venue"),
    [
        ("Communications of the ACM", Venue("article-journal", "Communications of the ACM", "")),
        ("ICSE 2014, ACM", Venue("paper-conference", "ICSE 2014", "ACM")),
        ("HotOS 2021 (ACM)", Venue("paper-conference", "HotOS 2021", "ACM")),
        ("ACM HotNets", Venue("paper-conference", "ACM HotNets", "")),
        ("ASPLOS '19", Venue("paper-conference", "ASPLOS '19", "")),
        ("IEEE Software", Venue("article-journal", "IEEE Software", "")),
        ("Applied Sciences", Venue("article-journal", "Applied Sciences", "")),
        ("Software: Practice and Experience", Venue("article-journal", "Software: Practice and Experience", "")),
        ("ACM Queue 20(1)", Venue("article-journal", "ACM Queue", "", "20", "1")),
        (
            "Proceedings of the VLDB Endowment 12(12)",
            Venue("article-journal", "Proceedings of the VLDB Endowment", "", "12", "12"),
        ),
        (
            "CEUR Workshop Proceedings 3043 (SSP 2021)",
            Venue("paper-conference", "CEUR Workshop Proceedings 3043 (SSP 2021)", ""),
        ),
        (
            "ACM Symposium on Cloud Computing (SoCC 2018); arXiv",
            Venue("paper-conference", "ACM Symposium on Cloud Computing (SoCC 2018)", ""),
        ),
        ("SciTePress", Venue("paper-conference", "", "SciTePress")),
    ],
)
def test_a_venue_is_a_serial_or_a_meeting(text, venue):
    assert parse_venue(text) == venue


def test_a_report_series_is_told_from_its_publisher():
    assert parse_report("Google Technical Report dapper-2010-1") == Report(
        "Google", "Technical Report", "dapper-2010-1"
    )
    assert parse_report("ITiCSE Working Group Reports") == Report("ITiCSE Working Group Reports")


@pytest.mark.parametrize(
    ("title", "publisher", "chapter"),
    [
        ("Overload (The SRE Book, Chapter 21)", "P", Chapter("Overload", "The SRE Book", "21")),
        ("The SRE Book, chapter 21: Overload", "P", Chapter("Overload", "The SRE Book", "21")),
        ("Patterns, Appendix E: Validation", "P", Chapter("Validation", "Patterns", "Appendix E")),
        ("The Book: Sessions", "The Book", Chapter("Sessions", "The Book")),
        ("Tolerant Reader (Patterns)", "Patterns", Chapter("Tolerant Reader", "Patterns")),
        ("Latency (chapter on caching)", "P", None),
        ("Release It!", "P", None),
    ],
)
def test_a_chapter_is_recognised_by_a_title_that_names_its_book(title, publisher, chapter):
    assert parse_chapter(title, publisher) == chapter


@given(st.sampled_from(KINDS), st.text(min_size=1).filter(str.strip), st.text(max_size=30))
def test_any_title_and_publisher_give_an_item_of_a_known_type(kind, title, publisher):
    made = csl_item(work(id="x", kind=kind, title=title, publisher=publisher), "x")
    assert made["type"] in CSL_TYPES
    assert made["title"]
