"""Which model suites may ask, and what they may spend. Suites run in processes of their own: it goes by environment."""

import os
from typing import Final, NamedTuple, Self

KEY: Final = "ANTHROPIC_API_KEY"
NOBODY: Final = "none"
"""In place of a model: none is asked, and no recorded answer is read."""
DEFAULT_MODEL: Final = "claude-haiku-5-5"
DEFAULT_MOST_USD: Final = 1.0
_MODEL: Final = "EVAL_MODEL"
_MOST_USD: Final = "EVAL_MOST_USD"


class Asking(NamedTuple):
    """What a run may ask of a model."""

    model: str = NOBODY
    """Id of a model of Claude, or `NOBODY`."""
    most_usd: float = DEFAULT_MOST_USD
    """US dollars that each suite may spend."""

    def environment(self) -> dict[str, str]:
        """The variables that hand it on."""
        return {_MODEL: self.model, _MOST_USD: str(self.most_usd)}

    @classmethod
    def from_environment(cls) -> Self:
        """As it was handed on; nobody is asked where it was not."""
        held = os.environ
        return cls(held.get(_MODEL, NOBODY), float(held.get(_MOST_USD, DEFAULT_MOST_USD)))


def asked_for(model: str | None, most_usd: float | None) -> Asking:
    """What a user allows; what they leave out is as usual."""
    return Asking(model or DEFAULT_MODEL, DEFAULT_MOST_USD if most_usd is None else most_usd)


def key() -> str:
    """The key of the models' service; empty: there is none."""
    return os.environ.get(KEY, "").strip()
