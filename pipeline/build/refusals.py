"""Rows that break the contract, as rows of quarantine with a reason and a remedy.

What belongs here: splitting a table into what may go on and what is refused, and the one table of all that was
refused. What does not: what the contract says (schemas, pipeline/validate).
"""

from collections.abc import Sequence
from typing import Final

import polars as pl

from pipeline.ingest.items import mint
from pipeline.store import Store
from pipeline.validate import Failure, check_foreign_keys, check_keys, empty_table, table_types, validate
from schemas import TABLES, Quarantine

#: What became of rows that break the contract, and what to do about it.
REMEDY: Final = "The others went on. Find the rule that made it, and mend that or its lexicon entry."


def write_quarantine(store: Store) -> pl.DataFrame:
    """Writes what every stage refused as one table."""
    parts = [store.read_interim(f"refused_by_{stage}") for stage in ("collect", "ingest", "extract", "resolve")]
    refused = pl.concat([empty_table(Quarantine), *(part for part in parts if part is not None)])
    store.write_table("quarantine", refused)
    return refused


def refuse_rows(
    stage: str, table: str, frame: pl.DataFrame, related: dict[str, pl.DataFrame], more: Sequence[Failure] = ()
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Splits a table into rows that keep the contract and rows of quarantine for those that do not.

    Args:
        stage: The stage that refuses them.
        table: The table's name; its first column is its id.
        frame: Its rows.
        related: Tables that its foreign keys name.
        more: Failures that were found otherwise.

    Raises:
        ContractError: If the frame's structure is not the model's.
    """
    _, broken = validate(frame, TABLES[table])
    found = [
        (at, "breaks_contract", f"column {column or '(several)'}: {check}; found {value!r}")
        for at, column, check, value in broken.iter_rows()
    ]
    checks = (
        ("repeated_id", check_keys({table: frame})),
        ("unknown_reference", check_foreign_keys({**related, table: frame})),
        ("misquoted", more),
    )
    found += [(f.row_index, reason, str(f)) for reason, failures in checks for f in failures if f.table == table]
    ids = frame[:, 0]
    rows = [(ids[at], reason, f"{detail}. {REMEDY}") for at, reason, detail in found]
    good = frame.with_row_index("_row").filter(~pl.col("_row").is_in({at for at, _, _ in found})).drop("_row")
    return good, quarantine_rows(stage, rows)


def quarantine_rows(stage: str, rows: Sequence[tuple[str, str, str]]) -> pl.DataFrame:
    """Returns rows of quarantine for (record_id, reason, detail); of several with one reason the first."""
    made = [
        {
            "quarantine_id": mint("q", stage, record_id, reason),
            "stage": stage,
            "record_id": record_id,
            "source_id": None,
            "location": None,
            "reason": reason,
            "detail": detail,
        }
        for record_id, reason, detail in rows
    ]
    frame = pl.DataFrame(made, schema=table_types(Quarantine), orient="row")
    return frame.unique("quarantine_id", keep="first", maintain_order=True)
