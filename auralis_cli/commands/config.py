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
The first of these that has a value wins: flag, environment variable,
configuration file, default.

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
def show(as_json: AsJson = False) -> None:
    """Show every setting, its value, and where the value comes from."""
    from auralis_cli.render.config_table import config_file_line, render_settings, settings_json
    from auralis_cli.render.output import write_json, write_text
    from auralis_cli.settings.resolve import resolve_with_sources

    resolved = resolve_with_sources({})
    if as_json:
        write_json(settings_json(resolved))
        return
    from auralis_cli.render.console import open_console

    open_console().print(render_settings(resolved))
    write_text(f"\n{config_file_line(resolved)}")


@config_app.command("set")
def set_(
    key: Key,
    values: Annotated[
        list[str], typer.Argument(metavar="VALUE...", help="The value; exclude takes several.")
    ],
) -> None:
    """Set one setting in the configuration file.

    The other settings are kept, but comments in the file are lost. A relative path starts at the current
    folder.
    """
    from auralis_cli.render.output import write_text
    from auralis_cli.settings.config_file import config_path, set_value

    path = config_path(os.environ)
    stored = set_value(path, key, values, Path.cwd())
    write_text(f"{key.replace('-', '_')} = {stored} in {path}", err=True)


@config_app.command("unset")
def unset(key: Key) -> None:
    """Remove one setting from the configuration file."""
    from auralis_cli.render.output import write_text
    from auralis_cli.settings.config_file import config_path, unset_value

    path = config_path(os.environ)
    found = unset_value(path, key)
    write_text(f"{key} {'removed from' if found else 'was not set in'} {path}", err=True)


@config_app.command("path")
def path() -> None:
    """Print the path of the configuration file."""
    from auralis_cli.settings.config_file import config_path

    typer.echo(os.fsencode(config_path(os.environ)))
