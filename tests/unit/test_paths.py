"""Whatever inputs are called and say, nothing is written outside the data folder."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

from support import LATER, Project, Reliability

#: Names that would lead elsewhere where they were taken for paths.
NAMES = (
    "../escaped", "../../escaped", "/tmp/escaped", "..\\..\\escaped", "....//escaped", "a/../../escaped", "./../escaped", "~/escaped",
    "$HOME/escaped", "%2e%2e%2fescaped", "..%2fescaped", "..%c0%afescaped", "file:///escaped", "C:\\escaped", "\\\\host\\escaped",
    "a\x00../escaped", "escaped\n../x", "..", ".", "", " ", "-rf", "|touch escaped", "`touch escaped`", "$(touch escaped)",
    "\u2025/escaped", "\uff0e\uff0e/escaped", "\u202e../escaped", "escaped" * 800, "CON", "nul.txt",
)  # fmt: skip


def files_below(root: Path, aside: Path) -> dict[str, int]:
    """Returns the files below a folder, with their times, but those of one folder in it."""
    return {
        os.fsencode(path).hex(): path.lstat().st_mtime_ns
        for path in sorted(root.rglob("*"))
        if aside not in path.parents and path != aside and not path.is_dir()
    }


def test_no_name_leads_out_of_the_data_folder(project: Project, reliability: Reliability) -> None:
    folder = project.root / "articles"
    records = [
        {**LATER, "article_id": name, "url": f"https://news.example/{name}", "publisher": name, "title": name, "authors": [name],
         "language": name or "en", "text": f"{LATER['text']} Report {number}: {'word ' * number}"}
        for number, name in enumerate(NAMES)
    ]  # fmt: skip
    (folder / "hostile.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    made = 0
    for number, name in enumerate(NAMES):
        flat = name.replace("/", "\u2215").replace("\x00", "")[:60]
        if flat.strip(". "):
            (folder / f"{flat}.{number}.txt").write_text(f"{LATER['text']} File {number}.", encoding="utf-8")
            made += not flat.startswith(".")  # hidden files are passed over
    (project.root / "feed.xml").write_text(
        "<rss><channel><title>../escaped</title><item><title>../escaped</title><guid>../../escaped</guid>"
        f"<link>https://news.example/../../escaped</link><description>{LATER['text']} Feed.</description></item></channel></rss>"
    )
    with (project.seeds / "sources.csv").open("a", encoding="utf-8") as file:
        file.write("feed,feed,feed.xml,,../escaped,,,,,test,true\n")
    data = project.root / "data"
    around = (project.root.parent, Path.cwd())
    before, beside = files_below(project.root, data), [sorted(folder.iterdir()) for folder in around]
    report = project.build(datetime.now(UTC), workers=1)
    after = files_below(project.root, data)
    escaped = len(after.items() ^ before.items())
    escaped += [sorted(folder.iterdir()) for folder in around] != beside
    known = {"raw", "tables", "interim", "releases", "cache", ".lock"}
    odd = {path.name for path in data.iterdir()} - known
    reliability(
        "paths",
        len(NAMES) * 6 + made,
        escaped + len(odd),
        f"{len(NAMES)} forms as ids, fields and names: no write outside data/",
    )
    assert escaped == 0
    assert odd == set()
    assert sum(report.states.values()) == len(NAMES) + made + 1 + 3
    assert not [path for path in data.rglob("*") if "escaped" in path.name]
