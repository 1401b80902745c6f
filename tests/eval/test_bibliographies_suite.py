"""The suite of bibliographies meets its thresholds, and a component that is broken falls below one."""

import json
import shutil
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.bibliographies import __main__ as command
from eval.bibliographies import golden as accepted
from eval.bibliographies import round_trips as trips
from eval.bibliographies import suite as bibliographies
from eval.bibliographies.changes import cause, difference, same_choice
from eval.bibliographies.counting import count, disagreements, reports_from_production
from eval.bibliographies.demands import Range, read_demands, read_pool_records
from eval.bibliographies.demands import _range as demands_range
from eval.bibliographies.golden import golden_of, read_golden, worth_of, write_golden
from eval.bibliographies.making import Made, make
from eval.bibliographies.qualities import effective_number, largest_share, out_of_order, stand_twice, unproven, upward
from eval.bibliographies.readers import READERS
from eval.bibliographies.round_trips import differences, round_trips
from eval.bibliographies.suite import measure
from eval.suite import SuiteResult, suite
from research_agent import Settings, Workspace
from research_agent.bibliography import constraints, select
from research_agent.bibliography.explain import exclusions, reasons
from research_agent.bibliography.options import Option
from research_agent.errors import DataError, UnknownNameError
from research_agent.model.bibliography import Entry
from research_agent.model.guide import Preferences
from tests.conftest import NOW

DEMANDS = read_demands()
RECORDS = read_pool_records()
DOMAIN = "2"


@pytest.fixture(scope="module")
def workspace(fresh_store, tmp_path_factory):
    """Not the shared one: a person's decision of another test would change what is chosen here."""
    folder = tmp_path_factory.mktemp("bibliographies") / "store"
    shutil.copytree(fresh_store, folder)
    with Workspace.open(Settings(data_dir=folder), clock=lambda: NOW) as opened:
        yield opened


@pytest.fixture(scope="module")
def made(workspace):
    return make(workspace)


@pytest.fixture(scope="module")
def one(made):
    return next(found for found in made if found.domain.id == DOMAIN)


@pytest.fixture(scope="module")
def measured(made, workspace):
    return measure(made, workspace.library.source)


def missed(result: SuiteResult) -> set[str]:
    return {score.name for score in result.scores if not score.met}


