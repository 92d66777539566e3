"""`auralis config`: show and change the settings."""

import os
from pathlib import Path
from textwrap import fill
from typing import Annotated

import typer

from auralis_cli.commands.options import AsJson
from auralis_cli.lazy_group import new_app
from auralis_cli.settings.table import SETTINGS, Setting


def _described(setting: Setting) -> str:
    text = f"  {setting.key:12} {setting.meaning} ({setting.allowed})"
    return fill(text, 78, subsequent_indent=" " * 15, break_on_hyphens=False)


KEYS = "\n".join(map(_described, SETTINGS))

EPILOG = f"""\b
Settings:
{KEYS}

\b
The first of these that has a value wins: flag, environment variable
(AURALIS_JOBS for jobs, and so on), configuration file, default.

\b
Examples:
  auralis config show
  auralis config set sidecars none
  auralis config set exclude '*.wav' '*/demos/*'
  auralis config unset sidecars
"""

config_app = new_app(add_completion=False, no_args_is_help=True, epilog=EPILOG)

Key = Annotated[str, typer.Argument(metavar="KEY", help="A setting; 'config show' lists all.")]


@config_app.command("show")
def show(
    path: Annotated[
        str | None,
        typer.Argument(metavar="[PATH]", help="Show what 'auralis check' does with this folder or file."),
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Show every setting, its value, and where the value comes from.

    A value comes from a flag, an environment variable, the configuration file, or is the default. Variables
    that are not set are not shown: 'auralis config --help' names them all.

    With a PATH: the rules, limits and target that 'auralis check' has there, and which auralis.toml says so.

    \b
    Examples:
      auralis config show
      auralis config show --json | jq .settings.jobs
      auralis config show ~/Masters/Album
    """
    if path is not None:
        _show_policy(path, as_json=as_json)
        return
    from auralis_cli.render.config_table import config_file_line, settings_json, settings_lines
    from auralis_cli.render.output import write_json, write_text
    from auralis_cli.settings.resolve import resolve_with_sources

    resolved = resolve_with_sources({})
    if as_json:
        write_json(settings_json(resolved))
        return
    from auralis_cli.render.console import open_console

    console = open_console()
    for line in settings_lines(resolved, console.width):
        console.print(line, soft_wrap=True)
    write_text(f"\n{config_file_line(resolved)}")


def _show_policy(path: str, *, as_json: bool) -> None:
    from auralis_cli.check.policy import Policies
    from auralis_cli.check.reading import cache_roots
    from auralis_cli.commands.options import absolute_path
    from auralis_cli.model.errors import WrongPathError
    from auralis_cli.render.output import write_json, write_report
    from auralis_cli.render.policy_table import policy_json, policy_lines
    from auralis_cli.settings.resolve import resolve_settings

    place = absolute_path(path)
    if not os.path.exists(place):
        raise WrongPathError(f"there is no {path}; name a folder or a file")
    is_folder = os.path.isdir(place)
    folder = place if is_folder else os.path.dirname(place)
    cache = resolve_settings({}).cache
    roots = cache_roots(cache) if cache.exists() else []
    policies = Policies([*roots, folder] if is_folder else roots)
    policy, files = policies.of(folder), policies.files(folder)
    if as_json:
        write_json(policy_json(folder, policy, files))
    else:
        write_report(policy_lines(folder, policy, files))


config_app.command("list", hidden=True)(show)


@config_app.command("get")
def get(key: Key) -> None:
    """Print the value of one setting.

    It is the value in force. A list has one line for each entry; a setting without a value prints nothing.

    \b
    Examples:
      auralis config get cache
    """
    from auralis_cli.render.output import write_text
    from auralis_cli.settings.config_file import COMMAND_LINE, known_setting
    from auralis_cli.settings.resolve import resolve_settings
    from auralis_cli.settings.table import to_plain

    setting = known_setting(key, COMMAND_LINE)
    value = to_plain(getattr(resolve_settings({}), setting.key))
    if isinstance(value, bool):
        value = "true" if value else "false"
    for text in value if isinstance(value, list) else [] if value is None else [value]:
        write_text(str(text))


@config_app.command("set")
def set_(
    key: Key,
    values: Annotated[
        list[str], typer.Argument(metavar="VALUE...", help="The value; exclude and path_map take several.")
    ],
) -> None:
    """Set one setting in the configuration file.

    The other settings are kept, but comments in the file are lost. A relative path starts at the current
    folder.

    \b
    Examples:
      auralis config set jobs 4
      auralis config set exclude '*.wav' '*/demos/*'
    """
    from auralis_cli.render.output import write_text
    from auralis_cli.settings.config_file import config_path, set_value

    path = config_path(os.environ)
    stored = set_value(path, key, values, Path.cwd())
    write_text(f"{key.replace('-', '_')} = {stored} in {path}", err=True)


@config_app.command("unset")
def unset(key: Key) -> None:
    """Remove one setting from the configuration file.

    \b
    Examples:
      auralis config unset jobs
    """
    from auralis_cli.render.output import write_text
    from auralis_cli.settings.config_file import config_path, unset_value

    path = config_path(os.environ)
    found = unset_value(path, key)
    write_text(f"{key} {'removed from' if found else 'was not set in'} {path}", err=True)


@config_app.command("path")
def path() -> None:
    """Print the path of the configuration file.

    \b
    Examples:
      auralis config path
    """
    from auralis_cli.settings.config_file import config_path

    typer.echo(os.fsencode(config_path(os.environ)))
