"""Counts as figures: precision, recall, F1 and their intervals.

What belongs here: arithmetic on counts. What does not: what is counted (score.py).
"""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.evaluate.gold import SLOTS
from pipeline.evaluate.score import EXTRAS, PARTS, Tally

#: All slots together: their counts added up (the type only where actions are not scored: it follows from them).
WHOLE_ROW: Final = "whole row"

#: Plain shares: precision, recall and F1 are one number.
SHARES: Final = frozenset(
    ("date exact", "date within a day", "quantities exact", "quantities above one exact", "all quantities right",
     "role confusion", "false alarms")
)  # fmt: skip

#: Measures of which less is better.
FAULTS: Final = frozenset(("role confusion", "false alarms"))

_SEED: Final = 20240601
_RESAMPLES: Final = 1000
_TAILS: Final = (2.5, 97.5)

Table = npt.NDArray[np.float64]


class Figure(NamedTuple):
    """A measure: precision, recall and F1 (None where nothing can be said), and the interval of F1."""

    gold: int
    said: int
    precision: float | None
    recall: float | None
    f1: float | None
    low: float | None
    high: float | None


def measure(tallies: Sequence[Tally], slots: Iterable[str], resamples: int = _RESAMPLES) -> dict[str, Figure]:
    """Returns the figures of articles together.

    Intervals hold 95 % of what the figure would be had other articles of the kind been drawn: each article's weight
    is drawn from a Poisson distribution, with a fixed seed.

    Args:
        tallies: The counts of each article.
        slots: The slots that are scored.
        resamples: How often weights are drawn; 0 gives no intervals.
    """
    scored = [slot for slot in SLOTS if slot in set(slots)]
    names = [*scored, *EXTRAS]
    table = np.array([[[t.counts[name, part] for part in PARTS] for name in names] for t in tallies], dtype=float)
    table = table.reshape(len(tallies), len(names), len(PARTS))
    summed = [k for k, name in enumerate(scored) if not (name == "plover" and "actions" in scored)]
    table = np.concatenate([table[:, summed].sum(axis=1, keepdims=True), table], axis=1)
    names = [WHOLE_ROW, *names]
    total = table.sum(axis=0)
    precision, recall, f1 = _shares(total)
    draws = np.random.default_rng(_SEED).poisson(1.0, (resamples, len(tallies))).astype(float)
    drawn = _shares(np.tensordot(draws, table, axes=1))[2]
    out = {}
    for k, name in enumerate(names):
        if not total[k, :2].any():
            continue
        known = drawn[:, k][~np.isnan(drawn[:, k])]
        low, high = np.percentile(known, _TAILS) if known.size else (np.nan, np.nan)
        out[name] = Figure(
            int(total[k, 0]), int(total[k, 1]), *map(_known, (precision[k], recall[k], f1[k], low, high))
        )
    return out


def _shares(counts: Table) -> tuple[Table, Table, Table]:
    """Returns precision, recall and F1 of counts; not a number where there is no gold."""
    gold, said, found, right = np.moveaxis(counts, -1, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        recall = np.where(gold > 0, found / gold, np.nan)
        precision = np.where(said > 0, right / said, np.where(gold > 0, 0.0, np.nan))
        both = precision + recall
        f1 = np.where(both > 0, 2 * precision * recall / both, np.where(np.isnan(both), np.nan, 0.0))
    return precision, recall, f1


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
