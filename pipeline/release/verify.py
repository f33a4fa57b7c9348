"""Whether a release is whole, unchanged and keeps the contract.

What belongs here: questions that the files themselves answer. What does not: any repair.
"""

from collections.abc import Mapping
from pathlib import Path

import duckdb
import polars as pl

from pipeline.release.database import check_database
from pipeline.release.manifest import Manifest, is_inside, list_files, read_manifest
from pipeline.release.parquet import footer, read_table
from pipeline.release.versions import CHANGES, DATABASE, MANIFEST, ReleaseError
from pipeline.store import sha256_of, sort_table
from pipeline.validate import (
    ContractError,
    check_foreign_keys,
    check_keys,
    check_spans,
    validate_all,
)
from schemas import SCHEMA_VERSION, TABLES


def contract_problems(tables: Mapping[str, pl.DataFrame]) -> list[str]:
    """Returns in what the tables of a release break the contract: rows, keys, foreign keys and spans."""
    problems = [f"table {name} is missing" for name in TABLES if name not in tables]
    problems += [f"table {name} is unknown" for name in tables if name not in TABLES]
    if problems:
        return problems
    for name, model in TABLES.items():
        try:
            validate_all(tables[name], model)
        except ContractError as error:
            problems.append(str(error))
    if problems:
        return problems
    failures = check_keys(tables) + check_foreign_keys(tables)
    failures += check_spans(tables["claims"], tables["articles"], tables["claim_evidence"])
    return [str(failure) for failure in failures]


def verify_release(path: Path) -> list[str]:
    """Returns what is wrong with a release, in words: nothing, if all is well.

    Every file is hashed and counted; then the tables are checked against the models, keys, foreign keys and spans,
    and the database against the Parquet files. Rules are checked for releases of this schema version only.

    Args:
        path: The release's folder.
    """
    try:
        manifest = read_manifest(path)
    except ReleaseError as error:
        return [str(error)]
    problems = check_files(path, manifest)
    if path.name != manifest["version"]:
        problems.append(f"the folder is named {path.name}, its manifest says {manifest['version']}")
    if problems:
        # Bytes that are not those that were written are not read: a damaged file may stop the reader.
        return problems
    tables = {}
    for name in manifest["tables"]:
        file = path / f"{name}.parquet"
        tables[name] = read_table(file)
        if tables[name].height != manifest["files"][file.name]["rows"]:
            problems.append(f"{file.name}: {tables[name].height} rows, the manifest says otherwise")
        said = pl.read_parquet_metadata(file)
        for key, value in footer(name, manifest["version"], manifest["schema_version"]).items():
            if said.get(key) != value:
                problems.append(f"{file.name}: its footer says {key} {said.get(key)}, the manifest says {value}")
    if manifest["schema_version"] != SCHEMA_VERSION:
        return problems
    problems += contract_problems(tables)
    if problems:
        return problems
    problems += [
        f"{name}.parquet is not sorted" for name in tables if not sort_table(name, tables[name]).equals(tables[name])
    ]
    try:
        return problems + check_database(path / DATABASE, tables)
    except duckdb.Error as error:
        return [*problems, f"{DATABASE} cannot be read: {error}"]


def check_files(path: Path, manifest: Manifest) -> list[str]:
    """Returns the files of a release that are missing, unknown, or not the bytes that its manifest names."""
    known = manifest["files"]
    wanted = {f"{name}.parquet" for name in manifest["tables"]} | {DATABASE, CHANGES}
    problems = [f"{name} is not in the manifest" for name in sorted(wanted - {*known})]
    problems += [f"{name} is unknown" for name in list_files(path) if name not in {*known, MANIFEST}]
    for name, said in known.items():
        file = path / name
        if not is_inside(name):
            problems.append(f"{name} is no file of this folder")
        elif not file.is_file() or file.is_symlink():
            problems.append(f"{name} is missing")
        elif file.stat().st_size != said["bytes"]:
            problems.append(f"{name}: {file.stat().st_size} bytes, the manifest says {said['bytes']}")
        elif sha256_of(file) != said["sha256"]:
            problems.append(f"{name} was changed: its sha256 is not the manifest's")
    return problems
