"""API keys: private, hashed, refused when they ought to be, and seen by every process at once."""

import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from research_agent.errors import StoreError, UnknownNameError, UsageError
from research_agent.keys import FILE, SCOPES, ApiKeys, Principal
from tests.conftest import NOW


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def keys(tmp_path: Path, clock: Clock) -> ApiKeys:
    return ApiKeys(tmp_path, clock=clock)


def test_a_key_opens_its_owner_s_store_with_its_scopes(keys: ApiKeys) -> None:
    made = keys.create("ada", ["research", "read"])
    assert keys.principal(made.token) == Principal(owner="ada", scopes=("read", "research"), key=made.key.id)


def test_scopes_widen_and_none_is_within_a_narrower_one() -> None:
    allowed = {scope: [Principal(owner="a", scopes=(scope,)).may(asked) for asked in SCOPES] for scope in SCOPES}
    assert allowed == {
        "read": [True, False, False],
        "research": [True, True, False],
        "admin": [True, True, True],
    }
    assert not Principal(owner="a", scopes=()).may("read")


def test_the_file_is_its_owner_s_alone_and_holds_no_secret(keys: ApiKeys, tmp_path: Path) -> None:
    mask = os.umask(0)
    try:
        tokens = [keys.create(name, ["read"]).token for name in ("ada", "grace")]
    finally:
        os.umask(mask)
    file = tmp_path / FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    everything = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()).decode()
    for token in tokens:
        secret = token.split("_", 2)[2]
        assert secret not in everything
        assert token not in everything


def test_a_key_s_listing_holds_no_secret(keys: ApiKeys) -> None:
    made = keys.create("ada", ["read"])
    assert keys.known() == (made.key,)
    assert made.token.split("_", 2)[2] not in made.key.model_dump_json()


def test_two_keys_of_an_owner_are_two(keys: ApiKeys) -> None:
    one, two = keys.create("ada", ["read"]), keys.create("ada", ["admin"])
    assert one.token != two.token
    assert one.key.hash != two.key.hash
    keys.revoke(one.key.id)
    assert keys.principal(one.token) is None
    assert keys.principal(two.token) is not None


def test_an_expired_key_opens_nothing_from_that_moment_on(keys: ApiKeys, clock: Clock) -> None:
    token = keys.create("ada", ["read"], lifetime=timedelta(days=90)).token
    clock.now = NOW + timedelta(days=90) - timedelta(seconds=1)
    assert keys.principal(token) is not None
    clock.now = NOW + timedelta(days=90)
    assert keys.principal(token) is None


def test_a_key_without_a_lifetime_stays(keys: ApiKeys, clock: Clock) -> None:
    token = keys.create("ada", ["read"]).token
    clock.now = NOW + timedelta(days=36_500)
    assert keys.principal(token) is not None


def test_a_revoked_key_is_listed_with_the_time_of_its_first_revocation(keys: ApiKeys, clock: Clock) -> None:
    made = keys.create("ada", ["read"])
    keys.revoke(made.key.id)
    clock.now += timedelta(days=1)
    assert keys.revoke(made.key.id).revoked == NOW
    assert [key.revoked for key in keys.known()] == [NOW]


def test_an_unknown_id_is_told_with_the_near_ones(keys: ApiKeys) -> None:
    known = keys.create("ada", ["read"]).key.id
    with pytest.raises(UnknownNameError, match=known):
        keys.revoke(known[:-1])


@pytest.mark.parametrize(
    "owner", ["", "Ada", "a b", "..", "../ada", "a/b", "a\\b", "-a", "a-", "a--b", "a\n", "a\0", "ä", "a" * 49]
)
def test_a_name_that_could_be_no_folder_owns_nothing(keys: ApiKeys, tmp_path: Path, owner: str) -> None:
    with pytest.raises(UsageError):
        keys.create(owner, ["read"])
    assert list(tmp_path.iterdir()) == []


def test_a_key_needs_a_scope(keys: ApiKeys) -> None:
    with pytest.raises(UsageError, match="read, research, admin"):
        keys.create("ada", [])


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"a": 1}', b"\xff\xfe", b'{"a": {"id": "a"}}', b"[" * 100_000])
def test_a_damaged_file_lets_nobody_in_and_is_not_written_over(keys: ApiKeys, tmp_path: Path, damage: bytes) -> None:
    token = keys.create("ada", ["read"]).token
    (tmp_path / FILE).write_bytes(damage)
    for ask in (lambda: keys.principal(token), keys.known, lambda: keys.create("eve", ["admin"])):
        with pytest.raises(StoreError, match=r"keys\.json"):
            ask()
    assert (tmp_path / FILE).read_bytes() == damage


def test_keys_work_again_when_a_copy_is_put_back(keys: ApiKeys, tmp_path: Path) -> None:
    token = keys.create("ada", ["read"]).token
    whole = (tmp_path / FILE).read_bytes()
    (tmp_path / FILE).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(StoreError):
        keys.principal(token)
    (tmp_path / FILE).write_bytes(whole)
    assert keys.principal(token) is not None


