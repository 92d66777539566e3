"""The page as one file: template, style, scripts and data, under a policy that lets it ask for no more."""

import base64
import hashlib
from pathlib import Path
from pkgutil import get_data
from typing import Any, Final, NamedTuple

import bokeh
import jinja2
import msgspec
from markupsafe import Markup

from auralis_cli.plots.palette import MAX_TRACKS, Ground, hex_of

_WEBGL: Final = "bokeh-gl"


class PageKind(NamedTuple):
    """What a page is made of: files of `assets/`, the scripts in the order in which they are joined."""

    template: str
    styles: tuple[str, ...]
    scripts: tuple[str, ...]
    bokeh: tuple[str, ...]
    """Scripts of Bokeh."""


LIBRARY: Final = PageKind(
    "page.html",
    ("style.css",),
    (
        *("unpack", "state", "format", "theme", "figures", "pages", "colours", "scatter", "bars", "wheel"),
        *("albums", "neighbours", "check", "card", "table", "copy", "start"),
    ),
    ("bokeh", _WEBGL),
)
TRACKS: Final = PageKind(
    "tracks.html",
    ("style.css", "tracks.css"),
    ("unpack", "format", "theme", "figures", "axes", "readout", "listen", "tracks"),
    ("bokeh",),
)


def write_page(kind: PageKind, context: dict[str, Any], packed: dict[str, dict[str, str]]) -> str:
    """The HTML. What the template is given is escaped; `packed` is base64, which holds no HTML."""
    scripts = [
        *map(_bokeh_script, kind.bokeh),
        "\n".join(["'use strict';", *(_asset(f"{name}.js") for name in kind.scripts)]),
    ]
    if wrong := [script for script in scripts if "</script" in script.lower() or "<!--" in script]:
        raise ValueError(f"a script would end its element: {wrong[0][:80]}")
    environment = jinja2.Environment(
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=jinja2.FunctionLoader(_asset),
    )
    return environment.get_template(kind.template).render(
        **context,
        policy=policy(scripts, evaluates=_WEBGL in kind.bokeh),
        style=Markup("".join([track_colours(), *map(_asset, kind.styles)])),
        scripts=[Markup(script) for script in scripts],
        packed=Markup(msgspec.json.encode(packed).decode("ascii")),
    )


def track_colours() -> str:
    """The colours of tracks as properties of the style sheet, for both grounds."""
    light, dark = (
        "; ".join(f"--track-{at + 1}: {hex_of(at, ground)}" for at in range(MAX_TRACKS)) for ground in Ground
    )
    return f":root {{ {light} }}\n@media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n"


def policy(scripts: list[str], *, evaluates: bool) -> str:
    """The Content-Security-Policy: these scripts, inline styles, local audio, and no request.

    'unsafe-eval' is what WebGL in BokehJS needs (regl compiles its drawing commands); no text of a library
    gets there, and a page without WebGL does without. BokehJS makes style elements of its own, so that styles
    cannot go by hash.
    """
    hashes = " ".join(f"'sha256-{_hash(script)}'" for script in scripts)
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src {hashes}" + (" 'unsafe-eval'" if evaluates else ""),
            "style-src 'unsafe-inline'",
            "img-src data:",
            "media-src file:",
            "connect-src 'none'",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def _hash(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii")


def _asset(name: str) -> str:
    content = get_data("auralis_cli.report", f"assets/{name}")
    assert content is not None
    return content.decode("utf-8")


def _bokeh_script(name: str) -> str:
    path = Path(bokeh.__file__).parent / "server" / "static" / "js" / f"{name}.min.js"
    return path.read_text("utf-8")
