"""`auralis warnings`: the files that were analysed although something is wrong with them."""

from typing import Annotated

import typer

from auralis_cli.commands.options import AsJson, CacheFile, absolute_path
from auralis_cli.lazy_group import new_app

EPILOG = """\b
Examples:
  auralis warnings list
  auralis warnings list ~/Music/new --code truncated
"""

warnings_app = new_app(add_completion=False, no_args_is_help=True, epilog=EPILOG)


@warnings_app.callback()
def warnings() -> None:
    """Makes `list` a command of a group; the group's help is its summary."""


@warnings_app.command("list")
def list_(
    *,
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PATH]…", help="Only these files, and all below these folders."),
    ] = None,
    code: Annotated[
        list[str] | None,
        typer.Option(
            "--code", metavar="CODE", help="Only warnings of this kind; may be given several times."
        ),
    ] = None,
    as_json: AsJson = False,
    cache: CacheFile = None,
) -> None:
    """List the files that are cut short, damaged or odd.

    They have values, which may not tell all. It reads the cache and no file. A file that has been replaced
    is analysed by the next scan.

    \b
    Examples:
      auralis warnings list
      auralis warnings list ~/Music/new --code truncated
      auralis warnings list --json | jq -r .path

    Exit codes: 0 listed, even if there are none; 2 usage, configuration or cache
    """
    from auralis_cli.model.codes import check_codes, warning_codes
    from auralis_cli.render.output import write_json, write_report
    from auralis_cli.render.warning_list import warning_lines, warning_list
    from auralis_cli.settings.resolve import resolve_settings
    from auralis_cli.upkeep.warnings import find_warnings

    check_codes(code or (), warning_codes(), "warning")
    settings = resolve_settings({"cache": cache})
    found = find_warnings(settings.cache, [absolute_path(path) for path in paths or ()], set(code or ()))
    if as_json:
        write_json(warning_lines(found), end=b"")
        return
    write_report(warning_list(found))
    if not found:
        typer.echo("no such warnings are remembered", err=True)
