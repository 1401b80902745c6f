"""Live sources on the command line, against stand-ins of all services and against a port where nobody answers."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from research_agent.cli.app import run
from research_agent.cli.show_services import show_outcomes
from research_agent.model.search import ServiceOutcome
from stand_ins import Behaviour, StandIns, serving
from tests.conftest import SMALL_GUIDE
from tests.e2e.command import Ran
from tests.runs.material import filled_small_store

PAPER = "10.5555/stand-in.1"
RETRACTED = "10.5555/stand-in.8"
POST = "https://example.org/stand-ins/blog-timeouts"
BLOG = ("--kind", "engineering_blog")
"""The small guide files those, and not what a page without a known home is taken for."""
NOBODY = "http://127.0.0.1:9"
"""Nobody answers there, and no packet leaves loopback."""


Command = Callable[..., Ran]


@pytest.fixture(scope="module")
def stand_ins() -> Iterator[StandIns]:
    """Of all services, of which one is down."""
    with serving(Behaviour(down=frozenset({"dblp"}))) as started:
        yield started


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the small guide's pools. Only to be copied."""
    return filled_small_store(tmp_path_factory.getbasetemp())


@pytest.fixture
def shipped_store(fresh_store: Path, tmp_path: Path) -> Path:
    """A data directory with the shipped corpus, of the test's own."""
    return Path(shutil.copytree(fresh_store, tmp_path / "shipped"))


@pytest.fixture
def command(
    filled: Path,
    stand_ins: StandIns,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Command:
    """Run one command on a store of the test's own; `at` says where services are asked."""
    folder = tmp_path / "store"
    shutil.copytree(filled, folder)
    monkeypatch.chdir(tmp_path)

    def ran(*arguments: str, at: str = stand_ins.address) -> Ran:
        given = {"data_dir": str(folder), "guide": str(SMALL_GUIDE), "stand_ins": at}
        for name, value in given.items():
            monkeypatch.setenv(f"RESEARCH_AGENT_{name.upper()}", value)
        monkeypatch.setenv("COLUMNS", "80")
        code = run(arguments)
        out, err = capsys.readouterr()
        return Ran(code, out, err)

    return ran


def words(text: str) -> str:
    return " ".join(text.split())


def too_wide(text: str) -> list[str]:
    """Lines of more than 80 columns that no address makes so wide."""
    return [line for line in text.splitlines() if len(line) > 80 and "://" not in line]


# --- add --------------------------------------------------------------------------------------------------------------


def test_a_paper_is_added_by_its_doi_and_who_said_what_is_kept(command: Command) -> None:
    added = command("sources", "add", PAPER, "--domain", "2", "--json")
    assert added.code == 0
    source = added.json["taken_in"]["source"]
    assert [one["domain"] for one in added.json["taken_in"]["placed"]] == ["2"]

    shown = command("source", source, "--json").json
    assert {"crossref", "openalex", "semantic_scholar"} <= {one["service"] for one in shown["provenance"]}
    assert all(one["address"] and one["at"] and one["raw"] for one in shown["provenance"])
    assert shown["verification"] is None
    assert shown["existence"]["on"] is not None


def test_says_who_is_answered_for_a_live_source(command: Command) -> None:
    source = command("sources", "add", POST, *BLOG, "--domain", "2", "--json").json["taken_in"]["source"]
    text = words(command("source", source).out)
    assert "Told of by • web: https://example.org/stand-ins/blog-timeouts" in text
    assert "Last look" not in text
    assert "bullets" not in text  # nobody declared any

    assert command("sources", "verify", source).code == 0
    looked = command("source", source)
    assert "Last look at its names and address" in words(looked.out)
    assert "• verified: address at Web pages" in words(looked.out)
    assert command("source", source, "--json").json["verification"]["state"] == "verified"


def test_added_twice_it_is_brought_up_to_date(command: Command) -> None:
    first = command("sources", "add", POST, *BLOG, "--domain", "2")
    again = command("sources", "add", POST, *BLOG)
    assert (first.code, again.code) == (0, 0)
    assert "Added as " in first.out
    assert "serves domain 2 (field-reports; " in words(first.out)
    assert "Brought up to date:" in again.out
    assert "serves domain 2, as before" in words(again.out)
    assert too_wide(first.out + again.out) == []


def test_what_a_person_knows_it_to_be_is_what_it_is(command: Command) -> None:
    added = command("sources", "add", POST, "--kind", "talk", "--domain", "1")
    assert ", talk" in added.out
    assert "domain 1 (teaching; " in words(added.out)


def test_a_work_that_serves_no_domain_says_why_and_what_to_do(command: Command) -> None:
    added = command("sources", "add", POST, "--domain", "2")
    assert added.code == 0
    assert "serves no domain: the guide" in words(added.out)
    assert "no category for a work of the kind community_post. Say where" in words(added.out)


def test_a_work_that_was_retracted_says_so_first(command: Command) -> None:
    added = command("sources", "add", RETRACTED, "--domain", "1")
    assert added.code == 0
    assert "\n   Retracted\n" in added.out
    assert added.out.index("Retracted") < added.out.index("Observed:")


def test_no_such_work_is_told_apart_from_nobody_could_look(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("research_agent.searching.LOOKING_UP", 3.0)
    unknown = command("sources", "add", "10.5555/nobody-knows.1")
    assert unknown.code == 5
    assert "No such work: DOI 10.5555/nobody-knows.1, no such record at Crossref" in words(unknown.out)

    unasked = command("sources", "add", "RFC 99901", "--json", at=NOBODY)
    assert unasked.code == 4
    assert unasked.json["looked_up"]["state"] == "not_checked"
    assert unasked.json["taken_in"] is None


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "Nothing was given"),
        ("retry budgets", "no DOI, arXiv id, RFC"),
        ("x" * 10_000, "no DOI, arXiv id, RFC"),
        ("a\0b", "no DOI, arXiv id, RFC"),
        ("ftp://example.org/x", "only http and https"),
        ("file:///etc/passwd", "only http and https"),
        ("http://127.0.0.1:1/", "this machine's own"),
        ("http://169.254.169.254/", "metadata service"),
        (".", "is a folder"),
        ("notes.md", "notes.md holds no records"),
        ("example.org/page", "Is https://example.org/page meant?"),
        ("10.1145/", "'10.1145/' is no DOI, arXiv id, RFC, draft, repository or address. Give one of"),
        ("gone.jsonl", "no file gone.jsonl"),
        ("/gone/away", "no file /gone/away"),
    ],
)
def test_what_can_not_be_added_is_refused_in_a_line_and_nobody_is_asked(
    command: Command, stand_ins: StandIns, given: str, said: str
) -> None:
    Path("notes.md").write_text("# Notes\n\nOn retries.\n", encoding="utf-8")
    before = len(stand_ins.asked())
    refused = command("sources", "add", given)
    assert refused.code == 2
    assert said in refused.err
    assert refused.err.count("\n") == 1
    assert len(refused.err) < 500
    assert len(stand_ins.asked()) == before


