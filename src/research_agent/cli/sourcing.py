"""Commands about sources that are not there yet, or not looked at: add, find, verify, and the services to ask."""

from pathlib import Path
from typing import Annotated

import typer

from research_agent.cli.options import GuideOption, JsonOption, SecondsOption
from research_agent.cli.researching import DONE_WITH_GAPS
from research_agent.errors import UsageError

sources = typer.Typer(help="Add, find and verify sources; see which services can be asked.", no_args_is_help=True)

LOOKED_AT_AND_NO = 5
"""Exit code: everything was looked at, and the answer is no. Asking again changes nothing, unlike after 4."""

_OF_RECORDS = (".jsonl", ".json", ".ndjson")
_OF_A_PATH = ("/", "./", "../", "~/")
_SHOWN = 200
"""Characters of a path that is not there."""
_BEGINNING = 4_096
"""Bytes of a file that are looked at before it is taken for one of records."""
_VERIFYING = 600.0
"""Seconds that a look at every source may take before it stops; it goes on where it stopped."""

DomainsOption = Annotated[
    list[str] | None,
    typer.Option("--domain", "-d", help="Domain that it is to serve; may stand twice.", show_default="the nearest"),
]


@sources.command("add", epilog="Example: research-agent sources add 10.1145/2408776.2408794 --domain 2")
def sources_add(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="WORK", help="DOI, arXiv id, RFC, repository or address; or a JSONL file, - for standard input."
        ),
    ],
    *,
    domain: DomainsOption = None,
    kind: Annotated[
        str | None, typer.Option("--kind", help="What it is, where services can't know: engineering_blog, ...")
    ] = None,
    guide: GuideOption = None,
    json: JsonOption = False,
) -> None:
    """Add a work by its name, or records of your own.

    A name (DOI, arXiv id, "RFC 9110", address) is looked up at the services that know such names, and its page or open
    text is read; that needs a network. It serves the domains that its text comes near, or those of --domain. Of a file,
    a JSON record a line, broken lines are named and left out.

    Exit codes: 4, not all could be looked at; 5, there is no such work.
    """
    from research_agent.cli.session import workspace
    from research_agent.cli.show_services import show_stand_ins
    from research_agent.cli.show_sources import show_added_work
    from research_agent.cli.show_upkeep import show_added

    what = " ".join(words)  # RFC 9110, without quotation marks
    if _is_file(what):
        _check_there(what)
        if domain or kind:
            raise UsageError("The records of a file say themselves what they are and which domains they serve.")
        with workspace(guide=guide) as agent:
            piped = typer.get_text_stream("stdin") if what == "-" else None
            added = agent.add_sources(piped) if piped else agent.add_sources_file(Path(what))
            show_added(added, as_json=json)
        if added.problems:
            raise typer.Exit(DONE_WITH_GAPS)
        return
    from research_agent.live.lookup import named
    from research_agent.searching import add_work, asking
    from research_agent.workspace import kind_named

    named(what)  # nothing is opened for what names no work
    with workspace(guide=guide) as agent:
        of = kind_named(kind) if kind else None
        work = asking(agent.settings, lambda services: add_work(agent, what, services, domains=domain or [], kind=of))
        show_added_work(work, as_json=json)
        if not json:
            show_stand_ins(agent.settings.stand_ins)
    if work.looked_up.state == "not_found":
        raise typer.Exit(LOOKED_AT_AND_NO)
    if work.looked_up.not_checked or work.taken_in is None:
        raise typer.Exit(DONE_WITH_GAPS)


@sources.command("find", epilog='Example: research-agent sources find "tail latency" --domain 2 --since 2021')
def sources_find(
    words: Annotated[
        list[str], typer.Argument(metavar="WORDS", help='Words; "in quotes" they are a phrase.', show_default=False)
    ],
    *,
    domain: Annotated[
        str, typer.Option("--domain", "-d", help="Take in what comes near this domain.", show_default="only show")
    ] = "",
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=100, help="Works at most.")] = 20,
    since: Annotated[
        int | None, typer.Option("--since", min=1400, max=2100, help="Earliest year.", show_default="any")
    ] = None,
    service: Annotated[
        list[str] | None,
        typer.Option("--service", "-s", help="Ask this service; may stand twice.", show_default="all that can search"),
    ] = None,
    seconds: SecondsOption = None,
    guide: GuideOption = None,
    json: JsonOption = False,
) -> None:
    """Ask scholarly indexes and the web for works.

    What several services tell of one work is shown as one. A service that failed is named: it is not checked.

    Exit codes: 4, not all could be looked at; 5, every service that was asked answered, and none knows such a work.
    """
    from research_agent.cli.session import following, workspace
    from research_agent.cli.show_services import show_stand_ins
    from research_agent.cli.show_sources import show_found
    from research_agent.searching import asking, find_sources

    with workspace(guide=guide, search_seconds=seconds) as agent:
        with following(quiet=json) as progress:
            found = asking(
                agent.settings,
                lambda services: find_sources(
                    agent,
                    " ".join(words),
                    services,
                    domain=domain,
                    wanted=limit,
                    since=since,
                    services_named=service or (),
                    progress=progress,
                ),
            )
        show_found(found, domain=domain, named=service or (), as_json=json)
        if not json:
            show_stand_ins(agent.settings.stand_ins)
    if found.not_found:
        raise typer.Exit(LOOKED_AT_AND_NO)
    answered = any(one.state == "answered" for one in found.found.outcomes)
    if found.not_checked or not answered:
        raise typer.Exit(DONE_WITH_GAPS)
    if not found.found.works:
        raise typer.Exit(LOOKED_AT_AND_NO)


