"""The normal forms of names and addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research_agent.sources.addresses import canonical_address, host_of, is_web_address, without_fragment
from research_agent.sources.naming import (
    identify,
    name_in,
    name_of,
    normal_arxiv,
    normal_doi,
    normal_draft,
    normal_repository,
    normal_url,
    repository_owner,
)


@pytest.mark.parametrize(
    "spelling",
    [
        "10.1145/3547276.3548519",
        "doi:10.1145/3547276.3548519",
        "DOI: 10.1145/3547276.3548519",
        "https://doi.org/10.1145/3547276.3548519",
        "http://dx.doi.org/10.1145/3547276.3548519",
        "https://www.doi.org/10.1145/3547276.3548519?from=mail#top",
        "doi.org/10.1145%2F3547276.3548519",
        " 10.1145/3547276.3548519. ",
        "10.1145/3547276.3548519);",
        "urn:doi:10.1145/3547276.3548519",
    ],
)
def test_every_spelling_of_a_doi_has_one_normal_form(spelling):
    assert normal_doi(spelling) == "10.1145/3547276.3548519"


def test_a_doi_is_case_insensitive_and_keeps_brackets_that_it_opened_itself():
    assert normal_doi("10.1016/S0140-6736(05)66987-X") == "10.1016/s0140-6736(05)66987-x"
    assert normal_doi("(see 10.1016/0004-3702(89)90008-2)") is None
    assert normal_doi("10.1016/0004-3702(89)90008)") == "10.1016/0004-3702(89)90008"


@pytest.mark.parametrize(
    ("copied", "name"),
    [
        ("10.1145/3547276.3548519.", ("doi", "10.1145/3547276.3548519")),
        ("arXiv:2304.00228v2,", ("arxiv", "2304.00228")),
        ("2304.00228);", ("arxiv", "2304.00228")),
        ("RFC 9110.", ("rfc", "9110")),
        ("draft-ietf-httpbis-cache-19,", ("draft", "draft-ietf-httpbis-cache")),
        ("https://example.org/a.", ("url", "https://example.org/a.")),
        (".", None),
    ],
)
def test_a_name_is_read_without_the_punctuation_of_the_sentence_it_was_copied_from(copied, name):
    assert name_of(copied) == name


@pytest.mark.parametrize("text", ["", "10.12/x", "11.1145/x", "10.1145/", "not a doi", "https://example.org/10.1145/x"])
def test_what_is_no_doi_has_no_normal_form(text):
    assert normal_doi(text) is None


@pytest.mark.parametrize(
    ("spelling", "expected"),
    [
        ("2304.00228", "2304.00228"),
        ("arXiv:2304.00228v3", "2304.00228"),
        ("0808.1431", "0808.1431"),
        ("cs/0112017", "cs/0112017"),
        ("math.GT/0309136v1", "math/0309136"),
        ("hep-th/9901001", "hep-th/9901001"),
    ],
)
def test_arxiv_ids_of_both_schemes_are_read(spelling, expected):
    assert normal_arxiv(spelling) == expected


@pytest.mark.parametrize("text", ["2313.00228", "2304.002", "cs/01120", "10.1145/1", "304.00228", ""])
def test_what_is_no_arxiv_id_has_no_normal_form(text):
    assert normal_arxiv(text) is None


@pytest.mark.parametrize(
    "url",
    [
        "https://arxiv.org/abs/2304.00228",
        "http://www.arxiv.org/abs/2304.00228v2",
        "https://arxiv.org/pdf/2304.00228v1.pdf",
        "https://export.arxiv.org/pdf/2304.00228",
        "https://arxiv.org/html/2304.00228v1",
        "https://doi.org/10.48550/arXiv.2304.00228",
    ],
)
def test_every_page_of_a_preprint_names_it(url):
    found = identify(url)
    assert (found.arxiv, found.doi, found.url) == ("2304.00228", None, "https://arxiv.org/abs/2304.00228")


def test_an_old_arxiv_id_is_read_from_its_address():
    assert identify("https://arxiv.org/abs/cs/0112017v1").arxiv == "cs/0112017"


@pytest.mark.parametrize(
    "url",
    [
        "https://www.rfc-editor.org/rfc/rfc9110",
        "https://www.rfc-editor.org/rfc/rfc9110.html#section-14",
        "http://rfc-editor.org/info/rfc9110",
        "https://datatracker.ietf.org/doc/html/rfc9110",
        "https://datatracker.ietf.org/doc/rfc9110/",
        "https://tools.ietf.org/html/rfc9110",
        "https://www.ietf.org/rfc/rfc9110.txt",
        "https://httpwg.org/specs/rfc9110.html",
        "https://doi.org/10.17487/RFC9110",
    ],
)
def test_every_page_of_an_rfc_names_it(url):
    found = identify(url)
    assert (found.rfc, found.doi, found.url) == (9110, None, "https://www.rfc-editor.org/rfc/rfc9110")


def test_the_doi_of_an_early_rfc_is_padded_with_zeros():
    assert identify(doi="10.17487/RFC0791").rfc == 791


def test_errata_are_not_the_rfc_and_other_sites_that_mention_it_are_not_either():
    assert identify("https://www.rfc-editor.org/errata/rfc9110").rfc is None
    assert identify("https://example.org/rfc9110.html").rfc is None


@pytest.mark.parametrize(
    "url",
    [
        "https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/",
        "https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-11",
        "https://www.ietf.org/archive/id/draft-ietf-httpapi-ratelimit-headers-07.txt",
        "https://tools.ietf.org/html/draft-ietf-httpapi-ratelimit-headers",
    ],
)
def test_a_draft_is_one_work_over_its_revisions(url):
    assert normal_draft(url) == "draft-ietf-httpapi-ratelimit-headers"
    assert identify(url).url == "https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers"


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/jd/tenacity",
        "http://www.github.com/JD/Tenacity/",
        "https://github.com/jd/tenacity.git",
        "git@github.com:jd/tenacity.git",
        "git+https://github.com/jd/tenacity.git",
        "ssh://git@github.com/jd/tenacity",
        "https://github.com/jd/tenacity/tree/main",
        "https://github.com/jd/tenacity/blob/master/README.rst",
        "https://github.com/jd/tenacity#readme",
    ],
)
def test_every_address_of_a_repository_names_it(url):
    assert normal_repository(url) == "github.com/jd/tenacity"


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/o/n/blob/main/docs/A%20b.md",
        "https://github.com/o/n/blob/HEAD/docs/A b.md".replace(" ", "%20"),
        "https://github.com/O/N/raw/master/docs/A%20b.md",
        "https://raw.githubusercontent.com/o/n/main/docs/A%20b.md",
        "https://raw.githubusercontent.com/o/n/refs/heads/main/docs/A%20b.md",
        "https://github.com/o/n/blob/0123456789012345678901234567890123456789/docs/A%20b.md#L10",
    ],
)
def test_a_file_is_known_by_repository_and_path_whatever_the_branch_is_called(url):
    assert normal_repository(url) == "github.com/o/n/docs/A b.md"
    assert name_in(normal_url(url)) == ("repository", "github.com/o/n/docs/A b.md")


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/o/n/issues/12",
        "https://github.com/o/n/pull/12",
        "https://github.com/o/n/releases/tag/v1",
        "https://github.com/o/n/wiki/Page",
        "https://github.com/o/n/discussions/3",
        "https://github.com/o",
        "https://github.com/features/actions",
        "https://github.com/o/n/blob/v1.2/file.md",
        "https://example.org/o/n",
    ],
)
def test_a_page_about_a_repository_is_not_the_repository(url):
    assert normal_repository(url) is None
    assert identify(url).url == canonical_address(url)


def test_groups_of_gitlab_nest():
    assert normal_repository("https://gitlab.com/A/b/c/-/blob/main/d/e.md") == "gitlab.com/a/b/c/-/d/e.md"
    assert normal_repository("https://gitlab.com/A/b/c") == "gitlab.com/a/b/c"
    assert normal_repository("https://gitlab.com/a/b/c/-/issues/3") is None
    assert name_in(normal_url("https://gitlab.com/a/b/c/-/blob/main/d/e.md")) == (
        "repository",
        "gitlab.com/a/b/c/-/d/e.md",
    )


def test_an_issue_has_the_repositorys_owner():
    assert repository_owner("https://github.com/Encode/httpx/issues/108") == "github.com/encode"
    assert repository_owner("https://example.org/encode") is None


@pytest.mark.parametrize(
    "url",
    [
        "https://dl.acm.org/doi/abs/10.1145/3547276.3548519",
        "https://dl.acm.org/doi/pdf/10.1145/3547276.3548519.pdf",
        "https://doi.org/10.1145/3547276.3548519",
    ],
)
def test_a_publishers_page_carries_the_doi(url):
    assert identify(url).doi == "10.1145/3547276.3548519"


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/guide",
        "http://www.example.org/guide/",
        "https://EXAMPLE.org:443/guide#part",
        "http://example.org:80/guide/index.html",
        "https://example.org/./x/../guide?utm_source=mail&utm_medium=a",
        "https://example.org/guide?fbclid=1",
        "https://example.org/en/latest/guide",
        "https://example.org/en/stable/guide/",
    ],
)
def test_every_spelling_of_an_address_has_one_form(url):
    assert canonical_address(url) == "https://example.org/guide"


def test_addresses_of_different_pages_stay_apart():
    addresses = [
        "https://example.org/guide",
        "https://example.org/Guide",
        "https://example.org/guide?page=2",
        "https://example.org:8080/guide",
        "https://docs.example.org/guide",
        "https://example.org/en/v2.0/guide",
        "https://example.org/#/guide",
        "https://example.org/#/other",
        "https://example.org/de/latest/guide",
    ]
    assert len(set(map(canonical_address, addresses))) == len(addresses)


def test_a_video_is_its_id():
    assert canonical_address("https://youtu.be/abc?t=10") == canonical_address(
        "https://www.youtube.com/watch?t=3&v=abc&feature=share"
    )


def test_read_the_docs_needs_no_language_in_the_path():
    assert canonical_address("https://x.readthedocs.io/en/latest/a.html") == "https://x.readthedocs.io/a.html"
    assert canonical_address("https://x.readthedocs.io/a.html") == "https://x.readthedocs.io/a.html"


@pytest.mark.parametrize(
    "text", ["", "example.org/x", "ftp://example.org/x", "https://user:pw@example.org/", "https://localhost/x",
             "https://exa mple.org/", "https://example.org:port/", "https:///x", "javascript:alert(1)"],
)  # fmt: skip
def test_what_is_no_public_web_address_is_told_apart(text):
    assert not is_web_address(text)


def test_a_fragment_is_dropped_unless_it_is_the_page():
    assert without_fragment("https://a.org/x#y") == "https://a.org/x"
    assert without_fragment("https://a.org/#/x") == "https://a.org/#/x"


_SEGMENTS = st.text("abcABC01-._~ %é", min_size=1, max_size=8)
_URLS = st.builds(
    lambda scheme, host, path, query, fragment: f"{scheme}://{host}/{'/'.join(path)}{query}{fragment}",
    st.sampled_from(["http", "https", "HTTPS"]),
    st.sampled_from(
        ["example.org", "www.Example.org", "github.com", "gitlab.com", "doi.org", "arxiv.org", "x.readthedocs.io",
         "www.rfc-editor.org", "codeberg.org", "youtu.be", "bücher.example"]
    ),
    st.lists(
        st.one_of(_SEGMENTS, st.sampled_from(["en", "latest", "blob", "main", "-", "abs", "2304.00228v1", "rfc9110.txt",
                                              "10.1145", "index.html", "README.md", "src", "branch", "..", "tree"])),
        max_size=6,
    ),
    st.sampled_from(["", "?", "?a=1&utm_source=x", "?b=2&a=1", "?v=x"]),
    st.sampled_from(["", "#", "#part", "#/route"]),
)  # fmt: skip


@given(_URLS)
def test_normalising_twice_changes_nothing(url):
    once = normal_url(url)
    assert normal_url(once) == once
    assert name_in(once) == name_in(url)
    assert identify(once) == identify(url)


@given(st.one_of(st.text(), st.text().map("https://".__add__), _URLS.map(lambda url: url.replace("/", "//", 3))))
def test_any_text_can_be_asked_for_its_names(text):
    identify(text, text, text)
    assert host_of(text) == host_of(text).lower()


@given(st.text("abcABC.-/()123", min_size=1, max_size=20).map("10.1234/".__add__))
def test_a_doi_in_its_normal_form_survives_address_and_prefix(doi):
    normal = normal_doi(doi)
    if normal is not None:
        assert normal_doi(normal) == normal
        assert normal_doi(f"doi:{normal.upper()}") == normal
        assert identify(f"https://doi.org/{normal}").doi == normal
