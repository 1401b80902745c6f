"""A collection in BEIR's format is measured, kept, and refused where it is not of the format."""

import json
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.retrieval.beir import ask, measure, run
from eval.retrieval.beir_folder import CORPUS, GRADES, QUERIES, read_collection
from eval.retrieval.beir_store import fill, open_store
from eval.retrieval.measures import MRR, NDCG, RECALL, Run
from eval.suite import SuiteResult
from research_agent.cli.app import run as command
from research_agent.errors import DataError, EmbeddingError
from research_agent.library.indexes import Vectors
from research_agent.model.progress import Step, unwatched
from research_agent.settings import Settings
from tests.library.material import WordEmbedder

DOCUMENTS = {
    "doc/1": ("Sourdough", "A starter of flour and water ferments for days and lets bread rise without bought yeast."),
    "doc/2": ("Kneading", "Gluten forms while dough is worked; rest does the same more slowly."),
    "doc/3": ("Tides", "The moon draws the sea, which rises and falls twice a day at most coasts."),
    "doc/4": ("Currents", "Wind and salt move great rivers of water through the oceans."),
    "doc/5": ("Bicycle chains", "A dry chain wears the sprockets; clean it and oil each link sparingly."),
    "doc/6": ("", "Inflate a tyre to the pressure on its wall, less in rain."),
    "doc/7": ("Owls", "Soft feathers make an owl's flight silent, so that mice hear nothing."),
    "doc/8": ("Swifts", "A swift sleeps on the wing and lands only to nest."),
    "doc/9": ("Swifts", "In autumn they cross the desert on their way to the south."),
    "doc/10": ("A title alone", ""),
}
ASKED = {
    "bread": "how does bread rise without yeast",
    "sea": "why does the sea rise and fall twice a day",
    "chain": "cleaning and oiling a bicycle chain",
    "birds": "which bird sleeps while it flies, and where do swifts go in autumn",
}
JUDGED = {
    ("bread", "doc/1"): 2,
    ("bread", "doc/2"): 1,
    ("bread", "doc/3"): -1,
    ("sea", "doc/3"): 2,
    ("sea", "doc/4"): 0,
    ("chain", "doc/5"): 1,
    ("birds", "doc/8"): 1,
    ("birds", "doc/9"): 1,
}


def line(**fields: object) -> str:
    return json.dumps(fields)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of ten documents and four queries, and two queries that can't be measured."""
    made = tmp_path / "kitchen-and-sea"
    (made / "qrels").mkdir(parents=True)
    documents = [line(_id=name, title=title, text=text) for name, (title, text) in DOCUMENTS.items()]
    queries = [line(_id=name, text=text, metadata={}) for name, text in ASKED.items()]
    queries += [line(_id="ungraded", text="who asks this"), line(_id="unanswered", text="how do owls fly")]
    grades = [f"{query}\t{document}\t{grade}" for (query, document), grade in JUDGED.items()]
    grades += ["unanswered\tdoc/8\t0"]
    write(made / CORPUS, documents)
    write(made / QUERIES, queries)
    write(made / GRADES, ["query-id\tcorpus-id\tscore", *grades])
    return made


def write(path: Path, lines: Sequence[str]) -> None:
    path.write_text("".join(f"{one}\n" for one in lines), encoding="utf-8")


def change(path: Path, number: int, to: str) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[number - 1 : number] = [to]
    write(path, lines)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data")


def figures(result: SuiteResult) -> dict[str, float]:
    return {score.name: score.value for score in result.scores}


def asked(folder: Path, settings: Settings) -> dict[str, Run]:
    """What every ranker answers."""
    collection = read_collection(folder)
    with closing(open_store(collection, settings, WordEmbedder())) as store:
        fill(store, collection, unwatched)
        return ask(store, collection)


