"""The manifest of a release: what is in it, what it was made from, and the digest of every file.

What belongs here: how the manifest is made, written and read. What does not: whether the files are as it says
(verify.py).
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any, Final, cast

import duckdb
import polars as pl

from pipeline.release.versions import MANIFEST, ReleaseError
from pipeline.store import sha256_of, write_atomically
from schemas import KEYS, SCHEMA_VERSION, TABLES
from schemas.dictionary import VIEWS, Entry, describe, table_entries, view_entries
from schemas.vocabulary import INPUT_STATES

Manifest = dict[str, Any]

#: The manifest's own digest, taken of the manifest without it.
_SEAL: Final = "manifest_sha256"


def make_manifest(
    folder: Path,
    tables: Mapping[str, pl.DataFrame],
    *,
    version: str,
    previous: str | None,
    created_at: datetime,
    commit: str | None,
    facts: Mapping[str, Any],
    checks: Mapping[str, Sequence[str]],
) -> Manifest:
    """Returns the manifest of the files in a folder.

    Args:
        folder: The release's files, all written.
        tables: The tables that they hold.
        version: The release.
        previous: The release before it.
        created_at: When it was made, with its time zone.
        commit: The commit of the code that made it, where known.
        facts: What else the run knows: plain JSON values.
        checks: By check, what moved past its bound (anomalies.py).
    """
    states = dict(tables["inputs"]["state"].value_counts().rows())
    return {
        "dataset": "conflict-events",
        "version": version,
        "previous": previous,
        "schema_version": SCHEMA_VERSION,
        "created_at": created_at.astimezone(UTC).isoformat(timespec="seconds"),
        "commit": commit,
        "writers": {"polars": pl.__version__, "duckdb": duckdb.__version__},
        "inputs": {"total": tables["inputs"].height, **{state: states.get(state, 0) for state in INPUT_STATES}},
        "facts": dict(facts),
        "files": {name: _file(path, tables) for name, path in list_files(folder).items()},
        "checks": dict(checks),
        **describe_schema(),
    }


def describe_schema() -> dict[str, Any]:
    """Returns the tables and views of this schema version: what a row is, its key, its columns."""
    return {
        "tables": {
            name: {
                "description": describe(name),
                "key": KEYS[name],
                "columns": [_column(entry) for entry in table_entries(name)],
            }
            for name in TABLES
        },
        "views": {
            name: {"description": describe(name), "columns": [_column(entry) for entry in view_entries(name)]}
            for name in VIEWS
        },
    }


def list_files(folder: Path) -> dict[str, Path]:
    """Returns every file below a folder by its path in it, `/` between, in the order of these; links are not followed."""
    paths = (path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    return dict(sorted((path.relative_to(folder).as_posix(), path) for path in paths))


def is_inside(name: str) -> bool:
    """Returns whether the name of a file stays in its folder: a manifest may come from elsewhere."""
    parts = PurePosixPath(name).parts
    return bool(parts) and ".." not in parts and not name.startswith("/") and "\\" not in name and "\0" not in name


def write_manifest(manifest: Manifest, folder: Path) -> None:
    """Writes a manifest, with its own digest, into its release: the last of its files."""
    write_atomically(folder / MANIFEST, _render(manifest | {_SEAL: _digest(manifest)}))


def read_manifest(folder: Path) -> Manifest:
    """Reads a release's manifest.

    Raises:
        ReleaseError: If it is missing, or a byte of it was changed.
    """
    path = folder / MANIFEST
    try:
        written = path.read_bytes()
    except FileNotFoundError:
        raise ReleaseError(f"{path} is missing: this is no whole release") from None
    return parse_manifest(written, str(path))


def parse_manifest(written: bytes, path: str) -> Manifest:
    """Returns a manifest from its bytes.

    Args:
        written: The bytes.
        path: Where they are from, for messages.

    Raises:
        ReleaseError: If a byte of it was changed.
    """
    try:
        manifest = json.loads(written)
    except ValueError as error:
        raise ReleaseError(f"{path} is damaged: {error}") from error
    seal = manifest.pop(_SEAL, None) if isinstance(manifest, dict) else None
    # The form is compared as well: a changed blank would leave the values, and their digest, as they were.
    if seal is None or seal != _digest(manifest) or written != _render(manifest | {_SEAL: seal}):
        raise ReleaseError(f"{path} was changed after it was written")
    return cast(Manifest, manifest)


def _render(manifest: Manifest) -> bytes:
    return (json.dumps(manifest, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _digest(manifest: Manifest) -> str:
    return hashlib.sha256(_render(manifest)).hexdigest()


def _file(path: Path, tables: Mapping[str, pl.DataFrame]) -> dict[str, str | int]:
    entry: dict[str, str | int] = {"sha256": sha256_of(path), "bytes": path.stat().st_size}
    if path.suffix == ".parquet" and path.stem in tables:
        entry["rows"] = tables[path.stem].height
    return entry


def _column(entry: Entry) -> dict[str, Any]:
    column = {
        "name": entry.column,
        "type": entry.type,
        "nullable": entry.nullable,
        "description": entry.description,
        "unit": entry.unit,
        "codes": entry.codes,
        "references": entry.references,
    }
    return {name: value for name, value in column.items() if value not in (None, ())}
