"""The id of a guide that gives none: made from its title, else from the name of its file."""

import re
from pathlib import PurePath

from research_agent.guide.slugs import slug
from research_agent.model.guide import Provenance

# Words at the end of a title that say what kind of text it is, which a short name does without.
_GENERIC = ("research", "project", "domain", "domains", "guide", "topics", "plan")
_HINT = "`guide import --id NAME` gives another"


def guide_id(title: str, file: PurePath, *, short: bool = False) -> tuple[str, Provenance]:
    """An id, and what it was made from.

    Args:
        title: the guide's; in scripts without an ASCII form it gives no id.
        file: the name of its file.
        short: take the title up to a colon, without the words that only say what it is.
    """
    if made := _short_name(title) if short else slug(title):
        return made, Provenance(origin="default", basis="Made from the title.")
    if made := slug(file.stem):
        why = f"The title has no Latin letters; made from the name of the file. {_HINT}."
        return made, Provenance(origin="default", basis=why)
    why = f"Neither the title nor the name of the file has Latin letters. {_HINT}."
    return "guide", Provenance(origin="default", basis=why)


def _short_name(title: str) -> str:
    words = slug(re.split(r":\s|\s[\u2013\u2014-]\s", title)[0]).split("-")
    while len(words) > 1 and words[-1] in _GENERIC:
        words.pop()
    return "-".join(words)