@pytest.mark.parametrize(
    "arguments",
    [
        ("add", PAPER, "--domain", "nowhere"),
        ("add", PAPER, "--kind", "poem"),
        ("find", "retry", "--service", "nobody"),
        ("find", PAPER, "--service", "nobody"),
        ("find", "retry", "--domain", "nowhere"),
        ("verify", "nobody-2020"),
    ],
)
def test_a_misspelt_name_is_told_with_those_that_there_are(
    command: Command, stand_ins: StandIns, arguments: tuple[str, ...]
) -> None:
    before = len(stand_ins.asked())
    refused = command("sources", *arguments)
    assert refused.code == 2
    assert "There is no " in refused.err
    assert "Known: " in refused.err
    assert len(stand_ins.asked()) == before


# --- find -------------------------------------------------------------------------------------------------------------


def test_words_find_works_with_who_told_of_them(command: Command) -> None:
    found = command("sources", "find", "retry budget", "--service", "crossref", "--limit", "2")
    assert found.code == 0
    text = words(found.out)
    assert "1. Stand-in: Retry Budgets Under Partial Failure" in text
    assert "told of by Crossref." in text
    assert "answered, with so many records: Crossref " in text
    assert too_wide(found.out) == []


def test_since_keeps_earlier_works_out(command: Command) -> None:
    found = command("sources", "find", "retry budget", "--service", "crossref", "--since", "2024", "--json")
    years = [one["source"]["year"] for one in found.json["found"]["works"]]
    assert years
    assert min(years) >= 2024


def test_a_service_that_is_down_is_not_checked_and_no_empty_list(command: Command) -> None:
    found = command("sources", "find", "retry budget", "--service", "crossref", "--service", "dblp", "--seconds", "5")
    assert found.code == 4
    assert found.out.startswith("Not everything was looked at. Not checked: DBLP.")
    assert "not checked DBLP: " in found.out
    assert words(found.out).count("were asked in the place of all services") == 1
    assert "Retry Budgets" in found.out