class Forgetful(WordEmbedder):
    """Says the same of every text."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        return np.tile(super().embed(["nothing"]), (len(texts), 1))


class Breaking(WordEmbedder):
    """Gives out when it sees a word."""

    def __init__(self, word: str) -> None:
        super().__init__()
        self.word = word

    def embed(self, texts: Sequence[str]) -> Vectors:
        if any(self.word in text for text in texts):
            raise EmbeddingError("the model gave out")
        return super().embed(texts)


def test_the_model_that_ships_finds_what_answers(folder: Path, settings: Settings) -> None:
    result = run(folder, settings=settings)
    found = figures(result)
    assert result.title == "Does a search find what answers in kitchen-and-sea, 10 documents?"
    assert {score.cases for score in result.scores} == {len(ASKED)}
    assert found[f"{NDCG}, fused"] > 0.9
    assert found[f"{RECALL}, vector"] == 1.0
    assert {name for name in found if name.startswith(MRR)} == {
        f"{MRR}, {ranker}" for ranker in ("lexical", "vector", "fused", "reciprocal-ranks")
    }
    assert result.met
    assert any("256 tokens" in leak for leak in result.leaks)


def test_a_second_run_embeds_nothing_and_finds_the_same(folder: Path, settings: Settings) -> None:
    embedder = WordEmbedder()
    first = run(folder, settings=settings, embedder=embedder)
    assert len(embedder.embedded) == len(DOCUMENTS) + len(ASKED)
    embedder.embedded.clear()
    assert run(folder, settings=settings, embedder=embedder) == first
    assert embedder.embedded == []


def test_other_documents_or_another_model_have_a_store_of_their_own(folder: Path, settings: Settings) -> None:
    run(folder, settings=settings, embedder=WordEmbedder())
    run(folder, settings=settings, embedder=WordEmbedder("other"))
    change(folder / CORPUS, 3, line(_id="doc/3", title="Tides", text="Twice a day."))
    run(folder, settings=settings, embedder=WordEmbedder())
    assert len(list((settings.data_dir / "beir").iterdir())) == 3


def test_other_grades_are_measured_on_what_is_kept(folder: Path, settings: Settings) -> None:
    embedder = WordEmbedder()
    before = figures(run(folder, settings=settings, embedder=embedder))
    write(folder / GRADES, ["query-id\tcorpus-id\tscore", "sea\tdoc/7\t1"])
    embedder.embedded.clear()
    after = run(folder, settings=settings, embedder=embedder)
    assert embedder.embedded == []
    assert figures(after)[f"{NDCG}, fused"] < before[f"{NDCG}, fused"]


def test_a_model_that_knows_nothing_is_noticed(folder: Path, settings: Settings) -> None:
    good = figures(run(folder, settings=settings, embedder=WordEmbedder()))
    bad = figures(run(folder, settings=settings, embedder=Forgetful("forgetful")))
    assert bad[f"{NDCG}, vector"] < good[f"{NDCG}, vector"] - 0.2
    assert bad[f"{NDCG}, fused beyond vector"] > good[f"{NDCG}, fused beyond vector"]
    assert bad[f"{NDCG}, lexical"] == good[f"{NDCG}, lexical"]


def test_a_ranker_that_answers_upside_down_is_noticed(folder: Path, settings: Settings) -> None:
    collection, runs = read_collection(folder), asked(folder, settings)
    turned = {query: found[::-1] for query, found in runs["fused"].items()}
    right = figures(measure(collection, runs, None))
    wrong = figures(measure(collection, {**runs, "fused": turned}, None))
    assert wrong[f"{NDCG}, fused"] < right[f"{NDCG}, fused"] - 0.2
    assert wrong[f"{NDCG}, fused beyond lexical"] < -0.2

    silent = measure(collection, {**runs, "fused": {**runs["fused"], "sea": ["doc/7"]}}, None)
    (failure,) = silent.failures
    assert failure.case == f"sea: {ASKED['sea']}"
    assert failure.expected.endswith("doc/3 (not found)")
    assert failure.came == "doc/7"


def test_an_answer_counts_from_grade_1_and_more_grade_is_more_gain(folder: Path) -> None:
    collection = read_collection(folder)
    right = {"bread": ["doc/1", "doc/2"], "sea": ["doc/3"], "chain": ["doc/5"], "birds": ["doc/8", "doc/9"]}
    found = figures(measure(collection, {"fused": right, "other": {**right, "bread": ["doc/2", "doc/1"]}}, None))
    assert found[f"{NDCG}, fused"] == found[f"{MRR}, fused"] == found[f"{RECALL}, fused"] == 1.0
    swapped = (1 + 2 / np.log2(3)) / (2 + 1 / np.log2(3))
    assert found[f"{NDCG}, other"] == pytest.approx((3 + swapped) / 4, abs=1e-4)
    assert found[f"{MRR}, other"] == 1.0


def test_a_document_does_not_answer_the_query_of_its_own_name(folder: Path, settings: Settings) -> None:
    """As where queries are documents of the collection, which each find themselves first."""
    write(folder / QUERIES, [line(_id="doc/3", text=" ".join(DOCUMENTS["doc/3"]))])
    write(folder / GRADES, ["query-id\tcorpus-id\tscore", "doc/3\tdoc/4\t1"])
    for name, found in asked(folder, settings).items():
        assert "doc/3" not in found["doc/3"], name


def test_documents_of_one_title_stay_apart_and_a_title_alone_is_found(folder: Path, settings: Settings) -> None:
    write(folder / QUERIES, [line(_id="q", text="swifts in autumn"), line(_id="t", text="a title alone")])
    write(folder / GRADES, ["query-id\tcorpus-id\tscore", "q\tdoc/9\t1", "t\tdoc/10\t1"])
    runs = asked(folder, settings)
    for found in runs.values():
        assert {"doc/8", "doc/9"} <= set(found["q"])
        assert found["t"][0] == "doc/10"


def test_a_run_that_broke_off_goes_on_where_it_was(
    folder: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eval.retrieval.beir_store.BATCH", 3)
    with pytest.raises(EmbeddingError):
        run(folder, settings=settings, embedder=Breaking("feathers"))
    embedder = WordEmbedder()
    result = run(folder, settings=settings, embedder=embedder)
    assert [text.splitlines()[0] for text in embedder.embedded[:4]] == ["Owls", "Swifts", "Swifts", "A title alone"]
    whole = run(folder, settings=Settings(data_dir=settings.data_dir / "whole"), embedder=WordEmbedder())
    assert figures(whole) == figures(result)


def test_an_index_that_a_kill_left_behind_is_completed(folder: Path, settings: Settings) -> None:
    collection = read_collection(folder)

    def killed(step: str) -> None:
        if step == "lexical:begun":
            raise KeyboardInterrupt

    with closing(open_store(collection, settings, WordEmbedder())) as store:
        store.checkpoint = killed
        with pytest.raises(KeyboardInterrupt):
            fill(store, collection, unwatched)
    runs = asked(folder, settings)
    assert runs["lexical"]["bread"][0] == "doc/1"


def test_progress_rises_to_the_end(folder: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eval.retrieval.beir_store.BATCH", 4)
    steps: list[Step] = []
    run(folder, settings=settings, embedder=WordEmbedder(), progress=steps.append)
    for name, total in (
        ("read", 1),
        ("take in", len(DOCUMENTS)),
        ("prepare", 1),
        ("embed", len(ASKED)),
        ("ask", len(ASKED)),
    ):
        done = [step.done for step in steps if step.name == name]
        assert {step.total for step in steps if step.name == name} == {total}
        assert done == sorted(done)
        assert done[-1] == total


def test_the_command_measures_a_folder(
    folder: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RESEARCH_AGENT_DATA_DIR", str(settings.data_dir))
    out = folder.parent / "report"
    assert command(["eval", "retrieval", "--beir", str(folder), "--all", "--out", str(out)]) == 0
    assert f"{NDCG}, fused" in capsys.readouterr().out
    change(folder / QUERIES, 2, "{")
    assert command(["eval", "retrieval", "--beir", str(folder)]) == DataError.exit_code
    assert "line 2: a JSON object was expected, came '{'" in " ".join(capsys.readouterr().err.split())


def without(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


def with_line(name: str, number: int, to: str) -> Callable[[Path], None]:
    return lambda folder: change(folder / name, number, to)


HEADER = "query-id\tcorpus-id\tscore"


@pytest.mark.parametrize(
    ("breaking", "told"),
    [
        (without(CORPUS), "corpus.jsonl can't be read: No such file or directory"),
        (without(QUERIES), "queries.jsonl can't be read"),
        (without(GRADES), "qrels/test.tsv can't be read"),
        (with_line(CORPUS, 4, "{'_id': 1}"), "corpus.jsonl, line 4: a JSON object was expected, came \"{'_id': 1}\""),
        (with_line(CORPUS, 4, "[1]"), "corpus.jsonl, line 4: a JSON object was expected"),
        (with_line(CORPUS, 4, "[" * 100_000), "corpus.jsonl, line 4: a JSON object was expected"),
        (with_line(CORPUS, 2, line(title="t", text="x")), "corpus.jsonl, line 2: the field '_id' is missing"),
        (with_line(CORPUS, 2, line(_id=" ", text="x")), "corpus.jsonl, line 2: the field '_id' is empty"),
        (with_line(CORPUS, 2, line(_id="a", title="t")), "corpus.jsonl, line 2: the field 'text' is missing"),
        (with_line(CORPUS, 2, line(_id="a", title=1, text="x")), "line 2: the field 'title' is missing or no text"),
        (with_line(CORPUS, 2, line(_id="doc/1", text="x")), "line 2: document 'doc/1' stands in line 1, too"),
        (with_line(QUERIES, 3, line(_id="q")), "queries.jsonl, line 3: the field 'text' is missing"),
        (with_line(QUERIES, 3, line(_id="sea", text="x")), "queries.jsonl, line 3: query 'sea' stands twice"),
        (with_line(GRADES, 1, "sea\tdoc/1\t1"), "test.tsv, line 1: the header query-id corpus-id score"),
        (with_line(GRADES, 2, "sea doc/1 1"), "test.tsv, line 2: query-id, corpus-id, score, parted by tabs"),
        (with_line(GRADES, 2, "sea\tdoc/1\tgood"), "test.tsv, line 2: the grade 'good' is no whole number"),
        (with_line(GRADES, 2, f"sea\tdoc/1\t{10**20}"), "is no whole number of at most 6 digits"),
        (with_line(GRADES, 2, "lake\tdoc/1\t1"), "test.tsv, line 2: there is no query 'lake' in queries.jsonl"),
        (with_line(GRADES, 2, "sea\tdoc/99\t1"), "test.tsv, line 2: there is no document 'doc/99' in corpus.jsonl"),
        (with_line(GRADES, 7, "bread\tdoc/1\t1"), "line 7: query 'bread' and document 'doc/1' have another grade"),
        (lambda folder: write(folder / CORPUS, []), "corpus.jsonl holds no document"),
        (lambda folder: write(folder / GRADES, []), "test.tsv, line 1: the header"),
        (lambda folder: write(folder / GRADES, [HEADER, "sea\tdoc/1\t0"]), "test.tsv has no grade above 0"),
        (lambda folder: (folder / GRADES).write_bytes(f"{HEADER}\nsea\t\xff\t1".encode("latin-1")), "line 2: UTF-8"),
    ],
)
def test_what_is_not_of_the_format_is_told_in_one_line_and_nothing_is_made(
    folder: Path, settings: Settings, breaking: Callable[[Path], None], told: str
) -> None:
    breaking(folder)
    with pytest.raises(DataError) as raised:
        run(folder, settings=settings, embedder=WordEmbedder())
    assert told in str(raised.value)
    assert "\n" not in str(raised.value)
    assert "Nothing was changed." in str(raised.value)
    assert not settings.data_dir.exists()


@given(st.binary(max_size=80))
def test_any_bytes_are_a_collection_or_an_error_of_ours(tmp_path_factory: pytest.TempPathFactory, said: bytes) -> None:
    folder = tmp_path_factory.mktemp("any")
    (folder / "qrels").mkdir()
    write(folder / CORPUS, [line(_id="a", text="x")])
    write(folder / QUERIES, [line(_id="q", text="y")])
    for name in (CORPUS, QUERIES, GRADES):
        write(folder / GRADES, [HEADER, "q\ta\t1"])
        original = (folder / name).read_bytes()
        (folder / name).write_bytes(original + said)
        with suppress(DataError):
            assert set(read_collection(folder).queries) <= {"q"}
        (folder / name).write_bytes(original)


@given(st.text(), st.text())
def test_any_text_survives_the_reading(tmp_path_factory: pytest.TempPathFactory, title: str, text: str) -> None:
    folder = tmp_path_factory.mktemp("texts")
    (folder / "qrels").mkdir()
    write(folder / CORPUS, [line(_id="a", title=title, text=text), line(_id="b", text="\ud800")])
    write(folder / QUERIES, [line(_id="q", text=text)])
    write(folder / GRADES, [HEADER, "q\ta\t1"])
    collection = read_collection(folder)
    assert collection.queries == {"q": text}
    assert collection.names == ("a", "b")
