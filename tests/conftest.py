"""What tests share: a project of a few articles, and a build of the sample articles."""

import csv
from pathlib import Path

import pytest
from hypothesis import settings
from support import ARTICLES, NOW, Project

from pipeline.build import build
from pipeline.seeds import SEEDS, read_seed
from pipeline.store import Store
from schemas import Sources

#: A loaded machine is no defect, so no example has a deadline.
settings.register_profile("project", deadline=None)
settings.load_profile("project")


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
