"""The models of Claude that may be asked, and what a question to one of them costs."""

from datetime import date
from functools import cache
from typing import Final

import yaml
from pydantic import Field, ValidationError

from research_agent.errors import DataError, UnknownNameError
from research_agent.model.base import Record
from research_agent.resources import resource

_MILLION: Final = 1_000_000


class Usage(Record):
    """The tokens of a request, as the service counts them. A prompt has those of all three kinds of input."""

    input_tokens: int = Field(ge=0, description="Read anew, and kept in no cache.")
    output_tokens: int = Field(ge=0, description="Written, thinking included.")
    cache_read_tokens: int = Field(default=0, ge=0, description="Read from the service's cache.")
    cache_write_5m_tokens: int = Field(default=0, ge=0, description="Kept in its cache for five minutes.")
    cache_write_1h_tokens: int = Field(default=0, ge=0, description="Kept there for an hour.")

    @property
    def prompt_tokens(self) -> int:
        """All that was read."""
        cached = self.cache_read_tokens + self.cache_write_5m_tokens + self.cache_write_1h_tokens
        return self.input_tokens + cached


class Prices(Record):
    """US dollars for a million tokens."""

    input: float = Field(gt=0, description="Of the prompt.")
    output: float = Field(gt=0, description="Of the answer, thinking included.")


class LongPrompts(Record):
    """Other prices, of the whole request, where its prompt is long."""

    prompt_tokens: int = Field(gt=0, description="With more than so many.")
    prices: Prices = Field(description="Then these hold.")


class CacheFactors(Record):
    """What cached tokens cost, as multiples of the price of input."""

    read: float = Field(ge=0, description="Tokens read from the cache.")
    write_5m: float = Field(ge=0, description="Tokens kept for five minutes.")
    write_1h: float = Field(ge=0, description="Tokens kept for an hour.")


class ClaudeModel(Record):
    """A model with its prices."""

    id: str = Field(pattern=r"^claude-[a-z0-9-]+$", description="As requests name it.")
    prices: Prices = Field(description="What it costs.")
    above: LongPrompts | None = Field(default=None, description="Prices of long prompts; None: the same.")
    url: str = Field(pattern=r"^https://", description="The page that says so.")
    seen: date = Field(description="When it was read.")

    def cost_usd(self, usage: Usage) -> float:
        """What a request costs, in US dollars."""
        long = self.above is not None and usage.prompt_tokens > self.above.prompt_tokens
        prices = self.above.prices if self.above and long else self.prices
        factors = _read().cache
        read = (
            usage.input_tokens
            + usage.cache_read_tokens * factors.read
            + usage.cache_write_5m_tokens * factors.write_5m
            + usage.cache_write_1h_tokens * factors.write_1h
        )
        return (read * prices.input + usage.output_tokens * prices.output) / _MILLION


class _Models(Record):
    cache: CacheFactors
    models: tuple[ClaudeModel, ...]


def claude_models() -> tuple[ClaudeModel, ...]:
    """All whose prices are known, the cheapest first."""
    return _read().models


def claude_model(name: str) -> ClaudeModel:
    """The model of this id.

    Raises:
        UnknownNameError: there is none whose prices are known.
    """
    for model in claude_models():
        if model.id == name:
            return model
    raise UnknownNameError("model of Claude", name, [model.id for model in claude_models()])


@cache
def _read() -> _Models:
    path = resource("prompts", "claude", "models.yaml")
    try:
        return _Models.model_validate(yaml.safe_load(path.read_bytes()))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise DataError(f"The models of Claude in {path} can't be used: {error}. Restore the file.") from error
