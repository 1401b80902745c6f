"""Print what a look at sources' names and addresses showed: what is wrong first, then what nobody could look at."""

from collections.abc import Sequence

from research_agent.cli.show_signals import alarming, in_words
from research_agent.cli.terminal import console, plain, say_next, show_indented, show_json
from research_agent.model.source import ExistenceState, Signal
from research_agent.model.verification import NameCheck, Verification, VerificationReport

STATE_STYLES = {"verified": "green", "contradicted": "red", "unverifiable": "yellow", "not_checked": "magenta"}
_ORDER: tuple[ExistenceState, ...] = ("contradicted", "unverifiable", "not_checked", "verified")
_TO_THE_MINUTE = "%Y-%m-%d %H:%M"
_INDENT = 4
_NAMED = 5
"""Of sources that were not checked for one reason so many are named; --json has all."""


def show_verification_report(report: VerificationReport, *, as_json: bool) -> None:
    """A line for each source that is not simply verified, and the counts of all."""
    if as_json:
        return show_json(report)
    out = console()
    alike = _not_checked_alike(report)
    apart = [one for state in _ORDER for one in report.of(state) if state != "verified" or _worth_a_line(one)]
    apart = [one for one in apart if not any(one in others for others in alike.values())]
    for one in apart:
        out.print(f"{_state(one.state)} [bold]{plain(one.source)}[/]", soft_wrap=True)
        show_indented(plain(_told(one)), _INDENT)
    for why, others in alike.items():
        show_indented(f"{_state('not_checked')} [bold]{len(others):,} sources[/]: {plain(why)}", 0, hanging=_INDENT)
        names = ", ".join(one.source for one in others[:_NAMED])
        more = f" and {len(others) - _NAMED:,} more" if len(others) > _NAMED else ""
        show_indented(plain(f"{names}{more}"), _INDENT)
    if apart or alike:
        out.print()
    counts = ", ".join(f"{len(report.of(state))} {_word(state)}" for state in reversed(_ORDER))
    out.print(f"{_counted(len(report.verifications), 'source')} looked at: {counts}.")
    if wrong := sum(bool(one.contradicted) for one in report.of("verified")):
        out.print(f"{_counted(wrong, 'verified source')} with a name that leads elsewhere.")
    if against := _against(report.verifications):
        show_indented(f"[red]Not to be relied on:[/] {plain(', '.join(against))}", 0, hanging=_INDENT)
    if report.earlier:
        since = _counted(report.within_days, "day")
        out.print(f"{_counted(report.earlier, 'source')} left alone: looked at within {since} (--again looks anew).")
    if report.earlier_against:
        names = ", ".join(report.earlier_against)
        show_indented(f"[red]Not to be relied on, as was seen then:[/] {plain(names)}", 0, hanging=_INDENT)
    if report.left:
        out.print(f"[magenta]{_counted(report.left, 'source')} not checked:[/] the time was up before they were begun.")
    if report.incomplete:
        return say_next("The same command goes on with what was not checked.")
    return None


def show_verification(verification: Verification, *, as_json: bool) -> None:
    """All checks of one source."""
    if as_json:
        return show_json(verification)
    out = console()
    out.print(f"[bold]{plain(verification.title)}[/]  [cyan]{verification.source}[/]")
    alarms = alarming(verification.signals)
    told = f"{_state(verification.state)}, {verification.at:{_TO_THE_MINUTE}} UTC"
    out.print(f"{told}: [red]not to be relied on[/]" if _against([verification]) else told)
    for check in verification.checks:
        _show_check(check)
    if verification.signals:
        out.print("[dim]Found on the way[/]")
    for signal in [*alarms, *(one for one in verification.signals if one not in alarms)]:
        said = plain(_signal(signal))
        out.print(f"  • [red]{said}[/]" if signal in alarms else f"  • {said}", soft_wrap=True)
    return None


def _against(verifications: Sequence[Verification]) -> list[str]:
    """The sources of which a look showed that their records or works are not to be relied on."""
    from research_agent.live.verify import speaks_against

    return [one.source for one in verifications if speaks_against(one)]


def _show_check(check: NameCheck) -> None:
    """A check: what it is of and what came of it, what was seen, what differs."""
    from research_agent.live.combination import work_called

    out = console()
    out.print(f"  {_state(check.state)} [bold]{plain(work_called(check.scheme, check.name))}[/]", soft_wrap=True)
    by = f"{check.title}: " if check.title else ""
    show_indented(plain(f"{by}{check.why}"), _INDENT)
    if check.seen:
        at = f", {check.at:{_TO_THE_MINUTE}} UTC" if check.at else ""
        out.print(f"    seen: {plain(check.seen)} [dim]at {plain(check.where)}{at}[/]", soft_wrap=True)
    for one in check.differences:
        show_indented(f"{one.field}: {plain(one.ours)} [dim]here,[/] {plain(one.theirs)} [dim]there[/]", _INDENT)
    if check.copy_at:
        out.print(f"    copy: {plain(check.copy_at)}", soft_wrap=True)


def _not_checked_alike(report: VerificationReport) -> dict[str, list[Verification]]:
    """Sources that nobody could look at for one and the same reason, two or more: without a network that is each."""
    reasons: dict[str, list[Verification]] = {}
    for one in report.of("not_checked"):
        why = "; ".join(dict.fromkeys(check.why for check in one.checks if check.state == "not_checked"))
        if not (alarming(one.signals) or any(check.copy_at for check in one.checks)):
            reasons.setdefault(why, []).append(one)
    return {why: alike for why, alike in reasons.items() if len(alike) > 1}


def _worth_a_line(verification: Verification) -> bool:
    """Whether there is something to say of a verified source."""
    return bool(verification.contradicted or alarming(verification.signals))


def _told(verification: Verification) -> str:
    facts = [_signal(signal) for signal in alarming(verification.signals)]
    copies = [f"copy: {check.copy_at}" for check in verification.checks if check.copy_at]
    why = verification.why if verification.state != "verified" or verification.contradicted else ""
    return "; ".join(filter(None, [why, *copies, *facts]))


def _signal(signal: Signal) -> str:
    return f"{in_words(signal)} ({signal.where})"


def _state(state: ExistenceState) -> str:
    return f"[{STATE_STYLES[state]}]{_word(state)}[/]"


def _word(state: str) -> str:
    return state.replace("_", " ")


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
