"""The command line: its commands, and the one place that turns errors into exit codes."""

import gc
import sys
import traceback
from typing import Annotated, Any

import typer

from auralis_cli.lazy_group import CommandEntry, LazyGroup, new_app
from auralis_cli.model.errors import AuralisError, ExitCode
from auralis_cli.render.standard_streams import OutputError, discard_output, guard_standard_streams
from auralis_cli.system.surroundings import missing_resource, read_names_as_utf8

COMMANDS = (
    CommandEntry("scan", "auralis_cli.commands.scan", "scan", "Fingerprint all tracks in folders and files."),
    CommandEntry(
        "watch", "auralis_cli.commands.watch", "watch", "Keep the fingerprints of folders up to date."
    ),
    CommandEntry("show", "auralis_cli.commands.show", "show", "Show the fingerprint of one track."),
    CommandEntry(
        "compare", "auralis_cli.commands.compare", "compare", "Show how alike two tracks are, and why."
    ),
    CommandEntry(
        "similar", "auralis_cli.commands.similar", "similar", "List the tracks that sound most like one."
    ),
    CommandEntry(
        "playlist", "auralis_cli.commands.playlist", "playlist", "Make a playlist of tracks that go together."
    ),
    CommandEntry(
        "duplicates",
        "auralis_cli.commands.duplicates",
        "duplicates",
        "List tracks that are one recording, and the copy to keep.",
    ),
    CommandEntry(
        "list", "auralis_cli.commands.list_tracks", "list_tracks", "List the tracks that a query finds."
    ),
    CommandEntry("stats", "auralis_cli.commands.stats", "stats", "Show what the library is like."),
    CommandEntry(
        "export", "auralis_cli.commands.export", "export", "Write tracks to a file for other programs."
    ),
    CommandEntry(
        "report", "auralis_cli.commands.report", "report", "Write one HTML file that shows the library."
    ),
    CommandEntry(
        "failures",
        "auralis_cli.commands.failures",
        "failures_app",
        "List the files that failed, try or forget them.",
    ),
    CommandEntry(
        "warnings",
        "auralis_cli.commands.warnings",
        "warnings_app",
        "List the files that are cut short, damaged or odd.",
    ),
    CommandEntry("check", "auralis_cli.commands.check", "check", "Check masters and libraries by rules."),
    CommandEntry("album", "auralis_cli.commands.album", "album", "Show an album's tracks side by side."),
    CommandEntry("rules", "auralis_cli.commands.rules", "rules", "List the rules that files are checked by."),
    CommandEntry("rule", "auralis_cli.commands.rules", "rule", "Explain one rule, with its source."),
    CommandEntry("bench", "auralis_cli.commands.bench", "bench", "Measure a scan, or prove the numbers."),
    CommandEntry(
        "doctor", "auralis_cli.commands.doctor", "doctor", "Check the installation and say how to fix it."
    ),
    CommandEntry(
        "cluster",
        "auralis_cli.commands.cluster",
        "cluster_app",
        "Look at the machines of a Dask cluster.",
    ),
    CommandEntry(
        "schema", "auralis_cli.commands.schema", "schema", "Print the 25 dimensions and the JSON Schema."
    ),
    CommandEntry(
        "cache",
        "auralis_cli.commands.cache",
        "cache_app",
        "Show, check, fill and prune the database of results.",
    ),
    CommandEntry(
        "sidecars",
        "auralis_cli.commands.sidecars",
        "sidecars_app",
        "Write, check and clean the files beside the music.",
    ),
    CommandEntry("config", "auralis_cli.commands.config", "config_app", "Show and change the settings."),
    CommandEntry("man", "auralis_cli.commands.man", "man", "Print the manual page."),
    CommandEntry("help", "auralis_cli.commands.help", "show_help", "Show the help of a command."),
)

OBJECTS_PER_COLLECTION = 20_000
"""New objects before Python looks for cycles that nobody holds: with its 700 that is a thirtieth of a scan's
work, and hardly any are found.
"""

