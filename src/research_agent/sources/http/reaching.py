"""Whether a host was reached at all: what an unreachable host's error comes from. Pure."""

import errno
import socket
from collections.abc import Iterator
from typing import Final

from research_agent.errors import NetworkError, TimedOutError

_NO_WAY_OUT: Final = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.ENETRESET})


def no_way_to_it(error: NetworkError) -> bool:
    """Whether nobody was reached at all: no such name, no network, no way to the host, nobody at that address.

    A connection that was made and then broke off is not that: there somebody answered badly.
    """
    if isinstance(error, TimedOutError):
        return False
    return any(
        isinstance(cause, socket.gaierror | ConnectionRefusedError)
        or (isinstance(cause, OSError) and cause.errno in _NO_WAY_OUT)
        for cause in _causes(error)
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and all that it comes from, each once; those of a group as well."""
    waiting: list[BaseException] = [error]
    seen: set[int] = set()
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        waiting.extend(before for before in (one.__cause__, one.__context__) if before)
        waiting.extend(one.exceptions if isinstance(one, BaseExceptionGroup) else ())
