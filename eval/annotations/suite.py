"""The suite "annotations": is what a bibliography says of a source in the record that it rests on?

First the checker is measured on labelled pairs, then the annotations are measured with it; where a model can be had, so
is the model.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from eval.annotations import scoring
from eval.annotations.bibliographies import sentences_of_domain
from eval.annotations.by_model import by_model, control
from eval.annotations.checker import Checker, Judge, Verdict
from eval.annotations.citing import Cited, Sentence, cited, precision, recall, rests_on_its_field
from eval.annotations.fetched import sent_texts, sentences_of_live_sources, stands_in
from eval.annotations.judging import Floor, model_judge
from eval.annotations.pairs import KINDS, Label, Pair, read_pairs
from eval.annotations.scoring import (
    LABELS,
    Outcome,
    estimate,
    estimate_of_kind,
    f1,
    gain,
    macro_f1,
    outcomes_of,
    score,
    share,
)
from eval.annotations.vectors import VectorSource
from eval.corpus import shipped_workspace
from eval.identity.score import bound_without_errors
from eval.suite import Failure, Score, SuiteResult, suite
from research_agent import Workspace
from research_agent.library.embedder import open_embedder

LEAST_MACRO_F1: Final = 0.62  # measured 0.689
LEAST_F1: Final[dict[Label, float]] = {
    "supported": 0.54,
    "unsupported": 0.63,
    "contradicted": 0.62,
}  # 0.646, 0.701, 0.719
LEAST_PRECISION: Final = 0.6  # 0.724
LEAST_BEYOND_FLOOR: Final = 0.3  # 0.385
LEAST_OF_KIND: Final = {"antonym": 0.85, "negation": 0.78, "number": 0.85, "unit": 0.85, "other_name": 0.6}
"""F1 of the kinds that words alone decide; measured 0.940, 0.904, 0.940, 0.940 and 0.725."""
LEAST_RECALL_OF_CITATIONS: Final = 0.99
LEAST_PRECISION_OF_CITATIONS: Final = 0.99
MOST_OF_ANOTHER: Final = 0.05
"""Share of sentences that the checker may find supported by the passage of another source."""
_EXTENTS: Final = {
    "full": "in full",
    "abstract": "as an abstract",
    "excerpt": "in parts",
    "cited": "as a citation only",
}

LEAKS: Final = (
    "Records are our own words about the source: a supported sentence says what our record says. Whether the record "
    "says what the source says is another question; see how many were read, and how far.",
    "Annotations are made of the record's own sentences, so that recall and precision of their citations must be near "
    "1: the figure guards against a sentence that cites the wrong passage, and says nothing of prose that is composed.",
    "Pairs and checker were written in one project. Perturbed pairs are easier than real errors (see F1 by "
    "origin): what perturbs them and the checker know the same opposites, units and denials.",
    "Free paraphrases that share few words are called unsupported: better to ask a reader once too often than to let a "
    "claim through.",
    "No second reader labelled the pairs.",
    "Live sources are those of stand-ins on this machine, asked by the real connectors: what real services send is "
    "longer and dirtier, and was not fetched here.",
)


@suite("annotations")
def annotations() -> SuiteResult:
    """Measure the checker on the labelled pairs, and the annotations of all domains with it."""
    live = sentences_of_live_sources()
    with shipped_workspace() as workspace:
        return measure(Checker(VectorSource(open_embedder("minilm"))), workspace, live=live)


def measure(
    checker: Judge, workspace: Workspace | None, domains: Sequence[str] = (), live: Sequence[Sentence] = ()
) -> SuiteResult:
    """Measure a judge.

    Args:
        checker: the judge.
        workspace: whose bibliographies are looked at; None: none is.
        domains: ids of the domains; empty: all of the guide.
        live: sentences about live sources; empty: nothing is told of them.
    """
    pairs = [pair for pair in read_pairs() if pair.split == "report"]
    verdicts = _asked(checker, pairs)
    outcomes, floor = outcomes_of(pairs, verdicts), outcomes_of(pairs, _asked(Floor(), pairs))
    scores = [*_of_labels(outcomes, floor), *_of_floor(outcomes, floor), *_of_kinds(outcomes, floor)]
    failures = [
        Failure(case=f"{pair.id}, {pair.source}", expected=pair.label, came=verdict.label, why=verdict.reason)
        for pair, verdict in zip(pairs, verdicts, strict=True)
        if pair.label != verdict.label
    ]
    sentences: list[Sentence] = []
    if workspace:
        wanted = domains or [domain.id for domain in workspace.guide.domains]
        sentences = [sentence for domain in wanted for sentence in sentences_of_domain(workspace, domain)]
        more, missed = _of_sentences(sentences, checker)
        scores += more
        failures += missed
    if live:
        more, missed = of_live_sources(live, checker)
        scores += more
        failures += missed
    quoting = [sentence for sentence in (*sentences, *live) if sentence.basis == "passage"]
    model = by_model(model_judge(), pairs, outcomes, quoting)
    return SuiteResult(
        suite="annotations",
        title="Is what a bibliography says of a source in the record that it rests on?",
        scores=(*scores, *model.scores),
        failures=(*failures, *model.failures),
        leaks=(*LEAKS, *model.leaks),
        cost_usd=model.cost_usd,
    )


def _asked(judge: Judge, pairs: Sequence[Pair]) -> list[Verdict]:
    return judge.judge([(pair.claim, pair.evidence) for pair in pairs])


def _of_labels(outcomes: Sequence[Outcome], floor: Sequence[Outcome]) -> Iterator[Score]:
    """The checker by label and by origin, each beside the floor, and how far its "supported" can be trusted."""
    whole = estimate(outcomes, macro_f1)
    yield score(
        "F1, checker, mean of the labels", whole, len(outcomes), LEAST_MACRO_F1, floor=estimate(floor, macro_f1).value
    )
    for label in LABELS:
        cases = sum(outcome.label == label for outcome in outcomes)
        found = estimate(outcomes, f1(label))
        yield score(f"F1, checker, {label}", found, cases, LEAST_F1[label], floor=estimate(floor, f1(label)).value)
    given = sum(outcome.came == "supported" for outcome in outcomes)
    trusted = estimate(outcomes, scoring.precision("supported"))
    yield score('precision of "supported", checker', trusted, given, LEAST_PRECISION)
    for origin in ("hand", "real", "perturbed"):
        mine, beside = ([one for one in ones if one.origin == origin] for ones in (outcomes, floor))
        name = f"F1, checker, {origin} pairs, mean of the labels"
        yield score(name, estimate(mine, macro_f1), len(mine), floor=estimate(beside, macro_f1).value)


def _of_floor(outcomes: Sequence[Outcome], floor: Sequence[Outcome]) -> Iterator[Score]:
    """The floor by label, and by how much the checker beats it."""
    beyond = gain(outcomes, floor, macro_f1)
    yield score("F1, checker beyond the floor, mean of the labels", beyond, len(outcomes), LEAST_BEYOND_FLOOR)
    yield score("F1, floor, mean of the labels", estimate(floor, macro_f1), len(floor))
    for label in LABELS:
        cases = sum(outcome.label == label for outcome in floor)
        yield score(f"F1, floor, {label}", estimate(floor, f1(label)), cases)


def _of_kinds(outcomes: Sequence[Outcome], floor: Sequence[Outcome]) -> Iterator[Score]:
    """Checker and floor by kind; the floor never says "contradicted", so that it has 0 there."""
    cases = Counter(outcome.kind for outcome in outcomes)
    for kind in sorted(cases, key=lambda kind: (LABELS.index(KINDS[kind]), kind)):
        right = sum(outcome.came == outcome.label for outcome in outcomes if outcome.kind == kind)
        yield score(
            f"F1, checker, {KINDS[kind]}: {kind}",
            estimate_of_kind(outcomes, kind),
            cases[kind],
            LEAST_OF_KIND.get(kind),
            note=f"{right} of {cases[kind]} right",
            floor=estimate_of_kind(floor, kind).value,
        )


def _of_sentences(sentences: Sequence[Sentence], checker: Judge) -> tuple[list[Score], list[Failure]]:
    """Citations of the annotations, what rests on fields, a control, and how far the sources were read."""
    quoting = [sentence for sentence in sentences if sentence.basis == "passage"]
    found = cited(quoting, checker)
    told = [(sentence, rests_on_its_field(sentence)) for sentence in sentences if sentence.basis != "passage"]
    supported, counting = recall(found), precision(found)
    scores = [
        share("recall of citations", supported, LEAST_RECALL_OF_CITATIONS, note="sentences that cite a passage"),
        share("precision of citations", counting, LEAST_PRECISION_OF_CITATIONS, note="passages that are cited"),
        *(
            share(name, [float(holds) for sentence, holds in told if sentence.basis == basis], 1.0)
            for basis, name in (
                ("record", "sentences on the record that its field bears out"),
                ("judgement", "sentences of judgements that the judgement bears out"),
            )
        ),
        _control(quoting, checker),
        *_read(sentences),
    ]
    failures = _not_supported(found)
    failures += [
        Failure(case=sentence.case, expected=f"what the {sentence.basis} says", came=sentence.text)
        for sentence, holds in told
        if not holds
    ]
    return scores, failures


def of_live_sources(sentences: Sequence[Sentence], checker: Judge) -> tuple[list[Score], list[Failure]]:
    """Citations of what was fetched, and whether what they say is what was sent, word for word."""
    quoting, sent = [sentence for sentence in sentences if sentence.basis == "passage"], sent_texts()
    found = cited(quoting, checker)
    stand = [stands_in(sentence, sent) for sentence in quoting]
    scores = [
        share(
            "recall of citations, live sources", recall(found), LEAST_RECALL_OF_CITATIONS, note="by what was fetched"
        ),
        share("precision of citations, live sources", precision(found), LEAST_PRECISION_OF_CITATIONS),
        share("sentences on live sources that stand in what was sent", [float(one) for one in stand], 1.0),
        share(
            "sentences on the record of live sources that its field bears out",
            [float(rests_on_its_field(sentence)) for sentence in sentences if sentence.basis != "passage"],
            1.0,
        ),
    ]
    failures = _not_supported(found)
    failures += [
        Failure(case=sentence.case, expected="words that a service sent", came=sentence.text)
        for sentence, stands in zip(quoting, stand, strict=True)
        if not stands
    ]
    return scores, failures


def _not_supported(found: Sequence[Cited]) -> list[Failure]:
    return [
        Failure(case=one.sentence.case, expected="supported", came=f"not: {one.sentence.text}", why=one.reason)
        for one in found
        if not one.supported or not all(one.citations)
    ]


def _control(sentences: Sequence[Sentence], checker: Judge) -> Score:
    """The same checker on sentences that are held against a passage of another source: it must not agree there."""
    agreed = control(sentences, checker)
    note = "control: must be near 0"
    if agreed and not any(agreed):
        note += f"; none of so many: at most {1 - bound_without_errors(len(agreed)):.3f} of all"
    agreeing = share("sentences supported by a passage of another source", agreed, note=note)
    return agreeing.model_copy(update={"at_most": MOST_OF_ANOTHER})


def _read(sentences: Sequence[Sentence]) -> Iterator[Score]:
    """How far the works behind the entries were read, each once: records say what was seen of them and no more."""
    extents = {sentence.entry.source.id: sentence.entry.source.existence.extent for sentence in sentences}
    for extent, words in _EXTENTS.items():
        yield share(
            f"works whose record was checked against the source {words}",
            [float(seen == extent) for seen in extents.values()],
            note="records are our words about the source",
        )
