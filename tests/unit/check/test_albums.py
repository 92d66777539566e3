"""How tracks become albums, and what is judged of an album of which only a part is asked about."""

import pytest
from support.checked_tracks import track

from auralis_cli.check.albums import AlbumBy, album_folder, albums_of
from auralis_cli.check.policy import Policies
from auralis_cli.check.track import Track
from auralis_cli.check.verdict import verdict


def grouped(tracks: list[Track], by: AlbumBy) -> dict[str, list[str]]:
    return {album.name: [track.name for track in album.tracks] for album in albums_of(tracks, by)}


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        ("/m/Album/CD1", "/m/Album"),
        ("/m/Album/cd 02", "/m/Album"),
        ("/m/Album/Disc 1 - Live", "/m/Album"),
        ("/m/Album/disk_2", "/m/Album"),
        ("/m/Album/Vinyl A", "/m/Album"),
        ("/m/Album/CDs", "/m/Album/CDs"),
        ("/m/Disca", "/m/Disca"),
        ("/m/Discovery", "/m/Discovery"),
        ("/m/Sides", "/m/Sides"),
        ("/", "/"),
    ],
)
def test_the_folder_of_a_disc_is_a_part_of_its_album(folder: str, expected: str) -> None:
    assert album_folder(folder) == expected


def test_a_folder_is_an_album_with_its_discs() -> None:
    tracks = [track(f"/m/{name}") for name in ("A/CD1/1.flac", "A/CD2/1.flac", "B/1.flac", "B/2.flac")]
    assert grouped(tracks, AlbumBy.FOLDER) == {"/m/A": ["1.flac", "1.flac"], "/m/B": ["1.flac", "2.flac"]}


def test_tags_make_an_album_wherever_its_files_lie() -> None:
    release = "01234567-89ab-cdef-0123-456789abcdef"
    tracks = [
        track("/m/x/1.flac", album="Blue", artist="Ann"),
        track("/m/y/2.flac", album="blue", album_artist="ann", artist="Bob"),
        track("/m/y/3.flac", album="Blue", artist="Bob"),
        track("/m/z/4.flac", album="Hits", artist="Ann", compilation=True),
        track("/m/z/5.flac", album="Hits", artist="Bob", compilation=True),
        track("/m/z/6.flac"),
        track("/m/p/7.flac", album="One", musicbrainz_album_id=release),
        track("/m/q/8.flac", album="One (2)", musicbrainz_album_id=release),
    ]
    assert grouped(tracks, AlbumBy.TAG) == {
        "Ann - Blue": ["1.flac", "2.flac"],
        "Bob - Blue": ["3.flac"],
        "Hits": ["4.flac", "5.flac"],
        "/m/z": ["6.flac"],
        "One": ["7.flac", "8.flac"],
    }


def test_of_an_album_of_which_a_part_is_asked_about_only_that_part_is_told() -> None:
    odd = track("/m/A/3.flac", sample_rate_hz=48_000, true_peak_dbtp=1.0)
    tracks = [track("/m/A/1.flac", true_peak_dbtp=1.0), track("/m/A/2.flac"), odd, track("/m/B/1.flac")]
    albums = albums_of(tracks, AlbumBy.FOLDER, asked={odd.path})
    found = verdict(albums, Policies([]))
    assert [(finding.path, finding.code) for finding in found.new] == [(odd.path, "A101"), (odd.path, "C102")]
    assert (found.tracks, len(found.albums)) == (1, 1)


def test_what_an_album_lacks_is_not_told_to_who_asks_about_one_track() -> None:
    tracks = [track(f"/m/A/{n}.flac", track=n) for n in (1, 2, 4)]
    one = albums_of(tracks, AlbumBy.FOLDER, asked={"/m/A/4.flac"})
    assert verdict(one, Policies([])).new == []
    every = albums_of(tracks, AlbumBy.FOLDER, asked={each.path for each in tracks})
    assert [finding.code for finding in verdict(every, Policies([])).new] == ["A106"]


def test_what_is_not_wholly_known_lacks_no_numbers() -> None:
    tracks = [track(f"/m/A/{n}.flac", track=n) for n in (1, 2, 4)]
    for is_whole in (True, False):
        albums = albums_of(tracks, AlbumBy.FOLDER, is_whole={"/m/A": is_whole}.__getitem__)
        assert [f.code for f in verdict(albums, Policies([])).new] == ["A106"] * is_whole