def but_files(made: Sequence[Made], workspace: Workspace) -> SuiteResult:
    """All measures but those of files, which take longest: for what leaves the files as they are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bibliographies, "round_trips", lambda made: [])
        return measure(made, workspace.library.source)


def broken(one: Made, workspace: Workspace) -> set[str]:
    return missed(but_files([one], workspace))


def changed(entry: Entry, **fields: object) -> Entry:
    return entry.model_copy(update={"source": entry.source.model_copy(update=fields)})


# The suite


def test_the_suite_meets_its_thresholds(measured):
    assert "bibliographies" in suite.known
    assert missed(measured) == set()
    assert measured.failures == ()
    assert measured.leaks


def test_every_constraint_of_every_domain_is_counted_and_holds(made, measured):
    bullets = sum(len(ids) for ids in DEMANDS.bullets.values())
    (held,) = (score for score in measured.scores if score.name.startswith("constraints of the guide that hold"))
    # total, recent, production and origin, six categories, and every bullet
    assert held.cases == len(made) * (4 + len(DEMANDS.categories)) + bullets == 204
    assert held.value == 1


def test_the_order_of_the_domains_does_not_matter(made, workspace):
    there, back = (but_files(some, workspace) for some in (made[:2], made[1::-1]))
    assert {score.name: score.value for score in there.scores} == pytest.approx(
        {score.name: score.value for score in back.scores}
    )


def test_the_demands_are_read_without_the_program():
    assert DEMANDS.total == Range(25, 30)
    assert {one.quota for one in DEMANDS.categories} == {Range(4, 6)}
    assert (DEMANDS.recent_since, DEMANDS.recent_percent, DEMANDS.per_focus) == (2021, 60.0, 2)
    assert len(DEMANDS.bullets) == 12


# A broken selection


def test_entries_that_are_missing_are_counted(one, workspace):
    result = but_files([one.with_entries(one.entries[6:])], workspace)
    assert "constraints of the guide that hold, counted by the records" in missed(result)
    assert "constraints of which the program says what was counted" in missed(result)
    assert any(failure.case == f"{DOMAIN}/category:research" for failure in result.failures)


def test_a_program_that_calls_everything_met_is_contradicted(one):
    short = one.with_entries(one.entries[6:])
    checks = tuple(check.model_copy(update={"met": True}) for check in short.bibliography.checks)
    short = replace(short, bibliography=short.bibliography.model_copy(update={"checks": checks}))
    assert {"total", "category:research"} <= {
        other.id for other in disagreements(short, count(short, DEMANDS, RECORDS))
    }


def test_a_program_that_reads_years_wrongly_is_contradicted(one, workspace, monkeypatch):
    real = constraints._recent
    monkeypatch.setattr(
        constraints, "_recent", lambda chosen, method: real([replace(o, recent=True) for o in chosen], method)
    )
    again = make(workspace, [one.domain.id])[0]
    assert [other.id for other in disagreements(again, count(again, DEMANDS, RECORDS))] == ["recent"]


def test_a_selection_that_ignores_the_limit_on_origins_is_noticed(one, workspace):
    origin = next(entry.source.origin for entry in one.entries if entry.category == "docs")
    rows = [entry for entry in one.entries if entry.category != "standards"]
    flooded = dict.fromkeys([entry.source.id for entry in rows[:20]], origin)
    records = {
        name: replace(record, fields={**record.fields, "origin": flooded.get(name, record.fields.get("origin"))})
        for name, record in RECORDS.items()
    }
    (counted,) = (found for found in count(one, DEMANDS, records) if found.id == "origin")
    assert not counted.met


def test_an_unmet_constraint_without_a_gap_is_noticed(one, workspace):
    checks = tuple(check.model_copy(update={"met": check.id != "recent"}) for check in one.bibliography.checks)
    silent = replace(one, bibliography=one.bibliography.model_copy(update={"checks": checks, "gaps": ()}))
    assert "constraints called unmet whose gap is not named" in broken(silent, workspace)


def test_an_invented_source_is_noticed(one, workspace):
    invented = changed(one.entries[0], id="smith-2022-a-paper-that-is-not")
    found = one.with_entries([invented, *one.entries[1:]])
    assert "entries that are works of the catalogue, with who saw them where" in broken(found, workspace)


def test_a_work_whose_title_or_reader_is_made_up_is_no_proven_one(one, workspace):
    entry = one.entries[0]
    catalogue = workspace.library.source
    assert unproven(entry, catalogue, RECORDS) == ""
    assert "another one" in unproven(changed(entry, title="Another title"), catalogue, RECORDS)
    assert "no pool" in unproven(entry, catalogue, {})
    record = RECORDS[entry.source.id]
    unseen = replace(record, fields={**record.fields, "verified": {"how": "read"}})
    assert record.place in unproven(entry, catalogue, {entry.source.id: unseen})
    renamed = replace(record, fields={**record.fields, "url": "https://example.org/elsewhere"})
    assert "not those of its record" in unproven(entry, catalogue, {entry.source.id: renamed})


def test_a_work_under_two_ids_is_noticed(one, workspace):
    twice = changed(one.entries[0], id="the-same-again")
    assert stand_twice([one.entries[0].source, twice.source]) == [(one.entries[0].source.id, "the-same-again")]
    assert "entries whose work stands twice in its domain" in broken(one.with_entries([*one.entries, twice]), workspace)
    assert stand_twice([one.entries[0].source] * 2) == [(one.entries[0].source.id,) * 2]


def test_a_work_under_another_id_in_another_domain_is_noticed(made, workspace):
    one, other, *_ = made
    renamed = changed(one.entries[0], id="the-same-again")
    result = but_files([one, other.with_entries([renamed, *other.entries[1:]])], workspace)
    assert "works that have another id in another domain" in missed(result)
    assert "entries whose work stands twice in its domain" not in missed(result)
    assert "all domains/the-same-again" in {failure.case for failure in result.failures}


def test_a_selection_without_hierarchy_is_noticed(one, workspace):
    upside_down = {"research": 4, "standards": 4, "docs": 4}
    kept = [
        entry
        for category in DEMANDS.categories
        for entry in [entry for entry in one.entries if entry.category == category.id][
            : upside_down.get(category.id, 6)
        ]
    ]
    fillers = [option for option in one.problem.eligible if option.category == "community"]
    extra = [
        one.entries[-1].model_copy(update={"source": one.entries[-1].source.model_copy(update={"id": option.source})})
        for option in fillers[:2]
    ]
    assert upward(one, DEMANDS) == (6, 6)
    assert upward(one.with_entries([*kept, *extra]), DEMANDS)[0] == 0


def test_entries_in_another_order_are_noticed(one, workspace):
    assert out_of_order(one, DEMANDS) == []
    turned = one.with_entries(one.entries[::-1])
    assert out_of_order(turned, DEMANDS)
    assert {"entries that stand behind a lesser one"} <= broken(turned, workspace)


def test_a_selection_by_id_alone_is_noticed(one, workspace, monkeypatch):
    """As if the solver took the first choice that meets the constraints, whatever it is worth."""
    monkeypatch.setattr(select, "value_objective", lambda problem: {})
    monkeypatch.setattr(select, "_earliest", lambda problem, program, best: best)
    found = broken(make(workspace, [one.domain.id])[0], workspace)
    assert "domains whose bibliography is the accepted one" in found
    assert "RADAR total of the chosen beyond those passed over, mean over categories" in found


def test_one_publisher_everywhere_is_noticed(one, workspace):
    alike = one.with_entries([changed(entry, publisher="One House", origin="One House") for entry in one.entries])
    assert {
        "effective number of origins, least of all domains",
        "effective number of publishers, least of all domains",
        "share of the largest publisher, most of all domains",
    } <= broken(alike, workspace)


def test_old_entries_alone_and_none_that_is_foundational_are_noticed(one, workspace):
    old = [entry for entry in one.entries if (RECORDS[entry.source.id].fields["year"] or 0) < 2021]
    plain = [
        entry.model_copy(update={"evaluation": entry.evaluation.model_copy(update={"foundational": ""})})
        for entry in old
    ]
    assert {
        "share of entries of 2021 or later, mean over domains",
        "domains with a foundational work, older ones among them",
        "entries that cover a focus bullet, mean over bullets",
    } <= broken(one.with_entries(plain), workspace)


def test_a_figure_from_production_that_the_record_does_not_hold_does_not_count(one):
    entry = next(
        entry
        for entry in one.entries
        if '"' in entry.evaluation.production and reports_from_production(entry, RECORDS[entry.source.id])
    )
    invented = entry.evaluation.model_copy(
        update={"production": 'figures from production: "it served 4 billion otters"'}
    )
    told = entry.model_copy(update={"evaluation": invented})
    assert not reports_from_production(told, RECORDS[entry.source.id])


def test_the_effective_number_is_that_of_equally_frequent_names():
    assert effective_number("aabb") == 2
    assert effective_number("aaab") == pytest.approx(1.6)
    assert effective_number("") == 0
    assert largest_share(["b", "a", "a", "a"]) == ("a", 0.75)
    assert largest_share(["b", "a"])[0] == "a"


@given(st.lists(st.sampled_from("abcdef"), min_size=1))
def test_the_effective_number_lies_between_one_and_the_number_of_names(names):
    number, (_, share) = effective_number(names), largest_share(names)
    assert 1 - 1e-9 <= number <= len(set(names)) + 1e-9
    assert 1 / share <= number + 1e-9 <= 1 / share**2 + 2e-9


@given(st.integers(0, 99), st.integers(0, 99), st.sampled_from(["-", " - ", "\N{EN DASH}", " to "]))
def test_a_range_is_read_however_it_is_written(least, most, dash):
    assert demands_range(f"{least}{dash}{most}") == Range(least, most)
    assert demands_range(least) == Range(least, least)


# Files


@pytest.mark.parametrize("file", READERS)
def test_a_file_that_loses_an_entry_or_turns_the_order_is_noticed(file, one, monkeypatch):
    reader, _ = READERS[file]
    monkeypatch.setattr(trips, "READERS", {file: READERS[file]})
    assert [found.id for found in reader(one.files[file])] == [entry.source.id for entry in one.entries]
    for entries in (one.entries[:-1], one.entries[::-1]):
        (trip,) = round_trips([one.with_entries(entries)])
        assert trip.lost


@pytest.mark.parametrize("file", READERS)
def test_a_writer_that_changes_a_title_a_year_or_an_address_is_noticed(file, one):
    reader, _ = READERS[file]
    (first, *_) = reader(one.files[file])
    source = one.entries[0].source
    assert list(differences(source, first)) == []
    for what, other in (
        ("title", {"title": "The Tail at Large"}),
        ("year", {"year": 1999}),
        ("address", {"url": "https://example.org/elsewhere"}),
        ("authors", {"authors": ("Ada Example", *source.authors[1:])}),
    ):
        found = list(differences(source.model_copy(update=other), first))
        assert [line.partition(":")[0] for line in found] == [what]


@pytest.mark.parametrize("file", READERS)
def test_a_file_that_no_program_reads_is_told_and_not_raised(file, one, workspace, monkeypatch):
    monkeypatch.setattr(trips, "READERS", {file: READERS[file]})
    spoilt = replace(one, files={**one.files, file: "%% nothing that anybody reads {"})
    assert f"entries that come back whole from {file}" in missed(measure([spoilt], workspace.library.source))


def test_an_item_that_csl_does_not_know_is_noticed(one, workspace):
    items = json.loads(one.files["bibliography.csl.json"])
    items[0]["type"] = "tweet"
    spoilt = replace(one, files={**one.files, "bibliography.csl.json": json.dumps(items)})
    assert "entries that come back whole from bibliography.csl.json" in missed(
        measure([spoilt], workspace.library.source)
    )


def test_a_reader_that_is_not_installed_is_told(one, workspace, monkeypatch):
    monkeypatch.setitem(READERS, "bibliography.bib", (READERS["bibliography.bib"][0], "no_such_module"))
    result = measure([one], workspace.library.source)
    (score,) = (score for score in result.scores if score.name.endswith("bibliography.bib"))
    assert (score.cases, score.met) == (0, True)
    assert score.note.startswith("skipped: no_such_module is not installed")


# Golden bibliographies


def less_worth(one: Made, source: str, points: float) -> Made:
    """The same candidates, one of them worth less; chosen anew by the real selection."""
    options = [
        replace(option, total=option.total - points) if option.source == source else option
        for option in one.problem.options
    ]
    return chosen_anew(one, options)


def chosen_anew(one: Made, options: list[Option]) -> Made:
    problem = one.problem
    selection = select.select(
        options,
        problem.methodology,
        problem.focus_ids,
        similar=dict.fromkeys(problem.pairs, 1.0),
    )
    why, known = reasons(selection), {entry.source.id: entry for entry in one.entries}
    like = one.entries[0]
    entries = []
    for source in selection.chosen:
        option = selection.problem.by_id[source]
        entry = known.get(source) or changed(like, id=source, title=option.title)
        entries.append(entry.model_copy(update={"category": option.category, "reasons": why[source]}))
    bibliography = one.bibliography.model_copy(
        update={
            "entries": tuple(entries),
            "checks": selection.checks,
            "objective": selection.objective,
            "excluded": exclusions(selection),
        }
    )
    return replace(one, bibliography=bibliography, problem=selection.problem)


def test_the_same_choice_is_no_difference(one):
    assert difference(golden_of(one), one) == ""
    assert same_choice(golden_of(one), chosen_anew(one, list(one.problem.options)))


def test_a_work_that_fell_behind_is_told_with_what_came_its_terms_and_the_constraint(one):
    golden = golden_of(one)
    now = less_worth(one, "stoica-2024-wasabi-retry-bugs", 1.5)
    told = difference(golden, now)
    assert told.startswith("domain 2, Resilience Patterns: 1 came, 1 went; worth ")
    went = next(line for line in told.splitlines() if line.startswith("- "))
    assert went.startswith("- research: stoica-2024-wasabi-retry-bugs, was worth 7.642 (RADAR +4.450 relevance +1.192")
    assert "now worth 6.142" in went
    assert "Research is full with 6; in place of" in went
    came = next(line for line in told.splitlines() if line.startswith("+ "))
    assert came.startswith("+ research: ")
    assert "passed over; stands now as" in came
    assert cause(golden, now) == "the worth of 1 candidates moved: stoica-2024-wasabi-retry-bugs -1.500"


def test_a_candidate_that_is_gone_and_one_that_is_new_are_told(one):
    gone = one.entries[0].source.id
    without = [option for option in one.problem.options if option.source != gone]
    golden = golden_of(one)
    now = chosen_anew(one, without)
    assert f"- research: {gone}, was worth" in difference(golden, now)
    assert "it is no candidate any more" in difference(golden, now)
    assert cause(golden, now) == f"no candidates any more: {gone}"
    back = golden_of(now)
    assert "it was no candidate" in difference(back, one)
    assert cause(back, one) == f"new candidates: {gone}"


def test_a_selection_that_chooses_otherwise_from_the_same_is_told_as_such(one):
    golden = golden_of(one)
    turned = one.with_entries([one.entries[1], one.entries[0], *one.entries[2:]])
    assert "= order in research: bronson-2021-metastable-failures, dean-2013-tail-at-scale" in difference(
        golden, turned
    )
    assert cause(golden, turned).endswith("the selection itself chooses otherwise")


def test_another_method_is_told(one):
    golden = golden_of(one)
    method = one.problem.methodology.model_copy(update={"entries_per_focus": 3})
    other = replace(one, problem=replace(one.problem, methodology=method))
    now = chosen_anew(other, list(one.problem.options))
    assert "focus:2.5 asks at least 3, not at least 2" in cause(golden, now)
    assert "= focus:2.5: at least 2: 2; now at least 3: 3" in difference(golden, now)


def test_a_change_of_preferences_is_noticed(one):
    method = one.problem.methodology.model_copy(update={"preferences": Preferences(foundational=0.0, hierarchy=0.0)})
    other = replace(one, problem=replace(one.problem, methodology=method))
    golden = golden_of(one)
    assert difference(golden, chosen_anew(other, list(one.problem.options)))


def test_the_terms_of_a_candidate_sum_to_its_worth(made):
    for found in made:
        for option in found.problem.eligible:
            assert worth_of(option, found.problem).sum == pytest.approx(found.problem.worth(option) / 1000)


def test_an_accepted_choice_is_read_back_and_has_an_entry_a_line(one, tmp_path):
    path = write_golden(one, tmp_path)
    assert read_golden(one.domain, tmp_path) == golden_of(one)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert sum('"source"' in line for line in lines) == len(one.entries)
    assert path.name == "02-resilience-patterns.json"


def test_a_domain_without_an_accepted_choice_fails_and_a_spoilt_one_is_named(one, workspace, tmp_path):
    result = measure([one], workspace.library.source, folder=tmp_path)
    assert missed(result) == {"domains whose bibliography is the accepted one"}
    (failure,) = result.failures
    assert failure.why == "nobody has accepted one yet"
    accepted.path_of(one.domain, tmp_path).write_text("{}", encoding="utf-8")
    with pytest.raises(DataError, match=r"02-resilience-patterns\.json is no accepted bibliography"):
        measure([one], workspace.library.source, folder=tmp_path)


def test_the_shipped_choices_are_those_of_the_guide_s_domains(made):
    names = {accepted.path_of(found.domain).name for found in made}
    assert {path.name for path in accepted.FOLDER.iterdir()} == names


def test_the_command_tells_a_domain_that_there_is_not(monkeypatch, capsys, workspace):
    monkeypatch.setattr(command, "shipped_workspace", lambda: nullcontext(workspace))
    assert command.main(["compare", "resilience"]) == 2
    assert "resilience" in capsys.readouterr().err
    assert command.main(["compare", DOMAIN]) == 0
    assert "the accepted one" in capsys.readouterr().out
    with pytest.raises(UnknownNameError):
        make(workspace, ["99"])
