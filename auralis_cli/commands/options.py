"""Options that several commands share, with one name and one help text everywhere."""

import os
from pathlib import Path
from typing import Annotated

import typer

from auralis_cli.files.urls import checked_url, is_url
from auralis_cli.model.record import AnalyzerName
from auralis_cli.settings.values import EngineName, SidecarMode


def absolute_path(file: str) -> str:
    """The absolute path, with links not followed: a linked track is known by the name the user gave; a URL as
    it is stored. ConfigError for a URL that auralis does not take.
    """
    if is_url(file) and is_url(file := checked_url(file)):
        return file
    return os.path.normpath(Path.cwd() / file)


def print_warning(message: str) -> None:
    """Prints a warning on stderr, on one line."""
    from auralis_cli.render.output import write_text
    from auralis_cli.render.safe_text import safe_text

    write_text(f"warning: {safe_text(message)}", err=True)


def open_page(path: str) -> None:
    """Shows a page in the browser of the user."""
    import webbrowser

    webbrowser.open(Path(path).as_uri())


Paths = Annotated[list[str] | None, typer.Argument(metavar="[PATH]…", help="Folders and files.")]
Places = Annotated[list[str] | None, typer.Argument(metavar="[PATH]…", help="Folders, files and URLs.")]
FilesFrom = Annotated[
    str | None,
    typer.Option(metavar="FILE", help="Read more paths from a file, one per line; - is standard input."),
]
Jobs = Annotated[
    int | None, typer.Option(metavar="N", help="Worker processes. [default: one per usable core]")
]
Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", help="Print only failures and warnings: no progress, no report.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
CacheFile = Annotated[Path | None, typer.Option("--cache", metavar="FILE", help="The database of results.")]
AnalyzedBy = Annotated[
    AnalyzerName | None,
    typer.Option(
        "--analyzer",
        help="Analyzer: fp-worker or, to roll back, the Python reference (about 75 times slower).",
    ),
]
Sidecars = Annotated[
    SidecarMode | None,
    typer.Option(
        "--sidecars", help="Where sidecars are: beside the music, mirrored in --sidecar-dir, or nowhere."
    ),
]
SidecarDir = Annotated[
    Path | None,
    typer.Option("--sidecar-dir", metavar="DIR", help="The root folder of the mirrored sidecars."),
]
Store = Annotated[
    bool, typer.Option("--store", help="Store what is analysed, as a scan does: in cache and sidecar.")
]
Timeout = Annotated[
    int | None,
    typer.Option(
        metavar="SECONDS",
        help="Time limit for one file. [default: by size, 2 minutes to 1 hour]",
    ),
]
MaxMemory = Annotated[
    int | None,
    typer.Option(metavar="MIB", help="Memory limit for one worker with its ffmpeg. [default: 1024]"),
]
Nice = Annotated[
    bool | None, typer.Option("--nice/--no-nice", help="Run the workers at low CPU and disk priority.")
]
Exclude = Annotated[
    list[str] | None,
    typer.Option("--exclude", metavar="GLOB", help="Leave out paths that match; may be given several times."),
]
Hidden = Annotated[
    bool | None,
    typer.Option("--hidden/--no-hidden", help="Take files and folders whose names start with a dot too."),
]
Video = Annotated[
    bool | None,
    typer.Option(
        "--video/--no-video", help="Analyse the sound of films in folders too. Named ones always are."
    ),
]
EngineChoice = Annotated[
    EngineName | None,
    typer.Option("--engine", help="Analyse on this machine, or on those of a Dask cluster."),
]
Scheduler = Annotated[
    str | None, typer.Option(metavar="ADDRESS", help="The Dask scheduler, such as tcp://host:8786.")
]
SchedulerFile = Annotated[
    Path | None,
    typer.Option("--scheduler-file", metavar="FILE", help="The file with the Dask scheduler's address."),
]
PathMaps = Annotated[
    list[str] | None,
    typer.Option(
        "--path-map",
        metavar="[MACHINE@]FROM=TO",
        help="Machines of the cluster have the files below FROM below TO; may be given several times.",
    ),
]
Ship = Annotated[
    bool | None,
    typer.Option("--ship/--no-ship", help="Send the tracks to the cluster, whose machines see no file."),
]
QueryTerms = Annotated[
    list[str] | None, typer.Argument(metavar="[TERM]…", help="A query; without one, all tracks.")
]
Where = Annotated[
    str | None,
    typer.Option(metavar="SQL", help="A condition in SQL over the columns of 'auralis schema --sql'."),
]
BpmRangeText = Annotated[
    str | None,
    typer.Option("--bpm-range", metavar="LOW-HIGH", help="Double or halve each tempo until it is in here."),
]
PageFile = Annotated[
    str | None,
    typer.Option(
        "--html", metavar="FILE", help="Write one HTML page with figures; a page there is replaced."
    ),
]
OpenPage = Annotated[bool, typer.Option("--open", help="Open the page of --html in the browser.")]
NoPaths = Annotated[
    bool,
    typer.Option(
        "--no-paths", help="Leave out paths and file names in page and pictures, to give them to others."
    ),
]
