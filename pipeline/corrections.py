"""The folder of corrections beside the seeds: which files there are, and the names of actors with them.

What belongs here: reading the folder. What does not: what a correction is and does (pipeline/curation).
"""

from pathlib import Path
from typing import Final

import polars as pl

from pipeline.curation import Aliases, Decision, apply_aliases, read_corrections
from pipeline.seeds import SEEDS, read_seed

#: Below the folder of seeds. Names that begin with `_` are drafts and samples, and are not read.
CORRECTIONS: Final = "corrections"


def read_decisions(seeds: Path = SEEDS) -> list[Decision]:
    """Returns what people decided, in the order in which it is replayed.

    Raises:
        CorrectionError: If a file is not as it should be; names file, line, what is wrong and what to do.
    """
    files = sorted(path for path in (seeds / CORRECTIONS).glob("*.yml") if not path.name.startswith("_"))
    return read_corrections({f"{seeds.name}/{CORRECTIONS}/{path.name}": path.read_bytes() for path in files})


def read_aliases(seeds: Path = SEEDS) -> Aliases:
    """Returns the names of actors with the aliases that people decided on, and what became of each alias."""
    return apply_aliases(read_decisions(seeds), read_seed("actor_names", seeds), read_seed("actors", seeds))


def read_actor_names(seeds: Path = SEEDS) -> pl.DataFrame:
    """Returns the names of actors with the aliases that people decided on."""
    return read_aliases(seeds).actor_names
