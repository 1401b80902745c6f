"""Print what the library knows: hits, sources, reasons, decisions."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from research_agent.cli.show_results import level_style, radar_bar
from research_agent.cli.terminal import console, plain, say_next, show_json, table_of
from research_agent.model.answers import Why, Withdrawn
from research_agent.model.library import Hit
from research_agent.model.quotation import quoted
from research_agent.model.radar import Decision, Evaluation
from research_agent.model.source import Existence, Source

if TYPE_CHECKING:
    from rich.console import RenderableType


def show_hits(query: str, hits: Sequence[Hit], *, as_json: bool) -> None:
    """Search results with the passage and the rank in each list."""
    if as_json:
        return show_json(hits)
    out = console()
    if not hits:
        return out.print(f"Nothing in the library matches {plain(query)!r} with these filters.")
    for number, hit in enumerate(hits, start=1):
        ranks = [
            f"meaning #{hit.vector_rank}, cosine {hit.similarity:.2f}" if hit.vector_rank and hit.similarity else "",
            f"words #{hit.lexical_rank}, BM25 {hit.bm25:.1f}" if hit.lexical_rank and hit.bm25 else "",
        ]
        place = hit.passage.part.replace("_", " ")
        out.print(f"[bold]{number}. {plain(hit.title)}[/]  [cyan]{hit.passage.source}[/]")
        out.print(f"   {plain(quoted(hit.passage.text, hit.passage.where))}")
        why = "; ".join(filter(None, ranks))
        out.print(f"   [dim]domain {hit.passage.domain}, {place} · {why}[/]")
    return say_next("research-agent source ID shows all of one.")


def show_source(source: Source, citation: str, *, as_json: bool) -> None:
    """All that is known of a source."""
    if as_json:
        return show_json(source)
    out = console()
    out.print(f"[bold]{plain(source.title)}[/]  [cyan]{source.id}[/]")
    out.print(plain(citation))
    out.print(f"[dim]Opens at[/] {plain(source.url)}", soft_wrap=True)
    out.print(f"[dim]Exists?[/] {plain(_seen(source.existence))}", soft_wrap=True)
    reviewed = {True: "peer reviewed", False: "not peer reviewed", None: "peer review not observed"}
    out.print(f"[dim]Kind[/] {source.kind}, {reviewed[source.peer_reviewed]}; [dim]behind it[/] {plain(source.origin)}")
    if source.aliases:
        out.print(f"[dim]Also known as[/] {', '.join(source.aliases)}")
    for placement in source.placements:
        out.print(f"\n[bold]Domain {placement.domain}[/], {placement.category}, bullets {', '.join(placement.focus)}")
        out.print(plain(placement.summary))
        for point in placement.key_points:
            place = f" [dim]({plain(point.where)})[/]" if point.where else ""
            out.print(f"  • {plain(quoted(point.text, point.where))}{place}")
        if placement.code_pattern:
            out.print(f"  [green]{plain(placement.code_pattern.library)}[/]: {plain(placement.code_pattern.idea)}")
    return None


def show_why(why: "Why", *, as_json: bool) -> None:
    """Why a source is in or out, with its RADAR judgements."""
    if as_json:
        return show_json(why)
    out = console()
    verdict = "[green]in[/]" if why.chosen else "[yellow]out[/]"
    out.print(f"[bold]{plain(why.title)}[/], domain {why.domain}: {verdict}")
    for reason in why.reasons:
        out.print(f"  • {plain(reason)}")
    out.print(_judgements(why.evaluation))
    return None


def show_decision(decision: Decision, *, as_json: bool) -> None:
    """What was kept of a person's decision, and what to run next."""
    if as_json:
        return show_json(decision)
    what = {
        "judge": f"{decision.criterion} of {decision.source} is level {decision.level}",
        "pin": f"{decision.source} will stand",
        "ban": f"{decision.source} will not stand",
    }[decision.action]
    console().print(f"Kept: {what} in domain {decision.domain}.")
    return say_next(f"research-agent research {decision.domain} makes the bibliography anew.")


def show_withdrawn(withdrawn: "Withdrawn", *, as_json: bool) -> None:
    """What was taken back."""
    if as_json:
        return show_json(withdrawn)
    if not withdrawn.decisions:
        return console().print(f"There was no decision on {withdrawn.source} in domain {withdrawn.domain}.")
    taken = ", ".join(" ".join(filter(None, (d.action, d.criterion))) for d in withdrawn.decisions)
    return console().print(f"Taken back for {withdrawn.source} in domain {withdrawn.domain}: {taken}.")


def _judgements(evaluation: Evaluation) -> "RenderableType":
    table = table_of(
        "Criterion",
        "",
        "Level",
        "Reason",
        "Confidence",
        title=f"RADAR ({evaluation.rubric}), total {evaluation.total:.2f}",
    )
    for judgement in evaluation.judgements:
        table.add_row(
            judgement.criterion.capitalize(),
            f"[{level_style(judgement.level)}]{radar_bar(judgement.level)}[/]",
            plain(judgement.word),
            plain(judgement.reason),
            f"{judgement.confidence:.0%}",
        )
    return table


def _seen(existence: Existence) -> str:
    """What is known of a work's existence, in a line."""
    facts = (
        existence.told,
        f"on {existence.on}" if existence.on else "",
        f"at {existence.where}" if existence.where else "",
        existence.why,
    )
    return f"{existence.state.replace('_', ' ')}: {' '.join(filter(None, facts))}"
