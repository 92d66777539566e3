import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auralis_cli.files.sidecar_paths import SIDECAR_SUFFIX, sidecar_beside, sidecar_in_mirror, sidecar_name


def test_a_sidecar_is_named_after_the_whole_file_name() -> None:
    assert sidecar_beside("/music/a b.flac") == "/music/a b.flac.auralis.json"
    assert sidecar_beside("/music/a b.mp3") == "/music/a b.mp3.auralis.json"


def test_the_mirror_repeats_the_absolute_path() -> None:
    assert sidecar_in_mirror("/music/a/b.flac", Path("/mirror")) == "/mirror/music/a/b.flac.auralis.json"


@pytest.mark.parametrize("length", [242, 243, 254, 255])
def test_names_up_to_the_limit_of_the_file_system_have_sidecars_of_their_own(
    tmp_path: Path, length: int
) -> None:
    names = [("x" * (length - 6) + f"{end}.flac") for end in "12"]
    sidecars = [sidecar_name(name) for name in names]
    assert len(set(sidecars)) == 2
    for name in (*names, *sidecars):
        (tmp_path / name).touch()


def test_a_long_name_is_cut_between_characters() -> None:
    name = "ä" * 126 + ".wv"
    sidecar = sidecar_name(name)
    assert len(os.fsencode(sidecar)) <= 255
    assert sidecar.encode()  # no surrogates
    assert sidecar.startswith("ä" * 112)


@given(st.binary(min_size=1, max_size=255).filter(lambda name: b"/" not in name and b"\0" not in name))
def test_any_name_gets_a_sidecar_name_that_fits(raw: bytes) -> None:
    sidecar = os.fsencode(sidecar_name(os.fsdecode(raw)))
    assert len(sidecar) <= 255
    assert sidecar.endswith(SIDECAR_SUFFIX.encode())
