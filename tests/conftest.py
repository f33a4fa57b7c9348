"""What tests share: a project of a few articles, and a build of the sample articles."""

import csv
import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from support import ARTICLES, NOW, Project, Reliability
from web import Site, serve

from pipeline.build import build
from pipeline.seeds import SEEDS, read_seed
from pipeline.store import Store
from schemas import Sources

#: A loaded machine is no defect, so no example has a deadline.
settings.register_profile("project", deadline=None)
settings.load_profile("project")


@pytest.fixture(scope="session")
def torture() -> int:
    """How often a reliability test is to try: 0 for its short form, else the number that `make torture` asks for."""
    return int(os.environ.get("TORTURE", "0"))


@pytest.fixture
def reliability(request: pytest.FixtureRequest) -> Reliability:
    """Notes a reliability figure for the table at the end of the run; to be called before anything is asserted."""

    def note(family: str, tried: int, failed: int, figure: str) -> None:
        request.node.user_properties.append(("reliability", (family, tried, failed, figure)))

    return note


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks the tests that note a figure: `make torture` runs those."""
    for item in items:
        if "reliability" in getattr(item, "fixturenames", ()):
            item.add_marker("reliability")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints the reliability table: what was tried in each family, over all of its tests and processes."""
    families: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for reports in terminalreporter.stats.values():
        for report in reports:
            if getattr(report, "when", None) == "call":
                for name, value in report.user_properties:
                    if name == "reliability":
                        families[value[0]].append(tuple(value[1:]))
    if not families:
        return
    terminalreporter.section("reliability")
    terminalreporter.write_line(f"{'family':<34}{'tried':>8}{'failed':>8}  figure")
    for family in sorted(families):
        notes = families[family]
        tried, failed = sum(note[0] for note in notes), sum(note[1] for note in notes)
        figures = "; ".join(dict.fromkeys(sorted(note[2] for note in notes)))
        terminalreporter.write_line(f"{family:<34}{tried:>8,}{failed:>8,}  {figures}")


@pytest.fixture
def site() -> Iterator[Site]:
    """A web server on loopback."""
    with serve() as running:
        yield running


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A deployment that has never run, its source a folder of three articles."""
    made = Project(tmp_path)
    made.seeds.mkdir()
    for path in SEEDS.iterdir():
        if path.name != "sources.csv":
            (made.seeds / path.name).symlink_to(path)
    row = dict.fromkeys(Sources.empty().columns, "")
    row |= {"source_id": "wire", "kind": "folder", "location": "articles", "licence": "test", "enabled": "true"}
    with (made.seeds / "sources.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, row)
        writer.writeheader()
        writer.writerow(row)
    (tmp_path / "articles").mkdir()
    made.add_articles(*ARTICLES)
    return made


@pytest.fixture(scope="session")
def sample_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of one build of the sample articles."""
    data = tmp_path_factory.mktemp("sample") / "data"
    build(Store(data), read_seed("sources"), NOW, workers=1)
    return data
