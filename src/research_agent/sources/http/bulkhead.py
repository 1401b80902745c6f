"""How many requests may be under way to one host and to one service; the others wait in line."""

import anyio

from research_agent.sources.http.per_host import PerHost


class Bulkheads:
    """The places of all hosts and services that one client asks."""

    def __init__(self, at_once: int) -> None:
        """Give each host so many places."""
        self._at_once = at_once
        self._lines = PerHost[anyio.Semaphore]()

    async def enter(self, host: str, service: str, at_once: int) -> "Place":
        """Wait for a place with the service, of which it has `at_once`, and with the host; to be left when done.

        The wait ends with the cancel scope around it.
        """
        lines = (
            self._lines.of(f"service {service}", lambda: anyio.Semaphore(at_once)),
            self._lines.of(f"host {host}", lambda: anyio.Semaphore(self._at_once)),
        )
        place = Place()
        try:
            for line in lines:
                await line.acquire()
                place.held.append(line)
        except BaseException:
            place.leave()
            raise
        return place


class Place:
    """A place that one request holds."""

    def __init__(self) -> None:
        self.held: list[anyio.Semaphore] = []

    def leave(self) -> None:
        """Give it to the next in line. More than once does no harm."""
        while self.held:
            self.held.pop().release()
