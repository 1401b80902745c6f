"""`research-agent keys`: a token for a pipe, a list for a person, documents for programs."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from research_agent.keys import ApiKeys
from tests.service.running.conftest import Command


def opened(data: Path) -> ApiKeys:
    return ApiKeys(data, clock=lambda: datetime.now(tz=UTC))


def test_the_token_stands_alone_on_standard_output(command: Command, tmp_path: Path) -> None:
    ran = command("keys", "create", "ada", "--scope", "read", "--scope", "research")
    principal = opened(tmp_path).principal(ran.out.removesuffix("\n"))
    assert principal
    assert (principal.owner, principal.scopes) == ("ada", ("read", "research"))
    assert "valid until" in ran.err
    assert ran.out.strip() not in ran.err


def test_a_key_lasts_ninety_days_and_reads_unless_it_is_said_otherwise(command: Command, tmp_path: Path) -> None:
    told = command("keys", "create", "ada", "--json").json
    assert told["scopes"] == ["read"]
    assert datetime.fromisoformat(told["expires"]) - datetime.fromisoformat(told["created"]) == timedelta(days=90)


@pytest.mark.parametrize(("text", "hours"), [("12h", 12), ("4w", 672), ("365d", 8760)])
def test_a_lifetime_is_read(command: Command, tmp_path: Path, text: str, hours: int) -> None:
    told = command("keys", "create", "ada", "--expires", text, "--json").json
    assert datetime.fromisoformat(told["expires"]) - datetime.fromisoformat(told["created"]) == timedelta(hours=hours)


def test_a_key_may_last(command: Command, tmp_path: Path) -> None:
    ran = command("keys", "create", "ada", "--expires", "never")
    assert "valid until it is revoked" in ran.err
    assert command("keys", "list", "--json").json[0]["expires"] is None


@pytest.mark.parametrize("text", ["", "0d", "90", "d", "-1d", "1.5d", "90 d", "90m", "999999w", "9999999d"])
def test_what_is_no_lifetime_makes_no_key(command: Command, tmp_path: Path, text: str) -> None:
    ran = command("keys", "create", "ada", "--expires", text)
    assert (ran.code, ran.out) == (2, "")
    assert opened(tmp_path).known() == ()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["create", "Ada"], "lower-case"),
        (["create", "../ada"], "lower-case"),
        (["create", "ada", "--scope", "write"], "no scope 'write'"),
        (["create", "ada", "--scope", "reserch"], "Did you mean research"),
        (["revoke", "0a1b2c3d"], "No key is known here yet"),
    ],
)
def test_a_wrong_call_is_told_in_a_line(command: Command, tmp_path: Path, arguments: list[str], said: str) -> None:
    ran = command("keys", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said.lower() in ran.err.lower()
    assert "Traceback" not in ran.err
    assert opened(tmp_path).known() == ()


def test_keys_are_listed_with_their_state_and_without_their_hash(command: Command, tmp_path: Path) -> None:
    assert command("keys", "list").out.startswith("There is no key. Make one")
    assert command("keys", "list", "--json").json == []
    one, two = (command("keys", "create", owner, "--json").json for owner in ("ada", "grace"))
    assert f"Key {one['id']} of ada" in command("keys", "revoke", one["id"]).out
    lines = command("keys", "list").out.splitlines()
    assert [line.split()[:2] for line in lines[1:]] == [[one["id"], "ada"], [two["id"], "grace"]]
    assert "revoked" in lines[1]
    assert "valid until" in lines[2]
    listed = command("keys", "list", "--json").json
    assert [(key["id"], key["valid"]) for key in listed] == [(one["id"], False), (two["id"], True)]
    assert not [key for key in listed if "hash" in key or "token" in key]


def test_a_damaged_file_is_told_and_kept(command: Command, tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text("{")
    for arguments in (["list"], ["create", "ada"], ["revoke", "0a1b2c3d"]):
        ran = command("keys", *arguments)
        assert (ran.code, ran.out) == (3, "")
        assert "keys.json can't be read" in ran.err
        assert "Traceback" not in ran.err
    assert (tmp_path / "keys.json").read_text() == "{"
