"""Drawings that need no script: a band over months, an interval on a scale.

What belongs here: numbers in, SVG out; colours and fonts are the style sheet's. What does not: which numbers.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

from markupsafe import Markup, escape

from pipeline.site.words import count, month


class MonthSum(NamedTuple):
    """A number of people in one month, over events: month, lowest, by the estimate rule, highest."""

    month: date
    low: int
    best: int
    high: int


_WIDTH: Final = 960
_HEIGHT: Final = 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 12, 14, 30


def band_chart(months: Sequence[MonthSum], title: str) -> Markup:
    """Returns low to high of each month as a band of bars with the best number as a mark on each.

    Bars and not a line: a month without events is no point between its neighbours.

    Args:
        months: In order, with every month between the first and the last.
        title: What it shows, for people who do not see it.
    """
    if not months:
        return Markup()
    top = _nice(max(item.high for item in months))
    step = (_WIDTH - _LEFT - _RIGHT) / len(months)
    bar = max(1.0, min(26.0, step * 0.64))

    def y(value: float) -> float:
        return _HEIGHT - _BOTTOM - value / top * (_HEIGHT - _TOP - _BOTTOM)

    parts = [
        f'<svg class="chart" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(title)}">',
        *(
            f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y(tick):.1f}" y2="{y(tick):.1f}"/>'
            f'<text class="tick" x="{_LEFT - 8}" y="{y(tick) + 4:.1f}" text-anchor="end">{count(round(tick))}</text>'
            for tick in (0, top / 2, top)
        ),
    ]
    every = max(1, -(-len(months) // 12))
    for at, item in enumerate(months):
        middle = _LEFT + (at + 0.5) * step
        if item.high:
            upper, lower = y(item.high), y(item.low)
            parts.append(
                f"<g><title>{escape(month(item.month))}: {count(item.best)} ({count(item.low)} to {count(item.high)})"
                f'</title><rect class="band" x="{middle - bar / 2:.1f}" y="{upper:.1f}" width="{bar:.1f}"'
                f' height="{max(lower - upper, 1.5):.1f}"/>'
                f'<line class="best" x1="{middle - bar / 2:.1f}" x2="{middle + bar / 2:.1f}" y1="{y(item.best):.1f}"'
                f' y2="{y(item.best):.1f}"/></g>'
            )
        if at % every == 0:
            parts.append(
                f'<text class="tick" x="{middle:.1f}" y="{_HEIGHT - 8}" text-anchor="middle">{month(item.month)}</text>'
            )
    return Markup("".join([*parts, "</svg>"]))  # noqa: S704, numbers and escaped words alone


def interval(low: int | None, best: int | None, high: int | None, most: int) -> Markup:
    """Returns an interval on a scale from 0 to `most`: a bar from low to high, a dot at best; open ends are dashed, beyond the scale."""
    width, middle = 200, 9

    def x(value: float) -> float:
        return 6 + value / max(most, 1) * (width - 30)

    known = [value for value in (low, best, high) if value is not None]
    if not known:
        return Markup()
    start, end = x(low if low is not None else 0), x(high) if high is not None else width
    style = "open" if low is None or high is None else "whole"
    dot = f'<circle class="dot" cx="{x(best):.1f}" cy="{middle}" r="4.5"/>' if best is not None else ""
    if style == "open" and best is None:
        # Where only one end is known, that end is marked.
        known_end = start if low is not None else end
        dot = f'<line class="end" x1="{known_end:.1f}" x2="{known_end:.1f}" y1="{middle - 6}" y2="{middle + 6}"/>'
    return Markup(  # noqa: S704, numbers alone
        f'<svg class="interval" viewBox="0 0 {width} 18" width="{width}" height="18" aria-hidden="true">'
        f'<line class="axis" x1="6" x2="{width - 6}" y1="{middle}" y2="{middle}"/>'
        f'<line class="{style}" x1="{start:.1f}" x2="{max(end, start + 1):.1f}" y1="{middle}" y2="{middle}"/>{dot}</svg>'
    )


def _nice(value: float) -> float:
    """Returns the end of an axis: the next number whose half is a whole one, of few digits."""
    size = 10 ** max(0, len(str(int(value))) - 1)
    return next(step * size for step in (1, 2, 4, 6, 8, 10) if step * size >= value) if value > 2 else 2
