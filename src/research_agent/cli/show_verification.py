"""Print what a look at sources' names and addresses showed: what is wrong first, then what nobody could look at."""

from research_agent.cli.show_signals import alarming, in_words
from research_agent.cli.terminal import console, plain, say_next, show_indented, show_json
from research_agent.model.source import ExistenceState, Signal
from research_agent.model.verification import NameCheck, Verification, VerificationReport

STATE_STYLES = {"verified": "green", "contradicted": "red", "unverifiable": "yellow", "not_checked": "magenta"}
_ORDER: tuple[ExistenceState, ...] = ("contradicted", "unverifiable", "not_checked", "verified")
_TO_THE_MINUTE = "%Y-%m-%d %H:%M"
_INDENT = 4


def show_verification_report(report: VerificationReport, *, as_json: bool) -> None:
    """A line for each source that is not simply verified, and the counts of all."""
    if as_json:
        return show_json(report)
    out = console()
    in_question = [one for state in _ORDER for one in report.of(state) if state != "verified" or _worth_a_line(one)]
    for one in in_question:
        out.print(f"{_state(one.state)} [bold]{plain(one.source)}[/]", soft_wrap=True)
        show_indented(plain(_told(one)), _INDENT)
    if in_question:
        out.print()
    counts = ", ".join(f"{len(report.of(state))} {_word(state)}" for state in reversed(_ORDER))
    out.print(f"{_counted(len(report.verifications), 'source')} looked at: {counts}.")
    if wrong := sum(bool(one.contradicted) for one in report.of("verified")):
        out.print(f"{_counted(wrong, 'verified source')} with a name that leads elsewhere.")
    if report.earlier:
        since = _counted(report.within_days, "day")
        out.print(f"{_counted(report.earlier, 'source')} left alone: looked at within {since} (--again looks anew).")
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
    out.print(f"{_state(verification.state)}, {verification.at:{_TO_THE_MINUTE}} UTC: {plain(verification.why)}.")
    for check in verification.checks:
        for line in _lines(check):
            out.print(line, soft_wrap=True)
    if verification.signals:
        out.print("[dim]Found on the way[/]")
    for signal in verification.signals:
        out.print(f"  • {plain(_signal(signal))}", soft_wrap=True)
    return None


def _lines(check: NameCheck) -> list[str]:
    """A check: what it is of and what came of it, what was seen, what differs."""
    by = f" [dim]{plain(check.title)}[/]" if check.title else ""
    lines = [f"  {_state(check.state)} [bold]{plain(f'{check.scheme} {check.name}')}[/]{by}: {plain(check.why)}"]
    if check.seen:
        at = f", {check.at:{_TO_THE_MINUTE}} UTC" if check.at else ""
        lines.append(f"      seen: {plain(check.seen)} [dim]at {plain(check.where)}{at}[/]")
    lines += [
        f"      {one.field}: {plain(one.ours)} [dim]here,[/] {plain(one.theirs)} [dim]there[/]"
        for one in check.differences
    ]
    if check.copy_at:
        lines.append(f"      copy: {plain(check.copy_at)}")
    return lines


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
