"""All that is found in a prompt: requirements that it lacks, contradictions, broken rules of its profile."""

import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from eval.prompts.cases import Asked
from eval.prompts.checklist import Item, checklist
from eval.prompts.counts import contradicting_categories, contradicting_counts, stated_spans
from eval.prompts.reading import Reading, one_line, read
from eval.prompts.rules import broken_rules

_OTHER_FORM: Final = {"markdown": re.compile(r"\bJSON\b"), "json": re.compile(r"\bWrite Markdown\b")}
_PRODUCTION: Final = re.compile(r"at least (\d+) sources? reports? from production")
_MARK: Final = re.compile(r"^\S*\d\S*\s+")


class Found(NamedTuple):
    """What is found in a prompt."""

    items: tuple[Item, ...]
    contradictions: tuple[str, ...]
    foreign: tuple[str, ...]
    """Of other domains."""
    broken: tuple[str, ...]
    """Rules of its profile."""

    @property
    def wrong(self) -> frozenset[str]:
        """Everything that is not as it should be."""
        lacking = (f"{item.id}: {item.lacks}" for item in self.items if not item.met)
        return frozenset((*lacking, *self.contradictions, *self.foreign, *self.broken))


def judge(asked: Asked) -> Found:
    """Hold a prompt against its guide and its profile."""
    reading = read(asked)
    return Found(
        tuple(checklist(asked, reading)),
        tuple(_contradictions(asked, reading)),
        tuple(_foreign(asked, reading)),
        tuple(broken_rules(asked, reading)),
    )


def chain_gaps(chain: Sequence[Asked]) -> list[str]:
    """What the parts of a chain together ask otherwise than the guide: each could be right and all of them wrong."""
    guide, domain = chain[0].guide, chain[0].domain
    method, readings = guide.methodology, [read(one) for one in chain]
    spans = [span for reading in readings for span in stated_spans(reading).items()]
    least, most = (sum(span[bound] for _, span in spans) for bound in (0, 1))
    found = []
    if sorted(name for name, _ in spans) != sorted(one.name for one in method.categories):
        found.append("the parts have not each category once")
    if not method.total.at_least <= least <= most <= method.total.at_most:
        found.append(f"{least} to {most} sources in all parts, {method.total} asked")
    for focus in domain.focus if domain else ():
        dealt = sum(one.prompt.part.covers.get(focus.id, 0) for one in chain if one.prompt.part)
        if dealt < method.entries_per_focus:
            found.append(f"{focus.id} is dealt to {dealt}, {method.entries_per_focus} asked")
    told = sum(int(count) for reading in readings for count in _PRODUCTION.findall(reading.all_own()))
    if told < method.production_entries:
        found.append(f"{told} sources from production in all parts, {method.production_entries} asked")
    return found


def _contradictions(asked: Asked, reading: Reading) -> list[str]:
    """Two different counts, a category or bullet twice, another form of reply, another domain as the task."""
    found = [*contradicting_counts(asked, reading), *contradicting_categories(asked, reading)]
    if _OTHER_FORM[asked.prompt.reply].search(reading.own.get("output", "")):
        found.append(f"another form of reply than {asked.prompt.reply}")
    return [*found, *(f"stands twice: {line}" for line in _twice(reading.lines("focus")))]


def _foreign(asked: Asked, reading: Reading) -> list[str]:
    """Bullets and names of domains that the prompt is not about, whatever number they have."""
    others = [one for one in asked.guide.domains if one not in asked.domains]
    own = {one_line(text.text) for domain in asked.domains for text in domain.focus}
    lines = {one_line(_MARK.sub("", line)) for line in reading.lines()}
    bullets = [focus.text for one in others for focus in one.focus if one_line(focus.text) in lines - own]
    words = one_line(" ".join(section.text for section in reading.sections))
    return [*bullets, *(one.name for one in others if f"Domain {one.id}: {one_line(one.name)}" in words)]


def _twice(lines: Iterable[str]) -> list[str]:
    seen, twice = set[str](), []
    for line in lines:
        if line in seen:
            twice.append(line)
        seen.add(line)
    return twice
