"""`auralis check`: a linter for audio."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from auralis_cli.check.albums import AlbumBy
from auralis_cli.check.finding import FailOn
from auralis_cli.commands.options import AnalyzedBy, CacheFile, Jobs, Quiet, SidecarDir, Sidecars

if TYPE_CHECKING:
    from auralis_cli.check.verdict import Verdict


class Format(StrEnum):
    """How findings are printed."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"
    JUNIT = "junit"
    GITHUB = "github"


def check(
    arguments: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PATH|TERM]…",
            help="Folders, files, and terms of a query; without any, all that was scanned.",
        ),
    ] = None,
    *,
    select: Annotated[
        str | None, typer.Option(metavar="CODE,…", help="Only these rules: prefixes of codes, default, all.")
    ] = None,
    ignore: Annotated[str | None, typer.Option(metavar="CODE,…", help="None of these rules.")] = None,
    target: Annotated[
        str | None,
        typer.Option(metavar="LUFS", help="Wanted loudness: a number, streaming, apple-music, ebu-r128, …"),
    ] = None,
    fail_on: Annotated[
        FailOn | None, typer.Option(help="The lowest level that ends with code 1. [default: error]")
    ] = None,
    album_by: Annotated[AlbumBy, typer.Option(help="What makes tracks one album.")] = AlbumBy.FOLDER,
    output: Annotated[Format, typer.Option("--format", help="How findings are printed.")] = Format.TEXT,
    as_json: Annotated[bool, typer.Option("--json", help="As --format json.")] = False,
    baseline: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Findings that are known, and do not fail.")
    ] = None,
    write_baseline: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Make all findings of today known, and end with 0.")
    ] = None,
    isolated: Annotated[
        bool,
        typer.Option(
            "--isolated",
            help="Read no auralis.toml, no .auralisignore: who delivers files could silence a gate.",
        ),
    ] = False,
    jobs: Jobs = None,
    cache: CacheFile = None,
    sidecars: Sidecars = None,
    sidecar_dir: SidecarDir = None,
    analyzer: AnalyzedBy = None,
    quiet: Quiet = False,
) -> None:
    """Check masters, albums and whole libraries: clipping, peaks, loudness, stereo, false quality, damage.

    What is new or changed is analysed, as a scan does it, and all is judged from the cache. Each finding has
    the code of its rule, the figure, the limit and the places in the track; 'auralis rules' lists the rules.
    A query alone looks at no files, and judges what the cache knows.

    A file auralis.toml in a folder sets rules, limits and a target for all below it ('auralis config show
    PATH' tells what holds there). A baseline keeps what is known, by the audio and not by names or tags, so
    that only new findings fail.

    \b
    Examples:
      auralis check ~/Masters/Album
      auralis check ~/Music codec:flac --select Q,T
      auralis check delivery --isolated --fail-on warning --format github
      auralis check ~/Music --write-baseline known.json
      auralis check ~/Music --baseline known.json
      auralis check master.wav --target ebu-r128

    Exit codes: 0 clean; 1 a new finding at or above --fail-on; 2 usage, nothing to check, configuration or
    worker; 130 interrupted
    """
    from auralis_cli.check.baseline import check_replaceable, read_baseline
    from auralis_cli.check.baseline import write_baseline as write
    from auralis_cli.check.policy import Policies
    from auralis_cli.check.verdict import verdict
    from auralis_cli.commands.run_check import CheckedLibrary, asked_by
    from auralis_cli.model.errors import ExitCode
    from auralis_cli.render.output import write_text
    from auralis_cli.render.safe_text import safe_text
    from auralis_cli.settings.resolve import resolve_settings

    flags = policy_flags(select, ignore, target, fail_on)
    if write_baseline is not None:
        check_replaceable(str(write_baseline))
    known = None if baseline is None or write_baseline is not None else read_baseline(str(baseline))
    settings = resolve_settings(
        {"jobs": jobs, "cache": cache, "sidecars": sidecars, "sidecar_dir": sidecar_dir, "analyzer": analyzer}
    )
    library = CheckedLibrary(asked_by(arguments or []), settings, quiet=quiet, isolated=isolated)
    policies = Policies(library.roots, flags, isolated=isolated)
    found = verdict(library.albums(album_by), policies, known, use_baselines=write_baseline is None)
    if write_baseline is not None:
        count = write(str(write_baseline), found.new)
        findings = "1 finding is" if count == 1 else f"{count:,} findings are"
        if not quiet:
            write_text(f"{findings} known in {safe_text(str(write_baseline))}", err=True)
        return
    _print(found, Format.JSON if as_json else output, quiet=quiet)
    raise typer.Exit(int(ExitCode.SOME_FAILED if found.fails else ExitCode.OK))


def policy_flags(
    select: str | None, ignore: str | None, target: str | None, fail_on: FailOn | None
) -> dict[str, Any]:
    """The values of a policy that flags give. Raises ConfigError."""
    from auralis_cli.check.rules.table import check_prefix
    from auralis_cli.check.targets import target_named

    flags: dict[str, Any] = {}
    for key, text in (("select", select), ("ignore", ignore)):
        if text is not None:
            flags[key] = tuple(check_prefix(each.strip(), f"--{key} {text}") for each in text.split(","))
    if target is not None:
        flags["target"] = target_named(target, f"--target {target}")
    if fail_on is not None:
        flags["fail_on"] = fail_on
    return flags


def _print(found: "Verdict", output: Format, *, quiet: bool) -> None:
    import os

    from auralis_cli.render import check_formats
    from auralis_cli.render.check_json import check_json
    from auralis_cli.render.check_report import finding_lines, summary
    from auralis_cli.render.output import write_json, write_lines, write_report, write_text
    from auralis_cli.render.standard_streams import reader_may_leave

    with reader_may_leave():
        if output is Format.JSON:
            write_json(check_json(found))
        elif output is Format.CSV:
            write_lines(check_formats.check_csv(found))
        elif output is Format.JUNIT:
            write_lines(check_formats.check_junit(found))
        elif output is Format.GITHUB:
            for line in check_formats.check_github(found, os.getcwd()):
                write_text(line)
        else:
            write_report(finding_lines(found))
    if not quiet:
        for line in summary(found):
            write_text(line, err=True)
