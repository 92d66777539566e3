"""Pictures as files: which, where, and what is never replaced."""

import importlib.util
import os
from collections.abc import Sequence
from typing import Final

import msgspec

from auralis_cli.model.errors import ConfigError
from auralis_cli.plots.figure import Figure, Sheet
from auralis_cli.plots.look import MADE_BY, Kind, Look
from auralis_cli.system.atomic_file import replace_file

_HEAD_BYTES: Final = 4096
"""In which a picture says who made it."""


class Wanted(msgspec.Struct, frozen=True):
    """Which pictures somebody wants. `svg`, `png`: a folder, or for one figure a file of this ending."""

    svg: str | None = None
    png: str | None = None
    names: Sequence[str] = ()
    """Of figures; none: all there are."""
    look: Look = Look()

    @property
    def places(self) -> list[tuple[Kind, str]]:
        """Kinds of file and where they go."""
        both = ((Kind.SVG, self.svg), (Kind.PNG, self.png))
        return [(kind, place) for kind, place in both if place is not None]

    def check(self, known: Sequence[str]) -> None:
        """Raises ConfigError for what cannot be, before anything is computed. `known`: all figures that
        there can be; looked at only where figures are named.
        """
        for name in self.names:
            if name not in known:
                raise ConfigError(f"there is no figure '{name}'; there are {', '.join(known)}")
        if not self.places:
            raise ConfigError("--figure, --wide and --dark are about pictures: add --svg DIR or --png DIR")
        for kind, place in self.places:
            if _is_file(kind, place):
                if len(set(self.names)) != 1:
                    raise ConfigError(
                        f"cannot write all figures into one file, {place}: name one by --figure, or a folder"
                    )
            elif os.path.lexists(place) and not os.path.isdir(place):
                raise ConfigError(f"cannot write pictures to {place}: it is not a folder; name another one")
        if importlib.util.find_spec("matplotlib") is None:
            raise ConfigError(
                "cannot draw pictures: matplotlib is not installed; run pip install '.[report]' in the "
                "checkout"
            )


def write_pictures(pictures: Sequence[Figure | Sheet], wanted: Wanted) -> list[str]:
    """Writes those that are wanted, each whole or not at all, and returns their paths.

    Raises ConfigError for a wanted one that is not among them, before anything is written, and where a file
    cannot be written or is none of auralis.
    """
    named = {picture.name: picture for picture in pictures}
    for name in wanted.names:
        if name not in named:
            raise ConfigError(f"cannot draw the figure '{name}': no track has what it shows; leave it out")
    chosen = [named[name] for name in dict.fromkeys(wanted.names)] or list(pictures)
    files = [
        (kind, picture, place if _is_file(kind, place) else os.path.join(place, f"{picture.name}.{kind}"))
        for kind, place in wanted.places
        for picture in chosen
    ]
    for _, _, path in files:
        _check_file(path)
    from auralis_cli.plots.picture import png_of, svg_of

    for kind, picture, path in files:
        drawn = svg_of(picture, wanted.look).encode() if kind is Kind.SVG else png_of(picture, wanted.look)
        try:
            os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
            replace_file(path, drawn)
        except OSError as error:
            raise _cannot_write(
                path, f"{error.strerror or error}; name another folder, or free space"
            ) from error
    return [path for _, _, path in files]


def _is_file(kind: Kind, place: str) -> bool:
    return place.lower().endswith(f".{kind}") and not os.path.isdir(place)


def _check_file(path: str) -> None:
    if not os.path.lexists(path):
        return
    if not os.path.isfile(path):
        raise _cannot_write(path, "it is not a file; name another folder")
    try:
        with open(path, "rb") as file:
            is_ours = MADE_BY.encode() in file.read(_HEAD_BYTES)
    except OSError as error:
        raise _cannot_write(path, f"{error.strerror or error}; name another folder") from error
    if not is_ours:
        raise _cannot_write(path, "it exists and was not drawn by auralis; name another folder")


def _cannot_write(path: str, why: str) -> ConfigError:
    return ConfigError(f"cannot write the picture {path}: {why}")
