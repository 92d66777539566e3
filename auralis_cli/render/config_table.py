"""The settings as a table and as JSON: the value of each and where it comes from."""

from typing import Annotated

import msgspec
from msgspec import Meta
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from auralis_cli.render.json_types import Printed, indented_json
from auralis_cli.render.safe_text import safe_text, utf8_text
from auralis_cli.settings.resolve import Layer, ResolvedSettings
from auralis_cli.settings.table import SETTINGS, to_plain

UNSET = {
    "timeout": "2 minutes to 1 hour, by size",
    "max_memory": "1024 for a worker, no limit for the reference",
    "sidecar_dir": "none",
    "exclude": "nothing",
    "worker": "found automatically",
    "ffmpeg": "from PATH",
}
"""What is shown for a setting without a value."""


Plain = str | int | bool | list[str] | None
"""A setting's value in JSON."""


class SettingObject(Printed, frozen=True):
    """The value of one setting, and where it comes from."""

    value: Plain
    layer: Annotated[str, Meta(extra_json_schema={"enum": [layer.name.lower() for layer in Layer]})]
    source: str


SettingsObject = msgspec.defstruct(
    "SettingsObject",
    [(setting.key, SettingObject) for setting in SETTINGS],
    bases=(Printed,),
    frozen=True,
    namespace={"__doc__": "All settings, by key."},
)


class ConfigObject(Printed, frozen=True):
    """Output of `config show --json`."""

    config_file: str
    exists: bool
    settings: SettingsObject  # type: ignore[valid-type]


def settings_json(resolved: ResolvedSettings) -> bytes:
    """Every setting with its source, and the configuration file."""
    settings = {
        key: SettingObject(
            _as_utf8(to_plain(getattr(resolved.settings, key))),
            source.layer.name.lower(),
            utf8_text(source.name),
        )
        for key, source in resolved.sources.items()
    }
    return indented_json(
        ConfigObject(
            utf8_text(str(resolved.config_path)), resolved.config_path.exists(), SettingsObject(**settings)
        )
    )


def render_settings(resolved: ResolvedSettings) -> RenderableType:
    """The table of all settings."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("setting", no_wrap=True)
    table.add_column("value", overflow="fold")
    table.add_column("from", overflow="fold")
    for setting in SETTINGS:
        value = to_plain(getattr(resolved.settings, setting.key))
        source = resolved.sources[setting.key]
        is_default = source.layer == Layer.DEFAULT
        table.add_row(
            setting.key,
            _describe(setting.key, value),
            Text(
                "file" if source.layer == Layer.FILE else safe_text(source.name),
                style="dim" if is_default else "",
            ),
        )
    return table


def config_file_line(resolved: ResolvedSettings) -> str:
    """The file that `config set` writes: not part of the table, so that its path is never broken."""
    state = "" if resolved.config_path.exists() else " (does not exist yet)"
    return f"configuration file: {safe_text(str(resolved.config_path))}{state}"


def _as_utf8(value: Plain) -> Plain:
    if isinstance(value, list):
        return [utf8_text(pattern) for pattern in value]
    return utf8_text(value) if isinstance(value, str) else value


def _describe(key: str, value: Plain) -> Text:
    if value is None or value == []:
        return Text(UNSET[key], style="dim")
    if isinstance(value, bool):
        return Text("yes" if value else "no")
    return Text(safe_text(", ".join(value) if isinstance(value, list) else str(value)))