EXIT_CODES = "\n".join(f"  {code:>3}  {code.meaning}" for code in ExitCode)

EPILOG = f"""\b
Examples:
  auralis scan ~/Music
  auralis show song.flac
  auralis compare a.mp3 b.mp3
  auralis list key:8A tempo_bpm:120..130
  auralis scan ~/Music --json > fingerprints.jsonl

\b
Exit codes:
{EXIT_CODES}
"""


class AuralisGroup(LazyGroup):
    """The commands of auralis."""

    entries = COMMANDS

    def invoke(self, ctx: Any) -> Any:
        """Runs the command. An error for the user becomes a message and its exit code."""
        try:
            return super().invoke(ctx)
        except AuralisError as error:
            raise typer.Exit(_explain(error)) from error
        except KeyboardInterrupt as interrupt:
            raise typer.Exit(int(ExitCode.INTERRUPTED)) from interrupt

    def main(self, *arguments: Any, **options: Any) -> Any:
        """Runs the program. Wrong usage is told like every other error: what, and what to do."""
        standalone = options.get("standalone_mode", True)
        options["standalone_mode"] = False
        if not standalone:
            return super().main(*arguments, **options)
        try:
            code = super().main(*arguments, **options)
        except Exception as error:
            if not hasattr(error, "format_message"):
                raise
            sys.exit(_tell_wrong_usage(error))
        sys.exit(code if isinstance(code, int) else 0)


def _tell_wrong_usage(error: Any) -> int:
    """Prints the error of the parser in one line; the help itself where a group is given no command."""
    from auralis_cli.render.output import write_error

    if type(error).__name__ == "NoArgsIsHelpError":
        error.show()
        return int(error.exit_code)
    message = " ".join(error.format_message().split()).rstrip(".")
    where = f"{error.ctx.command_path} --help" if getattr(error, "ctx", None) else "auralis --help"
    write_error(f"{message[:1].lower()}{message[1:]}; see '{where}'")
    return int(error.exit_code)


def _print_version(wanted: bool) -> None:
    if not wanted:
        return
    from auralis_cli.commands.version import version_lines
    from auralis_cli.render.output import write_text

    write_text("\n".join(version_lines()))
    raise typer.Exit


app = new_app(cls=AuralisGroup, epilog=EPILOG, no_args_is_help=True)


@app.callback()
def auralis(
    _version: Annotated[
        bool,
        typer.Option(
            "--version",
            "-V",
            help="Print the versions of auralis, the worker and the analysis.",
            callback=_print_version,
            is_eager=True,
        ),
    ] = False,
) -> None:
    """What does each track of a music library sound like? 25 numbers per track, from all of its audio."""


def main() -> None:
    """Entry point of `auralis`.

    An unexpected error keeps its traceback, but not Python's exit code 1, which here means that some tracks
    failed.
    """
    gc.set_threshold(OBJECTS_PER_COLLECTION)
    read_names_as_utf8()
    guard_standard_streams()
    try:
        app(prog_name="auralis")
    except KeyboardInterrupt:
        sys.exit(int(ExitCode.INTERRUPTED))
    except AuralisError as error:  # of help and version, which no command has
        sys.exit(_explain(error))
    except Exception as error:  # noqa: BLE001 - nothing above this could report it
        if (missing := missing_resource(error)) is not None:
            sys.exit(_explain(AuralisError(missing)))
        from auralis_cli.render.output import write_text

        write_text(traceback.format_exc().rstrip("\n"), err=True)
        write_text("auralis: this is a defect of auralis; please report it with the lines above", err=True)
        sys.exit(int(ExitCode.BROKEN))


def _explain(error: AuralisError) -> int:
    """Prints the message, and returns the exit code."""
    from auralis_cli.render.output import write_error

    if isinstance(error, OutputError):
        discard_output()
    write_error("\n".join(str(error).splitlines()))
    return int(error.exit_code)