def test_for_a_domain_works_are_taken_in_or_left_out_with_the_reason(command: Command) -> None:
    found = command("sources", "find", PAPER, "--domain", "3")
    assert found.code == 0
    assert "Left out: what is known of its text comes near no bullet" in words(found.out)
    assert command("sources", "add", PAPER).code == 0
    assert "In the library as" in command("sources", "find", PAPER).out


def test_nobody_knows_it_and_nobody_answered_are_two_answers(command: Command) -> None:
    nothing = command("sources", "find", "10.5555/nobody-knows.1")
    assert (nothing.code, "No such work: no such record at Crossref" in nothing.out) == (5, True)
    nobody = command("sources", "find", "retry", "--service", "crossref", "--seconds", "5", at=NOBODY)
    assert nobody.code == 4
    assert "No service answered." in nobody.out
    assert "not checked Crossref: no network" in words(nobody.out)


def test_services_that_failed_for_one_reason_are_told_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    down = [
        ServiceOutcome(service=name.lower(), title=name, state="not_checked", why=f"no network: {name} is not there")
        for name in ("arXiv", "DBLP")
    ]
    show_outcomes(down)
    assert words(capsys.readouterr().out) == "not checked arXiv, DBLP: no network"


def test_nobody_who_could_be_asked_is_no_answer(command: Command) -> None:
    unasked = command("sources", "find", "retry", "--service", "brave", at="")
    assert unasked.code == 4
    assert "No service answered." in unasked.out


def test_a_name_is_as_unknown_when_it_is_found_as_when_it_is_added(command: Command) -> None:
    """The web archive can't say that there is no copy; that nobody issued such an RFC is known all the same."""
    found, added = (command("sources", verb, "RFC 88888", "--json") for verb in ("find", "add"))
    assert (found.code, added.code) == (5, 5)
    assert found.json["not_found"] == added.json["looked_up"]["why"] != ""


def test_of_named_services_only_those_are_told_of(command: Command) -> None:
    unasked = command("sources", "find", "retry", "--service", "brave", at="")
    assert ("Brave Search" in unasked.out, "Tavily" in unasked.out) == (True, False)


def test_words_and_names_need_no_quotation_marks(command: Command) -> None:
    assert command("sources", "find", "retry", "budget", "--service", "crossref", "--limit", "1").code == 0
    assert command("sources", "add", "RFC", "99901", "--json").json["looked_up"]["name"] == "99901"


@pytest.mark.parametrize("given", ["https://example.org/a page", "http://localhost/x", "ftp://example.org/x y"])
def test_an_address_that_can_not_be_asked_is_never_told_to_services_as_words(
    command: Command, stand_ins: StandIns, given: str
) -> None:
    before = len(stand_ins.asked())
    refused = command("sources", "find", given)
    assert (refused.code, refused.err.count("\n")) == (2, 1)
    assert len(stand_ins.asked()) == before


def test_services_that_want_a_key_are_named_with_what_they_want(capsys: pytest.CaptureFixture[str]) -> None:
    show_outcomes(
        [
            ServiceOutcome(service="brave", title="Brave Search", state="not_asked", why="it wants a key"),
            ServiceOutcome(service="exa", title="Exa", state="not_asked", why="it wants a key"),
            ServiceOutcome(service="web", title="Web pages", state="not_asked", why="it can't be asked this"),
        ]
    )
    assert words(capsys.readouterr().out) == "not asked, as it wants a key: Brave Search, Exa"


# --- verify -----------------------------------------------------------------------------------------------------------


def test_a_look_at_all_goes_on_where_it_stopped(command: Command) -> None:
    first = command("sources", "verify", "--all", "--seconds", "5", "--json")
    again = command("sources", "verify", "--all", "--seconds", "5", "--json")
    settled = {one["source"] for one in first.json["verifications"] if one["state"] != "not_checked"}
    assert settled
    assert again.json["earlier"] == len(settled)
    assert settled.isdisjoint(one["source"] for one in again.json["verifications"])


def test_several_names_give_a_line_for_what_is_in_question(command: Command) -> None:
    retracted = command("sources", "add", RETRACTED, "--domain", "1", "--json").json["taken_in"]["source"]
    post = command("sources", "add", POST, "--domain", "1", "--json").json["taken_in"]["source"]
    looked = command("sources", "verify", retracted, post)
    assert looked.code == 5
    assert f"verified {retracted} retracted" in words(looked.out)
    assert f"verified {post}" not in words(looked.out)
    assert "2 sources looked at: 2 verified" in looked.out


