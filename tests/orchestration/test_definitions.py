"""The code location loads, and its graph is in order."""

import tomllib
from pathlib import Path

import dagster as dg
import pytest
import yaml

from pipeline.definitions import defs
from schemas import TABLES

ROOT = Path(__file__).resolve().parent.parent.parent
GRAPH = defs.resolve_asset_graph()
ASSETS = sorted(key.to_user_string() for key in GRAPH.get_all_asset_keys())


def test_definitions_can_be_loaded() -> None:
    dg.Definitions.validate_loadable(defs)


def test_workspace_and_pyproject_name_one_location() -> None:
    [location] = yaml.safe_load((ROOT / "workspace.yaml").read_text())["load_from"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["dg"]["project"]
    assert location["python_module"]["location_name"] == project["code_location_name"]
    assert location["python_module"]["module_name"] == project["code_location_target_module"]


def test_assets_are_the_tables() -> None:
    assert sorted([*TABLES, "archives", "documents", "release"]) == ASSETS


@pytest.mark.parametrize("asset", ASSETS)
def test_every_asset_says_what_it_is(asset: str) -> None:
    node = GRAPH.get(dg.AssetKey(asset))
    assert node.group_name != "default"
    assert node.kinds
    assert node.description


@pytest.mark.parametrize("asset", [asset for asset in ASSETS if asset != "release"])
def test_everything_is_made_before_the_release(asset: str) -> None:
    assert dg.AssetKey(asset) in GRAPH.get_ancestor_asset_keys(dg.AssetKey("release"))


def test_checks_block() -> None:
    before = [key for key in GRAPH.asset_check_keys if key.asset_key != dg.AssetKey("release")]
    assert {key.name for key in before} == {"accounting", "spans", "foreign_keys"}
    assert all(GRAPH.get_check_spec(key).blocking for key in before)


def test_checks_of_movements_are_shown_with_the_release() -> None:
    after = {key.name for key in GRAPH.asset_check_keys if key.asset_key == dg.AssetKey("release")}
    assert after == {"freshness", "volume", "source_share", "headline"}


def test_schedules_and_sensors_are_off_until_switched_on() -> None:
    repository = defs.get_repository_def()
    for schedule in ("nightly", "cadence"):
        assert repository.get_schedule_def(schedule).default_status == dg.DefaultScheduleStatus.STOPPED
    for sensor in ("folders", "archives"):
        assert repository.get_sensor_def(sensor).default_status == dg.DefaultSensorStatus.STOPPED


def test_a_backfill_of_many_days_is_one_run() -> None:
    assert GRAPH.get(dg.AssetKey("raw_articles")).backfill_policy == dg.BackfillPolicy.single_run()
