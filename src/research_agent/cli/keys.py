"""Commands on API keys. A token is printed once, alone on standard output, so that it can be piped where it belongs."""

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from research_agent.cli.options import JsonOption

if TYPE_CHECKING:
    from research_agent.keys import ApiKey, ApiKeys, Scope

keys = typer.Typer(help="Make, list or revoke API keys of the service.", no_args_is_help=True)

DEFAULT_LIFETIME = "90d"
NEVER = "never"
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_LONGEST = timedelta(days=36_525)  # a century: what is meant to last longer never expires
_TO_THE_MINUTE = "%Y-%m-%d %H:%M"


@keys.command("create", epilog="Example: research-agent keys create ada --scope research > ada.key")
def keys_create(
    owner: Annotated[str, typer.Argument(help="Whose it is: their store is theirs alone.", show_default=False)],
    *,
    scope: Annotated[
        list[str] | None,
        typer.Option(
            "--scope", help="What it allows: read, research (also run, add and decide) or admin.", show_default="read"
        ),
    ] = None,
    expires: Annotated[
        str, typer.Option("--expires", help="How long it is valid: 12h, 90d, 4w or never.")
    ] = DEFAULT_LIFETIME,
    json: JsonOption = False,
) -> None:
    """Make a key and print its token, which is kept nowhere."""
    from research_agent.cli.terminal import show_json

    made = _keys().create(owner, _scopes(scope or ["read"]), lifetime=_lifetime(expires))
    if json:
        return show_json({"token": made.token, **_told(made.key)})
    typer.echo(made.token)
    until = f"until {made.key.expires:{_TO_THE_MINUTE}} UTC" if made.key.expires else "until it is revoked"
    typer.echo(
        f"Key {made.key.id} of {owner} ({', '.join(made.key.scopes)}), valid {until}. "
        "The token is shown this once: only its hash is kept.",
        err=True,
    )
    return None


@keys.command("list")
def keys_list(json: JsonOption = False) -> None:
    """List the keys, the oldest first; expired and revoked ones too."""
    from research_agent.cli.terminal import console, show_json, table_of

    now, known = _now(), _keys().known()
    if json:
        return show_json([_told(key) | {"valid": key.valid(now)} for key in known])
    if not known:
        return typer.echo("There is no key. Make one: research-agent keys create OWNER --scope research")
    table = table_of("Id", "Owner", "Scopes", "Made (UTC)", "State")
    for key in known:
        table.add_row(key.id, key.owner, ", ".join(key.scopes), f"{key.created:{_TO_THE_MINUTE}}", _state(key, now))
    console().print(table)
    return None


@keys.command("revoke")
def keys_revoke(
    key: Annotated[str, typer.Argument(help="Id of the key.", show_default=False)], json: JsonOption = False
) -> None:
    """Refuse a key from now on; a service that runs does so at its next request."""
    from research_agent.cli.terminal import show_json

    revoked = _keys().revoke(key)
    if json:
        return show_json(_told(revoked))
    return typer.echo(f"Key {revoked.id} of {revoked.owner} opens nothing any longer.")


def _keys() -> "ApiKeys":
    from research_agent.cli.session import settings
    from research_agent.keys import ApiKeys

    return ApiKeys(settings().data_dir, clock=_now)


def _now() -> datetime:
    return datetime.now(tz=UTC)


def _scopes(names: list[str]) -> "list[Scope]":
    from research_agent.errors import UnknownNameError
    from research_agent.keys import SCOPES

    for name in names:
        if name not in SCOPES:
            raise UnknownNameError("scope", name, SCOPES)
    return [scope for scope in SCOPES if scope in names]


def _lifetime(text: str) -> timedelta | None:
    """How long a key is valid; None: for ever."""
    from research_agent.errors import UsageError

    if text == NEVER:
        return None
    match = re.fullmatch(r"([1-9][0-9]{0,5})([hdw])", text)
    lifetime = int(match[1]) * _UNITS[match[2]] if match else timedelta.max
    if lifetime > _LONGEST:
        raise UsageError(f"{text!r} is no lifetime of a key: write 12h, 90d, 4w or never. No key was made.")
    return lifetime


def _told(key: "ApiKey") -> dict[str, object]:
    return key.model_dump(mode="json", exclude={"hash"})


def _state(key: "ApiKey", now: datetime) -> str:
    if key.revoked:
        return f"revoked {key.revoked:{_TO_THE_MINUTE}}"
    if key.expires is None:
        return "valid"
    return f"{'valid until' if key.valid(now) else 'expired'} {key.expires:{_TO_THE_MINUTE}}"
