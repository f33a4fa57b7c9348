"""Fetching over HTTP, with manners: what is asked of whom, how often, and what is never connected to.

What belongs here: the one place that opens connections to the web. What does not: what is fetched and why
(pipeline/ingest/sources).

    addresses     which addresses are public; connections to checked addresses only, within a deadline
    bodies        a response's bytes, decompressed, never more than is allowed
    robots        what a site's robots.txt allows
    manners       how often a host is asked, and when it is left alone
    settings      seeds/fetching.toml
    fetcher       one address, or many over many hosts at once
"""

from pipeline.ingest.fetching.fetcher import Fetched, Fetcher
from pipeline.ingest.fetching.settings import FetchSettings, read_settings

__all__ = ["FetchSettings", "Fetched", "Fetcher", "read_settings"]
