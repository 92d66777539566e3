"""What `similar` and `playlist` share: options of how alike is measured, and which arguments are files."""

import os
from typing import TYPE_CHECKING, Annotated

import typer

from auralis_cli.commands.options import absolute_path, print_warning
from auralis_cli.files.names import has_audio_extension
from auralis_cli.files.urls import is_url

if TYPE_CHECKING:
    from collections.abc import Sequence

    from auralis_cli.library.distances import Metric
    from auralis_cli.library.selection import Selection
    from auralis_cli.model.record import Record
    from auralis_cli.settings.values import Settings
    from auralis_cli.similarity.weights import Preset

OwnWeights = Annotated[
    list[str] | None,
    typer.Option("--weight", metavar="NAME=X", help="Weigh a dimension or a group X times as much."),
]
MetricName = Annotated[
    str | None,
    typer.Option("--metric", metavar="plain|learned", help="The scale. [default: learned, if it can be]"),
]
PerFolder = Annotated[
    int | None, typer.Option("--per-folder", min=1, metavar="N", help="At most N tracks of one folder.")
]

Among = Annotated[
    list[str] | None,
    typer.Option(metavar="TERM", help="Only tracks that this query finds; give one --among for each term."),
]
PerAlbum = Annotated[
    int | None,
    typer.Option(
        "--per-album", min=1, metavar="N", help="At most N tracks of one album: its tag, else its folder."
    ),
]
PerArtist = Annotated[
    int | None, typer.Option("--per-artist", min=1, metavar="N", help="At most N tracks of one artist.")
]


def measure_asked(
    preset: "Preset", own: list[str] | None, metric: str | None, command: str
) -> "tuple[tuple[float, ...], Metric]":
    """The weights and the metric that the options mean. Raises ConfigError."""
    from auralis_cli.library.distances import Metric
    from auralis_cli.model.errors import ConfigError
    from auralis_cli.similarity.weights import weights_of

    try:
        chosen = Metric.LEARNED if metric is None else Metric(metric)
        return weights_of(preset, dict(map(_own_weight, own or ()))), chosen
    except ValueError as error:
        raise ConfigError(f"{error}; see 'auralis {command} --help'") from error


def names_a_file(argument: str) -> bool:
    """Whether an argument is a file, or can only be meant as one; else it is a term of a query."""
    is_typed_so = has_audio_extension(argument) and ":" not in argument
    is_far = is_url(argument) and "::" not in argument
    return is_typed_so or is_far or os.path.isfile(argument)


def split_arguments(arguments: "Sequence[str]") -> tuple[list[str], list[str]]:
    """The files and the terms of a query among the arguments."""
    files = [each for each in arguments if names_a_file(each)]
    return files, [each for each in arguments if not names_a_file(each)]


def selection_among(terms: list[str] | None, where: str | None, settings: "Settings") -> "Selection | None":
    """What --among and --where leave of the library; None: all of it. Raises QueryError."""
    from auralis_cli.library.selection import selection_of

    return selection_of(settings.analyzer, terms, where) if terms or where is not None else None


def tracks_found(terms: "Sequence[str]", settings: "Settings") -> "list[tuple[str, Record]]":
    """Path and record of the tracks that a query finds, none without terms. Raises QueryError."""
    if not terms:
        return []
    from auralis_cli.library.selection import selection_of
    from auralis_cli.library.similar import find_seeds

    return find_seeds(settings.cache, selection_of(settings.analyzer, terms))


def tracks_named(files: "Sequence[str]", settings: "Settings") -> "list[tuple[str, Record]]":
    """Absolute path and record of each file; an unknown one is analysed, not stored. Raises AuralisError.

    The record of a known one that is not there, as when its disk is away, is the one in the cache.
    """
    if not files:
        return []
    from auralis_cli.scan.single_track import analyse_or_recall

    return [(path, analyse_or_recall(path, settings, print_warning)) for path in map(absolute_path, files)]


def _own_weight(text: str) -> tuple[str, float]:
    name, _, factor = text.partition("=")
    try:
        return name.strip(), float(factor)
    except ValueError:
        raise ValueError(f"--weight {text} is not NAME=NUMBER") from None
