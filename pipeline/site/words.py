"""Values as people read them: dates, numbers, sizes, codes and addresses.

What belongs here: one value in, its words out; the templates' filters. What does not: which values are shown.
"""

from datetime import date
from typing import Any, Final
from urllib.parse import urlsplit

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

#: Languages that are named by their code alone where nothing better is known.
UNKNOWN: Final = "und"


def label(code: str | None) -> str:
    """Returns a code as words: `armed_clash` is "armed clash"."""
    return "" if code is None else code.replace("_", " ")


def count(number: int | None) -> str:
    """Returns a whole number with separators of thousands; nothing for none."""
    return "" if number is None else f"{number:,}"


def span(low: int | None, best: int | None, high: int | None) -> str:
    """Returns low, best and high in as few words as they need; nothing where all are unknown."""
    if best is not None:
        return count(best) if low == best == high else f"{count(best)} ({span(low, None, high)})"
    if low is not None and high is not None:
        return count(low) if low == high else f"{count(low)}–{count(high)}"
    if low is not None:
        return f"at least {count(low)}"
    return f"at most {count(high)}" if high is not None else ""


def day(value: date | None) -> str:
    """Returns a day: 4 Mar 2026."""
    return "" if value is None else f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def month(value: date) -> str:
    """Returns a month: Mar 2026."""
    return f"{_MONTHS[value.month - 1]} {value.year}"


def days(start: date | None, end: date | None, precision: str) -> str:
    """Returns an interval of days, as exact as it is known."""
    if start is None and end is None:
        return "undated"
    if start is None or end is None:
        return f"until {day(end)}" if start is None else f"from {day(start)}"
    if precision == "month" and (start.year, start.month) == (end.year, end.month):
        return month(start)
    if precision == "year" and start.year == end.year:
        return str(start.year)
    return day(start) if start == end else f"{day(start)} to {day(end)}"


def size(number: int) -> str:
    """Returns a number of bytes: 1.4 MB."""
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if number >= factor:
            return f"{number / factor:.1f} {unit}" if number < 100 * factor else f"{number / factor:.0f} {unit}"
    return f"{number} bytes"


def share(value: float | None) -> str:
    """Returns a share with two decimals; a dash where nothing can be said."""
    return "–" if value is None else f"{value:.2f}"


def web(url: str | None) -> str | None:
    """Returns an address if a browser may follow it from here: http and https alone; None for any other.

    Articles are not trusted: `javascript:`, `data:` and what else a browser may run never becomes a link.
    """
    if url is None:
        return None
    url = url.strip()
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    clean = url.isprintable() and not any(char.isspace() or char in '"<>\\' for char in url)
    return url if clean and parts.scheme.lower() in ("http", "https") and host else None


def filters() -> dict[str, Any]:
    """Returns the filters of the templates, by name."""
    return {one.__name__: one for one in (label, count, day, month, size, share, web)}
