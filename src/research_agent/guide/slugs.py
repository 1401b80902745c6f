"""Names as short identifiers for files and commands."""

import re
import unicodedata

from research_agent.model.guide import LONGEST_SLUG


def slug(name: str) -> str:
    """`Soil & Water` as `soil-water`, cut at a word where it is too long; empty where no letter has an ASCII form."""
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    # An apostrophe joins what it stands between: "maintainers' notes", "Amdahl's law".
    whole = "-".join(re.findall(r"[a-z0-9]+", plain.replace("'", "")))
    if len(whole) <= LONGEST_SLUG:
        return whole
    words, hyphen, _ = whole[: LONGEST_SLUG + 1].rpartition("-")
    return words if hyphen else whole[:LONGEST_SLUG]
