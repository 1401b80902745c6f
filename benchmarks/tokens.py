"""How far estimates of token counts are off, by the vocabularies that are known, on prompts of the shipped guide."""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.harness import Context, Figure, at_least, at_most, benchmark, of_samples
from research_agent import Prompt, Settings, Workspace
from research_agent.model.prompt import Mode, TokenCount
from research_agent.prompts import load_profile, profile_names
from research_agent.prompts.tokens import EXTRA, count_tokens, counts_exactly, estimate_tokens

MODES: tuple[Mode, ...] = ("open", "grounded")
USUAL = 4.0
"""Characters a token by which profiles estimate whose vocabulary is not to be had."""
DOMAINS_IF_QUICK = 2
MOST_OFF = 5.0
"""Percent of the count."""


@benchmark("token-estimates")
def token_estimates(context: Context) -> Iterator[Figure]:
    """Tokens of the shipped guide's prompts: estimated against counted.

    An error is the estimate's, in percent of the count: above zero it is on the safe side.
    """
    profiles = [load_profile(name) for name in profile_names()]
    with tempfile.TemporaryDirectory() as folder, Workspace.open(Settings(data_dir=Path(folder))) as workspace:
        domains = [domain.id for domain in workspace.guide.domains][: DOMAINS_IF_QUICK if context.quick else None]
        prompts = {mode: workspace.prompts(domains, list(profile_names()), mode=mode) for mode in MODES}
    for by in ("o200k", "tekken"):
        own = {profile.id: profile.tokens for profile in profiles if profile.tokens.by == by}
        exact = next(iter(own.values()))
        if not counts_exactly(exact):
            raise RuntimeError(f"{by} is not installed: {EXTRA}")
        for mode, made in prompts.items():
            yield from _of_vocabulary(f"{by}, {mode}", made, exact, own)


def _of_vocabulary(
    name: str, prompts: Sequence[Prompt], exact: TokenCount, own: dict[str, TokenCount]
) -> Iterator[Figure]:
    """What a vocabulary says of prompts of one mode: of all profiles, and of its own."""
    words = [(prompt, "\n\n".join(message.content for message in prompt.messages)) for prompt in prompts]
    counted = [(prompt, len(text), count_tokens(text, exact)) for prompt, text in words]
    of_all = f"{len(counted)} prompts of all profiles"
    yield of_samples(f"{name}: characters a token", (size / tokens for _, size, tokens in counted), "", note=of_all)
    yield of_samples(
        f"{name}: error at {USUAL:g}", (_error(size, USUAL, tokens) for _, size, tokens in counted), "%", note=of_all
    )
    errors = [
        100 * (estimate_tokens(text, exact) / tokens - 1)
        for (prompt, text), (_, _, tokens) in zip(words, counted, strict=True)
        if prompt.profile in own
    ]
    yield of_samples(f"{name}: error of its profiles", errors, "%", note=f"{len(errors)} prompts: {', '.join(own)}")
    yield Figure(f"{name}: least error of its profiles", min(errors), "%", at_least(0))
    yield Figure(f"{name}: greatest error of its profiles", max(errors), "%", at_most(MOST_OFF))


def _error(size: int, rate: float, tokens: int) -> float:
    """What an estimate by characters is off by, in percent of the count."""
    return 100 * (size / rate / tokens - 1)
