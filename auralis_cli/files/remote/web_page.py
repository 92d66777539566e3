"""The page of links that is the listing of a web server: read as long as it is no larger than such pages are.

Imported only where a web server is asked: it needs aiohttp.
"""

import contextlib
from typing import Final

from aiohttp import ClientResponse

from auralis_cli.files.remote.trouble import StoreError, Trouble

MAX_PAGE_BYTES: Final = 32 << 20
"""Some 150,000 files, as Apache lists them."""


class WebPage(ClientResponse):
    """An answer whose text has an end. aiohttp would take one of any size into memory."""

    async def text(self, encoding: str | None = None, errors: str = "strict") -> str:
        """The whole text. Raises StoreError for one that is too large."""
        page = bytearray()
        async for part in self.content.iter_any():
            page += part
            if len(page) > MAX_PAGE_BYTES:
                self.close()
                raise StoreError(_TOO_LARGE)
        with contextlib.suppress(LookupError):  # an encoding that Python does not know
            return page.decode(encoding or self.charset or "utf-8", errors)
        return page.decode("utf-8", errors)


_TOO_LARGE: Final = Trouble(
    "read_error",
    f"its page of links is larger than {MAX_PAGE_BYTES >> 20} MiB",
    "name its tracks, or the folders below it",
)
