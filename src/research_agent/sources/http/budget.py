"""A budget of retries: what failed is asked again only as far as what did not fail pays for it. Pure.

Without one, a service that fails is asked several times as often as one that works, which keeps it failing
(Google, "Site Reliability Engineering", chapter 21, "Handling Overload").
"""

from typing import Final

from research_agent.sources.http.settings import Retries

_ROUNDING: Final = 1e-9
"""Five shares of 0.2 are one retry, whatever their floating-point sum."""


class RetryBudget:
    """The retries of one host: never more than the reserve and a share of the requests, nor many at a time."""

    def __init__(self, settings: Retries) -> None:
        """Begin with the reserve."""
        self._share = settings.budget_share
        self._most = max(settings.budget_reserve, settings.budget_most)
        self.left = float(settings.budget_reserve)

    def earn(self) -> None:
        """Count a request: a first attempt, not a retry."""
        self.left = min(self._most, self.left + self._share)

    def spend(self) -> bool:
        """Take one retry, if there is one left; whether there was."""
        if self.left + _ROUNDING < 1:
            return False
        self.left -= 1
        return True
