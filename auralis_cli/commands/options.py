"""Options that several commands share, so that each reads the same everywhere."""

import os
from pathlib import Path
from typing import Annotated

import typer

from auralis_cli.model.record import AnalyzerName
from auralis_cli.settings.values import SidecarMode


def absolute_path(file: str) -> str:
    """The path from the root, links left as they are: a linked track is known by the name the user gave."""
    return os.path.normpath(Path.cwd() / file)


def print_warning(message: str) -> None:
    """A warning on stderr, its file names made safe for a terminal."""
    from auralis_cli.render.safe_text import safe_text

    typer.echo(f"warning: {safe_text(message)}", err=True)


AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
CacheFile = Annotated[Path | None, typer.Option("--cache", metavar="FILE", help="The database of results.")]
AnalyzedBy = Annotated[
    AnalyzerName | None,
    typer.Option(
        "--analyzer",
        help="Who analyses: fp-worker, or, to roll back, the Python reference (100 times slower).",
    ),
]
Sidecars = Annotated[
    SidecarMode | None,
    typer.Option("--sidecars", help="Where sidecars go: beside the music, into --sidecar-dir, nowhere."),
]
SidecarDir = Annotated[
    Path | None, typer.Option("--sidecar-dir", metavar="DIR", help="Root of the mirrored sidecars.")
]
Timeout = Annotated[
    int | None,
    typer.Option(
        metavar="SECONDS",
        help="How long the analysis of one file may take. [default: by size, 2 minutes to 1 hour]",
    ),
]
MaxMemory = Annotated[
    int | None,
    typer.Option(metavar="MIB", help="Memory of one worker with its ffmpeg. [default: 1024]"),
]
