"""The data folder: raw objects by digest, tables, interim frames, and how a file is written.

What belongs here: paths below the data folder, and every write (staged, fsynced, renamed). What does not: what the
tables mean (schemas), and the layout of a release (pipeline/release).
"""

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import polars as pl

from pipeline.objects import ERRORS, Objects
from pipeline.validate import (
    MODELS,
    ContractError,
    check_keys,
    check_structure,
    empty_table,
    nullable_columns,
    raise_failures,
    table_types,
    validate_all,
)
from schemas import KEYS, SCHEMA_VERSION, Table

#: Sort order of the tables that are stored; documents is internal and has no key among the released ones.
SORT_KEYS: Final[dict[str, tuple[str, ...]]] = {**KEYS, "documents": ("input_id",)}

#: Rows of a Parquet row group: fixed, so that the same rows always give the same bytes.
ROW_GROUP_SIZE: Final = 122_880


class StoreError(RuntimeError):
    """A file of the data folder is missing, changed or held by another process."""


def sha256_of(path: Path) -> str:
    """Returns the sha256 of a file's bytes as 64 hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fsync(path: Path) -> None:
    """Brings a file, or a folder's list of files, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def staged(path: Path, staging: Path | None = None) -> Iterator[Path]:
    """Gives a new path to write to; on success its file is fsynced and renamed to `path`, else removed.

    Args:
        path: Where the file belongs; its folder is made.
        staging: Folder on the same file system for the unfinished file; the folder of `path` unless given.
    """
    folder = staging or path.parent
    path.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".", suffix=".tmp", dir=folder)
    os.close(handle)
    unfinished = Path(name)
    try:
        yield unfinished
        unfinished.chmod(0o644)
        fsync(unfinished)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    fsync(path.parent)


def write_atomically(path: Path, data: bytes) -> None:
    """Writes bytes so that a reader finds the old file or the new one, whole, at every moment."""
    with staged(path) as unfinished:
        unfinished.write_bytes(data)


@contextmanager
def naming(path: Path, *errors: type[Exception]) -> Iterator[None]:
    """Says of a library's errors in writing which file they are about; those of the system say it themselves.

    Raises:
        StoreError: If the file cannot be written.
    """
    try:
        yield
    except errors as error:
        raise StoreError(
            f"{path} cannot be written ({error}): make room on the disk and see that this user may write there"
        ) from error


def write_parquet(frame: pl.DataFrame, path: Path, metadata: Mapping[str, str] | None = None) -> None:
    """Writes a frame as Parquet, atomically; the same rows and metadata always give the same bytes.

    Args:
        frame: Rows in their final order.
        path: The file.
        metadata: Key-value pairs of the file's footer.

    Raises:
        StoreError: If it cannot be written.
    """
    with naming(path, pl.exceptions.PolarsError), staged(path) as unfinished:
        # Bytes follow the chunks of a frame: without rechunk() they would tell how it was put together.
        frame.rechunk().write_parquet(
            unfinished, compression="zstd", row_group_size=ROW_GROUP_SIZE, metadata=dict(metadata or {})
        )


