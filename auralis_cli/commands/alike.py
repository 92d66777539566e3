"""What `similar` and `playlist` share: options of how alike is measured, and which arguments are files."""

import os
from typing import TYPE_CHECKING, Annotated

import typer

from auralis_cli.commands.options import absolute_path, print_warning
from auralis_cli.files.names import has_audio_extension

if TYPE_CHECKING:
    from collections.abc import Sequence

    from auralis_cli.library.distances import Metric
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
    return is_typed_so or os.path.isfile(argument)


def tracks_named(files: "Sequence[str]", settings: "Settings") -> "list[tuple[str, Record]]":
    """Absolute path and record of each file; an unknown one is analysed, not stored. Raises AuralisError."""
    if not files:
        return []
    from auralis_cli.scan.single_track import analyse_one, error_without_record

    found = []
    for path in map(absolute_path, files):
        result = analyse_one(path, settings, print_warning)
        if result.record is None:
            raise error_without_record(result)
        found.append((path, result.record))
    return found


def _own_weight(text: str) -> tuple[str, float]:
    name, _, factor = text.partition("=")
    try:
        return name.strip(), float(factor)
    except ValueError:
        raise ValueError(f"--weight {text} is not NAME=NUMBER") from None
