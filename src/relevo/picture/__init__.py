"""Pictures as SVG text and pages as one HTML file: no plotting library, no script, no request."""

from __future__ import annotations

from relevo.picture.bars import bars
from relevo.picture.curve import curve
from relevo.picture.grid import grid
from relevo.picture.histogram import histogram
from relevo.picture.lines import lines
from relevo.picture.number import number
from relevo.picture.page import Figures, Note, Picture, Section, Table, page
from relevo.picture.save import save
from relevo.picture.scatter import calibration, scatter
from relevo.picture.spark import spark
from relevo.picture.steps import steps
from relevo.picture.style import standalone

__all__ = [
    "Figures",
    "Note",
    "Picture",
    "Section",
    "Table",
    "bars",
    "calibration",
    "curve",
    "grid",
    "histogram",
    "lines",
    "number",
    "page",
    "save",
    "scatter",
    "spark",
    "standalone",
    "steps",
]
