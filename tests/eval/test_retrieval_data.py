"""The queries of the retrieval suite are what its README says, and sheets show what a reader may see and no more."""

import json
import shutil
from collections import Counter

import pytest
from pydantic import ValidationError

from eval.retrieval.pool import (
    POOL_DEPTH,
    TEXT_CHARACTERS,
    graded_pairs,
    graded_twice,
    main,
    pooled,
    sheet,
    shortened,
    ungraded,
)
from eval.retrieval.queries import QUERIES, read_queries, split_of
from eval.retrieval.rankers import fused_by_rank
from research_agent import Settings

QUERIES_READ = read_queries()
LEAST_A_DOMAIN = 15
BEYOND_A_DOMAIN = 2


def test_every_domain_of_the_guide_has_its_queries(shipped_guide):
    numbers = Counter(query.domain for query in QUERIES_READ)
    assert set(numbers) == {domain.id for domain in shipped_guide.domains}
    assert min(numbers.values()) >= LEAST_A_DOMAIN + BEYOND_A_DOMAIN
    beyond = Counter(query.domain for query in QUERIES_READ if query.style == "beyond")
    assert set(beyond.values()) == {BEYOND_A_DOMAIN}
    assert set(beyond) == set(numbers)


def test_ids_are_numbered_within_their_domain(shipped_guide):
    numbered = [
        f"{domain.id}-{number:02d}"
        for domain in shipped_guide.domains
        for number in range(1, 1 + sum(query.domain == domain.id for query in QUERIES_READ))
    ]
    assert [query.id for query in QUERIES_READ] == numbered
    assert all(query.id.partition("-")[0] == query.domain for query in QUERIES_READ)


def test_no_query_is_asked_twice():
    asked = Counter(" ".join(query.text.casefold().split()) for query in QUERIES_READ)
    assert [text for text, times in asked.items() if times > 1] == []


def test_splits_follow_the_ids_and_halve_every_domain():
    assert {query.id: query.split for query in QUERIES_READ} == split_of(QUERIES_READ)
    halves = Counter((query.domain, query.split) for query in QUERIES_READ)
    for domain in {query.domain for query in QUERIES_READ}:
        assert 0 <= halves[domain, "report"] - halves[domain, "tune"] <= 1


def test_a_split_does_not_depend_on_the_order_of_the_queries():
    assert split_of(reversed(QUERIES_READ)) == split_of(QUERIES_READ)


def test_the_readme_counts_the_styles_as_they_are():
    readme = QUERIES.with_name("README.md").read_text(encoding="utf-8")
    for style, number in Counter(query.style for query in QUERIES_READ).items():
        assert f"\n| {style} | {number} |" in readme
    assert f"holds {len(QUERIES_READ)} queries" in readme


@pytest.mark.parametrize(
    "change", [{"id": "2-7"}, {"style": "riddle"}, {"split": "train"}, {"text": ""}, {"relevant": "x"}]
)
def test_a_line_of_another_form_is_refused(tmp_path, change):
    line = {**json.loads(QUERIES.read_text(encoding="utf-8").splitlines()[0]), **change}
    file = tmp_path / "queries.jsonl"
    file.write_text(json.dumps(line), encoding="utf-8")
    with pytest.raises(ValidationError):
        read_queries(file)


def test_a_pool_holds_what_any_ranker_found_once():
    query = QUERIES_READ[0]
    pool = pooled([query], [lambda _text, limit: ["b", "a", "c"][:limit], lambda _text, limit: ["c", "d"][:limit]], 2)
    assert pool == {query.id: ["a", "b", "c", "d"]}


def test_the_order_of_a_sheet_says_nothing_about_who_found_what(shipped):
    queries = QUERIES_READ[:2]
    guide = shipped.guide.id
    sources = {source.id: source for source in shipped.library.sources(guide)[:20]}
    ranked = {query.id: list(sources) for query in queries}
    turned = {query.id: list(reversed(sources)) for query in queries}
    lines = sheet(queries, ranked, sources, guide)
    assert lines == sheet(queries, turned, sources, guide)
    orders = [[line.source for line in lines if line.query == query.id] for query in queries]
    assert sorted(orders[0]) == sorted(orders[1]) == sorted(sources)
    assert orders[0] not in (orders[1], list(sources))
    assert [line.source for line in sheet(queries, ranked, sources, guide, seed=1)] != [line.source for line in lines]


def test_a_second_reader_gets_about_a_fifth(shipped):
    guide = shipped.guide.id
    sources = {source.id: source for source in shipped.library.sources(guide)}
    lines = sheet(QUERIES_READ[:1], {QUERIES_READ[0].id: list(sources)}, sources, guide)
    assert 0.15 < sum(map(graded_twice, lines)) / len(lines) < 0.25


def test_a_record_is_shortened_in_all_its_parts():
    summaries = ["first " * 200, "second " * 10]
    points = ["a point " * 12] * 9
    told = shortened(summaries, points)
    assert len(told) < TEXT_CHARACTERS + 50
    assert summaries[1] in told
    assert "first …" in told
    assert told.count("- a point") >= 2
    assert shortened(["Short."], ["Point."]) == "Short.\n- Point."


def test_reciprocal_ranks_reward_agreement():
    assert fused_by_rank([["a", "b", "c"], ["b", "c", "d"]]) == ["b", "c", "a", "d"]


def test_what_is_graded_already_is_left_out(tmp_path, shipped):
    guide = shipped.guide.id
    sources = {source.id: source for source in shipped.library.sources(guide)[:5]}
    lines = sheet(QUERIES_READ[:2], {query.id: list(sources) for query in QUERIES_READ[:2]}, sources, guide)
    grades = tmp_path / "grades.tsv"
    grades.write_text("".join(f"{line.query}\t{line.source}\t0\n" for line in lines[2:]), encoding="utf-8")
    assert ungraded(lines, graded_pairs(grades)) == lines[:2]


def test_sheets_name_neither_ranker_nor_rank(fresh_store, tmp_path, monkeypatch, capsys):
    shutil.copytree(fresh_store, tmp_path / "store")
    monkeypatch.setattr("eval.retrieval.pool.Settings", lambda data_dir: Settings(data_dir=tmp_path / "store"))
    some = [query for query in QUERIES_READ if query.id in {"2-01", "6-04"}]
    monkeypatch.setattr("eval.retrieval.pool.read_queries", lambda: some)
    main([str(tmp_path)])
    lines = [json.loads(line) for line in (tmp_path / "2.jsonl").read_text(encoding="utf-8").splitlines()]
    assert set(lines[0]) == {"query", "text", "source", "title", "kind", "year", "record"}
    assert {line["query"] for line in lines} == {"2-01"}
    assert POOL_DEPTH <= len(lines) <= 4 * POOL_DEPTH
    assert len({line["source"] for line in lines}) == len(lines)
    again = (tmp_path / "second" / "2.jsonl").read_text(encoding="utf-8").splitlines()
    assert all(json.loads(line) in lines for line in again)
    assert f"domain 2: {len(lines)} pairs" in capsys.readouterr().out
