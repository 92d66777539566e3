"""Writes all tags that auralis reads, by mutagen, under the names of Picard (its "Tag Mapping")."""

import base64
import struct
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from mutagen import (
    aiff,
    apev2,
    asf,
    dsf,
    flac,
    id3,
    mp4,
    oggflac,
    oggopus,
    oggspeex,
    oggvorbis,
    trueaudio,
    wave,
)

TAGS: Final[Mapping[str, Any]] = {
    "title": "So What – 雨 🎷",
    "artist": "Miles Davis; Bill Evans",
    "album_artist": "Miles Davis",
    "album": "Kind of Blue",
    "genre": "Jazz; Modal",
    "date": "1959-08-17",
    "track": 1,
    "track_total": 5,
    "disc": 2,
    "disc_total": 3,
    "compilation": True,
    "isrc": "USSM15900113",
    "musicbrainz_recording_id": "8b882575-08a5-4452-a7a7-cbb8a1531f9e",
    "musicbrainz_track_id": "c29f3a57-b439-46fd-a2e2-93776b1371e0",
    "musicbrainz_album_id": "9e873859-8aa4-4790-b985-5a953e8ef628",
    "musicbrainz_artist_id": "561d854a-6a28-4aa7-8c99-323e6ce46c2a; 7cf0ea9d-86b9-4dad-ba9e-2355a64899ea",
    "musicbrainz_album_artist_id": "561d854a-6a28-4aa7-8c99-323e6ce46c2a",
    "musicbrainz_release_group_id": "8e8a594f-2175-38c7-a871-abb68ec363e7",
}
"""What the worker says of a file with all of them; two values where it may have two."""


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


PICTURE: Final = b"\x89PNG\r\n\x1a\n" + b"".join(
    (
        _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)),
        _chunk(b"maKe", bytes(100_000)),
        _chunk(b"IDAT", zlib.compress(bytes(2))),
        _chunk(b"IEND", b""),
    )
)
"""One black pixel, and more bytes than are read at once."""

_TRACK, _DISC = (f"{TAGS[name]}/{TAGS[name + '_total']}" for name in ("track", "disc"))
_NAMED: Final = {
    "musicbrainz_recording_id": "MusicBrainz Track Id",
    "musicbrainz_track_id": "MusicBrainz Release Track Id",
    "musicbrainz_album_id": "MusicBrainz Album Id",
    "musicbrainz_artist_id": "MusicBrainz Artist Id",
    "musicbrainz_album_artist_id": "MusicBrainz Album Artist Id",
    "musicbrainz_release_group_id": "MusicBrainz Release Group Id",
}
"""In ID3v2 and MP4; Vorbis comments and APE tags have these names without spaces."""


def _values(field: str) -> list[str]:
    return str(TAGS[field]).split("; ")


def _id3(tag: id3.ID3, version: int = 4) -> None:
    frames = {
        "title": "TIT2",
        "artist": "TPE1",
        "album_artist": "TPE2",
        "album": "TALB",
        "genre": "TCON",
        "isrc": "TSRC",
    }
    for field, name in frames.items():
        tag.add(getattr(id3, name)(encoding=3, text=_values(field)))
    for name, text in (("TRCK", _TRACK), ("TPOS", _DISC), ("TCMP", "1"), ("TDRC", TAGS["date"])):
        tag.add(getattr(id3, name)(encoding=3, text=[text]))
    for field, name in _NAMED.items():
        if field == "musicbrainz_recording_id":
            tag.add(id3.UFID(owner="http://musicbrainz.org", data=TAGS[field].encode()))
        else:
            tag.add(id3.TXXX(encoding=3, desc=name, text=_values(field)))
    tag.add(id3.APIC(encoding=0, mime="image/png", type=3, desc="", data=PICTURE))
    if version == 3:
        tag.update_to_v23()


def id3v2(path: Path) -> None:
    """ID3v2.4 in front of an MP3 file."""
    tag = id3.ID3()
    _id3(tag)
    tag.save(path)


def id3v23(path: Path) -> None:
    """ID3v2.3, in UTF-16; the date lies in two frames, and several values have a stroke between them."""
    tag = id3.ID3()
    _id3(tag, 3)
    tag.save(path, v2_version=3, v23_sep=None)


