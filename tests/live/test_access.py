"""What the settings give each connector, and what they never give."""

from pathlib import Path

import pytest

from research_agent.errors import UsageError
from research_agent.live.access import KEYS, access_of, key_of, own_services, set_by
from research_agent.settings import Settings
from research_agent.sources.connectors import connector, connector_names


def test_each_connector_gets_its_own_key_and_no_other(tmp_path: Path) -> None:
    given = {field: f"KEY-OF-{name}" for name, field in KEYS.items()}
    access = access_of(Settings.model_validate({"data_dir": tmp_path, **given}))
    assert set(access) == set(connector_names())
    assert {name: one.key for name, one in access.items()} == {
        name: f"KEY-OF-{name}" if name in KEYS else "" for name in connector_names()
    }
    assert {one.base for one in access.values()} == {""}
    assert "KEY-OF" not in repr(access)


def test_every_key_that_can_be_set_is_given_to_a_connector() -> None:
    secrets = {name for name in Settings.model_fields if name.endswith(("_key", "_token"))}
    assert set(KEYS.values()) == secrets
    assert {name for name in connector_names() if connector(name).capabilities.key != "none"} == set(KEYS)


def test_services_get_an_address_of_mail_and_no_page_as_contact(tmp_path: Path) -> None:
    mail = Settings(data_dir=tmp_path, contact="ada@example.org")
    page = Settings(data_dir=tmp_path, contact="https://example.org/about")
    assert access_of(mail)["crossref"].contact == "ada@example.org"
    assert access_of(page)["crossref"].contact == ""


def test_a_search_engine_of_ones_own_is_asked_at_its_address(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, searxng="http://localhost:8888")
    assert access_of(settings)["searxng"].base == "http://localhost:8888"
    assert access_of(settings)["crossref"].base == ""
    assert own_services(settings) == ("http://localhost:8888",)


def test_stand_ins_are_asked_each_in_its_folder_and_never_with_a_key_of_the_user(tmp_path: Path) -> None:
    settings = Settings.model_validate(
        {"data_dir": tmp_path, "stand_ins": "http://127.0.0.1:8099/", "brave_key": "SECRET", "github_token": "SECRET"}
    )
    access = access_of(settings)
    assert {name: one.base for name, one in access.items()} == {
        name: f"http://127.0.0.1:8099/{name}" for name in connector_names()
    }
    assert not any(one.key == "SECRET" for one in access.values())
    assert not any(connector(name, one).lacks for name, one in access.items())
    assert own_services(settings) == ("http://127.0.0.1:8099/",)


def test_an_address_that_is_none_is_refused_with_the_name_of_its_setting(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="RESEARCH_AGENT_SEARXNG"):
        own_services(Settings(data_dir=tmp_path, searxng="http://[::1"))
    with pytest.raises(UsageError, match="RESEARCH_AGENT_STAND_INS"):
        own_services(Settings(data_dir=tmp_path, stand_ins="http://localhost:port"))


def test_it_is_told_what_sets_a_key_or_an_address(tmp_path: Path) -> None:
    assert set_by("github") == "RESEARCH_AGENT_GITHUB_TOKEN"
    assert set_by("searxng") == "RESEARCH_AGENT_SEARXNG"
    assert set_by("arxiv") == ""
    assert key_of(Settings.model_validate({"data_dir": tmp_path, "exa_key": "K"}), "exa") == "K"
    assert key_of(Settings(data_dir=tmp_path), "arxiv") == ""
