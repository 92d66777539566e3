"""`auralis man`: the manual page."""

from typing import Any

import typer


def man(context: typer.Context) -> None:
    """Print the manual page: the help of all commands, for man.

    \b
    Examples:
      auralis man | man -l -
      auralis man > ~/.local/share/man/man1/auralis.1
    """
    from auralis_cli import __version__
    from auralis_cli.lazy_group import load_command
    from auralis_cli.render.man_page import man_page
    from auralis_cli.render.output import write_text

    assert context.parent is not None
    commands: list[tuple[str, Any]] = []
    for entry in context.parent.command.entries:  # type: ignore[attr-defined]
        command = load_command(entry)
        parts = getattr(command, "commands", {})
        commands += [(f"{entry.name} {name}", part) for name, part in parts.items()] or [
            (entry.name, command)
        ]
    write_text(man_page(__version__, context.parent.command, commands).rstrip("\n"))
