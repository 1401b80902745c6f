"""The connectors of a search, and a guard around their code, which may be another package's and broken."""

import logging
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Final

from research_agent.errors import (
    AnswerError,
    ConnectorError,
    NetworkError,
    StoreError,
    UnknownNameError,
    UsageError,
)
from research_agent.live.access import access_of
from research_agent.live.outcomes import one_line
from research_agent.model.search import ServiceOutcome
from research_agent.settings import Settings
from research_agent.sources.connectors import Connector, connector, connector_names

FAILURES: Final = (ConnectorError, NetworkError, StoreError, UsageError)
"""What may come of asking a service, and is told as its outcome."""

_log = logging.getLogger(__name__)


def loaded_connectors(
    settings: Settings, only: Collection[str] = ()
) -> tuple[tuple[Connector, ...], tuple[ServiceOutcome, ...]]:
    """The connectors of these names, or all, with the keys of the settings; and those that can't be loaded.

    Only another package's can't be; it is told as an outcome, so that it spoils no search of the others.

    Raises:
        UnknownNameError: there is none of a name.
    """
    names = connector_names()
    for name in only:
        if name not in names:
            raise UnknownNameError("service", name, names)
    wanted = [name for name in names if not only or name in only]
    loaded: list[Connector] = []
    unloadable: list[ServiceOutcome] = []
    for name, access in access_of(settings, wanted).items():
        try:
            loaded.append(connector(name, access))
        except UsageError as error:
            why = one_line(str(error))
            unloadable.append(ServiceOutcome(service=name, title=name, state="not_checked", why=why))
    return tuple(loaded), tuple(unloadable)


@contextmanager
def code_of(one: Connector) -> Iterator[None]:
    """Make whatever the code of a connector raises an error of its service.

    Raises:
        ConnectorError: it raised something that is none of `FAILURES`.
    """
    try:
        yield
    except FAILURES:
        raise
    except Exception as error:
        _log.exception("The connector %s failed", one.name)
        raise AnswerError(one.title, f"its connector failed ({type(error).__name__}: {error}).") from error
