"""Defaults, file, environment, flags: later wins."""

import os
from pathlib import Path

import pytest

from auralis_cli.model.errors import ConfigError
from auralis_cli.settings.resolve import Layer, resolve_settings, resolve_with_sources
from auralis_cli.settings.table import SETTINGS
from auralis_cli.settings.values import EngineName, PathMap, Settings, SidecarMode
from auralis_cli.system.cpus import usable_cpus


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The configuration file of this test; no setting comes from the tester's environment."""
    path = tmp_path / "config.toml"
    for setting in SETTINGS:
        monkeypatch.delenv(setting.environment, raising=False)
    monkeypatch.setenv("AURALIS_CONFIG", str(path))
    return path


def test_the_table_has_every_field_of_the_settings() -> None:
    assert [setting.key for setting in SETTINGS] == list(Settings.__struct_fields__)


def test_nothing_given_means_defaults(file: Path) -> None:
    resolved = resolve_with_sources({})
    assert resolved.settings.jobs == usable_cpus()
    assert resolved.settings.sidecars is SidecarMode.BESIDE
    assert resolved.settings.cache.parts[-2:] == ("auralis", "fingerprints.db")
    assert resolved.config_path == file
    assert {source.layer for source in resolved.sources.values()} == {Layer.DEFAULT}


