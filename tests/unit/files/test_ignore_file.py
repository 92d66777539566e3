"""`.auralisignore` against git itself, which defines its syntax, and what goes beyond it."""

import os
import random
import shutil
import subprocess
from pathlib import Path

import pytest
from support.made_records import write_file

from auralis_cli.files.discover import discover
from auralis_cli.files.ignore_file import IGNORE_FILE
from auralis_cli.files.selection import Selection
from auralis_cli.files.skipped import Skipped
from auralis_cli.model.record import Track

TREE = (
    "a.mp3",
    "b.mp3",
    "a/b.mp3",
    "a/ab.mp3",
    "a/b/a.mp3",
    "a/b/b/ab.mp3",
    "ab/a.mp3",
    "ab/b/a/b.mp3",
    "b/a/a.mp3",
    "b/a b.mp3",
    "b/#a.mp3",
    "b/!a.mp3",
    "b/[a].mp3",
)
# fmt: off
PARTS = (
    "a",
    "b",
    "ab",
    "*",
    "?",
    "a*",
    "*b",
    "**",
    "[ab]",
    "[!a]",
    "*.mp3",
    "a.mp3",
    "b.mp3",
    "a b.mp3",
    "a\\b",
)
WHOLE = (
    "\\#a.mp3",
    "\\!a.mp3",
    "#a.mp3",
    "!a.mp3",
    "\\[a].mp3",
    "[a].mp3",
    "a ",
    "a.mp3\\ ",
    "/",
    "a[",
    "***",
    "",
)


def some_lines(random_: random.Random) -> list[str]:
    """Up to five lines; every third begins with `!`, so that lines undo each other."""
    lines = []
    for _ in range(random_.randint(1, 5)):
        if random_.random() < 0.1:
            lines.append(random_.choice(WHOLE))
            continue
        body = "/".join(random_.choices(PARTS, k=random_.choice((1, 1, 1, 2, 2, 3))))
        start, end = random_.choice(("", "", "", "/")), random_.choice(("", "", "", "/"))
        lines.append(random_.choice(("", "", "!")) + start + body + end)
    return lines


def tracks_below(folder: Path) -> set[str]:
    found = discover([str(folder)])
    return {os.path.relpath(item.path, folder) for item in found if isinstance(item, Track)}


def not_ignored_by_git(folder: Path) -> set[str]:
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", "init", "-q", str(folder)], check=True, env=environment)
    listing = ["git", "-C", str(folder), "ls-files", "-z", "--others"]
    done = subprocess.run(
        [*listing, f"--exclude-per-directory={IGNORE_FILE}"], check=True, env=environment, capture_output=True
    )
    names = (os.fsdecode(name) for name in done.stdout.split(b"\0"))
    return {name for name in names if name.endswith(".mp3")}


@pytest.mark.skipif(shutil.which("git") is None, reason="git is the oracle")
def test_git_takes_the_same_files(tmp_path: Path) -> None:
    random_ = random.Random(13)
    texts: dict[str, str] = {}
    for number in range(150):
        for name in TREE:
            write_file(tmp_path / f"{number}/{name}")
        for place in ("", "a", "b/a") if number % 2 else ("",):
            lines = "\n".join(some_lines(random_)) + "\n"
            (tmp_path / f"{number}" / place / IGNORE_FILE).write_text(lines)
            texts[f"{number}"] = texts.get(f"{number}", "") + f"{place}: {lines}"
    expected, ours = not_ignored_by_git(tmp_path), tracks_below(tmp_path)
    differing = {path.split("/")[0] for path in expected ^ ours}
    assert not differing, {
        texts[number]: sorted(path for path in expected ^ ours if path.startswith(f"{number}/"))
        for number in differing
    }
    assert 0.2 < len(expected) / (150 * len(TREE)) < 0.8


def test_what_is_ignored_is_reported_and_a_folder_stands_for_what_is_in_it(tmp_path: Path) -> None:
    for name in ("1.mp3", "demos/2.mp3", "x/demos/3.mp3", "x/4.wma"):
        write_file(tmp_path / name)
    (tmp_path / IGNORE_FILE).write_text("demos/\n*.wma\n")
    skipped = [item for item in discover([str(tmp_path)]) if isinstance(item, Skipped)]
    assert {os.path.relpath(item.path, tmp_path): item.reason for item in skipped} == {
        "demos": "ignored",
        "x/4.wma": "ignored",
        "x/demos": "ignored",
    }


def test_a_byte_order_mark_and_windows_line_ends_are_no_part_of_a_pattern(tmp_path: Path) -> None:
    for name in ("1.mp3", "2.mp3", "3.mp3"):
        write_file(tmp_path / name)
    (tmp_path / IGNORE_FILE).write_bytes(b"\xef\xbb\xbf1.mp3\r\n2.mp3\r\n")
    assert tracks_below(tmp_path) == {"3.mp3"}


def test_a_name_that_is_not_utf_8_can_be_ignored(tmp_path: Path) -> None:
    write_file(tmp_path / os.fsdecode(b"\xff.mp3"))
    write_file(tmp_path / "b.mp3")
    (tmp_path / IGNORE_FILE).write_bytes(b"\xff.mp3\n")
    assert tracks_below(tmp_path) == {"b.mp3"}


def test_the_file_holds_for_links_too_and_not_for_what_the_user_names(tmp_path: Path) -> None:
    write_file(tmp_path / "other/1.mp3")
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib/linked").symlink_to(tmp_path / "other")
    write_file(tmp_path / "lib/2.mp3")
    (tmp_path / "lib" / IGNORE_FILE).write_text("linked/*\n2.mp3\n")
    assert tracks_below(tmp_path / "lib") == set()
    assert [item.path for item in discover([str(tmp_path / "lib/2.mp3")])] == [str(tmp_path / "lib/2.mp3")]


def test_what_is_wrong_with_a_file_is_a_warning_and_leaves_out_nothing(tmp_path: Path) -> None:
    write_file(tmp_path / "a/1.mp3")
    write_file(tmp_path / "b/1.mp3")
    (tmp_path / "a" / IGNORE_FILE).mkdir()
    (tmp_path / "b" / IGNORE_FILE).write_text("# a comment\n\n[a\n")
    selection = Selection()
    found = discover([str(tmp_path)], selection)
    assert len([item for item in found if isinstance(item, Track)]) == 2
    assert selection.warnings == [
        f"{tmp_path}/a/{IGNORE_FILE} cannot be read, so that it leaves out nothing: it is not a file",
        f"{tmp_path}/b/{IGNORE_FILE}, line 3: '[a' is not a pattern and leaves out nothing",
    ]
