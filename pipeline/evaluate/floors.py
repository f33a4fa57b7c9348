"""Floors: figures that no change may fall below without somebody deciding so.

What belongs here: comparing a report with floors, and raising them. What does not: how figures are made, and the floors
(tests/gold/floors.json).
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pipeline.evaluate.figures import WHOLE_ROW

#: F1 figures that have floors.
PINNED: Final = (
    WHOLE_ROW, "relevance", "date", "places", "actions", "actors", "recipients", "claimants", "claim_modes", "quantities",
)  # fmt: skip

#: How far below a figure its floor is set. In one language a slot has some thirty fills: two of them are worth 0.06.
MARGIN: Final = 0.03
PART_MARGIN: Final = 0.06

#: All articles together, beside the parts.
ALL: Final = "all"

Floors = dict[str, dict[str, float]]


def find_falls(report: Mapping[str, Any], floors: Floors) -> list[str]:
    """Returns, in words, the figures that are below their floors, and the parts of a report that have none."""
    falls = []
    for part, figures in _pinned(report):
        if part not in floors:
            falls.append(f"{part} has no floors: write them (--write-floors)")
        for name, floor in floors.get(part, {}).items():
            figure = figures.get(name)
            if figure is None or figure < floor:
                falls.append(
                    f"{name} of {part}: {'nothing' if figure is None else f'{figure:.3f}'}, the floor is {floor:.2f}"
                )
    missing = floors.keys() - {part for part, _ in _pinned(report)}
    return falls + [f"{part} has floors but was not measured" for part in sorted(missing)]


def raise_floors(report: Mapping[str, Any], floors: Floors) -> Floors:
    """Returns floors a margin below the figures; one that is higher already stays."""
    raised: Floors = {}
    for part, figures in _pinned(report):
        former, margin = floors.get(part, {}), MARGIN if part == ALL else PART_MARGIN
        raised[part] = {
            name: max(former.get(name, 0.0), math.floor(round((figure - margin) * 100, 6)) / 100)
            for name, figure in figures.items()
        }
    return {**floors, **raised}


def _pinned(report: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, float]]]:
    """Yields all articles and each part, with the figures that have floors."""
    for part, described in {ALL: report, **report["parts"]}.items():
        measures = described["measures"]
        found = {name: measures[name]["f1"] for name in PINNED if name in measures}
        yield part, {name: f1 for name, f1 in found.items() if f1 is not None}
