"""Compare two bibliographies of one domain: what changed, and which change of the inputs explains it."""

from collections.abc import Iterator

from research_agent.errors import UsageError
from research_agent.model.bibliography import Bibliography, Check, Entry
from research_agent.model.difference import (
    ConstraintChange,
    Difference,
    EntryChange,
    EntryMove,
    InputChange,
    JudgementChange,
)
from research_agent.model.radar import Judgement
from research_agent.model.source import Source

_DECISIONS = {"pin": ("pinned", "no longer pinned"), "ban": ("banned", "no longer banned")}
_SAME = 0.005  # scores are shown with two digits


def difference(before: Bibliography, after: Bibliography) -> Difference:
    """What differs between two bibliographies of one domain, each difference with its reason.

    Raises:
        UsageError: they are of different guides or domains.
    """
    if (before.guide, before.domain) != (after.guide, after.domain):
        raise UsageError(
            f"A bibliography of {before.guide}/{before.domain} can't be compared with one of "
            f"{after.guide}/{after.domain}. Compare two of one domain."
        )
    before = _renamed(before, after)
    old, new = _entries(before), _entries(after)
    stayed = [source for source in new if source in old]
    changed = (_entry_change(old[source], new[source]) for source in stayed)
    return Difference(
        guide=after.guide,
        domain=after.domain,
        same_inputs=before.inputs == after.inputs,
        added=tuple(_added(new[source], before, after) for source in new if source not in old),
        removed=tuple(_removed(old[source], after) for source in old if source not in new),
        changed=tuple(change for change in changed if change is not None),
        kept=len(stayed),
        constraints=tuple(_constraint_changes(before, after)),
        inputs=tuple(_input_changes(before, after)),
        objective_before=before.objective,
        objective_after=after.objective,
    )


def _renamed(before: Bibliography, after: Bibliography) -> Bibliography:
    """The earlier one with the ids of the later one, where a source is known by another id since."""
    ids = {alias: entry.source.id for entry in after.entries for alias in entry.source.aliases}
    current = {entry.source.id for entry in before.entries}
    entries = tuple(
        entry
        if (now := ids.get(entry.source.id)) is None or now in current
        else entry.model_copy(update={"source": entry.source.model_copy(update={"id": now})})
        for entry in before.entries
    )
    excluded = tuple(
        exclusion.model_copy(update={"source": ids.get(exclusion.source, exclusion.source)})
        for exclusion in before.excluded
    )
    return before.model_copy(update={"entries": entries, "excluded": excluded})


def _entries(bibliography: Bibliography) -> dict[str, Entry]:
    return {entry.source.id: entry for entry in bibliography.entries}


def _candidates(bibliography: Bibliography) -> dict[str, str]:
    """Titles of everything that was weighed, chosen or not, by id."""
    titles = {exclusion.source: exclusion.title for exclusion in bibliography.excluded}
    return titles | {entry.source.id: entry.source.title for entry in bibliography.entries}


def _reason_out(bibliography: Bibliography, source: str) -> str | None:
    """Why a source was not chosen; None: it was no candidate."""
    return next((exclusion.reason for exclusion in bibliography.excluded if exclusion.source == source), None)


def _decided(bibliography: Bibliography, action: str) -> frozenset[str]:
    """Ids of the sources that a person pinned or banned."""
    kinds = (check.id.partition(":") for check in bibliography.checks)
    return frozenset(subject for kind, _, subject in kinds if kind == action)


def _added(entry: Entry, before: Bibliography, after: Bibliography) -> EntryMove:
    source = entry.source.id
    reason = _reason_out(before, source)
    if source in _decided(after, "pin") - _decided(before, "pin"):
        why = "pinned since"
    elif source in _decided(before, "ban") - _decided(after, "ban"):
        why = "no longer banned"
    elif reason is None:
        why = "it was no candidate before"
    else:
        why = f"it was out before: {reason}"
    if entry.reasons:
        why += f". Now it stands: {'; '.join(entry.reasons)}"
    return _move(entry, why)


def _removed(entry: Entry, after: Bibliography) -> EntryMove:
    reason = _reason_out(after, entry.source.id)
    return _move(entry, "it is no candidate any more" if reason is None else reason)


def _move(entry: Entry, why: str) -> EntryMove:
    return EntryMove(
        source=entry.source.id,
        title=entry.source.title,
        category=entry.category,
        total=entry.evaluation.total,
        why=why,
    )


def _entry_change(before: Entry, after: Entry) -> EntryChange | None:
    judgements = tuple(_judgement_changes(before, after))
    parts = [f"{change.criterion} {change.before} to {change.after}: {change.why}" for change in judgements]
    for name, old, new in (
        ("RADAR total", before.evaluation.total, after.evaluation.total),
        ("relevance", before.evaluation.relevance, after.evaluation.relevance),
    ):
        if abs(old - new) >= _SAME:
            parts.append(f"{name} {old:.2f} to {new:.2f}")
    if before.category != after.category:
        parts.append(f"moved from {before.category} to {after.category}")
    if not parts:
        return None
    return EntryChange(
        source=after.source.id,
        title=after.source.title,
        total_before=before.evaluation.total,
        total_after=after.evaluation.total,
        relevance_before=before.evaluation.relevance,
        relevance_after=after.evaluation.relevance,
        judgements=judgements,
        category_before=before.category,
        category_after=after.category,
        why="; ".join(parts),
    )


