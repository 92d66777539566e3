"""Changing one key of the configuration file; whatever else is in it stays."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from auralis_cli.model.errors import ConfigError
from auralis_cli.settings.config_file import check_value, known_setting, read_table, write_table
from auralis_cli.settings.table import find_setting, to_plain

COMMAND_LINE = "the command line"


def set_value(path: Path, key: str, texts: Sequence[str], folder: Path) -> Any:
    """Check the value and write it; returns what was stored. Paths are made absolute from `folder`.

    `exclude` takes several patterns, every other setting exactly one value.
    """
    setting = known_setting(key, COMMAND_LINE)
    if setting.key == "exclude":
        plain: object = list(texts)
    elif len(texts) != 1:
        raise ConfigError(f"{setting.key} takes one value, not {len(texts)}; allowed: {setting.allowed}")
    else:
        try:
            plain = setting.parse(texts[0])
        except ValueError as error:
            raise ConfigError(f"{setting.key} cannot be '{texts[0]}'; allowed: {setting.allowed}") from error
    stored = to_plain(check_value(setting, plain, folder, COMMAND_LINE))
    table = read_table(path)
    _check_mirror({**table, setting.key: stored})
    write_table(path, {**table, setting.key: stored})
    return stored


def unset_value(path: Path, key: str) -> bool:
    """Take a key out, known or not, so that a misspelt one can go too; whether it was there."""
    table = read_table(path)
    name = key
    if name not in table:
        setting = find_setting(key)
        name = known_setting(key, COMMAND_LINE).key if setting is None else setting.key
    if name not in table:
        return False
    rest = {other: value for other, value in table.items() if other != name}
    _check_mirror(rest)
    write_table(path, rest)
    return True


def _check_mirror(table: Mapping[str, Any]) -> None:
    """Refuse a file that every later command would refuse."""
    if table.get("sidecars") == "mirror" and "sidecar_dir" not in table:
        raise ConfigError(
            "sidecars 'mirror' needs a folder; run 'auralis config set sidecar_dir DIR' first, "
            "or set sidecars to 'beside' or 'none'"
        )
