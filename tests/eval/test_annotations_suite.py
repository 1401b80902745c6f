"""The pairs are what their README says, the checker keeps what it reached, and a broken one falls below."""

from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.annotations import checker as checker_module
from eval.annotations import citing, wording
from eval.annotations.bibliographies import sentences_of_domain
from eval.annotations.checker import Checker, Verdict
from eval.annotations.citing import cited, precision, recall, rests_on_its_field
from eval.annotations.judging import Floor
from eval.annotations.pairs import KINDS, Label, read_evidence, read_pairs, split_of
from eval.annotations.perturb import perturbed
from eval.annotations.scoring import Outcome, counted, estimate, estimate_of_kind, f1, macro_f1
from eval.annotations.suite import measure
from eval.annotations.vectors import VectorSource, sentences_of, texts_of
from eval.suite import SuiteResult, suite
from research_agent.library.embedder import open_embedder
from research_agent.library.indexes import Vectors

PAIRS = read_pairs()
LEAST_PAIRS = 300
LEAST_OF_A_HALF = 0.45
DOMAIN = "2"


class NoEmbedder:
    """In the place of the embedder: the vectors of the pairs lie ready, so it must not be asked."""

    name = "none"
    dimension = 384
    max_tokens = None
    fingerprint = open_embedder("minilm").fingerprint

    def embed(self, texts: Sequence[str]) -> Vectors:
        raise AssertionError(f"there is no vector of {texts[0]!r}: run python -m eval.annotations.vectors")


class Always:
    def __init__(self, label: Label) -> None:
        self.label = label

    def judge(self, asked: Sequence[tuple[str, str]]) -> list[Verdict]:
        return [Verdict(self.label, "always") for _ in asked]


class Holds:
    """Supported if the record holds the claim as it stands."""

    def judge(self, asked: Sequence[tuple[str, str]]) -> list[Verdict]:
        return [Verdict("supported" if claim in record else "unsupported", "") for claim, record in asked]


@pytest.fixture
def checker():
    return Checker(VectorSource(NoEmbedder()))


@pytest.fixture(scope="module")
def sentences(shipped):
    """Those of one domain's annotations."""
    return sentences_of_domain(shipped, DOMAIN)


def missed(result: SuiteResult) -> set[str]:
    return {score.name for score in result.scores if not score.met}


# The data


def test_there_are_enough_pairs_and_about_half_are_by_hand_or_from_real_errors():
    assert len(PAIRS) >= LEAST_PAIRS
    origins = Counter(pair.origin for pair in PAIRS)
    assert min(origins["hand"] + origins["real"], origins["perturbed"]) >= LEAST_OF_A_HALF * len(PAIRS)
    assert min(Counter(pair.label for pair in PAIRS).values()) >= len(PAIRS) / 4
    assert {pair.kind for pair in PAIRS} == set(KINDS)


def test_ids_are_unique_and_no_claim_stands_twice_against_one_record():
    assert len({pair.id for pair in PAIRS}) == len(PAIRS)
    assert len({(pair.source, pair.claim) for pair in PAIRS}) == len(PAIRS)


def test_labels_follow_from_kinds():
    assert {pair.id: pair.label for pair in PAIRS} == {pair.id: KINDS[pair.kind] for pair in PAIRS}


def test_no_source_is_both_tuned_and_reported_on():
    assert {pair.id: pair.split for pair in PAIRS} == {pair.id: split_of(pair.source) for pair in PAIRS}
    assert all(split_of(pair.made_from) == pair.split for pair in PAIRS if pair.kind == "other_source")
    halves = Counter(pair.split for pair in PAIRS)
    assert min(halves.values()) >= 0.4 * len(PAIRS)


def test_every_record_is_held_against_something_and_every_pair_has_one():
    assert {pair.source for pair in PAIRS} == set(read_evidence())


def test_what_is_labelled_otherwise_is_no_sentence_of_its_record():
    told = {source: set(sentences_of(text)) for source, text in read_evidence().items()}
    assert [pair.id for pair in PAIRS if pair.kind == "verbatim" and pair.claim not in told[pair.source]] == []
    assert [pair.id for pair in PAIRS if pair.label != "supported" and pair.claim in told[pair.source]] == []


def test_the_perturbed_pairs_are_what_the_script_makes_of_the_records():
    made = sorted(perturbed(read_evidence()), key=lambda pair: pair.id)
    assert made == [pair for pair in PAIRS if pair.origin == "perturbed"]


def test_vectors_of_all_pairs_lie_ready():
    assert len(VectorSource(NoEmbedder()).of(sorted(set(texts_of(PAIRS))))) > LEAST_PAIRS


# The checker


def test_the_checker_keeps_what_it_reached_on_the_pairs(checker):
    result = measure(checker, None)
    assert missed(result) == set()
    assert len(result.failures) > 0
    assert all(failure.why for failure in result.failures)


def test_a_checker_that_always_agrees_falls_below():
    assert "F1, checker, mean of the labels" in missed(measure(Always("supported"), None))


def test_the_floor_does_not_reach_what_the_checker_has_to():
    assert {"F1, checker, mean of the labels", "F1, checker beyond the floor, mean of the labels"} <= missed(
        measure(Floor(), None)
    )


