"""Print what the library knows: hits, sources, reasons, decisions."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from research_agent.cli.show_results import level_style, radar_bar
from research_agent.cli.show_signals import alarming, each_once, remarkable
from research_agent.cli.terminal import console, plain, say_next, show_indented, show_json, table_of
from research_agent.model.answers import Why, Withdrawn
from research_agent.model.candidate import Provenance
from research_agent.model.library import Hit
from research_agent.model.quotation import quoted
from research_agent.model.radar import Decision, Evaluation
from research_agent.model.source import Existence, Placement, Source
from research_agent.model.verification import Verification

if TYPE_CHECKING:
    from rich.console import RenderableType

_INDENT: Final = 3
"""Of what stands below a numbered hit."""


def show_hits(query: str, hits: Sequence[Hit], *, as_json: bool) -> None:
    """Search results with the passage and the rank in each list."""
    if as_json:
        return show_json(hits)
    out = console()
    if not hits:
        return out.print(f"Nothing in the library matches {plain(query)!r} with these filters.")
    for number, hit in enumerate(hits, start=1):
        ranks = [
            f"meaning #{hit.vector_rank}" if hit.vector_rank else "",
            f"cosine {hit.similarity:.2f}",
            f"words #{hit.lexical_rank}, BM25 {hit.bm25:.1f}" if hit.lexical_rank and hit.bm25 else "",
        ]
        place = hit.passage.part.replace("_", " ")
        out.print(f"[bold]{number}. {plain(hit.title)}[/]  [cyan]{hit.passage.source}[/]")
        show_indented(plain(quoted(hit.passage.text, hit.passage.where)), _INDENT)
        why = ", ".join(filter(None, ranks))
        show_indented(f"[dim]domain {hit.passage.domain}, {place} · {why}[/]", _INDENT)
    return say_next("research-agent source ID shows all of one.")


def show_source(
    source: Source,
    citation: str,
    provenance: Sequence[Provenance],
    verification: Verification | None,
    *,
    as_json: bool,
) -> None:
    """All that is known of a source, and from whom: as JSON its record with `provenance` and `verification`."""
    if as_json:
        return show_json({**source.model_dump(mode="json"), "provenance": provenance, "verification": verification})
    out = console()
    out.print(f"[bold]{plain(source.title)}[/]  [cyan]{source.id}[/]")
    out.print(plain(citation))
    out.print(f"[dim]Opens at[/] {plain(source.url)}", soft_wrap=True)
    out.print(f"[dim]Exists?[/] {plain(_seen(source.existence))}", soft_wrap=True)
    reviewed = {True: "peer reviewed", False: "not peer reviewed", None: "peer review not observed"}
    out.print(f"[dim]Kind[/] {source.kind}, {reviewed[source.peer_reviewed]}; [dim]behind it[/] {plain(source.origin)}")
    if source.aliases:
        out.print(f"[dim]Also known as[/] {', '.join(source.aliases)}")
    for said in each_once(alarming(source.signals)):
        out.print(f"[bold red]{plain(said[:1].upper())}{plain(said[1:])}[/]")
    for placement in source.placements:
        _show_placement(placement)
    _show_observed(source)
    _show_provenance(provenance)
    if verification is not None:
        out.print(f"\n[bold]Last look[/] at its names and address, {verification.at:%Y-%m-%d}")
        out.print(f"  • {verification.state.replace('_', ' ')}: {plain(verification.why)}")
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


def _show_placement(placement: Placement) -> None:
    """What a source is read for in a domain; a live one has no summary, and its bullets are found by nearness."""
    out = console()
    bullets = f", bullets {', '.join(placement.focus)}" if placement.focus else ""
    out.print(f"\n[bold]Domain {placement.domain}[/], {placement.category}{bullets}")
    if placement.summary:
        out.print(plain(placement.summary))
    for point in placement.key_points:
        place = f" [dim]({plain(point.where)})[/]" if point.where else ""
        show_indented(f"• {plain(quoted(point.text, point.where))}{place}", 2, hanging=2)
    if placement.code_pattern:
        pattern = f"[green]{plain(placement.code_pattern.library)}[/]: {plain(placement.code_pattern.idea)}"
        show_indented(pattern, 2)


def _show_observed(source: Source) -> None:
    """What was observed of a source, each fact with the first place at which it was seen."""
    said = each_once(remarkable(source.signals))
    if said:
        console().print("\n[bold]Observed[/]")
    for fact, signals in said.items():
        first = signals[0]
        more = f" and {len(signals) - 1} more" if len(signals) > 1 else ""
        on = f", {first.on}" if first.on else ""
        console().print(f"  • {plain(fact)} [dim]({plain(first.where)}{more}{on})[/]", soft_wrap=True)


def _show_provenance(provenance: Sequence[Provenance]) -> None:
    """Which services told of a source: their record of it, the day, the licence of what they said."""
    if provenance:
        console().print("\n[bold]Told of by[/]")
    for one in provenance:
        licence = f"; metadata: {one.licence}" if one.licence else ""
        told = f"{plain(one.record or one.address)} [dim]({one.at:%Y-%m-%d}{plain(licence)})[/]"
        console().print(f"  • {plain(one.service)}: {told}", soft_wrap=True)


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