def test_a_retracted_work_is_told_by_the_exit_code_however_real_it_is(command: Command) -> None:
    command("sources", "add", RETRACTED, "--domain", "1")
    looked = command("sources", "verify", RETRACTED, "--json")
    assert (looked.code, looked.json["state"]) == (5, "verified")
    assert command("sources", "add", PAPER, "--domain", "1").code == 0
    assert command("sources", "verify", f"https://doi.org/{PAPER}").code == 0


def test_a_name_that_the_library_does_not_hold_is_told_and_nobody_is_asked(
    command: Command, stand_ins: StandIns
) -> None:
    before = len(stand_ins.asked())
    refused = command("sources", "verify", PAPER)
    assert refused.code == 2
    assert f"The library holds no work under DOI {PAPER}. Add it first, by this name." in refused.err
    assert len(stand_ins.asked()) == before


def test_a_source_that_is_named_twice_is_looked_at_once(command: Command) -> None:
    held = command("sources", "add", PAPER, "--domain", "1", "--json").json["taken_in"]["source"]
    looked = command("sources", "verify", held, PAPER, "--json")
    assert (looked.code, looked.json["source"]) == (0, held)


def test_names_or_all_and_not_both(command: Command) -> None:
    for arguments in ([], ["someone", "--all"]):
        refused = command("sources", "verify", *arguments)
        assert (refused.code, "Name sources, or say --all." in refused.err) == (2, True)


def test_nobody_could_look_is_not_checked(command: Command) -> None:
    source = command("sources", "add", POST, "--domain", "1", "--json").json["taken_in"]["source"]
    looked = command("sources", "verify", source, "--seconds", "5", at=NOBODY)
    assert looked.code == 4
    assert "not checked" in looked.out


# --- status and research ----------------------------------------------------------------------------------------------


def test_the_status_says_what_each_can_do_and_how_it_answered_last(command: Command) -> None:
    before = command("sources", "status")
    assert before.code == 0
    assert too_wide(before.out) == []
    assert "semantic_scholar" in before.out
    assert "none yet" in before.out
    assert "Stand-ins are asked in the place of all of them" in words(before.out)
    command("sources", "find", "retry", "--service", "crossref", "--limit", "1")
    told = {one["name"]: one for one in command("sources", "status", "--json").json}
    assert told["crossref"]["last"]["state"] == "answered"
    assert told["arxiv"]["last"] is None


def test_without_stand_ins_the_status_names_what_has_to_be_set(command: Command) -> None:
    told = words(command("sources", "status", at="").out)
    assert "Not asked until something is set: " in told
    assert "RESEARCH_AGENT_" in told
    assert "Stand-ins" not in told


def test_a_search_that_nobody_answers_is_named_and_the_bibliography_is_made(command: Command, tmp_path: Path) -> None:
    done = command("research", "1", "--live", "--seconds", "5", "--out", str(tmp_path / "out"), "--json", at=NOBODY)
    assert done.code == 4
    written = next((tmp_path / "out").glob("*/bibliography.json"))
    bibliography = json.loads(written.read_text())
    (first, *_) = bibliography["search"]["rounds"]
    assert {one["state"] for one in first["services"]} <= {"not_checked", "not_asked"}
    assert bibliography["entries"]


def test_seconds_go_with_live(command: Command) -> None:
    refused = command("research", "1", "--seconds", "30")
    assert (refused.code, "goes with --live" in refused.err) == (2, True)


# --- Python -----------------------------------------------------------------------------------------------------------


def test_the_documented_python_runs(
    shipped_store: Path, stand_ins: StandIns, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (Path(__file__).parents[1] / "docs" / "python-api.md").read_text(encoding="utf-8")
    example = page.split("## Live sources")[1].split("```python\n")[1].split("```")[0]
    given = f"Settings(search_seconds=5, data_dir={str(shipped_store)!r}, stand_ins={stand_ins.address!r})"
    code = example.replace("Settings(search_seconds=60)", given)
    assert code != example
    exec(compile(code, "python-api.md", "exec"), {})
    told = capsys.readouterr().out
    assert "dean-2013-tail-at-scale ['crossref', " in told
    assert "DBLP not_checked" in told
    assert "dean-2013-tail-at-scale verified" in told
    assert "optimal" in told
