"""A release can be made again, to the byte, from what the data folder keeps."""

from datetime import timedelta

import pytest
from support import ARTICLES, LATER, NOW, Project

from pipeline.rebuild import rebuild
from pipeline.release import ReleaseError


def test_every_release_is_made_again_to_the_byte(project: Project) -> None:
    project.build()
    project.add_articles(*ARTICLES, LATER)
    project.add_articles({"text": 1}, file="broken.jsonl")
    project.build(NOW + timedelta(days=2))
    # No source is read again: its files may be gone.
    for path in (project.root / "articles").iterdir():
        path.unlink()
    tables = {path.name: path.read_bytes() for path in (project.store.root / "tables").iterdir()}
    for version in ("2026.11.0", "2026.11.1"):
        made = rebuild(project.store, version, project.seeds, workers=1)
        assert made.differences == []
        assert made.made_by == made.commit
    assert {path.name: path.read_bytes() for path in (project.store.root / "tables").iterdir()} == tables
    assert not list(project.store.root.glob(".rebuild-*"))
    with pytest.raises(ReleaseError, match=r"there is no release 2026.12.0"):
        rebuild(project.store, "2026.12.0", project.seeds)
    # Other rules make another release, and that is said.
    actions = project.seeds / "actions.csv"
    text = actions.read_text(encoding="utf-8")
    actions.unlink()
    actions.write_text(text.replace("Fighting with weapons", "Fighting with arms"), encoding="utf-8")
    differences = rebuild(project.store, "2026.11.0", project.seeds, workers=1).differences
    assert "actions.parquet: other bytes; 0 rows more, 0 fewer, 1 otherwise" in differences
