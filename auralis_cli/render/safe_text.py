"""File names and messages, made safe to show on a terminal and to write as JSON."""

import base64
import os
import re
import unicodedata
from typing import Final

_SHOWN_AS_THEY_ARE = frozenset({"Ll", "Lu", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Zs"})
_ZERO_WIDTH_JOINER = "\u200d"
_FIRST_BYTE_ESCAPE, _LAST_BYTE_ESCAPE = 0xDC80, 0xDCFF


def safe_text(text: str) -> str:
    r"""The text on one line, where everything that could control a terminal or mislead a reader is visible.

    Control characters, escape sequences, line ends, changes of writing direction, private and unassigned code
    points become `\n`, `\x1b`, `\u202e` …; a byte that is not UTF-8 (a surrogate escape) becomes `\xff`.
    Letters, marks, digits, punctuation, symbols, spaces and joined emoji stay. The result is not escaped for
    rich's markup: give it to rich as `Text`.
    """
    return text if text.isascii() and text.isprintable() else "".join(map(_visible, text))


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category in _SHOWN_AS_THEY_ARE or category[0] in "PS" or character == _ZERO_WIDTH_JOINER:
        return character
    code = ord(character)
    if _FIRST_BYTE_ESCAPE <= code <= _LAST_BYTE_ESCAPE:
        return f"\\x{code - 0xDC00:02x}"
    return character.encode("unicode_escape").decode("ascii")


_STEERING: Final = (  # compiled at its first use, which `auralis --version` never makes
    "[\x7f-\x9f\xad\u061c\u180e\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)
"""DEL, C1, line and paragraph separator, changes of writing direction, and what nobody sees. JSON itself
demands an escape only for the 32 control characters of ASCII (RFC 8259, clause 7)."""


def safe_json(encoded: bytes) -> bytes:
    r"""The JSON with `\u` escapes for what could steer a terminal: it reads as the same values."""
    if encoded.isascii() and b"\x7f" not in encoded:
        return encoded
    return re.sub(_STEERING, _json_escape, encoded.decode("utf-8")).encode("utf-8")


def _json_escape(match: re.Match[str]) -> str:
    units = match[0].encode("utf-16-be")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def utf8_text(text: str) -> str:
    """The text with each byte that is not UTF-8 replaced by U+FFFD, as JSON needs it."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return text


def base64_unless_utf8(path: str) -> str | None:
    """The bytes of a path in base64 where they are not UTF-8, else None."""
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return base64.b64encode(os.fsencode(path)).decode("ascii")
    return None
