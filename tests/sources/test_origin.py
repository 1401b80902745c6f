"""Who is behind a source."""

import pytest

from research_agent.errors import DataError
from research_agent.sources.origin import Generic, Organisation, OriginFile, OriginTable, load_origins, origin_of


@pytest.mark.parametrize(
    ("url", "authors", "publisher", "kind", "origin"),
    [
        ("https://github.com/Mill-Society/quern", ["Jo Roe"], "GitHub", "repository", "Mill Society"),
        ("https://github.com/mill-society/quern/issues/3", ["a user"], "GitHub", "issue_thread", "Mill Society"),
        ("https://github.com/joroe/dough", ["Jo Roe"], "GitHub", "repository", "joroe"),
        ("https://mill-society.github.io/quern/", ["Jo Roe"], "", "official_docs", "Mill Society"),
        ("https://blog.mills.example.org/x", ["Jo Roe"], "The Mill Blog", "engineering_blog", "Mill Society"),
        ("https://other.example/x", ["Society of Mills"], "", "official_docs", "Mill Society"),
        ("https://other.example/x", ["Jo Roe"], "society of mills", "official_docs", "Mill Society"),
        ("https://www.adabakes.example/x", [], "", "tutorial", "Ada Baker"),
        ("https://video.example/watch?v=1", ["A. Baker"], "Video", "talk", "Ada Baker"),
        ("https://video.example/watch?v=1", ["Jo Roe"], "Press of Everybody", "talk", "Jo Roe"),
        ("https://mills.example.org/paper.pdf", ["Jo Roe", "Ada Baker"], "Journal", "paper", "Jo Roe"),
        ("https://doi.org/10.1234/x", ["Mill Society contributors"], "Journal", "paper", "Mill Society"),
        ("https://dough.readthedocs.io/en/latest/", ["Jo Roe and the dough contributors"], "Read the Docs",
         "official_docs", "Jo Roe"),
        ("https://dough.readthedocs.io/en/latest/", [], "Read the Docs", "official_docs", "dough"),
        ("https://unknown.example/x", ["Jo Roe"], "Oven Works", "engineering_blog", "Oven Works"),
        ("https://unknown.example/x", ["Jo Roe"], "Oven Works", "tutorial", "Jo Roe"),
        ("https://unknown.example/x", ["Jo Roe"], "unknown.example", "engineering_blog", "Jo Roe"),
        ("https://unknown.example/x", [], "", "official_docs", "unknown.example"),
    ],
)  # fmt: skip
def test_the_origin_is_whoever_is_behind_it(origins, url, authors, publisher, kind, origin):
    assert origin_of(url, authors, publisher, kind, origins) == origin


def test_a_host_below_an_owners_is_the_owners_unless_it_serves_everybody():
    table = OriginTable(
        OriginFile(
            origins={"Owner": Organisation(hosts=("example.org",))}, generic=Generic(hosts=("pages.example.org",))
        )
    )
    assert table.of_host("docs.example.org") == "Owner"
    assert table.of_host("pages.example.org") == ""
    assert table.of_host("someone.pages.example.org") == ""
    assert table.is_generic_host("someone.pages.example.org")


def test_a_host_with_two_owners_is_refused(tmp_path):
    path = tmp_path / "origins.yaml"
    path.write_text("origins:\n  A: {hosts: [x.org]}\n  B: {hosts: [x.org]}\n")
    with pytest.raises(DataError, match=r"x\.org belongs to both A and B"):
        load_origins(path)


@pytest.mark.parametrize("text", ["origins: [", "orgins: {}", "origins: {A: {host: [x]}}", "- 1"])
def test_a_file_that_is_no_table_is_refused(tmp_path, text):
    path = tmp_path / "origins.yaml"
    path.write_text(text)
    with pytest.raises(DataError, match=r"origins\.yaml"):
        load_origins(path)


def test_a_missing_table_is_refused(tmp_path):
    with pytest.raises(DataError):
        load_origins(tmp_path / "none.yaml")