@sources.command("verify", epilog="Example: research-agent sources verify --all")
def sources_verify(
    names: Annotated[
        list[str] | None, typer.Argument(help="Sources by id, DOI, arXiv id, RFC or address.", show_default=False)
    ] = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="Every source of the guide, those not looked at first.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Also what an earlier look has settled.")] = False,
    seconds: Annotated[
        float, typer.Option("--seconds", min=5, max=86_400, help="When to stop; the next time goes on from there.")
    ] = _VERIFYING,
    guide: GuideOption = None,
    json: JsonOption = False,
) -> None:
    """Look at sources' addresses and identifiers: are they what the records say?

    verified, contradicted, unverifiable, or not checked: with what was seen, where and when.

    Exit codes: 4, something was not checked or is unverifiable; 5, a name leads to another work, or a work was
    retracted or withdrawn.
    """
    from research_agent.cli.session import following, workspace
    from research_agent.cli.show_services import show_stand_ins
    from research_agent.cli.show_verification import show_verification, show_verification_report
    from research_agent.live.verify import speaks_against
    from research_agent.searching import asking, held_source, verify_sources

    if bool(names) == every:
        raise UsageError("Name sources, or say --all.")
    with workspace(guide=guide) as agent:
        ids = [held_source(agent, name).id for name in names or ()]  # a misspelt one is told before anybody is asked
        with following(quiet=json) as progress:
            report = asking(
                agent.settings,
                lambda services: verify_sources(
                    agent, ids, services, progress=progress, again=again or bool(ids), seconds=seconds
                ),
            )
        if ids and len(report.verifications) == 1:
            show_verification(report.verifications[0], as_json=json)
        else:
            show_verification_report(report, as_json=json)
        if not json:
            show_stand_ins(agent.settings.stand_ins)
    if report.earlier_against or any(map(speaks_against, report.verifications)):
        raise typer.Exit(LOOKED_AT_AND_NO)
    if report.incomplete or any(one.state != "verified" for one in report.verifications):
        raise typer.Exit(DONE_WITH_GAPS)


@sources.command("status")
def sources_status(json: JsonOption = False) -> None:
    """Show the services: what each can do, its terms, its key, its last answer.

    What is marked as proved was proved by tests against recorded shapes of the service's answers.
    """
    from research_agent.cli.session import settings
    from research_agent.cli.show_services import show_statuses
    from research_agent.live.status import service_statuses

    show_statuses(service_statuses(settings()), as_json=json)


def _is_file(what: str) -> bool:
    """Whether records are meant and no name of a work: it lies here, or its form is that of a path."""
    if "://" in what:
        return False
    return what == "-" or what.lower().endswith(_OF_RECORDS) or what.startswith(_OF_A_PATH) or _lies_here(what)


def _check_there(what: str) -> None:
    """Refuse what is no file.

    Raises:
        UsageError: there is none, it is a folder, or it evidently holds no records.
    """
    if what == "-":
        return
    if not _lies_here(what):
        raise UsageError(f"There is no file {what[:_SHOWN]}. Nothing was added.")
    if Path(what).is_dir():
        raise UsageError(f"{what} is a folder. Nothing was added. Name a file of records in it.")
    if not what.lower().endswith(_OF_RECORDS) and not _begins_with_a_record(Path(what)):
        raise UsageError(f"{what} holds no records: they are JSON, one a line. Nothing was added.")


def _begins_with_a_record(file: Path) -> bool:
    """Whether the beginning of a file looks like JSON; of one that can't be read, reading it says why."""
    try:
        with file.open("rb") as opened:
            start = opened.read(_BEGINNING).lstrip(b"\xef\xbb\xbf").lstrip()
    except OSError:
        return True
    return not start or start.startswith(b"{")


def _lies_here(what: str) -> bool:
    try:
        return bool(what.strip()) and Path(what).exists()
    except (OSError, ValueError):  # longer than names may be, or with a NUL in it
        return False
