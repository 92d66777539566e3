"""The page as one file: template, style, scripts and data, under a policy that lets it ask for no more."""

import base64
import hashlib
from pathlib import Path
from pkgutil import get_data
from typing import Any, Final

import bokeh
import jinja2
import msgspec
from markupsafe import Markup

SCRIPTS: Final = (
    *("unpack", "state", "format", "theme", "figures", "colours", "scatter", "bars", "wheel", "albums"),
    *("neighbours", "check", "card", "table", "copy", "start"),
)
"""Of `assets/`, in the order in which they are joined to one."""
_BOKEH: Final = ("bokeh", "bokeh-gl")


def write_page(context: dict[str, Any], packed: dict[str, dict[str, str]]) -> str:
    """The HTML. What the template is given is escaped; `packed` is base64, which holds no HTML."""
    scripts = [
        *map(_bokeh_script, _BOKEH),
        "\n".join(["'use strict';", *(_asset(f"{name}.js") for name in SCRIPTS)]),
    ]
    if wrong := [script for script in scripts if "</script" in script.lower() or "<!--" in script]:
        raise ValueError(f"a script would end its element: {wrong[0][:80]}")
    style = _asset("style.css")
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(_asset("page.html")).render(
        **context,
        policy=policy(scripts),
        style=Markup(style),
        scripts=[Markup(script) for script in scripts],
        packed=Markup(msgspec.json.encode(packed).decode("ascii")),
    )


def policy(scripts: list[str]) -> str:
    """The Content-Security-Policy: these scripts, inline styles, local audio, and no request.

    'unsafe-eval' is what WebGL in BokehJS needs (regl compiles its drawing commands); no text of a library
    gets there. BokehJS makes style elements of its own, so that styles cannot go by hash.
    """
    hashes = " ".join(f"'sha256-{_hash(script)}'" for script in scripts)
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src {hashes} 'unsafe-eval'",
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
