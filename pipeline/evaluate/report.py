"""Results of an evaluation as plain values, and as text for a terminal.

What belongs here: which figures are shown, and how. What does not: how they are made (figures.py, calibration.py).
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pipeline.evaluate.calibration import calibrate
from pipeline.evaluate.figures import SHARES, measure
from pipeline.evaluate.run import Outcome

Report = dict[str, Any]

#: Decimals of figures in reports: more say nothing about sets of this size.
_DECIMALS: Final = 4


def make_report(name: str, outcomes: Sequence[Outcome], by: str = "language") -> Report:
    """Returns the figures of all articles, and of those of each value of a field of theirs.

    Args:
        name: What was measured.
        outcomes: At least one article.
        by: A field of articles.jsonl.
    """
    groups: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        groups.setdefault(str(outcome.article.get(by)), []).append(outcome)
    parts = {value: _describe(groups[value]) for value in sorted(groups)} if len(groups) > 1 else {}
    return {"name": name, **_describe(outcomes), "by": by, "parts": parts}


def render_report(report: Report) -> str:
    """Returns a report as text: all articles, a table of F1 by part, and each part."""
    lines = _render(report["name"], report)
    parts: Mapping[str, Report] = report["parts"]
    if parts:
        shown = [name for name in report["measures"] if name not in SHARES and not name.endswith(" strict")]
        lines += ["", f"F1 by {report['by']}"]
        lines += [" ".join([f"{'':10}", *(f"{name[:11]:>11}" for name in shown)])]
        for value, part in parts.items():
            cells = [_cell(part["measures"].get(name, {}).get("f1")) for name in shown]
            lines.append(" ".join([f"{value:10}", *(f"{cell:>11}" for cell in cells)]))
        for value, part in parts.items():
            lines += ["", *_render(f"{report['name']}, {report['by']} {value}", part)]
    return "\n".join(lines)


def render_misses(outcomes: Sequence[Outcome], most: int) -> str:
    """Returns the first misses of each slot, with what gold has, what was read, and where."""
    by_slot: dict[str, list[str]] = {}
    for outcome in outcomes:
        for miss in outcome.tally.misses:
            line = f"  {miss.article_id}: {miss.kind}; gold {miss.gold}; read {miss.said}"
            by_slot.setdefault(miss.slot, []).append(line)
    lines: list[str] = []
    for slot, found in sorted(by_slot.items()):
        lines += ["", f"{slot}: {len(found)} misses, the first {min(most, len(found))}", *found[:most]]
    return "\n".join(lines)


def _describe(outcomes: Sequence[Outcome]) -> Report:
    """Returns the figures of articles as plain values."""
    slots = {slot for outcome in outcomes for slot in outcome.rules.slots}
    figures = measure([outcome.tally for outcome in outcomes], slots)
    trivial = measure([outcome.baseline for outcome in outcomes], slots, resamples=0)
    incidents = [outcome.rules.incidents.get(outcome.article["article_id"], []) for outcome in outcomes]
    calibrations = calibrate(judgement for outcome in outcomes for judgement in outcome.judgements)
    return {
        "articles": len(outcomes),
        "incidents": sum(not gold.get("optional") for found in incidents for gold in found),
        "measures": {
            name: {
                **{key: _rounded(value) for key, value in figure._asdict().items()},
                "baseline": _rounded(trivial[name].f1) if name in trivial else None,
            }
            for name, figure in figures.items()
        },
        "calibration": {
            group: {
                **{key: _rounded(value) for key, value in found._asdict().items() if key != "bins"},
                "bins": [{key: _rounded(value) for key, value in one._asdict().items()} for one in found.bins],
            }
            for group, found in calibrations.items()
        },
    }


def _render(title: str, report: Report) -> list[str]:
    lines = [
        f"{title}: {report['articles']} articles, {report['incidents']} incidents",
        f"{'':29} {'gold':>6} {'read':>6} {'P':>6} {'R':>6} {'F1':>6}  {'95 %':11}  baseline",
    ]
    for name, figure in report["measures"].items():
        counts = [str(figure["gold"]), "" if name in SHARES else str(figure["said"])]
        shares = [
            _cell(figure[key]) if key == "f1" or name not in SHARES else "" for key in ("precision", "recall", "f1")
        ]
        interval = f"{_cell(figure['low'])}-{_cell(figure['high'])}" if figure["low"] is not None else ""
        numbers = " ".join(f"{cell:>6}" for cell in [*counts, *shares])
        lines.append(f"{name:29} {numbers}  {interval:11}  {_cell(figure['baseline'])}".rstrip())
    for group, found in report["calibration"].items():
        lines.append(
            f"confidence of {group:15} {found['number']:>6}  mean {_cell(found['confidence'])}, right "
            f"{_cell(found['right'])}, expected calibration error {_cell(found['error'])}"
        )
    return lines


def _cell(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _rounded(value: float | None) -> float | None:
    return round(value, _DECIMALS) if isinstance(value, float) else value
