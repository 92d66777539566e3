"""A command group that imports a command's module when that command runs: help stays quick."""

import importlib
from typing import Any, ClassVar, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup


class CommandEntry(NamedTuple):
    """Where a command is and what help says: `attribute` of `module` is a function or a Typer app."""

    name: str
    module: str
    attribute: str
    summary: str


class LazyGroup(TyperGroup):
    """Lists its commands from `entries`; loads one when it is resolved by its name."""

    entries: ClassVar[tuple[CommandEntry, ...]] = ()

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        for entry in self.entries:
            self.commands[entry.name] = TyperCommand(entry.name, help=entry.summary)

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """The command of the first argument, loaded, and the arguments after it."""
        name, command, rest = super().resolve_command(ctx, args)
        entry = next((entry for entry in self.entries if entry.name == name), None)
        return name, command if entry is None else load_command(entry), rest


def new_app(**attributes: Any) -> typer.Typer:
    """A Typer app with this program's conventions: plain help, plain tracebacks, -h."""
    return typer.Typer(
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
        **attributes,
    )


def load_command(entry: CommandEntry) -> Any:
    """Imports the module and makes its function or app a command."""
    target = getattr(importlib.import_module(entry.module), entry.attribute)
    if not isinstance(target, typer.Typer):
        app = new_app(add_completion=False)
        app.command(entry.name)(target)
        target = app
    command = typer.main.get_command(target)
    command.name = entry.name
    return command
