"""Commands that keep things in order: guides, the corpus, and the doctor."""

from pathlib import Path
from typing import Annotated

import typer

from research_agent.cli.options import ForceOption, GuideOption, JsonOption
from research_agent.cli.researching import DONE_WITH_GAPS

guides = typer.Typer(help="Read in a guide of your own, list guides.", no_args_is_help=True)
corpus = typer.Typer(help="Check and describe the pools, rebuild their vectors.", no_args_is_help=True)

FolderOption = Annotated[
    Path | None, typer.Option("--folder", help="Folder of pools.", show_default="the guide's own pools")
]


def doctor(
    repair: Annotated[bool, typer.Option("--repair", help="Rebuild both indexes from the catalogue.")] = False,
    reembed: Annotated[
        bool, typer.Option("--reembed", help="Re-embed everything with the embedder that is set now.")
    ] = False,
    guide: GuideOption = None,
    json: JsonOption = False,
) -> None:
    """Say what is in use, what is missing, how to mend it."""
    from research_agent.cli.session import diagnose
    from research_agent.cli.show_upkeep import show_diagnosis

    findings = diagnose(guide=guide, repair=repair, reembed=reembed, quiet=json)
    show_diagnosis(findings, as_json=json)
    if any(finding.state == "broken" for finding in findings):
        raise typer.Exit(3)


@guides.command("import")
def guide_import(
    file: Annotated[Path, typer.Argument(help="Markdown or YAML file.", show_default=False)],
    name: Annotated[
        str | None, typer.Option("--id", help="Id to keep it under.", show_default="from its title")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Write the YAML to this file as well.")] = None,
    force: ForceOption = False,
    json: JsonOption = False,
) -> None:
    """Read a guide as people write it, and keep it.

    Says of each part whether it was read or is a default. Pools of sources in a folder "sources"
    beside it come along.
    """
    from research_agent.cli.session import settings
    from research_agent.cli.show_upkeep import show_guide
    from research_agent.guides import keep_guide

    kept = keep_guide(file, settings().data_dir, guide_id=name, out=out, force=force)
    show_guide(kept, as_json=json)


@guides.command("list")
def guide_list(json: JsonOption = False) -> None:
    """List the guides that are here."""
    from research_agent.cli.session import settings
    from research_agent.cli.show_upkeep import show_guides
    from research_agent.guides import known_guides

    show_guides(known_guides(settings().data_dir), as_json=json)


@corpus.command("check")
def corpus_check(
    folder: FolderOption = None,
    guide: GuideOption = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 4 for a warning, too.")] = False,
    libraries: Annotated[
        bool,
        typer.Option(
            "--libraries", help="Instead: look up the names in code patterns in the libraries installed here."
        ),
    ] = False,
    json: JsonOption = False,
) -> None:
    """Check every record of the pools.

    Fields, lengths, dates, evidence, counts, recency, identity, contradictions, wording that recurs.
    """
    from research_agent.cli.session import checked_corpus, checked_libraries
    from research_agent.cli.show_upkeep import show_corpus_report, show_unknown_names

    if libraries:
        return show_unknown_names(checked_libraries(guide=guide, folder=folder), as_json=json)
    report = checked_corpus(guide=guide, folder=folder)
    show_corpus_report(report, as_json=json)
    if report.problems or (strict and report.warnings):
        raise typer.Exit(DONE_WITH_GAPS)
    return None


@corpus.command("report")
def corpus_report(folder: FolderOption = None, guide: GuideOption = None, json: JsonOption = False) -> None:
    """Describe the pools as Markdown, on standard output.

    Counts, coverage, recency, publishers, how much was read, signals; charts in Mermaid.
    """
    from research_agent.cli.session import described_corpus
    from research_agent.cli.show_upkeep import show_corpus_description

    show_corpus_description(described_corpus(guide=guide, folder=folder), as_json=json)


@corpus.command("embed")
def corpus_embed(guide: GuideOption = None, json: JsonOption = False) -> None:
    """Recompute the vectors that ship with the corpus."""
    from research_agent.cli.session import embed_corpus, following
    from research_agent.cli.show_upkeep import show_embedded

    with following(quiet=json) as progress:
        show_embedded(embed_corpus(guide=guide, progress=progress), as_json=json)
