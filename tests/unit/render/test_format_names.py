"""Formats by the names that people use."""

import pytest

from auralis_cli.render.format_names import format_name


@pytest.mark.parametrize(
    ("codec", "container", "name"),
    [
        ("mp3", "mpeg_audio", "MP3"),
        ("flac", "flac", "FLAC"),
        ("flac", "ogg", "FLAC in Ogg"),
        ("vorbis", "ogg", "Vorbis"),
        ("opus", "matroska", "Opus in Matroska"),
        ("aac", "mp4", "AAC"),
        ("aac", "adts", "AAC"),
        ("alac", "caf", "ALAC in CAF"),
        ("pcm_s16le", "wav", "WAV"),
        ("pcm_f32be", "aiff", "AIFF, floating point"),
        ("pcm_mulaw", "au", "AU, µ-law"),
        ("wmav2", "asf", "WMA"),
        ("dsd_lsbf_planar", "dsf", "DSD"),
        ("wavpack", "wavpack", "WavPack"),
        ("ac3", "matroska", "AC-3 in Matroska"),
        ("cook", "realmedia", "cook in RealMedia"),
        ("new\x1b", "other", "new\\x1b in other"),
    ],
)
def test_a_format_has_its_everyday_name(codec: str, container: str, name: str) -> None:
    assert format_name(codec, container) == name
