"""`auralis help`: the same as `--help`, for who types it the other way round."""

from typing import Annotated

import typer


def show_help(
    context: typer.Context,
    command: Annotated[
        list[str] | None, typer.Argument(metavar="[COMMAND]…", help="A command, such as 'cache prune'.")
    ] = None,
) -> None:
    """Show the help of auralis or of one of its commands.

    \b
    Examples:
      auralis help
      auralis help cache prune
    """
    assert context.parent is not None
    context.parent.command.main([*(command or []), "--help"], prog_name="auralis")
