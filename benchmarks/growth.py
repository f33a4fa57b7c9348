"""Throughput and memory against the number of pages, as one picture.

What belongs here: drawing. What does not: measuring (scale.py).
"""

import html
import math
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

_WIDTH: Final = 360
_HEIGHT: Final = 220
_LEFT, _TOP, _BOTTOM = 54, 40, 36
_GAP: Final = 24


class Point(NamedTuple):
    """What one build took.

    Attributes:
        pages: Pages in its archives.
        rate: Pages a second, from archives to the release.
        mebibytes: The most memory that all its processes held together.
    """

    pages: int
    rate: float
    mebibytes: float


def draw(points: Sequence[Point], rate: float, mebibytes: float) -> str:
    """Returns an SVG of two panels, throughput and memory, over pages on a scale of powers of ten.

    Args:
        points: The builds, by their pages.
        rate: The throughput that is aimed at.
        mebibytes: The memory that is aimed at.
    """
    panels = [
        _panel(0, "Pages a second", points, lambda point: point.rate, rate),
        _panel(_WIDTH + _GAP, "Memory of all processes, MiB", points, lambda point: point.mebibytes, mebibytes),
    ]
    width = 2 * _WIDTH + _GAP
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {_HEIGHT}" width="{width}" height="{_HEIGHT}" '
        'font-family="sans-serif" font-size="12" role="img">\n'
        "<title>Throughput and memory by the number of pages</title>\n"
        f'<rect width="{width}" height="{_HEIGHT}" fill="#ffffff"/>\n' + "\n".join(panels) + "\n</svg>\n"
    )


def _panel(left: int, title: str, points: Sequence[Point], value: Callable[[Point], float], aim: float) -> str:
    """Returns one panel; its scale begins at 0 and holds the aim, which is a dashed line."""
    first, last = points[0].pages, points[-1].pages
    top = 1.15 * max(aim, *(value(point) for point in points))
    span = math.log10(last / first) or 1.0

    def x(pages: float) -> float:
        inner = _WIDTH - _LEFT - 24
        return left + _LEFT + (inner * math.log10(pages / first) / span if last > first else inner / 2)

    def y(number: float) -> float:
        return _TOP + (_HEIGHT - _TOP - _BOTTOM) * (1 - number / top)

    floor, end = y(0), left + _WIDTH - 12
    parts = [
        f'<text x="{left + _LEFT}" y="20" font-weight="bold">{html.escape(title)}</text>',
        f'<path d="M{left + _LEFT} {_TOP}V{floor:.1f}H{end}" fill="none" stroke="#444444"/>',
        f'<path d="M{left + _LEFT} {y(aim):.1f}H{end}" fill="none" stroke="#b03030" stroke-dasharray="5 4"/>',
        f'<text x="{left + _LEFT - 6}" y="{y(aim) + 4:.1f}" text-anchor="end" fill="#b03030">{aim:,.0f}</text>',
        f'<text x="{left + _LEFT - 6}" y="{floor + 4:.1f}" text-anchor="end">0</text>',
        '<polyline fill="none" stroke="#1f5fa8" stroke-width="2" points="'
        + " ".join(f"{x(point.pages):.1f},{y(value(point)):.1f}" for point in points)
        + '"/>',
    ]
    for point in points:
        at, height = x(point.pages), y(value(point))
        parts += [
            f'<circle cx="{at:.1f}" cy="{height:.1f}" r="3.5" fill="#1f5fa8"/>',
            f'<text x="{at:.1f}" y="{height - 8:.1f}" text-anchor="middle">{value(point):,.0f}</text>',
            f'<text x="{at:.1f}" y="{floor + 18:.1f}" text-anchor="middle">{point.pages:,}</text>',
        ]
    return "\n".join(parts)
