"""How figures are told in a table, the report and the trust page: one place, so that all say the same."""

from eval.suite import Score

_LARGE = 100


def told(value: float) -> str:
    """A figure: whole numbers as such, others with three digits behind the point, large ones with one."""
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:,.1f}" if abs(value) >= _LARGE else f"{value:.3f}"


def value_told(score: Score) -> str:
    """The figure with its interval, if it has one."""
    if not score.measured:
        return "not measured"
    if score.low is None or score.high is None:
        return told(score.value)
    return f"{told(score.value)} ({told(score.low)} to {told(score.high)})"


def threshold_told(score: Score) -> str:
    """What it has to keep; empty: nothing."""
    least = f"at least {told(score.at_least)}" if score.at_least is not None else ""
    most = f"at most {told(score.at_most)}" if score.at_most is not None else ""
    return ", ".join(filter(None, (least, most)))


def threshold_signed(score: Score) -> str:
    """The same in signs, where there is little room."""
    least = f"≥ {told(score.at_least)}" if score.at_least is not None else ""
    most = f"≤ {told(score.at_most)}" if score.at_most is not None else ""
    return ", ".join(filter(None, (least, most)))
