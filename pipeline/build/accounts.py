"""Whether the tables add up: every input in one state, every id a row, every quote the article's words.

What belongs here: counts and checks over all tables. What does not: refusing single rows (build/refusals).
"""

import polars as pl

from pipeline.ingest.articles import NEAR
from pipeline.ingest.coverage import count_coverage
from pipeline.store import Store
from pipeline.validate import Failure, check_foreign_keys, check_spans
from schemas import TABLES
from schemas.vocabulary import INPUT_STATES


def write_coverage(store: Store) -> pl.DataFrame:
    """Counts what came of each source on each day, beside what collections noted."""
    tables = [store.read_table(name) for name in ("coverage", "sources", "raw_articles", "inputs", "articles")]
    coverage = count_coverage(*tables)
    store.write_table("coverage", coverage)
    return coverage


def account_inputs(store: Store) -> tuple[dict[str, int], list[str]]:
    """Returns how many inputs ended in each state, and where the tables do not hold what the states say.

    inputs = articles + duplicates + irrelevant + quarantined.
    """
    inputs = store.read_table("inputs")
    counts = {state: inputs.filter(pl.col("state") == state).height for state in INPUT_STATES}
    refused = store.read_table("quarantine").filter(pl.col("record_id").is_in(inputs["input_id"].implode()))
    near = inputs.filter(pl.col("reason") == NEAR).height  # duplicates that are rows of articles all the same
    found = {
        "documents": (store.count_rows("documents"), inputs.height),
        "articles": (store.count_rows("articles"), counts["article"] + near),
        "quarantine": (refused["record_id"].n_unique(), counts["quarantined"]),
        "inputs": (inputs.height, sum(counts.values())),
    }
    problems = [
        f"{name} has {rows} rows, the states say {said}" for name, (rows, said) in found.items() if rows != said
    ]
    return counts, problems


def check_references(store: Store) -> list[Failure]:
    """Returns the ids, in all tables, that name no row."""
    return check_foreign_keys({name: store.read_table(name) for name in TABLES})


def check_quotes(store: Store) -> list[Failure]:
    """Returns the claims and evidence that are not the article's words at their offsets."""
    return check_spans(*(store.read_table(name) for name in ("claims", "articles", "claim_evidence")))
