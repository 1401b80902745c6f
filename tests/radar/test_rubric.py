"""The two shipped readings, and what is said of one that is broken."""

from pathlib import Path

import pytest
import yaml

from research_agent.errors import DataError, UnknownNameError
from research_agent.radar import load_rubric, rubrics
from research_agent.radar.rubric import read_rubric
from research_agent.radar.rules import PLACEHOLDERS
from research_agent.radar.signals import OBSERVERS, Case
from research_agent.radar.wording import phrases_of
from research_agent.resources import resource
from tests.radar.works import DOMAIN, EVIDENCE, GUIDE, RFC_9110


def test_both_published_readings_ship_under_their_own_letters() -> None:
    assert rubrics() == ["lmu", "mandalios"]
    for name, letters in (
        ("lmu", ["rationale", "authority", "date", "accuracy", "relevance"]),
        ("mandalios", ["relevance", "authority", "date", "appearance", "reason"]),
    ):
        rubric = load_rubric(name)
        assert [criterion.id for criterion in rubric.criteria] == letters
        assert "".join(criterion.letter for criterion in rubric.criteria) == "RADAR"
        assert rubric.id == name
        assert rubric.source


@pytest.mark.parametrize("name", ["lmu", "mandalios"])
def test_every_criterion_has_five_worded_levels_weight_and_signals(name: str) -> None:
    rubric = load_rubric(name)
    for criterion in rubric.criteria:
        assert [level.value for level in criterion.levels] == [1, 2, 3, 4, 5]
        assert len({level.word for level in criterion.levels}) == 5
        assert len(criterion.questions) >= 2
        assert criterion.signals == tuple(signal.name for signal in rubric.rules[criterion.id].signals)
    assert sum(criterion.weight for criterion in rubric.criteria) == pytest.approx(1)


@pytest.mark.parametrize("name", ["lmu", "mandalios"])
def test_what_others_say_outweighs_what_the_page_shows(name: str) -> None:
    rubric = load_rubric(name)
    weight = {criterion.id: criterion.weight for criterion in rubric.criteria}
    on_page = [weight[one] for one in ("rationale", "reason", "appearance") if one in weight]

    assert weight["authority"] > max(on_page)
    for criterion in ("authority", "accuracy"):
        if criterion in rubric.rules:
            shares = dict.fromkeys(("lateral", "record", "page"), 0.0)
            for signal in rubric.rules[criterion].signals:
                shares[signal.evidence] += signal.weight
            assert shares["lateral"] > shares["page"] + shares["record"]


def test_every_signal_of_a_rubric_is_seen_by_an_observer_or_known_to_need_a_lookup() -> None:
    """A misspelt name would lower every confidence and never be noticed."""
    needs_a_lookup = {
        "retracted", "citations", "author_affiliation", "obsoleted_by", "version_lag", "archived",
        "renamed_to", "foundational", "links_alive", "references", "limits_stated", "advertising", "audience",
        "language_faults", "withdrawn", "concern", "dead_link",
    }  # fmt: skip
    named = {
        signal.name for name in rubrics() for rules in load_rubric(name).rules.values() for signal in rules.signals
    }

    assert named - set(OBSERVERS) == needs_a_lookup


def test_phrases_can_be_filled_whatever_they_name() -> None:
    case = Case(
        RFC_9110, RFC_9110.placement(GUIDE.id, DOMAIN.id), DOMAIN, EVIDENCE, load_rubric("lmu").authorities, 2026
    )

    assert set(phrases_of(case)) == PLACEHOLDERS


def test_an_unknown_reading_is_answered_with_the_near_ones() -> None:
    with pytest.raises(UnknownNameError, match="mandalios"):
        load_rubric("mandalio")


def test_a_broken_rubric_names_its_file_and_its_fault(tmp_path: Path) -> None:
    authorities = load_rubric("lmu").authorities
    data = yaml.safe_load(resource("prompts", "rubrics", "lmu.yaml").read_text(encoding="utf-8"))
    data["criteria"][0]["weight"] = 0.9
    path = tmp_path / "own.yaml"
    path.write_text(yaml.safe_dump(data), encoding="utf-8")

    with pytest.raises(DataError, match=r"own\.yaml.*the weights add up to 1\.75, not to 1"):
        read_rubric(path, authorities)
    with pytest.raises(DataError, match=r"missing\.yaml"):
        read_rubric(tmp_path / "missing.yaml", authorities)


def test_a_third_reading_can_borrow_rules(tmp_path: Path) -> None:
    lmu = resource("prompts", "rubrics", "lmu.yaml").read_text(encoding="utf-8")
    (tmp_path / "lmu.yaml").write_text(lmu, encoding="utf-8")
    data = yaml.safe_load(lmu) | {"id": "own"}
    for criterion in data["criteria"]:
        criterion["rules"] = f"lmu.{criterion['id']}"
    (tmp_path / "own.yaml").write_text(yaml.safe_dump(data), encoding="utf-8")
    own = read_rubric(tmp_path / "own.yaml", load_rubric("lmu").authorities)

    assert own.rules == load_rubric("lmu").rules


def test_the_lists_of_authorities_contradict_themselves_nowhere() -> None:
    authorities = load_rubric("lmu").authorities
    for what in ("hosts", "owners"):
        listed = [thing for one in authorities.organisations for thing in getattr(one, what)]
        assert len(listed) == len(set(listed)), what
    names = [name.casefold() for one in authorities.organisations for name in (one.name, *one.names)]
    assert len(names) == len(set(names))
    assert not set(authorities.platforms.code) & {host for one in authorities.organisations for host in one.hosts}
