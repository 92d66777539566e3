"""`auralis.toml`: what it may say, which of several wins, and what is refused with file and line."""

from pathlib import Path
from typing import Any

import pytest

from auralis_cli.check.finding import FailOn, Level
from auralis_cli.check.limits import DEFAULTS
from auralis_cli.check.policy import Policies, Policy
from auralis_cli.check.policy_file import MAX_BYTES, POLICY_FILE, lines_of
from auralis_cli.model.errors import ConfigError


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A scanned folder with two levels below it."""
    root = tmp_path / "Music"
    (root / "Live" / "One").mkdir(parents=True)
    (root / "Studio").mkdir()
    return root


def say(folder: Path, text: str) -> None:
    (folder / POLICY_FILE).write_text(text)


def policy(
    library: Path, folder: str, flags: dict[str, Any] | None = None, *, isolated: bool = False
) -> Policy:
    return Policies([str(library)], flags, isolated=isolated).of(str(library / folder).rstrip("/"))


def test_without_a_file_the_defaults_hold(library: Path) -> None:
    found = policy(library, "Live/One")
    assert found == Policy()
    assert found.failing == {Level.ERROR}
    assert {rule.code for _, rule in found.track_rules} >= {"C101", "T101"}
    assert "A105" not in {rule.code for _, rule in found.album_rules}


def test_the_nearest_file_wins_key_by_key(library: Path) -> None:
    say(library, 'ignore = ["C"]\nfail_on = "warning"\n[limits]\nbalance_db = 3\nplr_lu = 5')
    say(library / "Live", 'ignore = ["T107"]\n[limits]\nbalance_db = 9.5')
    found = policy(library, "Live/One")
    assert (found.ignore, found.fail_on) == (("T107",), "warning")
    assert (found.limits.balance_db, found.limits.plr_lu) == (9.5, 5.0)
    assert found.sources["limits.balance_db"] == f"{library}/Live/{POLICY_FILE}:3"
    assert found.sources["fail_on"] == f"{library}/{POLICY_FILE}:2"
    assert policy(library, "Studio").ignore == ("C",)


def test_within_a_file_a_table_of_folders_wins_and_of_several_the_last(library: Path) -> None:
    say(
        library,
        'target = "streaming"\n[folders."Live*"]\ntarget = "ebu-r128"\nselect = ["L"]\n'
        '[folders."Live/One"]\ntarget = -16\n[folders."Live/One".limits]\nplr_lu = 4\n',
    )
    studio, live, one = (policy(library, place).limits for place in ("Studio", "Live", "Live/One"))
    assert (studio.target_lufs, studio.target_tolerance_lu) == (-14.0, 1.0)
    assert (live.target_lufs, live.target_tolerance_lu) == (-23.0, 0.5)
    assert (one.target_lufs, one.plr_lu, live.plr_lu) == (-16.0, 4.0, DEFAULTS.plr_lu)
    assert one.target_tolerance_lu == DEFAULTS.target_tolerance_lu  # that of ebu-r128 went with it
    assert policy(library, "Live/One").select == ("L",)
    assert policy(library, "Live/One/CD1").limits == one  # what lies below a folder that fits, fits too


def test_each_limit_has_the_source_that_set_it_last(library: Path) -> None:
    say(library, 'target = "ebu-r128"\n[limits]\ntarget_lufs = -20\ntarget_tolerance_lu = 2')
    assert policy(library, "Live").limits.target_lufs == -20.0
    say(library / "Live", "target = -16")
    found = policy(library, "Live")
    assert (found.limits.target_lufs, found.limits.target_tolerance_lu) == (-16.0, 2.0)
    assert found.sources["limits.target_lufs"] == f"{library}/Live/{POLICY_FILE}:1"
    assert found.sources["limits.target_tolerance_lu"] == f"{library}/{POLICY_FILE}:4"


def test_a_table_of_folders_is_not_about_the_folder_of_its_file(library: Path) -> None:
    say(library, '[folders."*"]\nignore = ["C"]')
    assert policy(library, "").ignore == ()
    assert policy(library, "Live").ignore == ("C",)


def test_a_nearer_file_wins_over_a_table_of_folders_of_a_farther_one(library: Path) -> None:
    say(library, '[folders."Live/*"]\nignore = ["C"]')
    say(library / "Live", 'ignore = ["S"]')
    assert policy(library, "Live/One").ignore == ("S",)


def test_flags_win_over_files_and_isolated_reads_none(library: Path) -> None:
    say(library, 'ignore = ["all"]\nfail_on = "never"')
    assert policy(library, "Live").rules == []
    assert policy(library, "Live").failing == set()
    assert policy(library, "Live", {"ignore": ("C",)}).ignore == ("C",)
    assert policy(library, "Live", {"fail_on": FailOn.INFO}).failing == set(Level)
    assert policy(library, "Live", isolated=True) == Policy()
    (library / POLICY_FILE).write_text("this is no TOML")
    assert policy(library, "Live", isolated=True) == Policy()


def test_a_file_above_the_scanned_folder_does_not_count(library: Path) -> None:
    say(library.parent, 'ignore = ["all"]')
    assert policy(library, "Live").ignore == ()
    assert Policies([str(library.parent)]).of(str(library / "Live")).ignore == ("all",)
    assert Policies([]).of(str(library / "Live")).ignore == ()


def test_hyphens_count_as_underscores_and_names_of_rules_as_codes(library: Path) -> None:
    say(library, 'fail-on = "info"\nselect = ["true-peak", "DEFAULT"]\n[limits]\nplr-lu = 3')
    found = policy(library, "Live")
    assert (found.fail_on, found.select, found.limits.plr_lu) == ("info", ("C102", "default"), 3.0)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ('x = 1\nselct = ["C"]', 1, "unknown key 'x'"),
        ('\nselct = ["C"]', 2, "unknown key 'selct'; did you mean 'select'?"),
        ("[limits]\n\ntrue_peak = 0", 3, "unknown key 'true_peak'; did you mean 'true_peak_dbtp'?"),
        ("limits.true_peak = 0", 1, "unknown key 'true_peak'"),
        ('[folders."a"]\nfolders = 1', 2, "unknown key 'folders'"),
        ('[folders."a.b"]\n[folders."c"]\nlimts = 1', 3, "unknown key 'limts'; did you mean 'limits'?"),
        ("folders = 3", 1, "'folders' has a table for each pattern"),
        ("limits = 3", 1, "'limits' is a table"),
        ('select = "C"', 1, "'select' is a list of prefixes"),
        ('# first\nselect = ["C", "X9"]', 2, "no rule has a code that begins with 'X9'"),
        ('fail_on = "worse"', 1, "'fail_on' is one of error, warning, info, never"),
        ('target = "loud"', 1, "a target is one of streaming, apple-music, replaygain"),
        ("target = 3", 1, "a target is one of"),
        ("target = nan", 1, "a target is one of"),
        ("target = true", 1, "a target is one of"),
        ("[limits]\nplr_lu = nan", 2, "'plr_lu' is nan: expected a number"),
        (f"target = 1{'0' * 400}", 1, "a target is one of"),
        (f"fail_on = 0x{'f' * 6_000}", 1, "'fail_on' is one of"),
        (f"[limits]\nplr_lu = 0x{'f' * 6_000}", 2, "'plr_lu': "),
        ("[limits]\nplr_lu = true", 2, "'plr_lu' is True: expected a number"),
        ("[limits]\nplr_lu = -1", 2, "'plr_lu' is -1: expected a number >= 0"),
        ('baseline = "../known.json"', 1, "'baseline' is the name of a file in the same folder"),
        ("baseline = 1", 1, "'baseline' is the name of a file"),
    ],
)
def test_what_is_wrong_is_told_with_its_file_and_line(
    library: Path, text: str, line: int, message: str
) -> None:
    say(library, text)
    with pytest.raises(ConfigError) as raised:
        policy(library, "Live")
    assert str(raised.value).startswith(f"{library}/{POLICY_FILE}:{line}: ")
    assert message in str(raised.value)


def test_a_file_that_is_none_is_refused(library: Path) -> None:
    elsewhere = library.parent / "elsewhere.toml"
    elsewhere.write_text('ignore = ["all"]')
    file = library / POLICY_FILE
    file.symlink_to(elsewhere)
    with pytest.raises(ConfigError, match="it is a symbolic link"):
        policy(library, "Live")
    file.unlink()
    file.write_bytes(b"#" * (MAX_BYTES + 1))
    with pytest.raises(ConfigError, match="longer than"):
        policy(library, "Live")
    file.write_bytes(b"a = \xff")
    with pytest.raises(ConfigError, match="not valid TOML"):
        policy(library, "Live")
    file.write_text("a = " + "[" * 5_000)
    with pytest.raises(ConfigError, match="not valid TOML"):
        policy(library, "Live")
    file.unlink()
    file.mkdir()
    with pytest.raises(ConfigError, match="it is not a file"):
        policy(library, "Live")


@pytest.mark.parametrize("root", ["https://host/music/", "s3://vault/music"])
def test_what_has_a_url_has_the_defaults_and_the_flags(root: str) -> None:
    policies = Policies([root], {"ignore": ("C",)})
    assert policies.of(f"{root.rstrip('/')}/Album").ignore == ("C",)
    assert policies.files(f"{root.rstrip('/')}/Album") == []


def test_a_key_that_no_line_shows_is_told_without_one() -> None:
    assert lines_of("limits = { plr_lu = 1 }") == {("limits",): 1}
    assert lines_of('a = 1\n[ folders . "x y" ] # c\nb = 2\nc.d = 3') == {
        ("a",): 1,
        ("folders",): 2,
        ("folders", "x y"): 2,
        ("folders", "x y", "b"): 3,
        ("folders", "x y", "c"): 4,
        ("folders", "x y", "c", "d"): 4,
    }


def test_a_hostile_file_costs_no_time(library: Path) -> None:
    """64 KiB of tables are read in one pass, and refused before each is compared with each folder; a key of
    many parts is refused before it is parsed.
    """
    for deep in (".".join(["a"] * 30_000) + "=1", "[ 'x'." + ".".join(['"\\""'] * 6_000) + "]\nb=1"):
        say(library, f"select = []\n{deep}")
        with pytest.raises(ConfigError, match=f"{POLICY_FILE}:2: no key has so many parts"):
            policy(library, "Live")
    say(library, "\n".join(f'[folders."{n}"]\ntarget=-9' for n in range(2_300)))
    with pytest.raises(ConfigError, match="more than 200 tables of folders"):
        policy(library, "Live")
