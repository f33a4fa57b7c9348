"""Versions follow the calendar and each other."""

from datetime import date
from pathlib import Path

import pytest

from pipeline.release import Release, ReleaseError, find_release, latest_release, list_releases, next_version


@pytest.mark.parametrize(
    ("existing", "today", "expected"),
    [
        pytest.param([], date(2026, 9, 5), "2026.09.0", id="first"),
        pytest.param(["2026.11.0"], date(2026, 11, 30), "2026.11.1", id="same_month"),
        pytest.param(["2026.11.9", "2026.11.10"], date(2026, 11, 30), "2026.11.11", id="ten_follows_nine"),
        pytest.param(["2026.11.4"], date(2026, 12, 1), "2026.12.0", id="next_month"),
        pytest.param(["2026.12.4"], date(2027, 1, 1), "2027.01.0", id="next_year"),
        pytest.param(["2026.12.4"], date(2026, 11, 1), "2026.12.5", id="clock_set_back"),
        pytest.param([".staging-2026.11.7-1", "notes"], date(2026, 11, 1), "2026.11.0", id="other_folders"),
    ],
)
def test_the_next_version(tmp_path: Path, existing: list[str], today: date, expected: str) -> None:
    for name in existing:
        (tmp_path / name).mkdir()
    assert next_version(tmp_path, today) == expected


def test_releases_are_listed_oldest_first(tmp_path: Path) -> None:
    for name in ("2026.11.10", "2026.11.9", "2025.12.0", ".staging-2026.11.11-1"):
        (tmp_path / name).mkdir()
    (tmp_path / "latest").symlink_to("2026.11.9")
    assert [release.version for release in list_releases(tmp_path)] == ["2025.12.0", "2026.11.9", "2026.11.10"]
    assert latest_release(tmp_path) == Release("2026.11.9", tmp_path / "2026.11.9")
    assert find_release(tmp_path, "2025.12.0").version == "2025.12.0"
    assert find_release(tmp_path).version == "2026.11.9"


def test_no_folder_holds_no_release(tmp_path: Path) -> None:
    assert list_releases(tmp_path / "none") == []
    assert latest_release(tmp_path / "none") is None
    with pytest.raises(ReleaseError, match="holds no release: build one first"):
        find_release(tmp_path / "none")


def test_an_unknown_version_is_refused_with_the_known_ones(release: Release) -> None:
    with pytest.raises(ReleaseError, match=r"no release 2020.01.0: there are 2026.11.0"):
        find_release(release.path.parent, "2020.01.0")


def test_a_lost_pointer_is_named(release: Release) -> None:
    (release.path.parent / "latest").unlink()
    with pytest.raises(ReleaseError, match="latest is missing"):
        find_release(release.path.parent)
