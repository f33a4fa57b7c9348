"""One column, and one view, in words.

What belongs here: the form in which the data dictionary tells them. What does not: any of them (the models, views.py).
"""

from typing import NamedTuple


class Entry(NamedTuple):
    """One column of the data dictionary.

    Attributes:
        table: Table or view.
        column: Its column.
        type: string, integer, number, boolean, date, datetime (UTC) or list of string.
        unit: What a number counts or measures; None where it has no unit.
        nullable: Whether the value may be missing.
        codes: The values that are allowed, where they are a closed list.
        description: What the value means.
        references: `table.column` that the value names a row of, or None.
    """

    table: str
    column: str
    type: str
    unit: str | None
    nullable: bool
    codes: tuple[str, ...]
    description: str
    references: str | None

    @property
    def comment(self) -> str:
        """The column in one line: description, unit, codes, reference."""
        parts = [self.description]
        if self.unit:
            parts.append(f"unit: {self.unit}")
        if self.codes:
            parts.append(f"one of: {', '.join(self.codes)}")
        if self.references:
            parts.append(f"references {self.references}")
        return "; ".join(parts)


#: A view's columns: each with the `table.column` that it shows, or with an entry of its own.
Columns = dict[str, str | Entry]


class View(NamedTuple):
    """A view in words.

    Attributes:
        description: What a row is.
        columns: Its columns in order.
    """

    description: str
    columns: Columns


def own(column: str, kind: str, description: str, unit: str | None = None, *, nullable: bool = False) -> Entry:
    """Returns a column that a view computes; its view is filled in by `view_entries`."""
    return Entry("", column, kind, unit, nullable, (), description, None)
