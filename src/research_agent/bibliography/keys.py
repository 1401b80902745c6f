"""Citation keys: how BibTeX, RIS and CSL-JSON refer to a source."""

from research_agent.model.source import Source


def citation_key(source: Source) -> str:
    """The source's own id.

    It is readable ("rfc-9110-http-semantics"), plain ASCII that BibTeX, RIS and CSL-JSON take as it is, and unique
    because ids are; it depends on no neighbour, so it stays the same over runs, domains and merged files, and the
    same word works on the command line. A key built from author and year would need suffixes that move when the
    neighbours change.
    """
    return source.id
