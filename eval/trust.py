"""Make `docs/trust.md` out of the baselines and the corpus: every figure, the weak ones first, none typed in by hand.

`python -m eval.trust`, and `research-agent eval --accept` with the baselines.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from eval.baselines import Accepted, read_baselines
from eval.corpus import shipped_works
from eval.datasets import data_hash
from eval.figures import threshold_told, told, value_told
from eval.running import ROOT
from eval.suite import Score, SuiteResult
from research_agent.model.source import Extent, Source

FILE: Final = ROOT / "docs" / "trust.md"
_HALF: Final = 0.5
_EXTENTS: Final[dict[Extent, str]] = {
    "full": "in full",
    "excerpt": "in part",
    "abstract": "by its abstract",
    "cited": "by citations of it only",
}


def write(file: Path = FILE) -> None:
    """Write the page."""
    file.write_text(trust_page(read_baselines(), shipped_works()), encoding="utf-8")


def trust_page(baselines: Mapping[str, Accepted], works: Sequence[Source]) -> str:
    """The page as Markdown."""
    blocks = [
        "# How far it can be trusted",
        "Made by `research-agent eval --accept` out of the last accepted results (`eval/baselines.json`) and the "
        "records of the corpus. What the suites measure and how their data were made: [eval](../eval/README.md).",
        "Each figure stands with its 95% interval where it is an estimate; one without an interval is a count of all "
        "there is. A threshold is a guard: the suite fails beyond it. It is set near what was measured, so that a kept "
        "threshold says that nothing got worse, and not that the figure is good.",
        *_records(works),
        *_weak(baselines),
        "## The suites",
        _table(
            (
                "Suite",
                "Asks",
                "Figures",
                "Thresholds kept",
                "Failing cases",
                "Seconds",
                "Cost of models",
                "Date",
                "Commit",
            ),
            (_row(name, one) for name, one in baselines.items()),
        ),
    ]
    for name, one in baselines.items():
        blocks += _suite(name, one)
    return "\n\n".join(blocks) + "\n"


def _records(works: Sequence[Source]) -> Iterator[str]:
    """What the records are, and how much of the works was seen when they were written."""
    seen = Counter(work.existence.extent for work in works)
    days = sorted({work.existence.on for work in works if work.existence.on})
    yield "## Records are our words"
    yield (
        "A bibliography says of a source what its record in the corpus says, and a record is our words about the "
        "source, written by whoever looked at it. Where a figure calls a claim supported, our record supports it; "
        "whether the source does was asked once, when the record was written, and only as far as the source was seen:"
    )
    yield _table(
        ("How the work was seen", "Works", "Share"),
        [
            *((f"{_EXTENTS[one]}", f"{seen[one]:,}", _percent(seen[one], len(works))) for one in _EXTENTS),
            *([("not noted", f"{seen[None]:,}", _percent(seen[None], len(works)))] if seen[None] else []),
            ("all", f"{len(works):,}", ""),
        ],
    )
    if days:
        between = f"on {days[0]}" if days[0] == days[-1] else f"between {days[0]} and {days[-1]}"
        yield f"They were seen {between}, in the copies that each record names. No suite looks at them again."


def _weak(baselines: Mapping[str, Accepted]) -> Iterator[str]:
    """What a reader should see first: figures no better than guessing, below a threshold, or not measured at all."""
    lines = [f"- {line}" for name, one in baselines.items() for line in _weak_of(name, one.result)]
    yield "## What is weak"
    yield (
        "Figures that were not measured, that miss their threshold, whose interval reaches down to their floor (what "
        "guessing or the simplest method gives), or that are less than half of the way from it to 1."
    )
    yield "\n".join(lines) if lines else "None."


def _weak_of(suite: str, result: SuiteResult) -> list[str]:
    skipped = f"**{suite}**: not run. {_sentence(result.skipped)}" if result.skipped else ""
    return list(filter(None, [skipped, *(_why_weak(suite, score) for score in result.scores)]))


def _why_weak(suite: str, score: Score) -> str:
    said = f"**{suite}**, {_cell(score.name)}"
    if not score.measured:
        return f"{said}: not measured. {_sentence(score.note.removeprefix('skipped: '))}"
    if not score.met:
        return f"{said}: {value_told(score)}, where {threshold_told(score)} is asked."
    if score.at_its_floor and score.chance is not None:
        return f"{said}: {value_told(score)}, which reaches down to its floor of {told(score.chance)}."
    if score.chance is None or score.difference or not score.measured:
        return ""
    if (way := (score.value - score.chance) / (1 - score.chance)) < _HALF:
        return f"{said}: {value_told(score)}, {way:.0%} of the way from its floor of {told(score.chance)} to 1."
    return ""


def _row(name: str, one: Accepted) -> tuple[str, ...]:
    guarding = [score for score in one.result.scores if score.guards]
    return (
        f"[{name}](#{name})",
        one.result.title,
        f"{len(one.result.scores)}",
        f"{sum(score.met for score in guarding)} of {len(guarding)}",
        f"{one.failures:,}",
        f"{one.seconds:.0f}",
        f"{one.result.cost_usd:.2f} USD",
        f"{one.made.at:%Y-%m-%d}",
        one.made.commit,
    )


def _suite(name: str, one: Accepted) -> Iterator[str]:
    """All that is known of a suite's figures."""
    made = one.made
    yield f"## {name}"
    yield one.result.title
    yield (
        f"Measured on {made.at:%Y-%m-%d} at commit {made.commit}, version {made.version}, Python {made.python}, "
        f"{made.machine}. {_cost(one.result.cost_usd)} {one.failures:,} cases failed."
    )
    yield f"Data, and how they were made and labelled: [eval/{name}](../eval/{name}/README.md). {_data(one)}"
    if one.result.skipped:
        yield f"Not run: {one.result.skipped}"
    if one.result.leaks:
        yield "Known to flatter or to spoil these figures:"
        yield "\n".join(f"- {leak}" for leak in one.result.leaks)
    if one.result.scores:
        yield _table(
            ("Figure", "Value (95%)", "Floor", "Threshold", "Cases", "Note"),
            (
                (
                    score.name,
                    value_told(score),
                    told(score.chance) if score.chance is not None else "",
                    threshold_told(score),
                    f"{score.cases:,}",
                    score.note,
                )
                for score in one.result.scores
            ),
        )


def _data(one: Accepted) -> str:
    corpus = f"The shipped corpus had the hash `{one.made.corpus[:16]}`."
    if not one.data:
        return f"No files of its own. {corpus}"
    return f"Files: {'; '.join(file.told for file in one.data)}. Their hash: `{data_hash(one.data)[:16]}`. {corpus}"


def _cost(usd: float) -> str:
    return f"Models cost {usd:.2f} US dollars." if usd else "No model was asked: it cost nothing."


def _percent(count: int, of: int) -> str:
    return f"{count / of:.0%}" if of else ""


def _sentence(text: str) -> str:
    text = text[:1].upper() + text[1:]
    return text if not text or text.endswith((".", "?", "!")) else f"{text}."


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(text: str) -> str:
    """Text that neither ends a cell nor begins a tag."""
    return text.replace("\n", " ").replace("|", r"\|").replace("<", "&lt;")


if __name__ == "__main__":
    write()
