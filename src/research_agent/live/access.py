"""What the user's settings give each connector: a key, a contact, another address to ask. Pure."""

from collections.abc import Iterable, Mapping
from typing import Final

from pydantic import SecretStr

from research_agent.errors import UsageError
from research_agent.settings import PREFIX, Settings
from research_agent.sources.connectors import Access, connector_names
from research_agent.sources.http.exchange import origin

KEYS: Final[Mapping[str, str]] = {
    "github": "github_token",
    "openalex": "openalex_key",
    "semantic_scholar": "semantic_scholar_key",
    "stack_exchange": "stack_exchange_key",
    "brave": "brave_key",
    "tavily": "tavily_key",
    "exa": "exa_key",
}
"""The setting that holds the key of a connector, by the connector's name."""

_OWN_HOST: Final = "searxng"
_KEY_FOR_STAND_INS: Final = "stand-in"


def access_of(settings: Settings, names: Iterable[str] | None = None) -> dict[str, Access]:
    """What each connector is given, by its name.

    Stand-ins are asked with a key that is none: the user's keys go to the services that they belong to and nowhere
    else.

    Args:
        settings: the user's.
        names: of the connectors; None: of all there are.
    """
    return {name: _access(settings, name) for name in (connector_names() if names is None else names)}


def own_services(settings: Settings) -> tuple[str, ...]:
    """The addresses that the user set for services of their own, which may be on a private network.

    Raises:
        UsageError: one can't be read.
    """
    given = {field: getattr(settings, field) for field in ("searxng", "stand_ins")}
    return tuple(_readable(field, address) for field, address in given.items() if address)


def key_of(settings: Settings, name: str) -> str:
    """The user's key of a connector; empty: none is set, or it takes none."""
    held = getattr(settings, KEYS[name]) if name in KEYS else SecretStr("")
    return str(held.get_secret_value())


def set_by(name: str) -> str:
    """The environment variable that gives a connector what it may need; empty: it needs nothing that is set."""
    field = KEYS.get(name, _OWN_HOST if name == _OWN_HOST else "")
    return f"{PREFIX}{field.upper()}" if field else ""


def _access(settings: Settings, name: str) -> Access:
    contact = "" if "://" in settings.contact else settings.contact  # services take an address of mail for it, no page
    if settings.stand_ins:
        key = _KEY_FOR_STAND_INS if name in KEYS else ""
        return Access(key=key, contact=contact, base=f"{settings.stand_ins.rstrip('/')}/{name}")
    base = settings.searxng if name == _OWN_HOST else ""
    return Access(key=key_of(settings, name), contact=contact, base=base)


def _readable(field: str, address: str) -> str:
    try:
        origin(address)
    except ValueError as error:
        raise UsageError(
            f"{PREFIX}{field.upper()} is no address that can be asked ({error}). "
            "Give one such as http://127.0.0.1:8080."
        ) from error
    return address