def _judgement_changes(before: Entry, after: Entry) -> Iterator[JudgementChange]:
    if before.evaluation.rubric != after.evaluation.rubric:
        return  # levels of two readings of RADAR are not comparable
    old = {judgement.criterion: judgement for judgement in before.evaluation.judgements}
    for new in after.evaluation.judgements:
        was = old.get(new.criterion)
        if was is not None and (was.level, was.judge) != (new.level, new.judge):
            yield JudgementChange(criterion=new.criterion, before=was.level, after=new.level, why=_judged(was, new))


def _judged(before: Judgement, after: Judgement) -> str:
    by = after.judge if before.judge == after.judge else f"{after.judge} instead of {before.judge}"
    return f"{by}, {after.reason}"


def _constraint_changes(before: Bibliography, after: Bibliography) -> Iterator[ConstraintChange]:
    old = {check.id: check for check in before.checks}
    new = {check.id: check for check in after.checks}
    for check_id in [*new, *(check_id for check_id in old if check_id not in new)]:
        was, now = old.get(check_id), new.get(check_id)
        if was is None or now is None or _asked(was) != _asked(now) or was.met != now.met:
            shown = now or was
            yield ConstraintChange(
                check=check_id,
                text=shown.text if shown else "",
                before=_check_in_words(was),
                after=_check_in_words(now),
                met_before=None if was is None else was.met,
                met_after=None if now is None else now.met,
            )


def _asked(check: Check | None) -> tuple[str, str] | None:
    return None if check is None else (check.text, check.required)


def _check_in_words(check: Check | None) -> str:
    if check is None:
        return ""
    return f"{check.required}: {check.actual}, {'met' if check.met else 'not met'}"


def _input_changes(before: Bibliography, after: Bibliography) -> Iterator[InputChange]:
    found = [
        *_decision_changes(before, after),
        *_candidate_changes(before, after),
        *_record_changes(before, after),
        *_methodology_changes(before, after),
        *_setting_changes(before, after),
    ]
    yield from found
    if before.inputs != after.inputs and not found:
        text = "Something else that they were made from changed: candidates that were not chosen, or this program"
        yield InputChange(kind="other", subject="inputs", text=text)


def _decision_changes(before: Bibliography, after: Bibliography) -> Iterator[InputChange]:
    titles = _candidates(before) | _candidates(after)
    for action, (made, undone) in _DECISIONS.items():
        old, new = _decided(before, action), _decided(after, action)
        for source in sorted(old ^ new):
            text = f"{titles.get(source, source)} is {made if source in new else undone}"
            yield InputChange(kind="decision", subject=source, text=text)
    old_entries = _entries(before)
    for source, entry in _entries(after).items():
        was = old_entries.get(source)
        if was is not None:
            yield from _human_judgements(was, entry)


def _human_judgements(before: Entry, after: Entry) -> Iterator[InputChange]:
    for change in _judgement_changes(before, after):
        judges = {entry.evaluation.judgement(change.criterion).judge for entry in (before, after)}
        if "human" in judges:
            text = f"{after.source.title}: {change.criterion} {change.before} to {change.after}, {change.why}"
            yield InputChange(kind="decision", subject=after.source.id, text=text)


def _candidate_changes(before: Bibliography, after: Bibliography) -> Iterator[InputChange]:
    old, new = _candidates(before), _candidates(after)
    for source in sorted(new.keys() - old.keys()):
        yield InputChange(kind="new_source", subject=source, text=f"{new[source]} is a new candidate")
    for source in sorted(old.keys() - new.keys()):
        yield InputChange(kind="source_gone", subject=source, text=f"{old[source]} is no candidate any more")


def _record_changes(before: Bibliography, after: Bibliography) -> Iterator[InputChange]:
    old = _entries(before)
    for source, entry in _entries(after).items():
        if source in old and old[source].source != entry.source:
            fields = ", ".join(_changed_fields(old[source].source, entry.source))
            text = f"The record of {entry.source.title} changed: {fields}"
            yield InputChange(kind="record", subject=source, text=text)


def _changed_fields(before: Source, after: Source) -> list[str]:
    return [name for name in Source.model_fields if getattr(before, name) != getattr(after, name)]


def _methodology_changes(before: Bibliography, after: Bibliography) -> Iterator[InputChange]:
    old = {check.id: check for check in before.checks}
    new = {check.id: check for check in after.checks}
    for check_id in [*new, *(check_id for check_id in old if check_id not in new)]:
        was, now = old.get(check_id), new.get(check_id)
        kind = check_id.partition(":")[0]
        if kind in _DECISIONS or check_id.startswith("origin:"):  # decisions; a limit that is passed
            continue
        if _asked(was) != _asked(now):
            text = f"{_ask_in_words(was)} before, {_ask_in_words(now)} now"
            yield InputChange(kind="methodology", subject=check_id, text=text)


def _ask_in_words(check: Check | None) -> str:
    return f"{check.text}: {check.required}" if check else "not asked"


def _setting_changes(before: Bibliography, after: Bibliography) -> Iterator[InputChange]:
    if before.rubric != after.rubric:
        text = f"RADAR is read as {after.rubric} instead of {before.rubric}; the scores are not comparable"
        yield InputChange(kind="rubric", subject=after.rubric, text=text)
    if before.as_of != after.as_of:
        text = f"Date is judged as of {after.as_of} instead of {before.as_of}"
        yield InputChange(kind="year", subject=str(after.as_of), text=text)
    if before.style != after.style:
        text = f"References are in {after.style} instead of {before.style}"
        yield InputChange(kind="style", subject=after.style, text=text)
    if (before.guide_title, before.domain_name) != (after.guide_title, after.domain_name):
        text = f"The guide or the domain is renamed: {after.guide_title}, {after.domain_name}"
        yield InputChange(kind="guide", subject=after.guide, text=text)
