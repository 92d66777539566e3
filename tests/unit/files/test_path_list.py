"""Lists of paths from other systems and with a forgotten option."""

import io
from pathlib import Path

import pytest
from support.made_records import write_file

from auralis_cli.files.path_list import read_path_list
from auralis_cli.model.errors import ConfigError


def read(tmp_path: Path, content: bytes, *, null: bool = False) -> tuple[list[str], list[str]]:
    path = tmp_path / "list"
    path.write_bytes(content)
    found, warnings = read_path_list(str(path), null_separated=null)
    return found, [warning.replace(str(path), "LIST") for warning in warnings]


def test_lines_stay_byte_for_byte(tmp_path: Path) -> None:
    assert read(tmp_path, b" a \n\n#b\n\xff\n") == ([" a ", "#b", "\udcff"], [])
    assert read(tmp_path, b"a\nb\0c\0", null=True) == (["a\nb", "c"], [])


def test_what_comes_from_windows_is_understood(tmp_path: Path) -> None:
    assert read(tmp_path, b"\xef\xbb\xbfa.mp3\r\n\r\nb.mp3\r\n") == (["a.mp3", "b.mp3"], [])
    assert read(tmp_path, "ü.mp3\r\nb.mp3\r\n".encode("utf-16")) == (["ü.mp3", "b.mp3"], [])
    with pytest.raises(ConfigError, match="UTF-16"):
        read(tmp_path, b"\xff\xfea")


def test_a_name_that_ends_in_a_carriage_return_is_kept_where_such_a_file_is(tmp_path: Path) -> None:
    write_file(tmp_path / "a.mp3\r")
    assert read(tmp_path, f"{tmp_path}/a.mp3\r\n{tmp_path}/b.mp3\r\n".encode())[0] == [
        f"{tmp_path}/a.mp3\r",
        f"{tmp_path}/b.mp3",
    ]


def test_a_forgotten_0_and_a_0_too_many_are_understood_and_named(tmp_path: Path) -> None:
    assert read(tmp_path, b"a\nb.mp3\0c.mp3\0") == (
        ["a\nb.mp3", "c.mp3"],
        ["the list of files LIST has NUL bytes: it was read as with -0"],
    )
    assert read(tmp_path, b"a.mp3\nc.mp3\n", null=True) == (
        ["a.mp3", "c.mp3"],
        ["the list of files LIST has no NUL bytes: it was read without -0"],
    )


def test_standard_input_is_read_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"a\0b\0")))
    assert read_path_list("-", null_separated=True) == (["a", "b"], [])
