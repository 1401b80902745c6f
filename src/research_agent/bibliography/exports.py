"""Hand a bibliography to reference managers: BibTeX, RIS and CSL-JSON, each with its annotations."""

import json
from collections.abc import Sequence

from research_agent.bibliography.bibtex import bibtex
from research_agent.bibliography.csl import CslItem, csl_item
from research_agent.bibliography.keys import citation_key
from research_agent.bibliography.report import looked_up
from research_agent.bibliography.ris import ris
from research_agent.errors import UnknownNameError
from research_agent.model.bibliography import Bibliography, Entry
from research_agent.model.radar import Evaluation
from research_agent.model.source import Existence

FORMATS: tuple[str, ...] = (".bib", ".ris", ".csl.json")
_FOUND = {"cited": "found cited", "indexed": "recorded in an index"}


def export(entries: Sequence[Entry], formats: Sequence[str] = FORMATS) -> dict[str, str]:
    """The entries in each format: the ending of the file, and its text (UTF-8, lines end with a line feed).

    Each item carries its summary as abstract, RADAR's total and levels with the state of its existence as note, and
    its category and focus bullets as keywords.

    Raises:
        UnknownNameError: a format that is not known here; names the known ones.
    """
    items = [annotated_item(entry) for entry in entries]
    return {ending: _write(items, ending) for ending in formats}


def merged_bibtex(bibliographies: Sequence[Bibliography]) -> str:
    """One BibTeX file for several bibliographies, every work once, sorted by citation key.

    A work of several domains keeps the summary of the first and the judgements and keywords of all.
    """
    same_work: dict[str, list[Entry]] = {}
    for bibliography in bibliographies:
        for entry in bibliography.entries:
            same_work.setdefault(citation_key(entry.source), []).append(entry)
    return bibtex([_merged_item(same_work[key]) for key in sorted(same_work)])


def annotated_item(entry: Entry) -> CslItem:
    """The entry's source as a CSL-JSON item with what the bibliography says of it."""
    source, evaluation = entry.source, entry.evaluation
    item = csl_item(source, citation_key(source))
    placement = source.placement(evaluation.guide, evaluation.domain)
    said = placement.summary if placement else " ".join(claim.text for claim in entry.annotation.establishes)
    if said:
        item["abstract"] = said
    item["note"] = _note([entry])
    item["keyword"] = _keywords([entry])
    return item


def _merged_item(entries: Sequence[Entry]) -> CslItem:
    return annotated_item(entries[0]) | {"note": _note(entries), "keyword": _keywords(entries)}


def _note(entries: Sequence[Entry]) -> str:
    """RADAR's judgement for each domain, then what is known of the work's existence."""
    judged = dict.fromkeys(_radar(entry.evaluation) for entry in entries)
    source = entries[0].source
    seen = looked_up(source)
    return " ".join([*judged, _existence(source.existence), *([f"{seen[:1].upper()}{seen[1:]}."] if seen else [])])


def _keywords(entries: Sequence[Entry]) -> str:
    words = (word for entry in entries for word in (entry.category, *entry.evaluation.focus))
    return ", ".join(dict.fromkeys(words))


def _write(items: Sequence[CslItem], ending: str) -> str:
    if ending == ".bib":
        return bibtex(items)
    if ending == ".ris":
        return ris(items)
    if ending == ".csl.json":
        return json.dumps(list(items), ensure_ascii=False, indent=2) + "\n"
    raise UnknownNameError("export format", ending, FORMATS)


def _radar(evaluation: Evaluation) -> str:
    levels = ", ".join(f"{j.criterion} {j.word} ({j.level})" for j in evaluation.judgements)
    return (
        f"RADAR ({evaluation.rubric}) for domain {evaluation.domain} of {evaluation.guide}: "
        f"{evaluation.total:.2f} of 5; {levels}."
    )


def _existence(existence: Existence) -> str:
    """What is known of the work's existence, so that a work nobody looked at never reads as one that isn't there."""
    state = existence.state.replace("_", " ")
    how = _FOUND.get(existence.how, existence.told)
    seen = f"{how} {existence.on.isoformat()}" if existence.on else how
    where = f" at {existence.where}" if existence.where else ""
    why = f" ({existence.why})" if existence.why else ""
    return f"Existence {state}: {seen}{where}{why}."
