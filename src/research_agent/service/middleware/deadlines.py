"""Give up on a request that takes too long. Streams and MCP, which have times of their own, are left alone."""

from typing import TYPE_CHECKING

import anyio

from research_agent.service import problems

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Deadline:
    """Answers for the application when the time is over and it has not begun to.

    The client has its answer in time. What runs in a thread by then runs to its end, and what it wrote stands.
    """

    def __init__(self, app: "ASGIApp", seconds: float, *, without: tuple[str, ...] = ()) -> None:
        """Around an application; paths that are `without` have no limit."""
        self._app = app
        self._seconds = seconds
        self._without = without

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Answer a request."""
        if scope["type"] != "http" or scope["path"] in self._without:
            return await self._app(scope, receive, send)
        begun = given_up = False
        failure: Exception | None = None

        async def send_in_time(message: "Message") -> None:
            nonlocal begun
            begun = True
            if not given_up:
                await send(message)

        async with anyio.create_task_group() as group:

            async def watch() -> None:
                nonlocal given_up
                await anyio.sleep(self._seconds)
                if not begun:
                    given_up = True
                    await problems.problem(problems.TOO_SLOW, f"The limit is {self._seconds:g} seconds.")(
                        scope, receive, send
                    )
                    group.cancel_scope.cancel()

            group.start_soon(watch)
            try:
                await self._app(scope, receive, send_in_time)
            except Exception as error:  # raised below: the group would wrap it into a group of errors
                failure = error
            group.cancel_scope.cancel()
        if failure is not None:
            raise failure
        return None
