"""The configuration file: where it is, how it is read, and how one key of it is changed."""

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from auralis_cli.model.errors import ConfigError
from auralis_cli.settings.table import LISTS, SETTINGS, Setting, find_setting, to_plain
from auralis_cli.system.atomic_file import replace_file
from auralis_cli.system.safe_open import read_limited

PATH_VARIABLE = "AURALIS_CONFIG"
NO_HOME = Path("/nonexistent")
"""Where the configuration of a user without a home would be."""
MAX_CONFIG_BYTES = 1 << 20
"""No configuration is that long: all settings take 1 KiB."""


def config_path(environment: Mapping[str, str]) -> Path:
    """The file's path: $AURALIS_CONFIG, else config.toml in the user's configuration folder."""
    named = environment.get(PATH_VARIABLE)
    if named:
        return Path(os.path.normpath(Path.cwd() / Path(named).expanduser()))
    from platformdirs import user_config_dir

    return (user_folder(user_config_dir) or NO_HOME) / "config.toml"


def user_folder(find: Callable[..., str]) -> Path | None:
    """The folder of auralis that a function of platformdirs finds; None for a user who has no home.

    Some versions of platformdirs raise an error then, and others leave the `~` in the path.
    """
    try:
        folder = Path(find("auralis", appauthor=False))
    except RuntimeError:
        return None
    return folder if folder.is_absolute() else None


def read_table(path: Path) -> dict[str, Any]:
    """The file's keys and values, unchecked; none where there is no file. Raises ConfigError."""
    try:
        content = read_limited(str(path), MAX_CONFIG_BYTES)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise ConfigError(
            f"cannot read {path}: {why}; make it readable or set {PATH_VARIABLE} to another file"
        ) from error
    import tomllib

    try:
        return tomllib.loads(content.decode())
    except (ValueError, RecursionError) as error:  # the latter: brackets in brackets in brackets …
        raise ConfigError(
            f"cannot read {path}: not valid TOML ({error}); correct or delete the file"
        ) from error


def known_setting(key: str, where: str) -> Setting:
    """The setting of this key.

    An unknown key is an error and not a warning: whoever writes `sidecar = "none"` relies on no file being
    written beside the music.
    """
    setting = find_setting(key)
    if setting is not None:
        return setting
    import difflib

    names = [known.key for known in SETTINGS]
    near = difflib.get_close_matches(key, names, n=1, cutoff=0.5)
    hint = f"did you mean '{near[0]}'?" if near else f"known settings: {', '.join(names)}"
    raise ConfigError(f"unknown setting '{key}' in {where}; {hint}")


def check_value(setting: Setting, value: object, folder: Path, where: str) -> Any:
    """The checked value; a wrong one is a ConfigError that names its source and what is allowed."""
    try:
        return setting.check(value, folder)
    except ValueError as error:
        shown = value if isinstance(value, str) else repr(value)
        raise ConfigError(f"{setting.key} in {where} is '{shown}'; allowed: {setting.allowed}") from error


def read_values(path: Path) -> dict[str, Any]:
    """The file's settings, checked; relative paths start in the file's folder. Raises ConfigError."""
    values = {}
    for key, value in read_table(path).items():
        setting = known_setting(key, str(path))
        values[setting.key] = check_value(setting, value, path.parent, str(path))
    return values


def write_table(path: Path, table: Mapping[str, Any]) -> None:
    """Replaces the file in one step: a crash leaves either the old or the new one. Raises ConfigError.

    A symbolic link stays one, since people link to their collections of dotfiles: its target is replaced.
    """
    import tomli_w

    try:
        content = tomli_w.dumps(table).encode("utf-8")
    except UnicodeEncodeError as error:
        raise ConfigError(
            f"cannot write {path}: TOML can only contain UTF-8; use an environment variable"
        ) from error
    target = path.resolve()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        replace_file(str(target), content, mode=0o600)
    except OSError as error:
        raise ConfigError(
            f"cannot write {path}: {error.strerror}; make its folder writable or set {PATH_VARIABLE}"
        ) from error


COMMAND_LINE = "the command line"


def set_value(path: Path, key: str, texts: Sequence[str], folder: Path) -> Any:
    """Checks and writes the value; returns what was written. Relative paths start in `folder`.

    A setting that is a list takes several values, every other one exactly one. Raises ConfigError.
    """
    setting = known_setting(key, COMMAND_LINE)
    if setting.key in LISTS:
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
    """Removes a key, even an unknown one, which may be misspelt. Returns whether it was there."""
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
    """Raises ConfigError for a table that every later command would refuse."""
    if table.get("sidecars") == "mirror" and "sidecar_dir" not in table:
        raise ConfigError(
            "sidecars 'mirror' needs a folder; run 'auralis config set sidecar_dir DIR' first, "
            "or set sidecars to 'beside' or 'none'"
        )
