"""A week of news for one project, day by day: late, corrected and contradicting reports, and what a person decided.

What belongs here: the reports, and building a release each day. What does not: what is expected of them (site/test_week.py).
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import polars as pl
from support import Project

from pipeline.release import Release, latest_release

#: Monday, at the hour of the nightly schedule.
FIRST_DAY: Final = datetime(2026, 11, 9, 3, tzinfo=UTC)


def _report(at: int, language: str, day: str, publisher: str, title: str, text: str) -> dict[str, Any]:
    return {
        "article_id": f"week-{at}",
        "language": language,
        "published": day,
        "publisher": publisher,
        "title": title,
        "url": f"https://example.org/week/{at}",
        "text": text,
    }


#: What arrives on each day.
DAYS: Final[tuple[tuple[dict[str, Any], ...], ...]] = (
    (
        _report(1, "en", "2026-11-09", "Northern Wire", "Market struck in Kharkiv",
                "A drone strike on a market in Kharkiv killed 12 people and wounded 30 on 8 November 2026, Ukrainian officials said."),
        _report(2, "en", "2026-11-09", "Border Post", "Village attacked near Goma",
                "Gunmen attacked a village near Goma on 8 November 2026, killing at least nine civilians, the Congolese army said."),
    ),
    (
        _report(3, "en", "2026-11-10", "Northern Wire", "Toll of market strike rises",
                "The death toll of the drone strike on a market in Kharkiv on 8 November 2026 rose to 15, Ukrainian officials said on Tuesday."),
        _report(4, "id", "2026-11-10", "Harian Contoh", "Serangan drone di Kharkiv",
                "Serangan drone di sebuah pasar di Kharkiv pada 8 November 2026 menewaskan 15 orang, kata pejabat Ukraina."),
    ),
    (
        _report(5, "en", "2026-11-11", "Eastern Wire", "Ministry disputes toll",
                "The Russian Defence Ministry said the drone strike in Kharkiv on 8 November 2026 killed 40 people, all of them soldiers."),
    ),
    (
        _report(6, "en", "2026-11-12", "Coast Monitor", "Blast in Mogadishu",
                "A car bomb exploded outside a police station in Mogadishu on 11 November 2026, killing four officers, police said."),
        _report(7, "fr", "2026-11-12", "Gazette des Lacs", "Attaque près de Goma",
                "Des hommes armés ont attaqué un village près de Goma le 8 novembre 2026, tuant 14 civils, selon la société civile."),
    ),
    (
        # Late: of Sunday, arrived on Friday.
        _report(8, "ar", "2026-11-09", "مرصد الساحل", "قتلى في خاركيف",
                "قتل 12 شخصا وأصيب 30 آخرون في غارة بطائرة مسيرة على سوق في خاركيف في 8 نوفمبر 2026، حسبما قال مسؤولون أوكرانيون."),
    ),
    (
        _report(9, "en", "2026-11-14", "Coast Monitor", "Correction: blast in Mogadishu",
                "A car bomb exploded outside a police station in Mogadishu on 11 November 2026, killing six officers, police said, correcting an earlier count."),
        _report(10, "en", "2026-11-14", "Harbour Herald", "Protest in Nairobi",
                "Police fired on a protest in Nairobi on 13 November 2026, killing two people, a rights group said."),
    ),
    (),
)  # fmt: skip


def live_week(project: Project, after_build: Callable[[int, Release], None] | None = None) -> list[str]:
    """Builds on every day of the week; returns the versions that were published.

    On the sixth day a person corrects an event, on the seventh one finds that another is none, and that two are one.
    """
    corrections = project.seeds / "corrections"
    if corrections.is_symlink():
        corrections.unlink()
    corrections.mkdir(exist_ok=True)
    arrived: list[dict[str, Any]] = []
    published = []
    for at, reports in enumerate(DAYS):
        arrived += reports
        if at >= 5:
            latest = latest_release(project.store.releases)
            assert latest is not None
            events = pl.read_parquet(latest.table("events"))
            if at == 5:
                [goma] = _of(events, "COD")
                _correct(
                    corrections / "goma.yml",
                    goma,
                    at,
                    "override",
                    {"field": "killed_best", "value": 11, "expect": goma["killed_best"]},
                    "The morgue has named eleven victims.",
                )
            else:
                [protest, *_] = _of(events, "KEN")
                _correct(
                    corrections / "nairobi.yml",
                    protest,
                    at,
                    "reject",
                    {"expect": {"n_claims": protest["n_claims"]}},
                    "The rights group has withdrawn its statement.",
                )
                strike, *others = _of(events, "UKR")
                if others:
                    guards = {event["event_id"]: {"n_claims": event["n_claims"]} for event in (strike, *others)}
                    _correct(corrections / "kharkiv.yml", None, at, "merge", {"events": [*guards], "expect": guards},
                             "One strike on one market, told twice.")  # fmt: skip
        project.add_articles(*arrived)
        report = project.build(FIRST_DAY + timedelta(days=at))
        if report.release:
            published.append(report.release.version)
            if after_build:
                after_build(at, report.release)
    return published


def _of(events: pl.DataFrame, country: str) -> list[dict[str, Any]]:
    found = events.filter(pl.col("country") == country).sort("n_claims", "event_id", descending=[True, False])
    return found.to_dicts()


def _correct(path: Path, event: dict[str, Any] | None, at: int, kind: str, fields: dict[str, Any], reason: str) -> None:
    target = {"event": event["event_id"]} if event else {}
    entry = {"kind": kind, **target, **fields, "reason": reason, "author": "A. Reader"}
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in entry.items()]
    lines.append(f"date: {(FIRST_DAY + timedelta(days=at)).date()}")
    path.write_text("- " + "\n  ".join(lines) + "\n", encoding="utf-8")
