"""What people decided: corrections read, and replayed on every build.

What belongs here: corrections as data and their effect on events and names; pure, without clock, file or network. What
does not: how claims become events (pipeline/resolve). How a correction is written: docs/corrections.md.

    corrections.py  files of corrections to decisions: what is allowed, and errors with file, line and remedy
    replay.py       decisions on events: guards, order, what each does
    aliases.py      decisions on names of actors
"""

from pipeline.curation.aliases import Aliases, apply_aliases
from pipeline.curation.corrections import CorrectionError, Decision, read_corrections
from pipeline.curation.outcome import decisions_table, describe_outcome, stale_table
from pipeline.curation.replay import Replay, replay

__all__ = [
    "Aliases",
    "CorrectionError",
    "Decision",
    "Replay",
    "apply_aliases",
    "decisions_table",
    "describe_outcome",
    "read_corrections",
    "replay",
    "stale_table",
]
