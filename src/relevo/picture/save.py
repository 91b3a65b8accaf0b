"""`save`: a picture as a file of its own, SVG or PNG."""

from __future__ import annotations

import importlib
from pathlib import Path

from relevo.errors import MissingExtra, OptionMistake
from relevo.picture.style import LIGHT, standalone

_PIXELS_PER_PIXEL = 2  # sharp on today's screens and on paper


def save(svg: str, path: str | Path) -> Path:
    """Write a picture: `.svg` always; `.png` when the extra `png` is installed.

    An SVG file follows the light or dark mode of who looks at it; a PNG file is light, with twice
    as many pixels each way.

    Parameters
    ----------
    svg
        What a function of this room returned.
    path
        Where to; its ending says how.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    OptionMistake
        When the ending is another one.
    MissingExtra
        When a PNG is asked for, and what draws it is not installed.

    """
    path = Path(path)
    ending = path.suffix.lower()
    if ending == ".svg":
        path.write_text(standalone(svg), encoding="utf-8")
    elif ending == ".png":
        path.write_bytes(_drawn(svg))
    else:
        raise OptionMistake("image.unknown_ending", path=path, ending=ending)
    return path


def _drawn(svg: str) -> bytes:
    try:
        resvg = importlib.import_module("resvg_py")
    except ImportError as error:
        raise MissingExtra("png", ".png") from error
    drawn = resvg.svg_to_bytes(
        svg_string=_with_colours(svg), background=LIGHT["paper"], zoom=_PIXELS_PER_PIXEL
    )
    return bytes(drawn)


def _with_colours(svg: str) -> str:
    """The standalone picture without variables and media rules, which only browsers follow."""
    head, _, rest = standalone(svg).partition("<style>")
    style, _, body = rest.partition("</style>")
    style = style[style.index(".picture") :]
    for name, colour in LIGHT.items():
        style = style.replace(f"var(--{name})", colour)
    return f"{head}<style>{style}</style>{body}"
