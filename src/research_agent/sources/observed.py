"""The signals that a record's own fields yield. Pure; what has to be looked up elsewhere is not observed here."""

from collections.abc import Iterable, Mapping
from typing import Final

from research_agent.model.source import Signal, Source

ALSO_AT: Final = "also_at"
"""Name of the signals that hold further addresses of a work, in normal form."""
PUBLISHED_IN: Final = "published_in"
"""Name of the signal that holds a month of publication ("2022-06") where the day was not seen."""
UPDATED_IN: Final = "updated_in"
"""The same of the last change."""
FOUNDATIONAL: Final = "foundational"
"""Name of the signals that hold a reason why later work rests on this one, each with the address that says so."""

CITES: Final = "cites"
"""Name of the signals that hold the id of another work of the corpus that the text refers to."""
PRODUCTION: Final = "production"
"""Name of the signal that holds what a reader found told of systems in use."""
SUPERSEDES: Final = "supersedes"
"""Name of the signals that hold a work, by id or by name, that this one replaces."""
SUPERSEDED_BY: Final = "superseded_by"
"""Name of the signals that hold a work, by id or by name, that replaces this one."""
VERIFICATION: Final = "verification"
"""Name of the signal that holds what the last look at the work's names and address showed: a state of existence."""

RECORDED: Final[Mapping[str, str]] = {
    "age_guessed": "the day that a search engine takes for the page's",
    "answered": "true: an answer was accepted or voted up",
    "answers": "how many answers or comments it got, as of the day",
    "archived": "true: its repository is archived or its project says that nobody maintains it",
    "archived_copy": "address of a copy in a web archive",
    "archived_on": "day of that copy",
    "author_affiliation": "where an author works, as the text says",
    "citations": "how many works cite it, as of the day",
    "closed": "why its forum closed it",
    "concern": "the notice that expresses concern about it",
    "corrected_by": "the notices that correct it",
    "dependents": "how many packages depend on it, as of the day",
    "discussed_at": "address of a discussion of it",
    "downloads": "how often it was downloaded, in the time that the value names",
    "draft_state": "where a draft stands: active, expired, replaced",
    "forked": "true: it is a copy of another repository",
    "indexed_by": "the service that keeps a record of it",
    "last_release": 'version and day of the project\'s last release: "9.1.4 (2026-02-07)"',
    "maintainer": "the library or tool that it is about, where its maintainers wrote it",
    "notice_kind": 'what a notice does to its work, in its service\'s word: "retraction", "correction"',
    "notice_of": "the work that it corrects or retracts: it is the notice, not the work",
    "noticed_by": "a notice about it whose kind its service does not say",
    "obsoleted_by": "the document that replaced it; false: looked up, and none did",
    "obsoletes": "the documents that it replaced",
    "open_access": "true: the whole text is free to read",
    "own_product": "the product of its own publisher that it recommends; false: none",
    PRODUCTION: "the figure or case from systems in use that it reports, in a sentence",
    "references": "how many works it cites",
    "renamed_to": "what its project is called now",
    "retracted": "true: it was retracted; false: looked up, and it was not",
    "same_work_as": "DOIs of other manifestations of it, such as its preprint",
    "standard_status": "the word of the body that keeps it: proposed_standard, informational, final, draft ...",
    "stars": "how many people marked it, as of the day",
    "updated_by": "the documents that amend it",
    "venue": "journal, proceedings or series in which it stands",
    "version_lag": "major versions between the one that it describes and the current one",
    "votes": "points that readers gave it, as of the day",
    "withdrawn": "true: its authors withdrew it",
}
"""Signals that a record may carry under `signals`, whether a reader or a service observed them; each with what its
value says."""

IN_FIELD: Final = "record field "
"""How the places begin of signals that follow from a record's own fields."""


def recorded_signals(source: Source, known: Iterable[str] = ()) -> tuple[Signal, ...]:
    """What the fields say of credibility, each with the field and the day on which the record was checked.

    `peer_reviewed` (true or false), `standard_status` ("standard" or "draft", for those kinds), `version`. A field
    that is empty yields nothing: not observed. Nor does one of a name that is `known` already: it says less.
    """
    on = source.existence.on
    seen: list[Signal] = []
    if source.peer_reviewed is not None:
        seen.append(Signal(name="peer_reviewed", value=source.peer_reviewed, where=IN_FIELD + "peer_reviewed", on=on))
    if source.kind in ("standard", "draft"):
        seen.append(Signal(name="standard_status", value=source.kind, where=IN_FIELD + "kind", on=on))
    if source.version:
        seen.append(Signal(name="version", value=source.version, where=IN_FIELD + "version", on=on))
    told = set(known)
    return tuple(signal for signal in seen if signal.name not in told)


def observed_in_fields(signal: Signal) -> bool:
    """Whether this signal follows from the record's fields, so that it is made anew when they change."""
    return signal.where.startswith(IN_FIELD)
