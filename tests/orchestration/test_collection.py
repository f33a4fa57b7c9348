"""Sources as Dagster runs them: past days in one run, archives as partitions, cadences."""

import gzip
import os
from datetime import date, timedelta
from pathlib import Path

import dagster as dg
from support import ARTICLES, NOW, Materialize, Project
from web import Site

from pipeline.definitions import defs
from pipeline.defs.assets import POOL, REGISTRIES
from pipeline.defs.deployment import prepare_home
from pipeline.defs.schedules import ARCHIVE_JOB, JOB
from pipeline.resources import Clock, Folders

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


class StandingClock(Clock):
    """A clock that stands still."""

    def now(self):  # type: ignore[no-untyped-def]
        return NOW


def add_source(project: Project, row: str) -> None:
    with (project.seeds / "sources.csv").open("a", encoding="utf-8") as file:
        file.write(row + "\n")


def allow_loopback(project: Project) -> None:
    (project.seeds / "fetching.toml").unlink()
    (project.seeds / "fetching.toml").write_text('interval = 0\nprivate_networks = ["127.0.0.0/8"]\n')


def archive(*numbers: int) -> bytes:
    """Returns a web archive of some articles."""
    made = []
    for number in numbers:
        text = f"{ARTICLES[0]['text']} This was report {number} of the day."
        page = f"<html><body><article><h1>Report {number}</h1><p>{text}</p></article></body></html>"
        http = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{page}".encode()
        head = (
            "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://example.org/a\r\nWARC-Date: 2026-11-02T05:00:00Z\r\n"
            f"WARC-Record-ID: <urn:uuid:{number}>\r\nContent-Length: {len(http)}\r\n\r\n"
        )
        made.append(gzip.compress(head.encode() + http + b"\r\n\r\n"))
    return b"".join(made)


def test_a_backfill_of_thirty_days_is_one_run(project: Project, definitions: dg.Definitions) -> None:
    days = [date(2026, 10, 1) + timedelta(days=number) for number in range(30)]
    for number, day in enumerate(days):
        folder = project.root / "crawls" / f"{day:%Y/%m/%d}"
        folder.mkdir(parents=True)
        (folder / "a.warc.gz").write_bytes(archive(number))
    add_source(project, "dated,warc,crawls/%Y/%m/%d,,,,,,,test,true")
    tags = {"dagster/asset_partition_range_start": f"{days[0]}", "dagster/asset_partition_range_end": f"{days[-1]}"}
    with dg.DagsterInstance.ephemeral() as instance:
        result = definitions.resolve_job_def(JOB).execute_in_process(
            instance=instance,
            tags=tags,
            run_config=QUIET,
            asset_selection=[dg.AssetKey(name) for name in ("raw_articles", *REGISTRIES)],
        )
        assert result.success
        assert len(instance.get_runs()) == 1
        done = instance.get_materialized_partitions(dg.AssetKey("raw_articles"))
    assert done == {f"{day}" for day in days}
    raw = project.store.read_table("raw_articles")
    assert raw.height == 30
    assert raw["source_id"].unique().to_list() == ["dated"]  # the others keep no past


def test_each_new_archive_becomes_a_partition_and_is_collected_once(
    project: Project, definitions: dg.Definitions, materialize: Materialize, tmp_path: Path
) -> None:
    (project.root / "crawls").mkdir()
    for name, numbers in (("a", (1, 2)), ("b", (3,))):
        (project.root / "crawls" / f"{name}.warc.gz").write_bytes(archive(*numbers))
        _age(project.root / "crawls" / f"{name}.warc.gz")
    add_source(project, "crawl,warc,crawls,,,,,,,test,true")
    folders = Folders(data=str(project.store.root), seeds=str(project.seeds), project=str(project.root))
    sensor = definitions.get_repository_def().get_sensor_def("archives")
    with dg.DagsterInstance.from_config(str(prepare_home(tmp_path / "home"))) as instance:

        def look() -> list[str]:
            context = dg.SensorEvaluationContext(
                instance_ref=instance.get_ref(),
                last_tick_completion_time=None,
                last_run_key=None,
                cursor=None,
                repository_name=None,
                repository_def=definitions.get_repository_def(),
                instance=instance,
                resources={"folders": folders, "clock": StandingClock()},  # type: ignore[dict-item]
            )
            found = sensor.evaluate_tick(context)
            for request in found.dynamic_partitions_requests or ():
                instance.add_dynamic_partitions("archives", list(request.partition_keys))
            return sorted(str(request.partition_key) for request in found.run_requests or ())

        assert look() == ["crawl a.warc.gz", "crawl b.warc.gz"]
        for archive_name, new in (("crawl a.warc.gz", 2), ("crawl b.warc.gz", 1)):
            result = definitions.resolve_job_def(ARCHIVE_JOB).execute_in_process(
                instance=instance, partition_key=archive_name, run_config=QUIET
            )
            [event] = result.get_asset_materialization_events()
            assert event.materialization.metadata["new_records"].value == new
        assert look() == []
        (project.root / "crawls" / "c.warc.gz").write_bytes(archive(4))
        _age(project.root / "crawls" / "c.warc.gz")
        assert look() == ["crawl c.warc.gz"]
    assert project.store.read_table("raw_articles").height == 3
    assert materialize().success  # the build collects what no partition did, and reads all
    raw = project.store.read_table("raw_articles")
    assert dict(raw["source_id"].value_counts().iter_rows()) == {"crawl": 4, "wire": 1}


def _age(path: Path) -> None:
    """Gives a file a time before the clock of the tests."""
    os.utime(path, (NOW.timestamp() - 3600, NOW.timestamp() - 3600))


def test_a_run_is_asked_for_when_a_source_is_due(
    project: Project, definitions: dg.Definitions, materialize: Materialize, site: Site
) -> None:
    allow_loopback(project)
    url = site.put("/feed", "<rss><channel><title>x</title></channel></rss>", "application/rss+xml")
    add_source(project, f"feed,feed,{url},,,,,hourly,,test,true")
    schedule = definitions.get_repository_def().get_schedule_def("cadence")
    folders = Folders(data=str(project.store.root), seeds=str(project.seeds), project=str(project.root))

    def tick() -> list[str | None]:
        context = dg.build_schedule_context(
            scheduled_execution_time=NOW,
            resources={"folders": folders, "clock": StandingClock()},
            repository_def=definitions.get_repository_def(),
        )
        return [request.partition_key for request in schedule.evaluate_tick(context).run_requests or ()]

    assert tick() == ["2026-11-20"]
    assert materialize().success
    assert site.paths == ["/feed"]
    assert tick() == []


def test_every_step_that_writes_is_of_the_pool_of_the_one_writer() -> None:
    writing = [one for one in defs.resolve_asset_graph().assets_defs if one.keys]
    assert {one.node_def.name: one.op.pool for one in writing} == {one.node_def.name: POOL for one in writing}


def test_runs_of_a_deployment_wait_for_each_other(tmp_path: Path) -> None:
    with dg.DagsterInstance.from_config(str(prepare_home(tmp_path / "home"))) as instance:
        settings = instance.get_concurrency_config().pool_config
    assert settings.default_pool_limit == 1
    assert settings.pool_granularity is not None
    assert settings.pool_granularity.value == "run"
