"""Text measured in columns of a terminal: some characters take two, and some none."""

from typing import Final

from auralis_cli.model.tags import NAME_DASH

_ELLIPSIS: Final = ("…", "...")
_ROOM_FOR_BOTH: Final = 20


def columns_of(text: str) -> int:
    """How many columns the text takes."""
    if text.isascii() or text.replace(NAME_DASH, "-").isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def text_that_fits(text: str, columns: int, *, unicode: bool) -> str:
    """The text in at most so many columns: it loses its end."""
    if columns_of(text) <= columns:
        return text
    dots = _ELLIPSIS[0 if unicode else 1]
    return _first(text, max(columns - len(dots), 0)).rstrip() + dots


def name_that_fits(name: str, columns: int, *, unicode: bool) -> str:
    """`Artist – Title` in at most so many columns: of two that are too long the artist gets a third."""
    dash = f" {NAME_DASH if unicode else '-'} "
    artist, found, title = name.partition(dash)
    if columns_of(name) <= columns or not found or columns < _ROOM_FOR_BOTH:
        return text_that_fits(name, columns, unicode=unicode)
    room = columns - len(dash)
    of_artist = max(room // 3, room - columns_of(title))
    artist = text_that_fits(artist, of_artist, unicode=unicode)
    return artist + dash + text_that_fits(title, room - columns_of(artist), unicode=unicode)


def path_that_fits(path: str, columns: int, *, unicode: bool) -> str:
    """The path in at most so many columns.

    Leading folders are left out first, whole ones; a name that is too long alone loses its middle, since both
    ends of a name tell one track from another.
    """
    if columns_of(path) <= columns:
        return path
    dots = _ELLIPSIS[0 if unicode else 1]
    parts = path.split("/")
    for first in range(1, len(parts)):
        shorter = f"{dots}/{'/'.join(parts[first:])}"
        if columns_of(shorter) <= columns:
            return shorter
    name = parts[-1]
    room = columns - len(dots)
    end = _last(name, max(room - room // 2, 0))
    return _first(name, room - columns_of(end)) + dots + end


def _first(text: str, columns: int) -> str:
    taken = ""
    for sign in text:
        if columns_of(taken + sign) > columns:
            break
        taken += sign
    return taken


def _last(text: str, columns: int) -> str:
    taken = ""
    for sign in reversed(text):
        if columns_of(sign + taken) > columns:
            break
        taken = sign + taken
    return taken
