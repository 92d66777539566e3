"""Tables of a bench, for a terminal or as Markdown."""

from collections.abc import Sequence

import msgspec


class BenchTable(msgspec.Struct, frozen=True):
    """A title, column heads and rows. All columns but the text columns are aligned to the right."""

    title: str
    heads: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    text_columns: tuple[int, ...] = (0,)


def as_text(table: BenchTable) -> list[str]:
    """Aligned lines without colours."""
    lines = [table.heads, *table.rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(table.heads))]

    def aligned(line: tuple[str, ...]) -> str:
        cells = (
            cell.ljust(width) if column in table.text_columns else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        return "  " + "  ".join(cells).rstrip()

    return [table.title, *map(aligned, lines)]


def as_markdown(table: BenchTable) -> list[str]:
    """A heading and a table with aligned columns; `|` in cells is escaped."""
    rule = ("---" if column in table.text_columns else "--:" for column in range(len(table.heads)))
    return [
        f"### {table.title}",
        "",
        _row(table.heads),
        _row(tuple(rule)),
        *map(_row, table.rows),
    ]


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
