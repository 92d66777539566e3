"""A machine opens the very file that the scan has seen, or none."""

import os
from pathlib import Path

import msgspec
import pytest
from support.made_records import see

from auralis_cli.cluster.cargo import Shipped
from auralis_cli.cluster.open_here import NOT_SEEN, maps_for, opener, path_here
from auralis_cli.files.file_key import file_key
from auralis_cli.model.record import Track
from auralis_cli.settings.values import PathMap
from auralis_cli.workers.remote_track import UnreachedHereError
from auralis_cli.workers.track_file import UnopenedError

EVERYWHERE = PathMap("/Volumes/music", "/mnt/nas/music")
ON_CUBE = PathMap("/Volumes/music", "/srv/music", "cube")


@pytest.fixture
def track(tmp_path: Path) -> Track:
    """The track under the path of the scan; the file is below another folder."""
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "a.flac").write_bytes(b"audio" * 1000)
    return msgspec.structs.replace(see(tmp_path / "here" / "a.flac"), path="/Volumes/music/a.flac")


def opened(track: Track, folder: Path, key: str) -> bytes:
    descriptor = opener([PathMap("/Volumes/music", str(folder))], {track.path: key})(track)
    try:
        return os.read(descriptor, 10)
    finally:
        os.close(descriptor)


def test_a_path_is_mapped_by_the_first_map_that_fits_and_the_machine_s_own_come_first() -> None:
    maps = maps_for([EVERYWHERE, ON_CUBE], {"cube", "10.0.0.7"})
    assert maps == [ON_CUBE, EVERYWHERE]
    assert maps_for([ON_CUBE, EVERYWHERE], {"other"}) == [EVERYWHERE]
    assert path_here("/Volumes/music/a/b.flac", maps) == "/srv/music/a/b.flac"
    assert path_here("/Volumes/music2/b.flac", maps) == "/Volumes/music2/b.flac"
    assert path_here("/a.flac", [PathMap("/", "/host")]) == "/host/a.flac"


def test_the_same_file_is_opened_at_its_beginning(track: Track, tmp_path: Path) -> None:
    key = file_key(str(tmp_path / "here" / "a.flac"), track.size)
    assert opened(track, tmp_path / "here", key) == b"audioaudio"
    assert opened(track, tmp_path / "here", "") == b"audioaudio", "a file whose key is not known"


@pytest.mark.parametrize("other", ["absent", "size", "time", "content", "folder"])
def test_another_file_is_not_the_track(track: Track, tmp_path: Path, other: str) -> None:
    path = tmp_path / "here" / "a.flac"
    key = file_key(str(path), track.size)
    match other:
        case "absent":
            path.unlink()
        case "size":
            path.write_bytes(b"audio")
        case "time":
            os.utime(path, ns=(1, 1))
        case "content":
            path.write_bytes(b"oidua" * 1000)
            os.utime(path, ns=(track.mtime_ns, track.mtime_ns))
        case "folder":
            path.unlink()
            path.mkdir()
    descriptors = len(os.listdir("/proc/self/fd"))
    with pytest.raises(UnopenedError) as refusal:
        opened(track, tmp_path / "here", key)
    assert (refusal.value.error.code, refusal.value.final) == ("not_seen_here", False)
    assert len(os.listdir("/proc/self/fd")) == descriptors


def test_what_was_sent_needs_no_file(track: Track) -> None:
    sent = msgspec.structs.replace(track, path="/nowhere/a.flac")
    descriptor = opener([], {}, {sent.path: Shipped(memoryview(b"content"), 0)})(sent)
    with open(descriptor, "rb") as file:
        assert file.read() == b"content"


@pytest.mark.parametrize(("error", "code"), [(UnreachedHereError, NOT_SEEN), (UnopenedError, "not_found")])
def test_a_url_that_only_this_machine_cannot_reach_goes_to_others(
    track: Track, error: type[UnopenedError], code: str
) -> None:
    def fetch(_: Track) -> int:
        raise error("not_found", "nothing is there")

    url = msgspec.structs.replace(track, path="s3://vault/a.flac", version="etag 1")
    with pytest.raises(UnopenedError) as raised:
        opener([], {url.path: ""}, {}, fetch)(url)
    assert raised.value.error.code == code
