"""What must hold in an assembled prompt, checked on its words and not on its templates."""

import re
from collections.abc import Iterable, Iterator

from research_agent.model.guide import Domain, Guide
from research_agent.model.prompt import ModelProfile, Prompt, PromptCheck
from research_agent.model.radar import Rubric


def check_prompt(
    prompt: Prompt, guide: Guide, domain: Domain, rubric: Rubric, profile: ModelProfile
) -> tuple[PromptCheck, ...]:
    """Every check, passed or not, in a fixed order."""
    words = "\n".join(message.content for message in prompt.messages)
    return (
        _all_in("focus-verbatim", "Every focus bullet stands in it word for word", words, _bullets(domain)),
        _none_in("one-domain", "It holds no bullet of another domain", words, _foreign_bullets(guide, domain)),
        _all_in("quotas", "Every category stands in it with its quota", words, _quotas(guide)),
        _all_in("total", "The number of sources stands in it", words, _totals(guide)),
        _all_in("recency", "The first recent year stands in it", words, [str(guide.methodology.recent_since)]),
        _all_in("rubric", "Every RADAR criterion and every worded level stands in it", words, _levels(rubric)),
        _all_in("technologies", "The whole technology stack stands in it", words, _technologies(guide)),
        _all_in("exit", "It says what to write where nothing is found", words, ["NOT FOUND:"]),
        _one_delimiter(words, profile),
        _fits(prompt, profile),
    )


def _bullets(domain: Domain) -> list[str]:
    return [focus.text for focus in domain.focus]


def _foreign_bullets(guide: Guide, domain: Domain) -> list[str]:
    own = set(_bullets(domain))
    return [text for other in guide.domains if other.id != domain.id for text in _bullets(other) if text not in own]


def _quotas(guide: Guide) -> list[str]:
    return [
        f"{category.name} ({category.quota.at_least} to {category.quota.at_most})"
        for category in guide.methodology.categories
    ]


def _totals(guide: Guide) -> list[str]:
    total = guide.methodology.total
    return [f"{total.at_least} to {total.at_most} sources"]


def _levels(rubric: Rubric) -> list[str]:
    return [
        text
        for criterion in rubric.criteria
        for text in (f"{criterion.name}:", *(f"- {level.word}: {level.meaning}" for level in criterion.levels))
    ]


def _technologies(guide: Guide) -> list[str]:
    return [item for technology in guide.technologies for item in technology.items]


def _all_in(check_id: str, text: str, words: str, wanted: Iterable[str]) -> PromptCheck:
    missing = [want for want in wanted if want not in words]
    detail = f"missing: {'; '.join(missing)}" if missing else ""
    return PromptCheck(id=check_id, text=text, passed=not missing, detail=detail)


def _none_in(check_id: str, text: str, words: str, unwanted: Iterable[str]) -> PromptCheck:
    """No line is one of these, whatever list mark or number it begins with."""
    lines = {re.sub(r"^(?:[-*]\s+|\S*\d[.)]?\s+)", "", line.strip()) for line in words.splitlines()}
    found = [line for line in unwanted if line in lines]
    return PromptCheck(id=check_id, text=text, passed=not found, detail="; ".join(found))


def _one_delimiter(words: str, profile: ModelProfile) -> PromptCheck:
    foreign = list(_headings(words) if profile.delimiters == "xml" else _tags(words))
    return PromptCheck(
        id="one-delimiter",
        text=f"Sections are marked with {profile.delimiters} only",
        passed=not foreign,
        detail="; ".join(foreign[:5]),
    )


def _headings(words: str) -> Iterator[str]:
    return (match.group() for match in re.finditer(r"^#{1,6} .+$", words, flags=re.MULTILINE))


def _tags(words: str) -> Iterator[str]:
    return (match.group() for match in re.finditer(r"^</?[a-z_]+>$", words, flags=re.MULTILINE))


def _fits(prompt: Prompt, profile: ModelProfile) -> PromptCheck:
    room = profile.context_tokens - profile.output_tokens
    return PromptCheck(
        id="fits",
        text="Prompt and longest answer fit into the model's context",
        passed=prompt.tokens <= room,
        detail=f"about {prompt.tokens:,} tokens, room for {room:,}",
    )
