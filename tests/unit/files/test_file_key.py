import os
import struct
from pathlib import Path

import pytest
import xxhash
from support.made_records import large_content, write_file

from auralis_cli.files.file_key import MAX_WHOLE_FILE_BYTES, SAMPLE_BYTES, file_key, key_or_none


def test_a_small_file_s_key_is_the_hash_of_its_size_and_content(tmp_path: Path) -> None:
    track = write_file(tmp_path / "a", b"abc")
    assert file_key(track.path, 3) == xxhash.xxh3_128_hexdigest(struct.pack("<Q", 3) + b"abc")


def test_a_large_file_s_key_is_the_hash_of_its_size_and_three_samples(tmp_path: Path) -> None:
    content = large_content()
    track = write_file(tmp_path / "a", content)
    start = (len(content) - 65_536) // 2
    samples = content[:65_536] + content[start : start + 65_536] + content[-65_536:]
    assert file_key(track.path, len(content)) == xxhash.xxh3_128_hexdigest(
        struct.pack("<Q", len(content)) + samples
    )


@pytest.mark.parametrize(
    "position", [0, 1000, SAMPLE_BYTES, MAX_WHOLE_FILE_BYTES // 3, MAX_WHOLE_FILE_BYTES - 1]
)
def test_up_to_the_limit_every_byte_counts(tmp_path: Path, position: int) -> None:
    content = bytearray(MAX_WHOLE_FILE_BYTES)
    before = file_key(write_file(tmp_path / "a", bytes(content)).path, len(content))
    content[position] ^= 1
    assert file_key(write_file(tmp_path / "a", bytes(content)).path, len(content)) != before


def test_name_and_time_do_not_count_but_the_size_does(tmp_path: Path) -> None:
    one = write_file(tmp_path / "a", b"same", mtime_ns=1)
    two = write_file(tmp_path / "b", b"same", mtime_ns=2)
    assert file_key(one.path, 4) == file_key(two.path, 4)
    assert file_key(write_file(tmp_path / "c", b"").path, 0) != file_key(
        write_file(tmp_path / "d", b"\0").path, 1
    )


def test_a_file_that_shrank_meanwhile_has_a_key(tmp_path: Path) -> None:
    track = write_file(tmp_path / "a", b"short")
    assert len(file_key(track.path, 1 << 30)) == 32


def test_a_pipe_in_the_file_s_place_is_an_error_and_no_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a")
    with pytest.raises(OSError, match="seek"):
        file_key(str(tmp_path / "a"), 10)


def test_a_file_that_cannot_be_read_has_no_key(tmp_path: Path) -> None:
    track = write_file(tmp_path / "a", b"abc")
    assert key_or_none(track) == file_key(track.path, 3)
    os.unlink(track.path)
    assert key_or_none(track) is None
    os.mkfifo(track.path)
    assert key_or_none(track) is None
