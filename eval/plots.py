"""The report's plots as inline SVG: a figure with its interval, baseline and threshold; a reliability diagram."""

from typing import Final, NamedTuple

from markupsafe import Markup

from eval.figures import threshold_told, told, value_told
from eval.suite import Bin, Reliability, Score

_WIDTH: Final = 220
_HEIGHT: Final = 24
_MARGIN: Final = 7  # for the half of a mark that stands at an end
_SIDE: Final = 200
_LEFT: Final = 44
_BELOW: Final = 40
_ABOVE: Final = 14


class Scale(NamedTuple):
    """From a figure to a place on the plot's axis."""

    low: float
    high: float

    def at(self, value: float) -> float:
        """The place, in the plot's units."""
        return round(_MARGIN + (value - self.low) / (self.high - self.low) * (_WIDTH - 2 * _MARGIN), 2)


def scale_of(score: Score, accepted: Score | None) -> Scale:
    """0 to 1 where all fits, as most figures are shares; else from 0 or the least to the most."""
    drawn = [
        value
        for value in (
            score.value, score.low, score.high, score.at_least, score.at_most, score.chance,
            accepted.value if accepted else None,
        )
        if value is not None
    ]  # fmt: skip
    if min(drawn) >= 0 and max(drawn) <= 1:
        return Scale(0, 1)
    low, high = min(0.0, *drawn), max(0.0, *drawn)
    room = (high - low) * 0.05
    return Scale(low - room if low < 0 else 0.0, high + room)


def figure_plot(score: Score, accepted: Score | None) -> Markup:
    """A figure on its axis: dot and bar for value and interval, a diamond for the baseline, the missed side shaded."""
    if not score.measured:
        return Markup()
    scale, middle = scale_of(score, accepted), _HEIGHT / 2
    parts = [
        *_missed_sides(score, scale),
        Markup('<line class="axis" x1="{}" x2="{}" y1="{y}" y2="{y}"/>').format(_MARGIN, _WIDTH - _MARGIN, y=middle),
    ]
    if score.chance is not None:
        parts.append(Markup('<line class="chance" x1="{x}" x2="{x}" y1="4" y2="20"/>').format(x=scale.at(score.chance)))
    if score.low is not None and score.high is not None:
        bar = '<line class="interval" x1="{}" x2="{}" y1="{y}" y2="{y}"/>'
        parts.append(Markup(bar).format(scale.at(score.low), scale.at(score.high), y=middle))
    if accepted:
        x = scale.at(accepted.value)
        diamond = '<path class="baseline" d="M{x} {} L{} {y} L{x} {} L{} {y} Z"/>'
        parts.append(Markup(diamond).format(middle - 7, x + 5, middle + 7, x - 5, x=x, y=middle))
    dot = '<circle class="{}" cx="{}" cy="{}" r="4"/>'
    parts.append(Markup(dot).format("value" if score.met else "value missed", scale.at(score.value), middle))
    return _svg("figure", _WIDTH, _HEIGHT, _described(score, accepted), Markup().join(parts))


def reliability_plot(shown: Reliability) -> Markup:
    """How often answers are right, by how sure they are: on the diagonal a judge is as right as it is sure."""
    parts = [
        _line("axis", 0, 0, 1, 0),
        _line("axis", 0, 0, 0, 1),
        _line("chance", 0, 0, 1, 1),
        *(_bar(one) for one in shown.bins),
        *(_tick(value) for value in (0.0, 0.5, 1.0)),
        Markup('<text x="{}" y="{}" text-anchor="middle">confidence</text>').format(
            _LEFT + _SIDE / 2, _ABOVE + _SIDE + 33
        ),
        Markup('<text transform="translate(12 {}) rotate(-90)" text-anchor="middle">share that is right</text>').format(
            _ABOVE + _SIDE / 2
        ),
    ]
    words = f"Reliability of {shown.judge}: expected calibration error {told(shown.error)}"
    return _svg("reliability", _LEFT + _SIDE + 10, _ABOVE + _SIDE + _BELOW, words, Markup().join(parts))


def _missed_sides(score: Score, scale: Scale) -> list[Markup]:
    rect = '<rect class="off" x="{}" y="3" width="{}" height="{}"/>'
    sides = [
        (scale.at(scale.low), scale.at(score.at_least)) if score.at_least is not None else None,
        (scale.at(score.at_most), scale.at(scale.high)) if score.at_most is not None else None,
    ]
    return [Markup(rect).format(side[0], round(side[1] - side[0], 2), _HEIGHT - 6) for side in sides if side]


def _described(score: Score, accepted: Score | None) -> str:
    said = [value_told(score), threshold_told(score), f"baseline {told(accepted.value)}" if accepted else ""]
    if score.chance is not None:
        said.append(f"floor {told(score.chance)}")
    return f"{score.name}: " + "; ".join(filter(None, said))


def _svg(kind: str, width: float, height: float, words: str, drawn: Markup) -> Markup:
    head = '<svg class="plot {}" width="{w}" height="{h}" viewBox="0 0 {w} {h}" role="img"><title>{}</title>{}</svg>'
    return Markup(head).format(kind, words, drawn, w=width, h=height)


def _x(share: float) -> float:
    return round(_LEFT + share * _SIDE, 2)


def _y(share: float) -> float:
    return round(_ABOVE + (1 - share) * _SIDE, 2)


def _line(kind: str, x1: float, y1: float, x2: float, y2: float) -> Markup:
    line = '<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}"/>'
    return Markup(line).format(kind, _x(x1), _y(y1), _x(x2), _y(y2))


def _bar(one: Bin) -> Markup:
    """A bin: as high as its answers are right, with a dot over their mean confidence."""
    words = f"{one.cases} answers, {one.confidence:.2f} sure on average, {one.accuracy:.2f} right"
    left, right, top = _x(one.low) + 1, _x(one.high) - 1, _y(one.accuracy)
    bar = (
        '<rect class="bar" x="{}" y="{}" width="{}" height="{}"><title>{}</title></rect>'
        '<circle class="value" r="3" cx="{}" cy="{}"/>'
    )
    return Markup(bar).format(left, top, round(right - left, 2), round(_y(0) - top, 2), words, _x(one.confidence), top)


def _tick(share: float) -> Markup:
    below = '<text x="{}" y="{}" text-anchor="middle">{w}</text>'
    beside = '<text x="{}" y="{}" text-anchor="end">{w}</text>'
    return Markup(below).format(_x(share), _y(0) + 15, w=f"{share:g}") + Markup(beside).format(
        _LEFT - 5, _y(share) + 4, w=f"{share:g}"
    )
