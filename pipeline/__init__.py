"""The pipeline: articles in, releases out.

    ingest -> extract -> resolve -> release     the work: pure functions on frames and bytes
    curation                                    what people decided, replayed on what resolve made
    build                                       the stages over a data folder, in order
    resources, defs, definitions                the same stages as Dagster assets, thin
    cli                                         the same stages as commands

Imports run from the bottom to the top only (tests/test_layers.py).
"""
