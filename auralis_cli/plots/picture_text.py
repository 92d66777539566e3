"""Texts in pictures: tags and names of files are hostile, and are shown as text on one line."""

import re
from typing import Final

_NO_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML cannot hold (XML 1.0, production 2): control characters, halves of surrogate pairs."""
_DIRECTION: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Changes of writing direction: a label could be read as another one."""


def xml_text(text: str) -> str:
    """The text without what XML cannot hold and what turns the writing round."""
    return _DIRECTION.sub("", _NO_XML.sub("\ufffd", text))


def one_line(text: str, most: int) -> str:
    """At most so many letters of it, with `…` where it is cut."""
    found = " ".join(xml_text(text[: 20 * most]).split())
    return f"{found[: most - 1].rstrip()}…" if len(found) > most else found
