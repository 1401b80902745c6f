"""How much may be spent. What an attempt costs at most is set aside before it is made, so that no limit is passed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from research_agent.errors import BudgetSpentError


@dataclass(slots=True)
class Attempt:
    """One request that may cost something."""

    paid_usd: float
    """What it cost, in US dollars. Until that is known, what it costs at most: it may have been paid for."""


class Budget:
    """US dollars that may be spent, by questions of one event loop, one after another or at once."""

    def __init__(self, most_usd: float) -> None:
        self.most_usd = most_usd
        self.spent_usd = 0.0
        self._aside_usd = 0.0

    @contextmanager
    def attempt(self, most_usd: float) -> Iterator[Attempt]:
        """Set aside what an attempt costs at most; afterwards what it did cost is spent.

        Args:
            most_usd: what it costs at most.

        Raises:
            BudgetSpentError: there is no room for it.
        """
        if self.spent_usd + self._aside_usd + most_usd > self.most_usd:
            raise BudgetSpentError(self.spent_usd, self.most_usd)
        attempt = Attempt(most_usd)
        self._aside_usd += most_usd
        try:
            yield attempt
        finally:
            self._aside_usd -= most_usd
            self.spent_usd += attempt.paid_usd
