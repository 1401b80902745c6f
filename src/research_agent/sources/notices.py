"""Notices: corrections, retractions and expressions of concern. They are no works here, but tell of one. Pure."""

import re
from typing import Final

from research_agent.model.candidate import Candidate
from research_agent.model.source import Signal
from research_agent.sources.naming import Name, address_of, name_in, normal_doi

_RETRACTION = re.compile(r"\b(?:retract|withdraw|remov)", re.IGNORECASE)
_CONCERN = re.compile(r"\bconcern\b", re.IGNORECASE)
_CORRECTION = re.compile(r"\b(?:correct|corrig|errat|addend|amend|clarif)", re.IGNORECASE)
_PARTIAL: Final = "partial"


def is_notice(candidate: Candidate) -> bool:
    """Whether the candidate is a notice about another work, as its service says."""
    return bool(works_of_notice(candidate))


def works_of_notice(candidate: Candidate) -> set[Name]:
    """The names of the works that it is about."""
    return {
        name_in(address_of("doi", doi))
        for signal in candidate.signals
        if signal.name == "notice_of"
        for text in str(signal.value).split(", ")
        if (doi := normal_doi(text))
    }


def of_notice(candidate: Candidate) -> list[Signal]:
    """What a notice says of the work that it is about: retracted, concern, corrected_by, or that it is there.

    Its kind is what the service calls it, else what its title begins with; its own citations and its own state are not
    the work's.
    """
    told = next((signal for signal in candidate.signals if signal.name == "notice_of"), None)
    if told is None:
        return []
    called = next((str(signal.value) for signal in candidate.signals if signal.name == "notice_kind"), "")
    kind = called or candidate.title.partition(":")[0]
    notice = candidate.identifiers.doi or candidate.url
    where, on = told.where, told.on
    if _RETRACTION.search(kind) and _PARTIAL not in kind.casefold():
        return [Signal(name="retracted", value=True, where=where, on=on)]
    if _CONCERN.search(kind):
        return [Signal(name="concern", value=notice, where=where, on=on)]
    if _CORRECTION.search(kind) or _PARTIAL in kind.casefold():
        return [Signal(name="corrected_by", value=notice, where=where, on=on)]
    return [Signal(name="noticed_by", value=notice, where=where, on=on)]
