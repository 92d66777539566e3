"""How durations, values and lines of a report are written: the same everywhere."""

from collections.abc import Iterable

from auralis_cli.model.dimensions import Dimension

NOT_MEASURED = "-"
"""Of a table: there is no value."""
MAX_SHOWN = 20
"""Lines of one kind in a report."""


def clock(seconds: float) -> str:
    """`0:07`, `12:05`, `3:00:12`."""
    minutes, second = divmod(round(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def about(seconds: float) -> str:
    """`3 h 10 min`, `25 min`, `40 s`: as exact as an estimate may be."""
    if seconds < 60:
        return f"{max(10, 10 * round(seconds / 10))} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60:02} min"


def format_duration(seconds: float) -> str:
    """`3:41`, `1:02:03`; below a minute with tenths: `12.3 s`."""
    return f"{seconds:.1f} s" if seconds < 59.95 else clock(seconds)


def format_value(dimension: Dimension, value: float) -> str:
    """The value with its dimension's decimals, thousands separated; never `-0.0`."""
    return format_number(value, dimension.decimals)


def format_number(value: float, decimals: int) -> str:
    """With so many decimals, thousands separated; never `-0.0`."""
    text = f"{value:,.{decimals}f}"
    return text.removeprefix("-") if not text.strip("-0.,") else text


def with_minus(number: str) -> str:
    """The number with a minus sign as it is set in print, for pages and pictures."""
    return number.replace("-", "\N{MINUS SIGN}")


def format_difference(dimension: Dimension, difference: float) -> str:
    """The difference with its sign; without one if it rounds to 0."""
    text = format_value(dimension, difference)
    return f"+{text}" if difference > 0 and text.strip("0.,") else text


def shows_difference(dimension: Dimension, a: float | None, b: float | None) -> bool:
    """Whether two values differ with the decimals of their dimension."""
    return a is None or b is None or format_value(dimension, a) != format_value(dimension, b)


def closer_than(share: float | None) -> str:
    """`99.7 %`: a share of pairs that never rounds up to all of them."""
    if share is None:
        return NOT_MEASURED
    return f"{min(99.9, int(1000 * share) / 10):.1f} %"


def report_row(label: str, text: str) -> str:
    """A line of a report, below its headline."""
    return f"  {label:<8} {text}"


def first_of(lines: Iterable[str]) -> list[str]:
    """As many lines of one kind as a report shows; where there are more, the last line says how many."""
    found = list(lines)
    left = len(found) - MAX_SHOWN
    return found if left <= 0 else [*found[:MAX_SHOWN], f"and {left:,} more; --json lists all"]
