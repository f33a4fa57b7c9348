"""Bytes in, articles out: collect, parse, and account for every input.

What belongs here: reading folders and feeds, fetching, and turning raw bytes into dated, cleaned, distinct articles,
or into a refusal with a reason. What does not: what articles say (pipeline/extract), where tables are kept
(pipeline/store). Time is passed in; only `fetch` opens a connection and only `collect` reads a folder.

Every byte that comes in is hostile until parsed: sizes are capped, trees are measured before they are built, nothing
that a document names is loaded, and what cannot be read is refused by name, never dropped.
"""

from pipeline.ingest.articles import AccountingError, list_read, make_articles
from pipeline.ingest.collect import collect
from pipeline.ingest.fetching import Fetched, Fetcher, FetchSettings
from pipeline.ingest.memory import Memory
from pipeline.ingest.parse import parse_documents

__all__ = [
    "AccountingError",
    "FetchSettings",
    "Fetched",
    "Fetcher",
    "Memory",
    "collect",
    "list_read",
    "make_articles",
    "parse_documents",
]
