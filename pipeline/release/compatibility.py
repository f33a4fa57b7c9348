"""Whether a schema may follow another under its version: semantic versioning, checked by machine.

What belongs here: two schemas as manifests tell them, what differs, and which version that asks for. What does not:
the schemas (schemas), and what becomes of a release that would break them (publish.py).
"""

from collections.abc import Iterator, Mapping
from enum import IntEnum
from typing import Any, Final, NamedTuple

#: Tables and views as a manifest tells them: `tables` and `views`, each with its key and columns.
Schema = Mapping[str, Any]


class Level(IntEnum):
    """What a difference does to those who read the data."""

    PATCH = 1  #: other words, the same data
    MINOR = 2  #: something new: what was read before is read as before
    MAJOR = 3  #: something that was relied on is gone, or means another thing


class Difference(NamedTuple):
    """One difference between two schemas: what it does, and in words what it is."""

    level: Level
    text: str


_REMEDY: Final = {
    Level.MAJOR: "a new major version",
    Level.MINOR: "a new minor version",
    Level.PATCH: "a new version",
}


def compare_schemas(before: Schema, after: Schema) -> list[Difference]:
    """Returns in what two schemas differ, the most serious first."""
    found: list[Difference] = []
    for kind in ("tables", "views"):
        old, new = before.get(kind), after[kind]
        if old is None:
            continue  # releases from before views were listed
        found += [Difference(Level.MAJOR, f"{name} is gone") for name in old if name not in new]
        found += [Difference(Level.MINOR, f"{name} is new") for name in new if name not in old]
        for name in new:
            if name in old:
                found += _compare_table(name, old[name], new[name])
    return sorted(found, key=lambda difference: -difference.level)


def _compare_table(table: str, before: Schema, after: Schema) -> Iterator[Difference]:
    if list(before.get("key", ())) != list(after.get("key", ())):
        yield Difference(Level.MAJOR, f"{table} has another key")
    if before["description"] != after["description"]:
        yield Difference(Level.PATCH, f"{table} is described otherwise")
    old, new = ({column["name"]: column for column in side["columns"]} for side in (before, after))
    for name in old.keys() | new.keys():
        column = f"{table}.{name}"
        if name not in new:
            yield Difference(Level.MAJOR, f"{column} is gone")
        elif name not in old:
            yield Difference(Level.MINOR, f"{column} is new")
        else:
            yield from _compare_column(column, old[name], new[name])


def _compare_column(column: str, before: Schema, after: Schema) -> Iterator[Difference]:
    for said in ("type", "unit"):
        if before.get(said) != after.get(said):
            yield Difference(Level.MAJOR, f"{column} has the {said} {after.get(said)}, it had {before.get(said)}")
    if before["nullable"] != after["nullable"]:
        level = Level.MAJOR if after["nullable"] else Level.MINOR
        yield Difference(level, f"{column} {'may now be' if after['nullable'] else 'is never'} null")
    old, new = set(before.get("codes", ())), set(after.get("codes", ()))
    if old and not new:
        yield Difference(Level.MAJOR, f"{column} is no longer one of a list of codes")
    elif new and not old:
        yield Difference(Level.MINOR, f"{column} is now one of a list of codes")
    else:
        yield from (Difference(Level.MAJOR, f"{column} no longer has the code {code}") for code in sorted(old - new))
        yield from (Difference(Level.MINOR, f"{column} has the new code {code}") for code in sorted(new - old))
    if before.get("references") != after.get("references"):
        yield Difference(Level.MINOR, f"{column} names rows of {after.get('references') or 'no table'}")
    if before["description"] != after["description"]:
        yield Difference(Level.PATCH, f"{column} is described otherwise")


def check_version(before: str, after: str, differences: list[Difference]) -> str | None:
    """Returns why a schema may not follow another under its version, or None where it may.

    What is only described otherwise may: no reader notices.

    Args:
        before: The version of the schema before, MAJOR.MINOR.PATCH.
        after: The version of this one.
        differences: In what this one differs from it.
    """
    old, new = (tuple(map(int, version.split("."))) for version in (before, after))
    if new < old:
        return f"the schema would go back from {before} to {after}: use the code that wrote {before}, or newer"
    level = differences[0].level if differences else Level.PATCH
    # The parts of the version that must have grown.
    length = {Level.MAJOR: 1, Level.MINOR: 2, Level.PATCH: 0}[level]
    if old[:length] < new[:length] or length == 0:
        return None
    shown = "; ".join(difference.text for difference in differences if difference.level == level)
    return f"schema {after} is not what {before} was ({shown}): give SCHEMA_VERSION in schemas/__init__.py {_REMEDY[level]}"
