"""What each service can be asked for, on which terms, and how it answered last: the matrix of `sources status`.

Nothing is asked of the network: it is the connectors' own word, what their tests proved, the settings and a file.
"""

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Final, Literal

from pydantic import Field, TypeAdapter

from research_agent.live.access import access_of, key_of, set_by
from research_agent.live.last_answers import LastAnswer, LastAnswers
from research_agent.live.loading import FAILURES, code_of, loaded_connectors
from research_agent.live.outcomes import one_line
from research_agent.model.base import Record
from research_agent.settings import Settings
from research_agent.sources.connectors import Connector
from research_agent.sources.http.exchange import ApiLimit, Rate
from research_agent.sources.naming import Scheme

_PROOFS: Final = "proven.json"
_SPANS: Final = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


class ServiceStatus(Record):
    """One service: its capabilities, its terms, and its last answer."""

    name: str = Field(description='Name of the connector: "crossref".')
    title: str = Field(description="As people write it.")
    good_for: str = Field(default="", description="What one finds there, in a sentence.")
    search: bool = Field(default=False, description="Finds works by words.")
    look_up: tuple[Scheme, ...] = Field(default=(), description="Schemes of the names by which it looks works up.")
    full_text: bool = Field(default=False, description="Gives addresses of whole texts.")
    retraction: bool = Field(default=False, description="Says whether a work was retracted or replaced.")
    proven: tuple[str, ...] = Field(
        default=(),
        description='Which of these the contract tests proved: "search", "look_up:doi", "full_text", "retraction".',
    )
    key: Literal["none", "optional", "required"] = Field(default="none", description="Whether it takes a key.")
    key_set: bool = Field(default=False, description="Whether the settings hold one.")
    set_by: str = Field(default="", description="Environment variable of its key or address; empty: it has none.")
    lacks: str = Field(default="", description="What has to be set before it can be asked; empty: nothing.")
    limit: str = Field(default="", description='How often it is asked at most: "1 in 3 seconds, 1 at once".')
    limit_said_at: str = Field(default="", description="Page that states the limit; empty: our own caution.")
    licence: str = Field(default="", description="Licence of the metadata; empty: the service names none.")
    documentation: str = Field(default="", description="Address of the service's own documentation.")
    asked_at: str = Field(default="", description="Address that is asked instead of the service; empty: itself.")
    broken: str = Field(default="", description="Why the connector can't be loaded; empty: it can.")
    last: LastAnswer | None = Field(default=None, description="What came of the last question; None: none was asked.")


def service_statuses(settings: Settings) -> tuple[ServiceStatus, ...]:
    """The status of every service, in the registry's order; connectors that can't be loaded stand at the end."""
    connectors, unloadable = loaded_connectors(settings)
    last = LastAnswers(settings.data_dir).read()
    proofs = proven()
    known = [_status(one, settings, proofs.get(one.name, ()), last.get(one.name)) for one in connectors]
    broken = [ServiceStatus(name=one.service, title=one.title, broken=one.why) for one in unloadable]
    return (*known, *broken)


@lru_cache
def proven() -> Mapping[str, tuple[str, ...]]:
    """What the contract tests proved of each connector that ships, by its name; other packages' prove nothing here."""
    text = files("research_agent.sources.connectors").joinpath(_PROOFS).read_bytes()
    return TypeAdapter(dict[str, tuple[str, ...]]).validate_json(text)


def limit_in_words(limit: ApiLimit) -> str:
    """A limit as people say it: "10 a second, 500 in 5 minutes, 3 at once"."""
    return ", ".join([*map(_rate_in_words, limit.rates), f"{limit.at_once} at once"])


def _rate_in_words(rate: Rate) -> str:
    for seconds, unit in _SPANS:
        units = rate.seconds / seconds
        if units == 1:
            return f"{rate.requests:,} a{'n' if unit == 'hour' else ''} {unit}"
        if units > 1 and units.is_integer():
            return f"{rate.requests:,} in {units:g} {unit}s"
    return f"{rate.requests:,} in {rate.seconds:g} seconds"


def _status(one: Connector, settings: Settings, proofs: tuple[str, ...], last: LastAnswer | None) -> ServiceStatus:
    try:
        with code_of(one):
            return _told_by(one, settings, proofs, last)
    except FAILURES as error:
        return ServiceStatus(name=one.name, title=one.title, broken=one_line(str(error)), last=last)


def _told_by(one: Connector, settings: Settings, proofs: tuple[str, ...], last: LastAnswer | None) -> ServiceStatus:
    terms = one.capabilities
    return ServiceStatus(
        name=one.name,
        title=one.title,
        good_for=terms.good_for,
        search=terms.search,
        look_up=terms.look_up,
        full_text=terms.full_text,
        retraction=terms.retraction,
        proven=proofs,
        key=terms.key,
        key_set=bool(key_of(settings, one.name)),
        set_by=set_by(one.name),
        lacks=one.lacks,
        limit=limit_in_words(one.limit),
        limit_said_at=one.limit.said_at,
        licence=terms.licence,
        documentation=terms.documentation,
        asked_at=access_of(settings, [one.name])[one.name].base,
        last=last,
    )
