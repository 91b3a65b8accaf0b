"""Colours and lines of every picture, in light and in dark, and `standalone` for a file of its own.

The colours keep a contrast of 4.5 for text and 3 for lines (WCAG 2.2 AA) on both papers.
"""

from __future__ import annotations

from relevo.picture.svg import element

LIGHT = {
    "paper": "#ffffff",
    "surface": "#f5f7f9",
    "ink": "#1a2330",
    "muted": "#566272",
    "grid": "#e2e7ec",
    "accent": "#0b6a8c",
    "second": "#6b7685",
    "third": "#a8500f",
    "fourth": "#6a4c9c",
}
DARK = {
    "paper": "#11161d",
    "surface": "#19202a",
    "ink": "#e7ebf1",
    "muted": "#9ca8b7",
    "grid": "#2b3440",
    "accent": "#5fbbd8",
    "second": "#8e9aaa",
    "third": "#f0a263",
    "fourth": "#b79de6",
}


def _variables(colours: dict[str, str]) -> str:
    return ";".join(f"--{name}:{colour}" for name, colour in colours.items())


COLOURS = (
    f":root{{color-scheme:light dark;{_variables(LIGHT)}}}"
    f"@media(prefers-color-scheme:dark){{:root{{{_variables(DARK)}}}}}"
    f"@media print{{:root{{color-scheme:light;{_variables(LIGHT)}}}}}"
)

FACE = 'system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif'

PICTURE = (
    f".picture{{font:13px {FACE};font-variant-numeric:tabular-nums}}"
    ".picture text{fill:var(--ink)}.picture .tick{fill:var(--muted)}"
    ".picture path,.picture circle{fill:none;vector-effect:non-scaling-stroke}"
    ".picture .grid{stroke:var(--grid)}.picture .axis{stroke:var(--muted)}"
    ".picture .bar{fill:var(--accent)}"
    ".picture .soft{fill:var(--accent);fill-opacity:.55}"
    ".picture .error{stroke:var(--ink);stroke-width:1.5}"
    ".picture .mark{stroke:var(--third);stroke-width:2.5}"
    ".picture .moment{stroke:var(--third);stroke-width:1.5}"
    ".picture .diagonal{stroke:var(--muted);stroke-dasharray:4 4}"
    ".picture .s1{stroke:var(--accent);stroke-width:2.25}"
    ".picture .s2{stroke:var(--second);stroke-width:2.25;stroke-dasharray:6 4}"
    ".picture .s3{stroke:var(--third);stroke-width:2.25;stroke-dasharray:2 3}"
    ".picture .s4{stroke:var(--fourth);stroke-width:2.25;stroke-dasharray:9 3 2 3}"
    ".picture .key{stroke:var(--accent);stroke-width:9;stroke-opacity:.55}"
    ".picture .d1{fill:var(--accent)}.picture .d2{fill:var(--second)}"
    ".picture .d3{fill:var(--third)}.picture .d4{fill:var(--fourth)}"
    ".picture .b1{fill:var(--accent)}.picture .b2{fill:var(--second)}"
    ".picture .b3{fill:var(--third)}.picture .b4{fill:var(--fourth)}"
    ".picture .b1,.picture .b2,.picture .b3,.picture .b4{fill-opacity:.16}"
)


def standalone(svg: str) -> str:
    """A picture with its own colours inside, fit to be saved as a `.svg` file.

    Pictures in a page share the page's colours, so they carry none themselves.
    """
    head, tag, rest = svg.partition(">")
    return (
        f"{head}{tag}{element('style', COLOURS + PICTURE + 'svg{background:var(--paper)}')}{rest}"
    )
