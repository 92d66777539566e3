"""What a renderable looks like as text, without colours, at a given width."""

import io

from rich.console import Console, RenderableType


def plain_lines(renderable: RenderableType, width: int = 100) -> list[str]:
    """Lines without blanks at their end."""
    file = io.StringIO()
    Console(file=file, width=width, color_system=None, markup=False, emoji=False, highlight=False).print(
        renderable
    )
    return [line.rstrip() for line in file.getvalue().splitlines()]
