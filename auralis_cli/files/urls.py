"""URLs as the names of tracks: which texts are URLs, and what a URL may not hold.

A row's path is that of a file, which is absolute, or a URL. URLs stand in the cache, in exports and in
messages, so none with a password or a signature is taken.
"""

import os
import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import quote, unquote

from auralis_cli.model.errors import ConfigError

_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*(?:::[A-Za-z][A-Za-z0-9+.-]*)*://")
_HTTP: Final = frozenset({"http", "https"})
_LOCAL: Final = frozenset({"file", "local"})
_SIGNED: Final = re.compile(
    r"[?&](?:x-(?:amz|goog|oss)-[a-z-]*|awsaccesskeyid|signature|sig|sas|token|[a-z_-]*token|[a-z_-]*secret"
    r"|pass(?:word|wd)?|pwd|key|api[_-]?key|auth|credential|expires|policy)=",
    re.IGNORECASE,
)
"""The parameters of signed links of S3, Google, Azure and others, and those that name a secret."""
_KEPT_BY_QUOTING: Final = "/%:@!$&'()*+,;=~"


def is_url(path: str) -> bool:
    """Whether the text is a URL, and not the path of a file."""
    return "://" in path and _URL.match(path) is not None


def place_of(path: str) -> str:
    """The absolute path of a file or folder; a URL as it is."""
    return path if is_url(path) else os.path.abspath(path)


def is_stored_place(path: bytes, version: object) -> bool:
    """Whether a row may have these: an absolute path and no version, or a URL and its version."""
    text = os.fsdecode(path)
    return isinstance(version, str) if is_url(text) else version is None and os.path.isabs(text)


def path_from(path: str, folder: str) -> str:
    """The path as it is written in a file in this folder: from there on; a URL as it is."""
    return path if is_url(path) else os.path.relpath(path, folder)


def common_folder(folders: Iterable[str]) -> str:
    """The folder that all of these lie in; of files and URLs together that of the files. Empty for none."""
    folders = list(folders)
    files = [folder for folder in folders if not is_url(folder)]
    if files:
        return os.path.commonpath(files)
    if len({folder.partition("://")[0] for folder in folders}) != 1:
        return ""
    scheme = folders[0].partition("://")[0]
    below = os.path.commonpath(["/" + folder.partition("://")[2] for folder in folders])
    return f"{scheme}:/{below}" if below != "/" else ""


def refuse_urls(paths: Iterable[str], command: str) -> None:
    """Raises ConfigError for a URL among the paths of a command that is about files alone."""
    for path in paths:
        if is_url(path) and is_url(url := checked_url(path)):
            raise ConfigError(f"'{command}' is about files, and {url} is none; 'auralis scan' takes URLs")


def scheme_of(url: str) -> str:
    """What stands before `://`, in lower case."""
    return url.partition("://")[0].lower()


def is_web(url: str) -> bool:
    """Whether a web server has it, whose pages need not link to all that is there."""
    return scheme_of(url) in _HTTP


def server_of(url: str) -> str:
    """The URL up to its host or bucket."""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}"


def name_of(url: str) -> str:
    """The name of the file that a URL leads to, without its folders."""
    name = url.rstrip("/").rpartition("/")[2]
    return unquote(name) if is_web(url) else name


def checked_url(url: str) -> str:
    """The URL as it is stored and shown; the path of the file, where it leads to one of this machine.

    ConfigError for a URL that holds a secret or may hold one, and for one that auralis cannot use. The error
    does not repeat the secret.
    """
    scheme, _, rest = url.partition("://")
    scheme = scheme.lower()
    if "::" in scheme or "::" in rest:
        raise ConfigError(
            f"a URL of {scheme.partition('::')[0]}:// goes through several stores ('::'); name a URL of one"
        )
    if scheme in _LOCAL:
        return _local_path(url, rest)
    ends = "/?#" if scheme in _HTTP else "/?"
    host = re.split(f"[{ends}]", rest, maxsplit=1)[0]
    rest = rest[len(host) :]
    if not host:
        raise ConfigError(f"{_without_secrets(url)} names no host or bucket; write {scheme}://NAME/PATH")
    user, _, server = host.rpartition("@")
    if user and (
        ":" in user or scheme in _HTTP or scheme in ("s3", "s3a", "gs", "gcs", "az", "abfs", "abfss")
    ):
        raise ConfigError(
            f"{_without_secrets(url)} was written with a user or a password, which auralis would have to "
            "store; put it where the tools of that store look for it, and leave it out of the URL "
            "('auralis help' names the page on URLs)"
        )
    if _SIGNED.search(rest) or (scheme in _HTTP and "?" in rest):
        raise ConfigError(
            f"{_without_secrets(url)} was written with '?' and what follows, which may hold a secret and "
            "would be stored; name a URL without it, such as s3://BUCKET/KEY instead of a signed link"
        )
    if scheme in _HTTP:
        rest = quote(rest.partition("#")[0], safe=_KEPT_BY_QUOTING, errors="surrogateescape") or "/"
        return f"{scheme}://{server.lower()}{rest}"
    return f"{scheme}://{host}{rest.rstrip('/')}"


def _local_path(url: str, rest: str) -> str:
    host, slash, path = rest.partition("/")
    if host not in ("", "localhost") or not slash:
        raise ConfigError(f"{url} names a file of another machine; write file:///PATH, or the path alone")
    return unquote(f"/{path}", errors="surrogateescape")


def _without_secrets(url: str) -> str:
    """The URL without user, password and parameters."""
    scheme, _, rest = url.partition("://")
    rest = re.split(r"[?#]", rest, maxsplit=1)[0]
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path}"
