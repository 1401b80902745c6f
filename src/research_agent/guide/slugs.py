"""Names as short identifiers for files and commands."""

import re
import unicodedata


def slug(name: str) -> str:
    """`Soil & Water` as `soil-water`; empty where no letter has an ASCII form."""
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    # An apostrophe joins what it stands between: "maintainers' notes", "Amdahl's law".
    return "-".join(re.findall(r"[a-z0-9]+", plain.replace("'", "")))
