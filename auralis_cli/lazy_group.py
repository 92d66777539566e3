"""A command group that imports a command's module only when that command runs, so that help is quick."""

import importlib
from typing import Any, ClassVar, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup


class CommandEntry(NamedTuple):
    """A command: `attribute` of `module` is a function or a Typer app, `summary` its line in the help."""

    name: str
    module: str
    attribute: str
    summary: str


class LazyGroup(TyperGroup):
    """Lists its commands from `entries`, and loads one when its name is given."""

    entries: ClassVar[tuple[CommandEntry, ...]] = ()

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        for entry in self.entries:
            self.commands[entry.name] = TyperCommand(entry.name, help=entry.summary)

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """Loads the command that the first argument names; returns it with the arguments after it."""
        name, command, rest = super().resolve_command(ctx, args)
        entry = next((entry for entry in self.entries if entry.name == name), None)
        return name, command if entry is None else load_command(entry), rest


def new_app(**attributes: Any) -> typer.Typer:
    """A Typer app as all commands use it: plain help, plain tracebacks, -h."""
    return typer.Typer(
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
        **attributes,
    )


def load_command(entry: CommandEntry) -> Any:
    """Imports the module and makes a command of its function or app."""
    target = getattr(importlib.import_module(entry.module), entry.attribute)
    if not isinstance(target, typer.Typer):
        app = new_app(add_completion=False)
        app.command(entry.name)(target)
        target = app
    command = typer.main.get_command(target)
    command.name = entry.name
    if isinstance(command, TyperGroup):
        command.help = entry.summary
    return command
