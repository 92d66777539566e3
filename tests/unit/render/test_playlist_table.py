"""A playlist on the terminal."""

import msgspec
from support.made_records import make_record

from auralis_cli.library.playlist.arc import Feature
from auralis_cli.library.playlist.choice import Kind, Wish
from auralis_cli.library.playlist.make import Entry, Playlist
from auralis_cli.library.playlist.mix import Rule
from auralis_cli.model.tags import Tags
from auralis_cli.render.playlist_table import playlist_lines, playlist_summary


def entry(
    path: str,
    tempo: float | None,
    key: str | None,
    share: float | None,
    *,
    broken: tuple[Rule, ...] = (),
    level: float | None = None,
) -> Entry:
    record = make_record(tempo_bpm=tempo)
    record.details["key"] = key
    return Entry(path, record, None if share is None else 1 - share, share, broken, level)


MIX = Playlist(
    Wish(Kind.MIX, count=4),
    (
        entry("/m/a/one.flac", 120.4, "A minor", None),
        entry("/m/b/two \x1b[2J.flac", 60.0, "F# minor", 0.99999, broken=("key",)),
        entry("/m/b/three.flac", None, None, 0.5, broken=("tempo", "key")),
    ),
)


def test_a_track_with_tags_is_named_by_them() -> None:
    tagged = make_record(tags=Tags(artist="Miles Davis", title="So \u202eWhat"))
    entries = (msgspec.structs.replace(MIX.entries[0], record=tagged), MIX.entries[1])
    lines = list(playlist_lines(msgspec.structs.replace(MIX, entries=entries), 80, unicode=True))
    assert lines[1].endswith("Miles Davis – So \\u202eWhat")
    assert lines[2].endswith(r"b/two \x1b[2J.flac")
    narrow = list(playlist_lines(msgspec.structs.replace(MIX, entries=entries), 64, unicode=False))
    assert max(map(len, narrow[:3])) <= 64
    assert "Mil... - So" in narrow[1]


def test_each_track_has_its_line_and_below_it_what_does_not_fit() -> None:
    assert list(playlist_lines(MIX, 80, unicode=True)) == [
        "       length   BPM  key      closer than  track",
        "  1      3:20   120  Am  8A             -  a/one.flac",
        r"  2      3:20    60  F#m 11A       99.9 %  b/two \x1b[2J.flac",
        "     key does not fit: 11A after 8A",
        "  3      3:20     -  -             50.0 %  b/three.flac",
        "     tempo does not fit: none after 60 BPM; key does not fit: none after 11A",
    ]
    assert list(playlist_summary(MIX)) == [
        "3 tracks, 10:02; the mean step is closer than 74.9 % of all pairs",
        "4 were wanted: no more tracks may be in it",
        "2 steps do not fit, as no track that fits was left; the table says which",
    ]


def test_an_arc_has_a_column_of_its_own_and_long_paths_lose_their_beginning() -> None:
    folder = "a rather long name of a folder/another one of them"
    arc = Playlist(
        Wish(Kind.ARC, count=2, feature=Feature.BRIGHTNESS),
        (
            entry(f"/m/x/{folder}/one.flac", 99.0, "C major", None, level=0.0),
            entry(f"/m/y/{folder}/two.flac", 99.0, "C major", 0.25, level=1.0),
        ),
    )
    assert list(playlist_lines(arc, 80, unicode=True)) == [
        "       length   BPM  key      closer than  brightness  track",
        "  1      3:20    99  C   8B             -         0 %  …/one.flac",
        "  2      3:20    99  C   8B        25.0 %       100 %  …/two.flac",
    ]
    whole = list(playlist_lines(arc, None, unicode=True))
    assert whole[1].endswith(f"  x/{folder}/one.flac")


def test_a_playlist_of_one_track_has_no_step() -> None:
    alone = Playlist(Wish(Kind.LIKE, count=1), MIX.entries[:1])
    assert [line.split()[-1] for line in playlist_lines(alone, 80, unicode=True)] == ["track", "one.flac"]
    assert list(playlist_summary(alone)) == ["1 track, 3:20"]
