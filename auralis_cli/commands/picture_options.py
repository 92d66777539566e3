"""Which pictures a command writes: the same options for a library and for tracks."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from auralis_cli.plots.figure import Figure, Sheet
    from auralis_cli.plots.picture_files import Wanted

SvgPlace = Annotated[
    str | None,
    typer.Option(
        "--svg",
        metavar="DIR",
        help="Write each figure as SVG into a folder, or one --figure into a file.svg.",
    ),
]
PngPlace = Annotated[str | None, typer.Option("--png", metavar="DIR", help="The same as PNG, 300 dpi.")]
FigureNames = Annotated[
    list[str] | None,
    typer.Option(
        "--figure", metavar="NAME", help="Of --svg and --png this figure alone; may be given several times."
    ),
]
IsWide = Annotated[
    bool,
    typer.Option("--wide", help="Pictures of 180 mm, the width of a page, not 85 mm, one column of a paper."),
]
IsDark = Annotated[bool, typer.Option("--dark", help="Pictures on a dark ground.")]


def wanted_pictures(
    svg: str | None,
    png: str | None,
    names: Sequence[str] | None,
    *,
    wide: bool,
    dark: bool,
    known: Callable[[], Sequence[str]],
) -> "Wanted | None":
    """What the options ask for, None where they ask for no picture. `known` gives the names of all figures
    that there can be; it is called only where figures are named.

    Raises ConfigError for what cannot be.
    """
    if svg is None and png is None and not (names or wide or dark):
        return None
    from auralis_cli.plots.look import Look, Width
    from auralis_cli.plots.palette import Ground
    from auralis_cli.plots.picture_files import Wanted

    look = Look(Width.WIDE if wide else Width.COLUMN, Ground.DARK if dark else Ground.LIGHT)
    wanted = Wanted(svg, png, tuple(names or ()), look)
    wanted.check(known() if names else ())
    return wanted


def write_wanted(pictures: "Sequence[Figure | Sheet]", wanted: "Wanted") -> None:
    """Writes them, and says on stderr how many and where."""
    from auralis_cli.plots.picture_files import write_pictures
    from auralis_cli.render.output import write_text
    from auralis_cli.render.safe_text import safe_text

    written = write_pictures(pictures, wanted)
    places = " and ".join(safe_text(place) for _, place in wanted.places)
    write_text(f"{len(written)} picture{'' if len(written) == 1 else 's'} in {places}", err=True)
