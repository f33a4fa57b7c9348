"""The data folder keeps what it was given, or says what is wrong with it."""

import hashlib
import os
import pickle
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from pipeline.objects import BATCH_BYTES
from pipeline.store import Store, StoreError, lock, sha256_of, sort_table, staged, write_atomically, write_parquet
from pipeline.validate import MODELS, ContractError, table_types
from schemas import EventClaims


def event_claims(numbers: list[int]) -> pl.DataFrame:
    rows = [(f"e_{number:020x}", f"c_{number:020x}", "supports", True) for number in numbers]
    return pl.DataFrame(rows, schema=table_types(EventClaims), orient="row")


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "data")


@settings(deadline=None)
@given(data=st.binary())
def test_bytes_come_back_under_their_digest(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    store = Store(tmp_path_factory.getbasetemp() / "objects")
    assert store.read_bytes(store.put_bytes(data)) == data


def test_bytes_are_kept_once_and_packed(store: Store) -> None:
    data = b"report " * 10_000
    for _ in range(2):
        store.put_bytes(data)
        store.write_table("event_claims", event_claims([]))
    path = store.root / "raw" / "objects.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("select lower(hex(digest)), bytes from objects").fetchall()
    assert rows == [(hashlib.sha256(data).hexdigest(), len(data))]
    assert path.stat().st_size < len(data)


def test_bytes_are_on_the_disk_before_a_table_that_may_name_them(store: Store) -> None:
    digest = store.put_bytes(b"report")
    store.write_table("event_claims", event_claims([]))
    assert Store(store.root).read_bytes(digest) == b"report"


def test_bytes_are_kept_in_batches(store: Store) -> None:
    digests = [store.put_bytes(bytes([number]) * (BATCH_BYTES // 2)) for number in range(3)]
    other = Store(store.root)
    assert [len(other.read_bytes(digest)) for digest in digests[:2]] == [BATCH_BYTES // 2] * 2
    with pytest.raises(StoreError, match="is missing"):
        other.read_bytes(digests[2])


def test_another_process_reads_the_bytes_by_itself(store: Store) -> None:
    digest = store.put_bytes(b"report")
    store.write_table("event_claims", event_claims([]))
    assert pickle.loads(pickle.dumps(store)).read_bytes(digest) == b"report"


@pytest.mark.parametrize(
    "packed", [pa.compress(b"rumour", codec="zstd", asbytes=True), b"rumour"], ids=["changed", "torn"]
)
def test_a_changed_object_is_refused(store: Store, packed: bytes) -> None:
    digest = store.put_bytes(b"report")
    store.write_table("event_claims", event_claims([]))
    with closing(sqlite3.connect(store.root / "raw" / "objects.sqlite")) as connection, connection:
        connection.execute("update objects set packed = ?", (packed,))
    with pytest.raises(StoreError, match=r"damaged.*restore .* from a backup"):
        store.read_bytes(digest)


def test_a_damaged_file_of_objects_is_named_with_its_remedy(store: Store) -> None:
    (store.root / "raw").mkdir(parents=True)
    (store.root / "raw" / "objects.sqlite").write_bytes(b"rumour" * 1_000)
    with pytest.raises(StoreError, match=r"objects\.sqlite cannot be read or written .*restore it from a backup"):
        store.put_bytes(b"report")


def test_a_missing_object_is_named_with_its_remedy(store: Store) -> None:
    with pytest.raises(StoreError, match="is missing: restore the file"):
        store.read_bytes("0" * 64)


@pytest.mark.parametrize("name", MODELS)
def test_a_table_that_was_never_written_is_empty_and_survives_writing(store: Store, name: str) -> None:
    empty = store.read_table(name)
    store.write_table(name, empty)
    assert_frame_equal(store.read_table(name), empty)


def test_a_table_is_stored_sorted_by_its_key(store: Store) -> None:
    store.write_table("event_claims", event_claims([3, 1, 2]))
    assert_frame_equal(store.read_table("event_claims"), event_claims([1, 2, 3]))
    assert (store.count_rows("event_claims"), store.count_rows("claims")) == (3, 0)


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        pytest.param(event_claims([1]).with_columns(relation=pl.lit("hearsay")), "hearsay", id="bad_row"),
        pytest.param(event_claims([1]).drop("relation"), "relation is missing", id="missing_column"),
        pytest.param(event_claims([1, 1]), "field_uniqueness", id="repeated_id"),
    ],
)
def test_a_table_that_breaks_the_contract_changes_nothing(store: Store, frame: pl.DataFrame, message: str) -> None:
    store.write_table("event_claims", event_claims([1, 2]))
    before = sha256_of(store.table_path("event_claims"))
    with pytest.raises(ContractError, match=message):
        store.write_table("event_claims", frame)
    assert sha256_of(store.table_path("event_claims")) == before
    assert files(store.root) == {"event_claims.parquet"}


def test_an_unknown_table_is_refused_with_the_known_names(store: Store) -> None:
    with pytest.raises(KeyError, match="rumours is no table; tables are sources"):
        store.read_table("rumours")


def test_a_table_written_under_another_schema_is_refused(store: Store) -> None:
    write_parquet(event_claims([1]).rename({"relation": "stance"}), store.table_path("event_claims"))
    with pytest.raises(ContractError, match="written under another schema: remove it and build again"):
        store.read_table("event_claims")


def test_a_damaged_table_is_named_with_its_remedy(store: Store) -> None:
    store.write_table("event_claims", event_claims([1]))
    store.table_path("event_claims").write_bytes(b"PAR1 no more")
    with pytest.raises(StoreError, match=r"event_claims.parquet cannot be read .*: remove it and build again"):
        store.read_table("event_claims")
    with pytest.raises(StoreError, match=r"event_claims.parquet cannot be read .*: remove it and build again"):
        store.count_rows("event_claims")


def test_interim_frames_come_back_as_they_were(store: Store) -> None:
    assert store.read_interim("hashes") is None
    frame = pl.DataFrame({"b": [2, 1], "a": [["x"], []]})
    store.write_interim("hashes", frame)
    found = store.read_interim("hashes")
    assert found is not None
    assert_frame_equal(found, frame)


def test_parquet_bytes_do_not_tell_how_the_rows_were_put_together(tmp_path: Path) -> None:
    whole = event_claims(list(range(300)))
    pieces = pl.concat([whole[:100], whole[100:250], whole[250:]], rechunk=False)
    write_parquet(whole, tmp_path / "whole.parquet", {"table": "event_claims"})
    write_parquet(sort_table("event_claims", pieces.sample(fraction=1, shuffle=True, seed=1)), tmp_path / "p.parquet",
                  {"table": "event_claims"})  # fmt: skip
    assert sha256_of(tmp_path / "whole.parquet") == sha256_of(tmp_path / "p.parquet")


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_atomically(path, b"old")
    with pytest.raises(TypeError), staged(path) as unfinished:
        unfinished.write_bytes("no bytes")  # type: ignore[arg-type]
    assert path.read_bytes() == b"old"
    assert files(tmp_path) == {"file"}


def test_a_second_writer_is_told_who_holds_the_folder(tmp_path: Path) -> None:
    with lock(tmp_path), pytest.raises(StoreError, match=f"written by process {os.getpid()}: wait"), lock(tmp_path):
        pass
    with lock(tmp_path):
        pass


def test_a_killed_writer_lets_go_and_its_unfinished_files_are_removed(tmp_path: Path) -> None:
    script = (
        "import sys, time\nfrom pathlib import Path\nfrom pipeline.store import lock, staged\n"
        "with lock(Path(sys.argv[1])), staged(Path(sys.argv[1]) / 'tables' / 't.parquet'):\n"
        "    print('held', flush=True)\n    time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "held\n"
        with pytest.raises(StoreError, match=f"process {writer.pid}"), lock(tmp_path):
            pass
        writer.send_signal(signal.SIGKILL)
    assert any(name.endswith(".tmp") for name in files(tmp_path))
    with lock(tmp_path):
        assert files(tmp_path) == {".lock"}
