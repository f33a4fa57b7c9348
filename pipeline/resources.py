"""What the assets are given: the folders of a deployment, and the clock.

What belongs here: values that differ between a deployment and a test. What does not: any work on data.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Literal

import dagster as dg
import polars as pl

from pipeline.build import PROJECT
from pipeline.clock import read_clock
from pipeline.llm.endpoint import Endpoint
from pipeline.readers import Reader, make_reader
from pipeline.seeds import SEEDS, read_seed
from pipeline.store import Store, lock


class Folders(dg.ConfigurableResource):  # type: ignore[type-arg]
    """Where a deployment keeps its data, and what it reads.

    Attributes:
        data: The data folder.
        seeds: The folder of seeds.
        project: What relative locations of sources are relative to.
    """

    data: str = str(PROJECT / "data")
    seeds: str = str(SEEDS)
    project: str = str(PROJECT)

    @property
    def store(self) -> Store:
        """The data folder, for reading."""
        return Store(Path(self.data))

    @contextmanager
    def writing(self) -> Iterator[Store]:
        """Gives the data folder to one writer.

        Raises:
            StoreError: If another process is writing.
        """
        with lock(Path(self.data)):
            yield self.store

    @property
    def seed_folder(self) -> Path:
        """The folder of seeds."""
        return Path(self.seeds)

    @property
    def project_folder(self) -> Path:
        """What relative locations of sources are relative to."""
        return Path(self.project)

    def read_sources(self) -> pl.DataFrame:
        """Returns the configured sources."""
        return read_seed("sources", self.seed_folder)


class ReaderChoice(dg.ConfigurableResource):  # type: ignore[type-arg]
    """Who reads the articles.

    Attributes:
        kind: rules, llm (a language model) or hybrid (a language model where the rules are unsure).
        url: Endpoint of the model.
        model: Its name.
        key: Its secret, from the environment: `dg.EnvVar("CONFLICT_EVENTS_LLM_KEY")`.
        tokens: The model's budget of one run.
    """

    kind: Literal["rules", "llm", "hybrid"] = "rules"
    url: str = ""
    model: str = ""
    key: str = ""
    tokens: int = 1_000_000

    def make(self, folders: Folders) -> Reader:
        """Returns the reader; a model's answers are kept in the data folder."""
        endpoint = Endpoint(self.url, self.model, self.key, self.tokens)
        return make_reader(self.kind, folders.seed_folder, None, endpoint, Path(folders.data) / "answers")


class Clock(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The time, or the one that `SOURCE_DATE_EPOCH` pins."""

    def now(self) -> datetime:
        """Returns the time in UTC."""
        return read_clock()
