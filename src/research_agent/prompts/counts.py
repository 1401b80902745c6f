"""The counts that a prompt states, against those of the guide: two different ones are a contradiction. Pure."""

import re
from collections.abc import Iterator, Sequence

from research_agent.model.guide import Methodology
from research_agent.model.prompt import Part
from research_agent.prompts.text import span_text


def wrong_counts(ours: str, names: Sequence[str], method: Methodology, part: Part | None) -> list[str]:
    """What a prompt says otherwise than the method, or more than once: "sources in all: 25 to 30, 9 (asked: 25 to 30)".

    Args:
        ours: the prompt with a dot for every longer text that is not ours; shorter ones may be parts of our words.
        names: of the categories, as they stand in it.
        method: what was to be stated; of a part of a chain, narrowed to it.
        part: which part it is; None: it stands alone.
    """
    return [
        f"{what}: {', '.join(found) or 'nothing'} (asked: {', '.join(wanted) or 'nothing'})"
        for what, pattern, wanted in _statements(names, method, part)
        if (found := re.findall(pattern, ours, flags=re.MULTILINE)) != wanted
    ]


def _statements(names: Sequence[str], method: Methodology, part: Part | None) -> Iterator[tuple[str, str, list[str]]]:
    """What is stated, how it reads, and what it is to be."""
    span = r"(\d+(?: to \d+)?)"
    yield "sources in all", rf"\b{span} sources? (?:in these|in this|of this)\b", [span_text(method.total)]
    quotas = [span_text(category.quota) for category in method.categories]
    named = "|".join(("·", *map(re.escape, names)))
    yield "quotas of the categories", rf"^- (?:{named}) \({span}\): ", quotas
    yield "recent works", r"\bat least (\d+) percent\b", [str(round(method.recent_share * 100))]
    yield "first recent year", r"\bfirst appeared in (\d+) or later\b", [str(method.recent_since)]
    each = [str(method.entries_per_focus)] if method.entries_per_focus and part is None else []
    yield "sources for a question", r"\bcovered by at least (\d+) source", each
    yield "sources of one origin", r"\bat most (\d+) sources? comes?\b", [str(method.entries_per_origin)]
    production = [str(method.production_entries)] if method.production_entries else []
    yield "sources from production", r"\bat least (\d+) sources? reports?\b", production
