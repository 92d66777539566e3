"""What queries and orders make of tags."""

from pathlib import Path

import pytest
from support.made_records import ANALYZER, make_record
from support.queried_cache import change, found

from auralis_cli.library.functions import natural_order
from auralis_cli.model.record import Track
from auralis_cli.model.tags import NO_TAGS, Tags
from auralis_cli.store.cache import Cache

TRACKS: dict[str, Tags | None] = {
    "b2": Tags(
        artist="Björk", title="Jóga", album="Homogenic", date="1997-09-22", disc=1, track=2, genre="Art Pop"
    ),
    "b10": Tags(
        artist="Björk", title="All Is Full of Love", album="Homogenic", date="1997", disc=1, track=10
    ),
    "bd": Tags(
        artist="Björk", title="Live", album="Homogenic", date="1997", disc=2, track=1, compilation=True
    ),
    "v2": Tags(
        artist="abba", title="One", album="Vol. 2", album_artist="Various Artists", date="12 May 1976"
    ),
    "v10": Tags(artist="ABBA", title="Two", album="Vol. 10", compilation=False, isrc="SEAYD7601020"),
    "none": NO_TAGS,
    "unread": None,
}


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tagged") / "cache.db"
    with Cache(path) as cache:
        for name, tags in TRACKS.items():
            cache.note_result(Track(f"/m/{name}", 1, 1), "", make_record(tags=tags), ANALYZER, None)
    return path


@pytest.mark.parametrize(
    ("terms", "names"),
    [
        (["BJÖRK"], {"b2", "b10", "bd"}),
        (["joga"], set()),
        (["jóga"], {"b2"}),
        (["various"], {"v2"}),
        (["homogenic", "^live"], {"b2", "b10"}),
        (["artist:abba"], {"v2", "v10"}),
        (["albumartist:various"], {"v2"}),
        (["artist:=ABBA"], {"v10"}),
        (["artist::^AB"], {"v10"}),
        (["artist:null"], {"none", "unread"}),
        (["year:1959..1997"], {"b2", "b10", "bd"}),
        (["year:1997"], {"b2", "b10", "bd"}),
        (["year:..1980"], set()),
        (["date:1997-09"], {"b2"}),
        (["genre:pop"], {"b2"}),
        (["track:2"], {"b2"}),
        (["comp:yes"], {"bd"}),
        (["compilation:false"], {"v10"}),
        (["mb_trackid:null", "isrc:SEAYD"], {"v10"}),
        (["name:'Björk – Live'"], set()),
        (["name:Björk – Live"], {"bd"}),
        (["name:/m/none"], {"none"}),
    ],
)
def test_a_query_finds_tags(cache: Path, terms: list[str], names: set[str]) -> None:
    assert {name for name in found(cache, *terms) if name in TRACKS} == names


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("artist", ["v2", "v10", "b2", "b10", "bd", "none", "unread"]),
        ("artist-", ["b2", "b10", "bd", "v2", "v10", "none", "unread"]),
        ("album", ["b2", "b10", "bd", "v2", "v10", "none", "unread"]),
        ("year,title", ["b10", "b2", "bd", "v2", "v10", "none", "unread"]),
        ("album,track-", ["b10", "b2", "bd", "v2", "v10", "none", "unread"]),
    ],
)
def test_tracks_follow_as_on_their_albums(cache: Path, sort: str, names: list[str]) -> None:
    assert found(cache, sort=sort) == names


def test_numbers_in_texts_are_sorted_as_numbers_and_no_bytes_are_refused() -> None:
    texts = [b"Vol. 10", "Été 3".encode(), b"vol. 2", b"x\xff2"]
    assert sorted(texts, key=lambda text: natural_order(text) or "") == [
        texts[2],
        texts[0],
        texts[3],
        texts[1],
    ]
    assert natural_order(None) is None
    assert natural_order(b"9" * 5_000) == "9" * 5_000


def test_a_crafted_tag_costs_no_list(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    with Cache(path) as cache:
        cache.note_result(
            Track("/m/a", 1, 1), "", make_record(tags=Tags(artist="A", title="T")), ANALYZER, None
        )
    change(path, "UPDATE tracks SET artist = x'ff00', title = 7, date = x'31393539', track = 'one'")
    assert found(path, "artist:null") == []
    assert found(path, sort="artist") == ["a"]
    assert found(path, "nothing") == []