def test_without_a_file_nobody_has_a_key(keys: ApiKeys, tmp_path: Path) -> None:
    token = keys.create("ada", ["read"]).token
    (tmp_path / FILE).unlink()
    assert keys.principal(token) is None
    assert keys.known() == ()


def test_what_another_sees_of_a_change_needs_no_new_start(tmp_path: Path, keys: ApiKeys, clock: Clock) -> None:
    other = ApiKeys(tmp_path, clock=clock)
    assert other.known() == ()
    made = keys.create("ada", ["read"])
    assert other.principal(made.token) is not None
    keys.revoke(made.key.id)
    assert other.principal(made.token) is None


PROGRAM = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from research_agent.keys import ApiKeys
keys = ApiKeys(Path(sys.argv[1]), clock=lambda: datetime.now(tz=UTC))
"""


def another_process(folder: Path, body: str, *arguments: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", PROGRAM + body, str(folder), *arguments]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_a_revocation_is_seen_by_another_process_at_its_next_question(keys: ApiKeys, tmp_path: Path) -> None:
    made = keys.create("ada", ["read"])
    body = "for line in sys.stdin: print(keys.principal(line.strip()) is not None, flush=True)"
    with another_process(tmp_path, body) as process:
        assert process.stdin
        assert process.stdout

        def let_in() -> str:
            assert process.stdin
            assert process.stdout
            process.stdin.write(made.token + "\n")
            process.stdin.flush()
            return process.stdout.readline().strip()

        assert let_in() == "True"
        keys.revoke(made.key.id)
        assert let_in() == "False"
        process.stdin.close()


def test_two_processes_that_make_keys_at_once_lose_none(keys: ApiKeys, tmp_path: Path) -> None:
    body = "sys.stdin.readline()\nfor _ in range(25): print(keys.create(sys.argv[2], ['read']).token)"
    processes = [another_process(tmp_path, body, owner) for owner in ("ada", "grace")]
    told = [process.communicate("\n")[0].split() for process in processes]
    assert [len(tokens) for tokens in told] == [25, 25]
    for owner, tokens in zip(("ada", "grace"), told, strict=True):
        assert {principal.owner for token in tokens if (principal := keys.principal(token))} == {owner}
        assert all(map(keys.principal, tokens))
    assert len(keys.known()) == 50


def test_nothing_is_left_beside_the_file_of_keys(keys: ApiKeys, tmp_path: Path) -> None:
    keys.create("ada", ["read"])
    assert sorted(path.name for path in tmp_path.iterdir()) in ([FILE], [FILE, "keys.lock"])
    assert list(json.loads((tmp_path / FILE).read_text())) == [keys.known()[0].id]


def test_a_folder_that_can_t_be_written_is_told(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="No key was changed"):
        ApiKeys(tmp_path / "file", clock=clock).create("ada", ["read"])


# Tokens that open nothing

Mutation = Callable[[str], str]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[ApiKeys, str]:
    keys = ApiKeys(tmp_path_factory.mktemp("kept"), clock=lambda: NOW)
    return keys, keys.create("ada", ["admin"]).token


@given(data=st.data())
def test_a_token_with_anything_changed_opens_nothing(kept: tuple[ApiKeys, str], data: st.DataObject) -> None:
    keys, token = kept
    start = data.draw(st.integers(0, len(token)))
    end = data.draw(st.integers(start, min(len(token), start + 3)))
    changed = token[:start] + data.draw(st.text(max_size=3)) + token[end:]
    assert (keys.principal(changed) is not None) == (changed == token)


@given(token=st.text(max_size=120) | st.from_regex(r"ra_[0-9a-f]{8}_[A-Za-z0-9_-]{40,64}", fullmatch=True))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_token_that_nobody_was_given_opens_nothing(kept: tuple[ApiKeys, str], token: str) -> None:
    keys, given_out = kept
    assert token == given_out or keys.principal(token) is None


@pytest.mark.parametrize(
    "change",
    [str.upper, str.lower, lambda token: token + "\n", lambda token: " " + token, lambda token: "Bearer " + token],
    ids=["upper", "lower", "newline", "space", "scheme"],
)
def test_a_token_written_otherwise_opens_nothing(kept: tuple[ApiKeys, str], change: Mutation) -> None:
    keys, token = kept
    assert change(token) == token or keys.principal(change(token)) is None


def test_a_key_s_id_with_another_key_s_secret_opens_nothing(keys: ApiKeys) -> None:
    one, two = (keys.create(owner, ["read"]).token.split("_", 2) for owner in ("ada", "grace"))
    assert keys.principal("_".join([*one[:2], two[2]])) is None


def test_the_hash_that_is_kept_is_not_the_token(keys: ApiKeys) -> None:
    made = keys.create("ada", ["read"])
    assert keys.principal(f"ra_{made.key.id}_{made.key.hash}") is None