def test_each_layer_beats_the_one_below(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text("jobs = 2")
    assert resolve_settings({}).jobs == 2
    monkeypatch.setenv("AURALIS_JOBS", "3")
    assert resolve_settings({}).jobs == 3
    assert resolve_settings({"jobs": 4}).jobs == 4


def test_each_value_names_its_source(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text('jobs = 2\ncache = "/a.db"')
    monkeypatch.setenv("AURALIS_CACHE", "/b.db")
    sources = resolve_with_sources({"nice": True, "jobs": None}).sources
    assert (sources["jobs"].layer, sources["jobs"].name) == (Layer.FILE, str(file))
    assert (sources["cache"].layer, sources["cache"].name) == (Layer.ENVIRONMENT, "AURALIS_CACHE")
    assert (sources["nice"].layer, sources["nice"].name) == (Layer.FLAG, "--nice")
    assert sources["worker"].layer == Layer.DEFAULT


def test_none_empty_list_and_empty_variable_were_not_given(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text('exclude = ["*.wav"]\njobs = 5')
    monkeypatch.setenv("AURALIS_JOBS", "")
    settings = resolve_settings({"exclude": [], "jobs": None})
    assert settings.exclude == ("*.wav",)
    assert settings.jobs == 5


def test_every_environment_variable_is_read(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not file.exists()
    given = {
        "AURALIS_CACHE": "/c.db",
        "AURALIS_JOBS": "7",
        "AURALIS_NICE": "on",
        "AURALIS_SIDECARS": "mirror",
        "AURALIS_SIDECAR_DIR": "/side",
        "AURALIS_EXCLUDE": os.pathsep.join(["*.wav", "**/demo/*"]),
        "AURALIS_WORKER": "/opt/fp-worker",
        "AURALIS_FFMPEG": "none",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert resolve_settings({}) == Settings(
        cache=Path("/c.db"),
        jobs=7,
        nice=True,
        sidecars=SidecarMode.MIRROR,
        sidecar_dir=Path("/side"),
        exclude=("*.wav", "**/demo/*"),
        worker=Path("/opt/fp-worker"),
        ffmpeg="none",
    )


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (
            "AURALIS_JOBS",
            "many",
            r"jobs in the environment \(AURALIS_JOBS\) is 'many'; allowed: a whole number",
        ),
        ("AURALIS_JOBS", "-1", r"\(AURALIS_JOBS\) is '-1'"),
        ("AURALIS_NICE", "maybe", r"\(AURALIS_NICE\) is 'maybe'; allowed: true or false"),
        ("AURALIS_SIDECARS", "off", r"\(AURALIS_SIDECARS\) is 'off'; allowed: beside, mirror or none"),
        ("AURALIS_CACHE", " ", r"\(AURALIS_CACHE\) is ' '; allowed: a file path"),
    ],
)
def test_a_wrong_variable_is_named(
    file: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str, message: str
) -> None:
    assert not file.exists()
    monkeypatch.setenv(name, text)
    with pytest.raises(ConfigError, match=message):
        resolve_settings({})


def test_a_wrong_flag_is_named(file: Path) -> None:
    assert not file.exists()
    with pytest.raises(ConfigError, match="jobs in the flag --jobs is '0'"):
        resolve_settings({"jobs": 0})


def test_a_flag_that_is_no_setting_is_a_mistake_of_the_caller(file: Path) -> None:
    assert not file.exists()
    with pytest.raises(LookupError, match="rescan"):
        resolve_settings({"rescan": True})


def test_relative_flags_count_from_the_working_folder(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not file.exists()
    monkeypatch.chdir(tmp_path)
    settings = resolve_settings({"cache": Path("x/../my.db"), "ffmpeg": "./bin/ffmpeg"})
    assert settings.cache == tmp_path / "my.db"
    assert settings.ffmpeg == str(tmp_path / "bin" / "ffmpeg")


def test_a_bare_ffmpeg_name_is_left_to_path(file: Path) -> None:
    assert not file.exists()
    assert resolve_settings({"ffmpeg": "ffmpeg6"}).ffmpeg == "ffmpeg6"


def test_a_sidecar_folder_of_a_later_layer_means_mirror(file: Path) -> None:
    file.write_text('sidecars = "none"')
    resolved = resolve_with_sources({"sidecar_dir": "/side"})
    assert resolved.settings.sidecars is SidecarMode.MIRROR
    assert resolved.sources["sidecars"].name == "--sidecar-dir"


def test_a_sidecar_folder_of_an_earlier_layer_waits(file: Path) -> None:
    file.write_text('sidecar_dir = "/side"\nsidecars = "mirror"')
    assert resolve_settings({"sidecars": "none"}).sidecars is SidecarMode.NONE


def test_mirror_without_a_folder_says_what_to_add(file: Path) -> None:
    assert not file.exists()
    with pytest.raises(ConfigError, match=r"'mirror' \(--sidecars\).*add --sidecar-dir DIR"):
        resolve_settings({"sidecars": "mirror"})


def test_a_sidecar_folder_beside_another_mode_is_a_contradiction(file: Path) -> None:
    assert not file.exists()
    with pytest.raises(ConfigError, match="use --sidecars mirror or leave out --sidecar-dir"):
        resolve_settings({"sidecars": "beside", "sidecar_dir": "/side"})


def test_a_scheduler_on_the_command_line_asks_for_the_cluster(file: Path) -> None:
    assert resolve_settings({}).engine is EngineName.LOCAL
    file.write_text('scheduler = "tcp://host:8786"')
    assert resolve_settings({}).engine is EngineName.LOCAL
    assert resolve_settings({"scheduler": "tcp://other:1"}).engine is EngineName.DASK
    assert resolve_settings({"scheduler": "tcp://other:1", "engine": "local"}).engine is EngineName.LOCAL


def test_of_two_schedulers_the_one_in_the_higher_layer_counts(file: Path, tmp_path: Path) -> None:
    file.write_text('scheduler = "tcp://host:8786"')
    settings = resolve_settings({"scheduler_file": tmp_path / "s.json"})
    assert (settings.scheduler, settings.scheduler_file) == (None, tmp_path / "s.json")
    with pytest.raises(ConfigError, match="two schedulers are named"):
        resolve_settings({"scheduler": "tcp://host:1", "scheduler_file": "s.json"})


@pytest.mark.parametrize("text", ["host:8786", "inproc://1", "tcp://", "http://host:1", ""])
def test_what_is_no_address_of_a_scheduler_is_refused(file: Path, text: str) -> None:
    file.write_text(f'scheduler = "{text}"')
    with pytest.raises(ConfigError, match="allowed: an address such as tcp://host:8786"):
        resolve_settings({})


@pytest.mark.usefixtures("file")
def test_path_maps_name_folders_and_may_name_a_machine() -> None:
    flags = {"path_map": ["/Volumes/music=/mnt/nas/music", "cube@/a@b=/c/../d"]}
    assert resolve_settings(flags).path_map == (
        PathMap("/Volumes/music", "/mnt/nas/music"),
        PathMap("/a@b", "/d", "cube"),
    )
    assert [str(each) for each in resolve_settings(flags).path_map][1] == "cube@/a@b=/d"
    for wrong in ("/a", "a=/b", "/a=b", "@/a=/b", "/\udcff=/b"):
        with pytest.raises(ConfigError, match=r"allowed: \[MACHINE@\]FROM=TO"):
            resolve_settings({"path_map": [wrong]})
