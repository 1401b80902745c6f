"""Read the labelled pairs: a claim, the record that it is held against, and whether the record says it."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, Literal

from pydantic import Field

from research_agent.model.base import Record

FOLDER: Final = Path(__file__).parent
PAIRS: Final = FOLDER / "pairs.jsonl"
EVIDENCE: Final = FOLDER / "evidence.jsonl"

Label = Literal["supported", "unsupported", "contradicted"]
Origin = Literal["hand", "real", "perturbed"]
Split = Literal["tune", "report"]

KINDS: Final[Mapping[str, Label]] = {
    "paraphrase": "supported",
    "verbatim": "supported",
    "respelt": "supported",
    "reworded": "supported",
    "shortened": "supported",
    "absent": "unsupported",
    "hedge_dropped": "unsupported",
    "other_name": "unsupported",
    "other_source": "unsupported",
    "strengthened": "unsupported",
    "widened": "unsupported",
    "antonym": "contradicted",
    "figure": "contradicted",
    "negation": "contradicted",
    "number": "contradicted",
    "opposite": "contradicted",
    "reversed": "contradicted",
    "unit": "contradicted",
}
"""What was done to a claim, and the label that follows from it; README.md describes each."""


class Pair(Record):
    """A claim and the record that it is held against."""

    id: str = Field(pattern=r"^[a-z_]+-\d{3}$", description="Its kind and number.")
    source: str = Field(description="Id of the source whose record is the evidence.")
    split: Split = Field(description="tune: thresholds may be chosen on it; report: results are reported on it.")
    label: Label = Field(description="Whether the record says it, says nothing of it, or says otherwise.")
    kind: str = Field(description="What was done to the claim: a key of `KINDS`.")
    origin: Origin = Field(
        description="hand: written for this set; real: an earlier wording of our record, which a reading of the source "
        "corrected; perturbed: made by `perturb`."
    )
    claim: str = Field(min_length=1, description="One sentence.")
    made_from: str = Field(default="", description="Of perturbed ones: the sentence as it was, or the other source.")
    evidence: str = Field(min_length=1, description="The record: summary and key points, a line each.")


def read_evidence(path: Path = EVIDENCE) -> dict[str, str]:
    """Texts of the records by the id of their source, in the file's order."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return {line["source"]: line["text"] for line in map(json.loads, lines)}


def read_pairs(path: Path = PAIRS, evidence: Mapping[str, str] | None = None) -> list[Pair]:
    """All pairs, in the file's order; a line that brings no evidence of its own gets its source's record."""
    texts = read_evidence() if evidence is None else evidence
    lines = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [Pair.model_validate({"evidence": texts.get(line["source"], ""), **line}) for line in lines]


def write_pairs(pairs: Iterable[Pair], path: Path = PAIRS) -> None:
    """Write pairs sorted by id, without the evidence, which has a file of its own."""
    lines = [
        pair.model_dump_json(exclude={"evidence"}, exclude_defaults=True)
        for pair in sorted(pairs, key=lambda pair: pair.id)
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def split_of(source: str) -> Split:
    """The half that a source belongs to, with all its pairs, so that no record is both tuned and reported on."""
    return "tune" if hashlib.sha256(source.encode()).digest()[0] % 2 else "report"
