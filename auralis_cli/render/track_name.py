"""What a person reads of a track: `Artist – Title` where its tags say both, else its path."""

from auralis_cli.model.tags import NAME_DASH, Tags
from auralis_cli.render.cells import name_that_fits, path_that_fits
from auralis_cli.render.safe_text import safe_text

PLAIN_DASH = "-"


def name_or_none(tags: Tags | None) -> str | None:
    """The name that the tags give; None where they were never read, or give none."""
    return None if tags is None else tags.name


def shown_track(
    path: str, name: str | None, room: int | None = None, *, unicode: bool = True, root: str = ""
) -> str:
    """The name, or without one the path from the folder `root` on: safe, and in at most `room` columns."""
    if name is not None:
        shown = safe_text(name if unicode else name.replace(NAME_DASH, PLAIN_DASH))
        return shown if room is None else name_that_fits(shown, room, unicode=unicode)
    below = root.rstrip("/") + "/"
    shown = safe_text(path.removeprefix(below) if root else path)
    return shown if room is None else path_that_fits(shown, room, unicode=unicode)
