"""Reading and writing the configuration file."""

import os
import stat
import tomllib
from pathlib import Path

import pytest

from auralis_cli.model.errors import ConfigError
from auralis_cli.settings.config_file import config_path, read_table, read_values, write_table


def test_the_variable_names_the_file(tmp_path: Path) -> None:
    assert config_path({"AURALIS_CONFIG": str(tmp_path / "my.toml")}) == tmp_path / "my.toml"


def test_without_a_variable_it_is_in_the_users_folder() -> None:
    assert config_path({}).parts[-2:] == ("auralis", "config.toml")


def test_a_missing_file_has_no_keys(tmp_path: Path) -> None:
    assert read_table(tmp_path / "none.toml") == {}


def test_relative_paths_count_from_the_files_folder(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('cache = "results/my.db"')
    assert read_values(path) == {"cache": tmp_path / "results" / "my.db"}


def test_an_unknown_key_names_its_nearest(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('sidecar = "none"')
    with pytest.raises(
        ConfigError, match=r"unknown setting 'sidecar' in .*config\.toml; did you mean 'sidecars'\?"
    ):
        read_values(path)


def test_a_key_like_none_lists_them_all(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("zzz = 1")
    with pytest.raises(ConfigError, match="known settings: cache, jobs, nice"):
        read_values(path)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("jobs = 0", "jobs in .* is '0'; allowed: a whole number from 1 to"),
        ('jobs = "4"', "jobs in .* is '4'; allowed: a whole number"),
        ("jobs = true", "jobs in .* is 'True'"),
        ("jobs = 2.5", r"jobs in .* is '2\.5'"),
        ('nice = "yes"', "nice in .* is 'yes'; allowed: true or false"),
        ('sidecars = "next"', "sidecars in .* is 'next'; allowed: beside, mirror or none"),
        ('exclude = "*.wav"', r"exclude in .* is '\*\.wav'; allowed: glob patterns"),
        ("exclude = [1]", r"exclude in .* is '\[1\]'"),
        ('cache = ""', "cache in .* is ''; allowed: a file path"),
        ("cache = 3", "cache in .* is '3'"),
        ("ffmpeg = false", "ffmpeg in .* is 'False'; allowed: a program name"),
    ],
)
def test_a_wrong_value_names_file_value_and_what_is_allowed(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(line)
    with pytest.raises(ConfigError, match=message):
        read_values(path)


def test_broken_toml_says_where(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("jobs = = 2")
    with pytest.raises(ConfigError, match=r"not valid TOML .*line 1"):
        read_values(path)


def test_bytes_that_are_not_text_are_an_error(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b"cache = '\xff'")
    with pytest.raises(ConfigError, match="not valid TOML"):
        read_values(path)


def test_a_folder_in_its_place_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="make it readable or set AURALIS_CONFIG"):
        read_values(tmp_path)


def test_writing_makes_the_folder_and_leaves_no_temporary_file(tmp_path: Path) -> None:
    path = tmp_path / "new" / "config.toml"
    write_table(path, {"jobs": 3, "exclude": ["*.wav"]})
    assert tomllib.loads(path.read_text()) == {"jobs": 3, "exclude": ["*.wav"]}
    assert list(path.parent.iterdir()) == [path]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_link_to_the_file_stays_a_link(tmp_path: Path) -> None:
    target = tmp_path / "dotfiles.toml"
    target.write_text("jobs = 1")
    link = tmp_path / "config.toml"
    link.symlink_to(target)
    write_table(link, {"jobs": 2})
    assert link.is_symlink()
    assert tomllib.loads(target.read_text()) == {"jobs": 2}


def test_a_path_that_is_not_utf8_is_refused_and_the_old_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("jobs = 1")
    with pytest.raises(ConfigError, match="TOML can only contain UTF-8"):
        write_table(path, {"cache": "/music/\udcff.db"})
    assert path.read_text() == "jobs = 1"


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/full"])
def test_a_device_is_not_read(device: str) -> None:
    with pytest.raises(ConfigError, match="it is not a file"):
        read_table(Path(device))


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "config.toml")
    with pytest.raises(ConfigError, match="it is not a file"):
        read_table(tmp_path / "config.toml")


def test_no_more_is_read_than_a_configuration_can_have(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(ConfigError, match="longer than 1048576 bytes"):
        read_table(path)


def test_a_linked_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "dotfile").write_text("jobs = 3\n")
    (tmp_path / "config.toml").symlink_to(tmp_path / "dotfile")
    assert read_table(tmp_path / "config.toml") == {"jobs": 3}
