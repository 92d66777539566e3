"""`auralis failures`: the files that scans do not try again, and how to try them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from auralis_cli.commands.options import (
    AnalyzedBy,
    AsJson,
    CacheFile,
    Jobs,
    MaxMemory,
    Quiet,
    SidecarDir,
    Sidecars,
    Timeout,
    absolute_path,
)
from auralis_cli.lazy_group import new_app

if TYPE_CHECKING:
    from auralis_cli.settings.values import Settings
    from auralis_cli.upkeep.failures import StoredFailure

EPILOG = """A file that cannot be decoded, or that ends two workers, is remembered with the reason. It is not
tried again until the file, the worker's version or (where it matters) ffmpeg changes.

\b
Examples:
  auralis failures list
  auralis failures list ~/Music/new --json | jq -r .path
  auralis failures retry --code timed_out --timeout 7200
  auralis failures clear ~/Music/old
"""

failures_app = new_app(
    add_completion=False,
    no_args_is_help=True,
    epilog=EPILOG,
)

Paths = Annotated[
    list[str] | None,
    typer.Argument(metavar="[PATH]…", help="Only these files, and all below these folders."),
]
Codes = Annotated[
    list[str] | None,
    typer.Option("--code", metavar="CODE", help="Only failures of this kind; may be given several times."),
]


@failures_app.command("list")
def list_(
    *, paths: Paths = None, code: Codes = None, as_json: AsJson = False, cache: CacheFile = None
) -> None:
    """List the remembered failures, with advice for each kind.

    \b
    Examples:
      auralis failures list
      auralis failures list ~/Music/new --json | jq -r .path

    Exit codes: 0 listed, even if there are none; 2 usage, configuration or cache
    """
    from auralis_cli.render.failure_list import failure_lines, failure_text
    from auralis_cli.render.output import write_json, write_report
    from auralis_cli.settings.resolve import resolve_settings

    found = _find(resolve_settings({"cache": cache}), paths, code)
    if as_json:
        write_json(failure_lines(found), end=b"")
        return
    write_report(failure_text(found))
    if not found:
        typer.echo("no such failures are remembered", err=True)


@failures_app.command("retry")
def retry(
    *,
    paths: Paths = None,
    code: Codes = None,
    jobs: Jobs = None,
    timeout: Timeout = None,
    max_memory: MaxMemory = None,
    analyzer: AnalyzedBy = None,
    cache: CacheFile = None,
    sidecars: Sidecars = None,
    sidecar_dir: SidecarDir = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the JSON lines of 'scan --json'.")] = False,
    quiet: Quiet = False,
) -> None:
    """Analyse the remembered failures again, changed or not.

    Only failures of this run's analyzer are tried: those of fp-worker, unless --analyzer or the settings name
    the reference. Successes are stored as by a scan. A file that fails again stays remembered, with its new
    reason.

    \b
    Examples:
      auralis failures retry --code timed_out --timeout 7200

    Exit codes: 0 all succeeded, or there was nothing to try; 1 some failed again;
    2 usage, configuration or worker; 130 interrupted
    """
    import msgspec

    from auralis_cli.commands.run_scan import run_scan
    from auralis_cli.settings.resolve import resolve_settings

    flags = {
        "jobs": jobs,
        "timeout": timeout,
        "max_memory": max_memory,
        "analyzer": analyzer,
        "cache": cache,
        "sidecars": sidecars,
        "sidecar_dir": sidecar_dir,
    }
    settings = msgspec.structs.replace(resolve_settings(flags), exclude=())
    found = [each.path for each in _find(settings, paths, code) if each.analyzer == settings.analyzer]
    if not found:
        typer.echo("no such failures are remembered", err=True)
        return
    raise typer.Exit(int(run_scan(found, settings, rescan=True, json=as_json, quiet=quiet)))


@failures_app.command("clear")
def clear(*, paths: Paths = None, code: Codes = None, cache: CacheFile = None) -> None:
    """Forget failures, so that the next scan tries them again.

    \b
    Examples:
      auralis failures clear ~/Music/old

    Exit codes: 0 forgotten, even if there were none; 2 usage, configuration or cache
    """
    from auralis_cli.settings.resolve import resolve_settings
    from auralis_cli.upkeep.failures import forget_failures

    settings = resolve_settings({"cache": cache})
    found = _find(settings, paths, code)
    count = forget_failures(settings.cache, found) if found else 0
    what = "1 failure" if count == 1 else f"{count:,} failures"
    typer.echo(f"{what} forgotten" if count else "no such failures are remembered", err=True)


def _find(
    settings: "Settings", paths: Sequence[str] | None, codes: Sequence[str] | None
) -> "list[StoredFailure]":
    from auralis_cli.upkeep.failures import check_failure_codes, find_failures

    check_failure_codes(settings.cache, codes or ())
    return find_failures(settings.cache, [absolute_path(path) for path in paths or ()], set(codes or ()))
