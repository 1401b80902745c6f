"""Print works that services told of, and what became of them: who says what of a work, and where they differ."""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from research_agent.cli.show_services import show_failures_of, show_outcomes
from research_agent.cli.show_signals import alarming, each_once, remarkable
from research_agent.cli.terminal import console, plain, say_next, show_indented, show_json
from research_agent.model.quotation import quoted
from research_agent.model.search import ServiceOutcome, TakenIn

if TYPE_CHECKING:
    from research_agent.live.lookup import LookedUp
    from research_agent.searching import AddedWork, FoundAndKept
    from research_agent.sources.merging import FoundWork

_MOST_AUTHORS: Final = 3
_INDENT: Final = 3
_NOBODY_LOOKED: Final = "linked to, and nobody keeps a record of it"


def show_added_work(added: "AddedWork", *, as_json: bool) -> None:
    """A work that was looked up: what is known of it and from whom, and the domains that it now serves."""
    if as_json:
        return show_json(added)
    looked = added.looked_up
    if looked.work is None or added.taken_in is None:
        return _show_nothing(looked)
    titles = _titles(looked.services)
    _show_work(looked.work, titles)
    _show_facts(looked.work, titles)
    out = console()
    for point in looked.key_points:
        show_indented(f"• {plain(quoted(point.text, point.where))} [dim]({plain(point.where)})[/]", _INDENT, hanging=2)
    if looked.copy_at:
        out.print(f"   [yellow]Its page can't be had;[/] a copy is at {plain(looked.copy_at)}", soft_wrap=True)
    for other in looked.beside:
        show_indented(f"[dim]Also told of, and left out:[/] {plain(other.source.title)}", _INDENT)
    _show_taken(added.taken_in)
    show_outcomes(looked.services)
    return say_next(f"research-agent source {added.taken_in.source} shows all that is known of it.")


def show_found(found: "FoundAndKept", *, domain: str, named: Collection[str] = (), as_json: bool) -> None:
    """Works that were found for some words, one each, with who told of them; of services only those that were meant."""
    if as_json:
        return show_json(found)
    works = found.found.works
    outcomes = [one for one in found.found.outcomes if one.state != "not_asked" or not named or one.service in named]
    out = console()
    if found.not_found:
        return out.print(f"[red]No such work:[/] {plain(found.not_found)}.")
    show_failures_of(outcomes)
    for number, work in enumerate(works, start=1):
        _show_work(work, _titles(outcomes), f"{number}. ")
        if found.taken_in:
            _show_taken(found.taken_in[number - 1])
        elif found.held and found.held[number - 1]:
            show_indented(f"In the library as [cyan]{plain(found.held[number - 1])}[/].", _INDENT)
    if not works:
        answered = any(one.state == "answered" for one in outcomes)
        out.print("No service that answered knows such a work." if answered else "No service answered.")
    show_outcomes(outcomes)
    if not works:
        return None
    if domain:
        return say_next(f"research-agent research {plain(domain)} chooses among all that is there now.")
    return say_next("sources add NAME takes in one work; --domain D all that come near it.")


def _show_work(work: "FoundWork", titles: Mapping[str, str], number: str = "") -> None:
    """What it is, where it opens, who told of it and how it is known, and what should alarm a reader."""
    out = console()
    source = work.source
    names = "; ".join(source.authors[:_MOST_AUTHORS]) + (" et al." if len(source.authors) > _MOST_AUTHORS else "")
    told = ", ".join(filter(None, [names, str(source.year or ""), source.publisher, source.kind.replace("_", " ")]))
    out.print(f"{number}[bold]{plain(source.title)}[/]")
    show_indented(plain(told), _INDENT)
    out.print(f"   {plain(source.url)}", soft_wrap=True)
    by = ", ".join(dict.fromkeys(titles.get(one.service, one.service) for one in work.provenance))
    known = source.existence.told or _NOBODY_LOOKED
    show_indented(f"[dim]{plain(f'{_capital(known)}; told of by {by}.')}[/]", _INDENT)
    for said in each_once(alarming(source.signals)):
        show_indented(f"[bold red]{plain(_capital(said))}[/]", _INDENT)


def _show_facts(work: "FoundWork", titles: Mapping[str, str]) -> None:
    """What was observed of a work, and where services differ on it."""
    alarms = alarming(work.source.signals)
    said = each_once([one for one in remarkable(work.source.signals) if one not in alarms])
    if said:
        show_indented(f"[dim]Observed:[/] {plain('; '.join(said))}.", _INDENT)
    for one in work.conflicts:
        line = (
            f"[yellow]Services differ:[/] {plain(one.field)} {plain(str(one.taken))} "
            f"[dim]({plain(titles.get(one.taken_from, one.taken_from))}), or[/] {plain(str(one.otherwise))} "
            f"[dim]({plain(titles.get(one.otherwise_from, one.otherwise_from))})[/]"
        )
        show_indented(line, _INDENT)


def _show_nothing(looked: "LookedUp") -> None:
    """That a work was not found, or that nobody could say: two different things."""
    from research_agent.live.combination import work_called

    out = console()
    name = work_called(looked.scheme, looked.name)
    if looked.state == "not_found":
        return out.print(f"[red]No such work:[/] {plain(name)}, {plain(looked.why)}.")
    out.print(f"[yellow]Not checked:[/] {plain(name)}. Nothing was added.")
    if looked.not_checked:
        show_outcomes(looked.services)
    else:
        show_indented(f"{plain(_capital(looked.why))}.", 2)
    if looked.copy_at:
        out.print(f"  A copy is at {plain(looked.copy_at)}", soft_wrap=True)
    return say_next("That says nothing against the work. Try again, or add a record of your own.")


def _show_taken(taken: TakenIn) -> None:
    """What became of a work in the library."""
    if not taken.source:
        return show_indented(f"[dim]Left out: {plain(taken.why)}.[/]", _INDENT)
    what = "[green]Added[/] as" if taken.new else "[green]Brought up to date:[/]"
    show_indented(f"{what} [cyan]{plain(taken.source)}[/]; {plain(_places(taken))}.", _INDENT)
    return None


def _places(taken: TakenIn) -> str:
    """Which domains a work serves, as words: "serves domain 2 (research; 0.62 to its nearest bullet)"."""
    if taken.placed:
        places = []
        for one in taken.placed:
            near = f"; {one.cosine:.2f} to its nearest bullet" if one.cosine is not None else ""
            kept = "; a reader's text of it stays" if one.curated else ""
            places.append(f"domain {one.domain} ({one.category}{near}{kept})")
        return f"serves {', '.join(places)}"
    if taken.serves:
        return f"serves {'domain' if len(taken.serves) == 1 else 'domains'} {', '.join(taken.serves)}, as before"
    return f"serves no domain: {taken.why}. Say where it is to stand (--domain), or what it is (--kind)"


def _titles(outcomes: Sequence[ServiceOutcome]) -> dict[str, str]:
    """How people write the services, by the names of their connectors."""
    return {one.service: one.title for one in outcomes}


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