def _inside(kind: Callable[[Path], Any]) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        file = kind(path)
        if file.tags is None:
            file.add_tags()
        _id3(file.tags)
        file.save()

    return write


def _vorbis(kind: Callable[[Path], Any]) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        file = kind(path)
        if file.tags is None:
            file.add_tags()
        names = {"album_artist": "albumartist", "track": "tracknumber", "track_total": "tracktotal"}
        names |= {"disc": "discnumber", "disc_total": "disctotal"}
        names |= {
            field: name.replace(" ", "").replace("MusicBrainz", "MUSICBRAINZ_")
            for field, name in _NAMED.items()
        }
        picture = flac.Picture()
        picture.type, picture.mime, picture.data = 3, "image/png", PICTURE
        file["METADATA_BLOCK_PICTURE"] = base64.b64encode(picture.write()).decode()
        for field in TAGS:
            file[names.get(field, field)] = ["1"] if field == "compilation" else _values(field)
        file.save()

    return write


def itunes(path: Path) -> None:
    """The items of iTunes."""
    file = mp4.MP4(path)
    names = {"title": "\xa9nam", "artist": "\xa9ART", "album_artist": "aART", "album": "\xa9alb"}
    names |= {"genre": "\xa9gen", "date": "\xa9day"}
    file["covr"] = [mp4.MP4Cover(PICTURE, mp4.MP4Cover.FORMAT_PNG)]
    for field, name in names.items():
        file[name] = _values(field)
    file["trkn"] = [(TAGS["track"], TAGS["track_total"])]
    file["disk"] = [(TAGS["disc"], TAGS["disc_total"])]
    file["cpil"] = True
    for field, name in {**_NAMED, "isrc": "ISRC"}.items():
        file[f"----:com.apple.iTunes:{name}"] = [mp4.MP4FreeForm(value.encode()) for value in _values(field)]
    file.save()


def ape(path: Path) -> None:
    """APEv2 behind the audio."""
    tag = apev2.APEv2()
    names = {"album_artist": "Album Artist", "date": "Year"}
    names |= {
        field: name.replace(" ", "").replace("MusicBrainz", "MUSICBRAINZ_") for field, name in _NAMED.items()
    }
    for field in TAGS:
        if field in ("track", "disc"):
            tag[field] = _TRACK if field == "track" else _DISC
        elif not field.endswith("_total"):
            tag[names.get(field, field)] = "1" if field == "compilation" else _values(field)
    tag["Cover Art (Front)"] = apev2.APEValue(b"cover.png\0" + PICTURE, apev2.BINARY)
    tag.save(path)


def windows(path: Path) -> None:
    """The attributes of ASF; the second value of one lies in another object than the first."""
    file = asf.ASF(path)
    names = {"title": "Title", "artist": "Author", "album_artist": "WM/AlbumArtist", "album": "WM/AlbumTitle"}
    names |= {"genre": "WM/Genre", "date": "WM/Year", "isrc": "WM/ISRC"}
    names |= {field: name.replace("MusicBrainz ", "MusicBrainz/") for field, name in _NAMED.items()}
    for field, name in names.items():
        file[name] = _values(field)
    file["WM/TrackNumber"] = [TAGS["track"]]
    file["TotalTracks"] = [str(TAGS["track_total"])]
    file["WM/PartOfSet"] = [_DISC]
    file["WM/IsCompilation"] = [True]
    file.save()


WRITERS: Final[Mapping[str, Callable[[Path], None]]] = {
    "ID3v2.4": id3v2,
    "ID3v2.3": id3v23,
    "APE": ape,
    "ASF": windows,
    "MP4": itunes,
    "FLAC": _vorbis(flac.FLAC),
    "Vorbis": _vorbis(oggvorbis.OggVorbis),
    "Opus": _vorbis(oggopus.OggOpus),
    "Speex": _vorbis(oggspeex.OggSpeex),
    "Ogg FLAC": _vorbis(oggflac.OggFLAC),
    "WAVE": _inside(wave.WAVE),
    "AIFF": _inside(aiff.AIFF),
    "TTA": _inside(trueaudio.TrueAudio),
    "DSF": _inside(dsf.DSF),
}
