"""Which works the scholarly services know, and the facts of a work as they all tell them."""

from typing import Final

from stand_ins.catalogue import Work

ARXIV_DOI: Final = "10.48550/arXiv."
_OF_DATACITE: Final = ("10.48550/", "10.5281/", "10.6084/", "10.5555/stand-in.software.")
_SCHOLARLY: Final = frozenset({"paper", "preprint", "thesis", "report", "standard", "book"})


def at_arxiv(work: Work) -> bool:
    """Whether it has an arXiv id."""
    return work.source.identifiers.arxiv is not None


def at_crossref(work: Work) -> bool:
    """Whether a publisher registered a DOI for it."""
    doi = work.source.identifiers.doi
    return doi is not None and not doi.startswith(_OF_DATACITE)


def at_datacite(work: Work) -> bool:
    """Whether its DOI is an archive's, or spells its arXiv id."""
    return doi_at_datacite(work) is not None


def doi_at_datacite(work: Work) -> str | None:
    """That DOI; None: it has none."""
    names = work.source.identifiers
    if names.doi is not None and names.doi.startswith(_OF_DATACITE):
        return names.doi
    return f"{ARXIV_DOI}{names.arxiv}" if names.arxiv else None


def is_scholarly(work: Work) -> bool:
    """Whether scholars cite it by a name."""
    names = work.source.identifiers
    return work.source.kind in _SCHOLARLY and (names.doi is not None or names.arxiv is not None)


def doi_of(work: Work) -> str | None:
    """Its DOI, or the one that spells its arXiv id."""
    return work.source.identifiers.doi or doi_at_datacite(work)


def parts_of(author: str) -> tuple[str, str]:
    """Given and family name; an organisation has the latter alone."""
    given, _, family = author.rpartition(" ")
    return given, family


def date_parts(work: Work) -> list[int]:
    """Year, month and day, as many as are known."""
    return [int(part) for part in work.day.split("-") if part]
