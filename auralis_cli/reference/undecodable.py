"""Why a file cannot be decoded, with the error codes of the worker's protocol."""

FFMPEG_CODES = frozenset({"unsupported_codec", "ffmpeg_failed"})
TEMPORARY_CODES = frozenset({"not_found", "permission_denied", "read_error"})


class UndecodableError(Exception):
    """Neither soundfile nor ffmpeg can decode the file. The message is for the user."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code

    @property
    def depends_on_ffmpeg(self) -> bool:
        """Whether another ffmpeg could change the outcome."""
        return self.code in FFMPEG_CODES

    @property
    def may_pass(self) -> bool:
        """Whether the same file may work at another time."""
        return self.code in TEMPORARY_CODES