@pytest.mark.parametrize(
    ("module", "rule", "broken", "falls"),
    [
        (wording, "figures", lambda _text: (), "F1, checker, contradicted: number"),
        (wording, "figures", lambda _text: (), "F1, checker, contradicted"),
        (wording, "names", lambda _text: frozenset(), "F1, checker, unsupported: other_name"),
        (wording, "negations", lambda _text: 0, "F1, checker, contradicted: negation"),
        (wording, "opposed", lambda _claim, _told: "", "F1, checker, contradicted: antonym"),
        (checker_module, "_same", lambda one, other: one.number == other.number, "F1, checker, contradicted: unit"),
        (checker_module, "_missing", lambda *_: "", 'precision of "supported", checker'),
    ],
)
def test_a_checker_without_a_rule_falls_below(monkeypatch, checker, module, rule, broken, falls):
    monkeypatch.setattr(module, rule, broken)
    assert falls in missed(measure(checker, None))


@pytest.mark.parametrize(
    ("claim", "label", "reason"),
    [
        ("The default is three attempts.", "supported", "word for word"),
        ("The default is five attempts.", "contradicted", "5 attempts where the record has 3"),
        ("The default is three attempts in Kubernetes.", "unsupported", "kubernetes"),
        ("Attempts are counted before each call.", "contradicted", "before where the record has after"),
    ],
)
def test_a_verdict_says_in_words_what_it_rests_on(claim, label, reason):
    record = "The default is three attempts. Attempts are counted after each call."
    verdict = Checker(VectorSource(open_embedder("minilm"))).judge([(claim, record)])[0]
    assert verdict.label == label
    assert reason in verdict.reason


def test_a_record_without_a_sentence_supports_nothing(checker):
    assert checker.judge([(PAIRS[0].claim, "")])[0].label != "supported"


@given(st.integers(2, 10**9), st.sampled_from(["ms", "s", "%", "MB", "retries"]))
def test_figures_are_read_with_their_unit_whether_grouped_or_not(number, unit):
    plain, grouped = wording.figures(f"It takes {number} {unit}."), wording.figures(f"It takes {number:,} {unit}.")
    assert plain == grouped == (wording.Figure(str(number), unit),)


@given(st.text())
def test_any_text_can_be_read(text):
    wording.figures(text), wording.names(text), wording.negations(text), wording.opposed(text, text)


def test_f1_is_the_harmonic_mean_and_a_kind_counts_its_share_of_false_alarms():
    outcomes = [
        Outcome("a", "verbatim", "perturbed", "supported", "supported"),
        Outcome("b", "paraphrase", "hand", "supported", "unsupported"),
        Outcome("c", "absent", "hand", "unsupported", "supported"),
        Outcome("d", "absent", "hand", "unsupported", "unsupported"),
    ]
    assert f1("supported")(counted(outcomes)) == pytest.approx(0.5)
    assert macro_f1(counted(outcomes)) == pytest.approx(1 / 3)
    assert estimate_of_kind(outcomes, "verbatim").value == pytest.approx(2 / 2.5)
    found = estimate(outcomes, f1("supported"))
    assert found.low <= found.value <= found.high


# The annotations


def test_the_annotations_of_a_domain_meet_every_threshold(checker, sentences):
    assert {sentence.basis for sentence in sentences} == {"passage", "record", "judgement"}
    found = cited([sentence for sentence in sentences if sentence.basis == "passage"], checker)
    assert min(recall(found)) == min(precision(found)) == 1.0
    assert all(rests_on_its_field(sentence) for sentence in sentences if sentence.basis != "passage")


def test_sentences_that_cite_the_passage_of_their_neighbour_fall_below(monkeypatch, shipped):
    right = citing.sentences_of_entry

    def shifted(entry, domain, texts):
        names = list(texts)
        return right(entry, domain, dict(zip(names, [texts[name] for name in names[1:] + names[:1]], strict=True)))

    monkeypatch.setattr("eval.annotations.bibliographies.sentences_of_entry", shifted)
    result = measure(Holds(), shipped, [DOMAIN])
    assert {"recall of citations", "precision of citations"} <= missed(result)


def test_a_checker_that_always_agrees_fails_the_control(shipped):
    assert "sentences supported by a passage of another source" in missed(
        measure(Always("supported"), shipped, [DOMAIN])
    )


def test_a_sentence_on_the_record_rests_on_its_field(sentences):
    told = [s for s in sentences if s.text in citing.READ_IN_PART]
    assert told
    entry = told[0].entry
    existence = entry.source.existence.model_copy(update={"extent": "full"})
    source = entry.source.model_copy(update={"existence": existence})
    assert not rests_on_its_field(told[0]._replace(entry=entry.model_copy(update={"source": source})))
    judged = next(s for s in sentences if s.basis == "judgement")
    assert not rests_on_its_field(judged._replace(text=judged.text.replace("2/5", "1/5").replace(": ", ": no ")))


def test_a_passage_that_its_sentence_does_not_need_lowers_precision(sentences):
    sentence = sentences[0]
    found = cited([sentence._replace(passages=(sentence.text, "Something else."))], Holds())
    assert recall(found) == [1.0]
    assert precision(found) == [1.0, 0.0]


def test_a_sentence_without_a_citation_is_not_supported(sentences):
    sentence = sentences[0]
    found = cited([sentence._replace(passages=())], Always("supported"))
    assert recall(found) == [0.0]
    assert precision(found) == []


def test_the_suite_is_registered():
    assert "annotations" in suite
