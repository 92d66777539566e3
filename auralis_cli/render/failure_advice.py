"""What to do about a failure, by its code."""

from collections.abc import Mapping
from typing import Final

ADVICE: Final[Mapping[str, str]] = {
    "timed_out": "play the file; if it is good, 'auralis failures retry --timeout SECONDS' gives it longer",
    "out_of_memory": "play the file; if it is good, 'auralis failures retry --max-memory MIB' gives it more",
    "worker_crashed": "'auralis failures retry' tries it again; if it fails again, please report it",
    "internal_error": "please report it with the file; a newer auralis tries it again by itself",
    "unsupported_codec": "install ffmpeg (see 'auralis doctor'): the next scan then tries it by itself",
    "ffmpeg_failed": "play the file; a damaged one must be replaced, another ffmpeg is tried by itself",
    "empty_file": "the file has no content: get it again or delete it",
    "unrecognised_format": "the content is no audio: get it again, delete it, or leave it out with --exclude",
    "no_audio_stream": "there is no sound in it: leave it out with --exclude",
    "nothing_decoded": "the file is damaged: get it again",
    "unsupported_format": "nothing helps but another version of the file",
    "not_a_file": "leave it out with --exclude",
}
OTHERWISE: Final = "see the message; 'auralis failures retry' tries it again"


def advice_about(code: str) -> str:
    """One sentence for a user; one for all where the code is of another version of auralis."""
    return ADVICE.get(code, OTHERWISE)
