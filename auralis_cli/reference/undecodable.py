"""Why a file gives no samples, in the codes of the worker's protocol."""

FFMPEG_CODES = frozenset({"unsupported_codec", "ffmpeg_failed"})
PASSING_CODES = frozenset({"not_found", "permission_denied", "read_error"})


class UndecodableError(Exception):
    """A file that neither soundfile nor ffmpeg turns into samples. The message is for a person."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code

    @property
    def depends_on_ffmpeg(self) -> bool:
        """Whether another ffmpeg could change the outcome."""
        return self.code in FFMPEG_CODES

    @property
    def may_pass(self) -> bool:
        """Whether it may work another time, the file being the same."""
        return self.code in PASSING_CODES
