"""`config set` and `config unset`: one key changes, the rest of the file stays."""

import os
import tomllib
from pathlib import Path

import pytest

from auralis_cli.model.errors import ConfigError
from auralis_cli.settings.config_file import set_value, unset_value
from auralis_cli.settings.table import SETTINGS


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def content(file: Path) -> dict[str, object]:
    return tomllib.loads(file.read_text())


def test_values_are_stored_as_toml_knows_them(file: Path, tmp_path: Path) -> None:
    assert set_value(file, "jobs", ["3"], tmp_path) == 3
    assert set_value(file, "nice", ["yes"], tmp_path) is True
    assert set_value(file, "exclude", ["*.wav", "a:b"], tmp_path) == ["*.wav", "a:b"]
    set_value(file, "sidecar-dir", ["side"], tmp_path)
    assert content(file) == {
        "jobs": 3,
        "nice": True,
        "exclude": ["*.wav", "a:b"],
        "sidecar_dir": str(tmp_path / "side"),
    }


def test_other_keys_stay_even_unknown_ones(file: Path, tmp_path: Path) -> None:
    file.write_text("jobs = 2\nfrom_the_future = { a = [1, 2] }\n")
    set_value(file, "jobs", ["4"], tmp_path)
    assert content(file) == {"jobs": 4, "from_the_future": {"a": [1, 2]}}


@pytest.mark.parametrize(
    ("key", "values", "message"),
    [
        ("jobs", ["0"], "jobs in the command line is '0'; allowed: a whole number from 1"),
        ("jobs", ["many"], "jobs cannot be 'many'; allowed: a whole number from 1"),
        ("jobs", ["1", "2"], "jobs takes one value, not 2"),
        ("nice", ["perhaps"], "nice cannot be 'perhaps'; allowed: true or false"),
        ("sidecars", ["off"], "sidecars in the command line is 'off'; allowed: beside, mirror or none"),
        ("job", ["1"], "unknown setting 'job' in the command line; did you mean 'jobs'"),
        ("sidecars", ["mirror"], "needs a folder; run 'auralis config set sidecar_dir DIR' first"),
    ],
)
def test_a_refused_value_leaves_the_file_alone(
    file: Path, tmp_path: Path, key: str, values: list[str], message: str
) -> None:
    file.write_text("jobs = 2")
    with pytest.raises(ConfigError, match=message):
        set_value(file, key, values, tmp_path)
    assert file.read_text() == "jobs = 2"


def test_unset_takes_out_one_key(file: Path) -> None:
    file.write_text('jobs = 2\nsidecar_dir = "/side"')
    assert unset_value(file, "sidecar-dir")
    assert content(file) == {"jobs": 2}


def test_unset_of_a_key_that_is_not_there_writes_nothing(file: Path) -> None:
    assert not unset_value(file, "jobs")
    assert not file.exists()


def test_a_misspelt_key_in_the_file_can_be_taken_out(file: Path) -> None:
    file.write_text('sidecar = "none"')
    assert unset_value(file, "sidecar")
    assert content(file) == {}


def test_a_misspelt_key_that_is_nowhere_is_an_error(file: Path) -> None:
    with pytest.raises(ConfigError, match="did you mean 'sidecars'"):
        unset_value(file, "sidecar")


def test_the_folder_of_a_mirror_cannot_go_before_the_mirror(file: Path) -> None:
    file.write_text('sidecars = "mirror"\nsidecar_dir = "/side"')
    with pytest.raises(ConfigError, match="set sidecars to 'beside' or 'none'"):
        unset_value(file, "sidecar_dir")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission_is_said_to_be_so(tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o500)
    with pytest.raises(ConfigError, match="make its folder writable or set AURALIS_CONFIG"):
        set_value(folder / "config.toml", "jobs", ["2"], tmp_path)


def test_a_folder_that_cannot_be_made_is_said_to_be_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match=r"cannot read|cannot write"):
        set_value(tmp_path / "file" / "config.toml", "jobs", ["2"], tmp_path)


def test_every_setting_can_be_set_from_text(file: Path, tmp_path: Path) -> None:
    texts = {
        "cache": "c.db",
        "jobs": "2",
        "analyzer": "reference",
        "nice": "off",
        "hidden": "yes",
        "video": "on",
        "renew": "no",
        "timeout": "600",
        "max_memory": "512",
        "sidecar_dir": "side",
        "sidecars": "mirror",
        "exclude": "*.wav",
        "worker": "w",
        "ffmpeg": "none",
        "engine": "dask",
        "scheduler": "tcp://host:8786",
        "scheduler_file": "s.json",
        "path_map": "nas@/Volumes/music=/mnt/music",
        "ship": "yes",
    }
    assert set(texts) == {setting.key for setting in SETTINGS}
    for key, text in texts.items():
        set_value(file, key, [text], tmp_path)
    assert set(content(file)) == set(texts)