def sort_table(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Returns a table's rows in the one order in which they are stored."""
    return frame.sort(SORT_KEYS[name], nulls_last=True, maintain_order=True)


@contextmanager
def lock(root: Path) -> Iterator[None]:
    """Holds the data folder for one writer; the system lets go when its process dies, however it dies.

    Unfinished files of a writer that died are removed.

    Raises:
        StoreError: If another writer holds it.
    """
    root.mkdir(parents=True, exist_ok=True)
    with (root / ".lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            raise StoreError(
                f"{root} is being written by process {holder}: wait until it is done, then start again"
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        for folder in ("raw", "tables", "interim"):
            for leftover in (root / folder).glob(".*.tmp"):
                leftover.unlink(missing_ok=True)
        yield


class Store:
    """The data folder of one deployment.

    Attributes:
        root: The folder; made when something is first written.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._objects = Objects(root / "raw" / "objects.sqlite")

    @property
    def releases(self) -> Path:
        """The folder of published releases."""
        return self.root / "releases"

    def put_bytes(self, data: bytes) -> str:
        """Keeps bytes under their sha256, for good, and returns it.

        They are on the disk before the next table is: no row names bytes that a crash could take.
        """
        with self._naming_objects():
            return self._objects.put(data)

    def read_bytes(self, digest: str) -> bytes:
        """Returns the bytes kept under a digest.

        Raises:
            StoreError: If there are none, or they no longer have that digest.
        """
        place = f"{self._objects.path}, object {digest}"
        with self._naming_objects():
            data = self._objects.get(digest)
        if data is None:
            raise StoreError(
                f"{place} is missing: restore the file from a backup, or drop its row from raw_articles and collect again"
            )
        if hashlib.sha256(data).hexdigest() != digest:
            raise StoreError(f"{place} was changed or damaged: restore the file from a backup")
        return data

    @contextmanager
    def _naming_objects(self) -> Iterator[None]:
        """Says of an error which file it is about.

        Raises:
            StoreError: If the objects cannot be read or written.
        """
        try:
            yield
        except ERRORS as error:
            raise StoreError(
                f"{self._objects.path} cannot be read or written ({error}): make room on the disk and see that this user "
                "may write there; where the file is damaged, restore it from a backup"
            ) from error

    def table_path(self, name: str) -> Path:
        """Returns where a table is kept."""
        if name not in MODELS:
            raise KeyError(f"{name} is no table; tables are {', '.join(MODELS)}")
        return self.root / "tables" / f"{name}.parquet"

    def read_table(self, name: str) -> pl.DataFrame:
        """Returns a table's rows, or none of them where it was never written.

        Raises:
            ContractError: If the file's columns are no longer the model's.
            StoreError: If the file cannot be read.
        """
        path = self.table_path(name)
        if not path.exists():
            return empty_table(MODELS[name])
        frame = _add_columns(_read_parquet(path), MODELS[name])
        try:
            check_structure(frame, MODELS[name])
        except ContractError as error:
            raise ContractError(
                f"{path} was written under another schema: remove it and build again; {error}"
            ) from None
        return frame

    def count_rows(self, name: str) -> int:
        """Returns how many rows a table has, without reading them.

        Raises:
            StoreError: If the file cannot be read.
        """
        path = self.table_path(name)
        if not path.exists():
            return 0
        with _naming(path):
            return int(pl.scan_parquet(path, hive_partitioning=False).select(pl.len()).collect().item())

    def write_table(self, name: str, frame: pl.DataFrame) -> None:
        """Validates, sorts and writes a table; nothing changes on disk when a row breaks the contract.

        Raises:
            ContractError: If the structure, a row or a key breaks the contract.
        """
        path = self.table_path(name)
        validate_all(frame, MODELS[name])
        raise_failures(check_keys({name: frame}))
        with self._naming_objects():
            self._objects.commit()
        write_parquet(sort_table(name, frame), path, {"table": name, "schema_version": SCHEMA_VERSION})

    def read_interim(self, name: str) -> pl.DataFrame | None:
        """Returns an internal frame, or None where it was never written.

        Raises:
            StoreError: If the file cannot be read.
        """
        path = self._interim_path(name)
        return _read_parquet(path) if path.exists() else None

    def write_interim(self, name: str, frame: pl.DataFrame) -> None:
        """Writes an internal frame as it is."""
        write_parquet(frame, self._interim_path(name))

    def _interim_path(self, name: str) -> Path:
        return self.root / "interim" / f"{name}.parquet"


def _add_columns(frame: pl.DataFrame, model: type[Table]) -> pl.DataFrame:
    """Returns a table with the columns that a later schema added, where they may be empty; others are for the check."""
    types, optional = table_types(model), nullable_columns(model)
    missing = [name for name in types if name not in frame.columns and name in optional]
    if not missing or set(frame.columns) - set(types):
        return frame
    whole = frame.with_columns(pl.lit(None, types[name]).alias(name) for name in missing)
    return whole.select(name for name in types if name in whole.columns)


def _read_parquet(path: Path) -> pl.DataFrame:
    with _naming(path):
        return pl.read_parquet(path, hive_partitioning=False)


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Says of an error which file could not be read.

    Raises:
        StoreError: If it cannot be read.
    """
    try:
        yield
    except (pl.exceptions.PolarsError, OSError) as error:
        raise StoreError(f"{path} cannot be read ({error}): remove it and build again") from error
