"""How long SQL's first answer takes in the page, over a million events: `python -m benchmarks.site [ROWS]`.

What belongs here: measuring the release site in Chromium on loopback. What does not: whether its answers are right
(tests/site). The events are synthetic; random ids and numbers are the worst that compression meets.
"""

import sys
import tempfile
import threading
import time
from datetime import date, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
from playwright.sync_api import sync_playwright

from pipeline.release.database import write_database
from pipeline.site import vendor
from pipeline.validate import table_types
from schemas import Events

BUDGET: Final = 4.0  # seconds, on loopback

_PAGE: Final = """<!doctype html><title>.</title><script type="module">
const start = performance.now();
const { open } = await import("/assets/database.js");
const ask = await open("/site.duckdb");
const attached = performance.now();
const answer = await ask("SELECT country, count(*) AS n, sum(killed_best) AS killed FROM events GROUP BY country ORDER BY n DESC");
const first = performance.now();
await ask("SELECT * FROM events WHERE event_id = (SELECT max(event_id) FROM events)");
const second = performance.now();
window.taken = { rows: answer.rows.length, attached: attached - start, first: first - start, next: second - first };
</script>"""


def make_events(rows: int) -> pl.DataFrame:
    """Returns that many synthetic events, in the order in which a release's database has them."""
    draw = np.random.default_rng(20261130)
    first = date(2015, 1, 1)
    days = pl.Series([first + timedelta(days=n) for n in range(4000)]).gather(draw.integers(0, 4000, rows))
    killed = draw.poisson(2, rows)
    columns: dict[str, Any] = {
        "event_id": [f"e_{number:020x}" for number in draw.integers(0, 2**63, rows).tolist()],
        "event_date_start": days,
        "event_date_end": days,
        "action": draw.choice(["armed_clash", "shelling", "air_strike", "protest", "arrest"], rows),
        "country": draw.choice([f"{a}{b}A" for a in "ABCDEFGHIJ" for b in "ABCDEFGHIJ"], rows),
        "latitude": draw.uniform(-60, 70, rows).round(3),
        "longitude": draw.uniform(-180, 180, rows).round(3),
        "killed_low": killed,
        "killed_best": killed + 1,
        "killed_high": killed + draw.poisson(3, rows) + 1,
        "n_claims": draw.poisson(3, rows) + 1,
        "confidence": draw.uniform(0, 1, rows).round(3),
    }
    types = table_types(Events)
    frame = pl.DataFrame(columns, schema_overrides={name: types[name] for name in columns if name in types})
    constant = {
        "accounting": "increment",
        "review_state": "machine",
        "first_release": "2026.11.0",
        "date_precision": "day",
    }
    rest = [pl.lit(constant.get(name), kind).alias(name) for name, kind in types.items() if name not in columns]
    return frame.with_columns(rest).select(list(types)).sort("country", "event_date_start", "event_id")


def measure(rows: int) -> dict[str, float]:
    """Returns seconds to the first answer and to the next one, and the size of the database in MB."""
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        folder = Path(scratch)
        write_database({"events": make_events(rows)}, folder / "site.duckdb")
        (folder / "assets").mkdir()
        for source in (vendor.FOLDER, vendor.FOLDER.parent / "assets"):
            for path in source.iterdir():
                (folder / "assets" / path.name).symlink_to(path)
        (folder / "index.html").write_text(_PAGE, encoding="utf-8")
        with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=scratch)) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            browser = playwright.chromium.launch(
                executable_path="/usr/bin/chromium",
                args=["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic"],
            )
            page = browser.new_page()
            page.on("pageerror", lambda error: print(error, file=sys.stderr))
            start = time.perf_counter()
            page.goto(f"http://127.0.0.1:{server.server_port}/index.html")
            page.wait_for_function("window.taken !== undefined", timeout=120_000)
            whole = time.perf_counter() - start
            taken = page.evaluate("window.taken")
            browser.close()
            server.shutdown()
        size = (folder / "site.duckdb").stat().st_size / 1e6
    return {"first": taken["first"] / 1000, "next": taken["next"] / 1000, "whole": whole, "megabytes": size}


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *arguments: object) -> None:
        """Says nothing."""


def main() -> int:
    """Prints the figures; 1 where the first answer takes longer than its budget."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    taken = measure(rows)
    print(
        f"{rows:,} events, {taken['megabytes']:.0f} MB: first answer after {taken['first']:.1f} s "
        f"(budget {BUDGET:.0f} s), the next after {taken['next']:.2f} s"
    )
    return int(taken["first"] > BUDGET)


if __name__ == "__main__":
    sys.exit(main())
