"""The application refuses to be made where it would let in whom it should not."""

from datetime import timedelta
from pathlib import Path

import pytest

from research_agent import Settings
from research_agent.errors import StoreError, UsageError
from research_agent.keys import ApiKeys
from research_agent.service.app import create_app
from research_agent.service.options import ServiceOptions
from tests.conftest import NOW

ELSEWHERE = ServiceOptions(host="0.0.0.0")


def test_bound_elsewhere_it_takes_a_key_that_exists(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="research-agent keys create"):
        create_app(Settings(data_dir=tmp_path), ELSEWHERE, clock=lambda: NOW)
    ApiKeys(tmp_path, clock=lambda: NOW).create("ada", ["read"])
    create_app(Settings(data_dir=tmp_path), ELSEWHERE, clock=lambda: NOW)


def test_a_key_that_is_revoked_or_expired_does_not_count(tmp_path: Path) -> None:
    keys = ApiKeys(tmp_path, clock=lambda: NOW - timedelta(days=2))
    keys.create("ada", ["read"], lifetime=timedelta(days=1))
    keys.revoke(keys.create("bert", ["read"]).key.id)
    with pytest.raises(UsageError, match="there is none that holds"):
        create_app(Settings(data_dir=tmp_path), ELSEWHERE, clock=lambda: NOW)


def test_keys_cannot_be_turned_off_elsewhere(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="other machines reach"):
        create_app(Settings(data_dir=tmp_path), ServiceOptions(host="0.0.0.0", require_key=False), clock=lambda: NOW)


def test_keys_can_be_asked_for_on_loopback(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is none that holds"):
        create_app(Settings(data_dir=tmp_path), ServiceOptions(require_key=True), clock=lambda: NOW)


def test_keys_that_cannot_be_read_are_no_reason_to_start(tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text("{")
    with pytest.raises(StoreError, match="Nobody is let in"):
        create_app(Settings(data_dir=tmp_path), ELSEWHERE, clock=lambda: NOW)


def test_secrets_do_not_show_in_what_is_printed_of_the_options() -> None:
    assert "sesame" not in repr(ServiceOptions(request_state_keys=(b"open sesame open sesame open ses",)))
