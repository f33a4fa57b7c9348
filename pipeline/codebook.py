"""The codebook: what each action code means, where it ends, and sentences that carry it.

What belongs here: reading seeds/codebook.csv and writing docs/codebook.md from it and from the actions. What does not:
the words that lead to a code (seeds/lexicon), and columns of tables (schemas/dictionary.py).
"""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import polars as pl

from pipeline.seeds import SEEDS, read_seed
from pipeline.validate import ContractError

COLUMNS: Final = ("action", "kind", "language", "text")
KINDS: Final = ("inclusion", "exclusion", "example")

#: Crosswalk columns of `actions` with the names that their schemes go by.
CROSSWALKS: Final = {
    "plover_type": "PLOVER type",
    "plover_mode": "PLOVER mode",
    "cameo_root": "CAMEO root",
    "acled_event_type": "ACLED event type",
    "acled_sub_event_type": "ACLED sub-event type",
    "quad_class": "quad class",
}

_PREFACE: Final = """\
Written from `seeds/actions.csv` and `seeds/codebook.csv` by `python -m pipeline.codebook`; do not edit it by hand.

Every claim and every event has one action. Where two codes fit, the one that says more wins: the weapon before
`attack`, the aim (`assassination`, `suicide_bombing`) before the weapon. Actions of one family may tell of one
incident, so that "an attack" in one report and "a bombing" in another can meet in one event. Every example is read
by the extractor as its code, which a test checks."""


class Note(NamedTuple):
    """One line of the codebook.

    Attributes:
        action: The code.
        kind: `inclusion`, `exclusion` or `example`.
        language: BCP 47 primary tag of an example; empty for the others.
        text: The words.
    """

    action: str
    kind: str
    language: str
    text: str


def read_notes(seeds: Path = SEEDS) -> list[Note]:
    """Reads seeds/codebook.csv.

    Raises:
        ContractError: If a row names no action or kind, lacks its text, or if an example has no language; names file,
            row (the header is row 1), column and remedy.
    """
    path, known = seeds / "codebook.csv", set(read_seed("actions", seeds)["action"])
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise ContractError(f"{path}, row 1: the columns are {', '.join(COLUMNS)}")
        notes = [Note(**row) for row in reader]
    for at, note in enumerate(notes, start=2):
        wrong = (
            ("action", f"name a code of actions.csv, not {note.action!r}", note.action not in known),
            ("kind", f"one of {', '.join(KINDS)}, not {note.kind!r}", note.kind not in KINDS),
            ("language", "an example needs its language, nothing else does", (note.kind == "example") != bool(note.language)),
            ("text", "say something, on one line", not note.text or "\n" in note.text),
        )  # fmt: skip
        for column, remedy, broken in wrong:
            if broken:
                raise ContractError(f"{path}, row {at}, column {column}: {remedy}")
    return notes


def render_codebook(actions: pl.DataFrame, notes: Sequence[Note]) -> str:
    """Returns the codebook as Markdown.

    Args:
        actions: The table `actions`.
        notes: What else is said of them.
    """
    rows = actions.to_dicts()
    lines = ["# Codebook", "", _PREFACE, "", "| action | what it is |", "|---|---|"]
    lines += [f"| [`{row['action']}`](#{row['action']}) | {row['definition']} |" for row in rows]
    for row in rows:
        said = {kind: [note for note in notes if (note.action, note.kind) == (row["action"], kind)] for kind in KINDS}
        crosswalk = "; ".join(f"{name} {row[column]}" for column, name in CROSSWALKS.items() if row[column])
        lines += ["", f"## {row['action']}", "", row["definition"], ""]
        lines += [f"- Included: {note.text}" for note in said["inclusion"]]
        lines += [f"- Not included: {note.text}" for note in said["exclusion"]]
        lines += [f"- Family: {row['family'].replace('|', ', ')}", f"- Crosswalk: {crosswalk}"]
        if said["example"]:
            lines += ["", *(f"> `{note.language}` {note.text}  " for note in said["example"])]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(render_codebook(read_seed("actions"), read_notes()), end="")
