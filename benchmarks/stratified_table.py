"""Write the table and the picture of stratified.json into both READMEs."""

from __future__ import annotations

import json
import math
from typing import Any

from measure import RESULTS, ROOT
from table import HEADINGS, READMES, WORDS, figure, grid, rewrite
from table import cells as measured

from relevo.picture import standalone
from relevo.picture.svg import element, frame, line, words
from relevo.picture.ticks import Scale

PICTURES = ROOT / "docs" / "pictures"
FILES = {"en": "stratified.svg", "es": "stratified.es.svg"}
WIDE, LEFT, TOP, STEP = 760.0, 168.0, 64.0, 38.0
LEAST, MOST = 0.1, 400.0  # percent above the best kind; less is drawn at the left edge
DOTS = {"common": "d2", "separate": "d3", "pooled": "d4", "graph": "d4", "auto": "d1"}
NAMES = {
    "en": {
        "common": "common",
        "separate": "alone",
        "pooled": "pooled",
        "graph": "along the graph",
        "auto": "relevo's choice",
        "boosting": "trees + segments",
        "lightgbm": "LightGBM, segment as category",
    },
    "es": {
        "common": "común",
        "separate": "solo",
        "pooled": "agrupado",
        "graph": "por el grafo",
        "auto": "elección de relevo",
        "boosting": "árboles + segmentos",
        "lightgbm": "LightGBM, segmento como categoría",
    },
}
LABELS = {
    "ridge_separate": {
        "en": "ridge regressions of 10,000 segments x 100 rows x 10 columns",
        "es": "regresiones ridge de 10 000 segmentos x 100 filas x 10 columnas",
    },
    "ridge_pooled": {
        "en": "the same, pooled, strengths learnt",
        "es": "lo mismo, agrupado, intensidades aprendidas",
    },
    "logistic_separate": {
        "en": "logistic regressions of as many",
        "es": "regresiones logísticas de otros tantos",
    },
    "logistic_pooled": {"en": "the same, pooled", "es": "lo mismo, agrupado"},
    "laplacian_diamonds": {
        "en": "Laplacian fit of diamonds, 280 segments",
        "es": "ajuste laplaciano de diamonds, 280 segmentos",
    },
    "mixed_effects": {
        "en": "random slopes of 500 groups",
        "es": "pendientes aleatorias de 500 grupos",
    },
}
TEXTS = {
    "en": {
        "speed": "measure, one thread",
        "errors": "error on rows set aside",
        "said": "Root mean squared error (mean absolute error), means of three splits; one segment "
        "in twenty has no rows to learn from.",
        "large": "100,000 segments of {rows} rows, from a Parquet file: all kinds and the choice "
        "in {cpu} CPU s of one thread, {peak} MB at most.",
        "title": "Error of each way of pooling above the best of the four, in percent",
        "axis": "percent above the best of the four kinds, picked afterwards",
    },
    "es": {
        "speed": "medida, un hilo",
        "errors": "error en filas apartadas",
        "said": "Raíz del error cuadrático medio (error absoluto medio), media de 3 divisiones; "
        "uno de cada veinte segmentos no tiene filas de las que aprender.",
        "large": "100 000 segmentos de {rows} filas, desde un archivo Parquet: todos los modos y "
        "la elección en {cpu} s de CPU de un hilo, {peak} MB como máximo.",
        "title": "Error de cada modo de agrupar sobre el mejor de los cuatro, en tanto por ciento",
        "axis": "tanto por ciento sobre el mejor de los cuatro modos, elegido después",
    },
}


def main() -> None:
    content = json.loads((RESULTS / "stratified.json").read_text(encoding="utf-8"))
    PICTURES.mkdir(exist_ok=True)
    for lang in READMES:
        (PICTURES / FILES[lang]).write_text(picture(content, lang) + "\n", encoding="utf-8")
    rewrite(
        "stratified",
        lambda lang: "\n\n".join((shown(lang), errors(content, lang), speeds(content, lang))),
    )


def shown(lang: str) -> str:
    return f"![{TEXTS[lang]['title']}](docs/pictures/{FILES[lang]})"


def errors(content: dict[str, Any], lang: str) -> str:
    names = NAMES[lang]
    rows = (
        (one["set"], *(cell(one["rmse_mae"].get(kind), lang) for kind in names))
        for one in content["quality"]
    )
    table = grid((TEXTS[lang]["errors"], *names.values()), rows)
    return f"{table}\n\n{TEXTS[lang]['said']}"


def cell(pair: list[float] | None, lang: str) -> str:
    return "–" if pair is None else f"{figure(pair[0], lang)} ({figure(pair[1], lang)})"


def speeds(content: dict[str, Any], lang: str) -> str:
    rows = (measured(row, LABELS[row["key"]][lang], lang) for row in content["rows"])
    table = grid((TEXTS[lang]["speed"], *HEADINGS[lang][1:]), rows, WORDS)
    large = content["large"]
    told = {"rows": large["rows"], "cpu": large["cpu_s_whole"], "peak": large["peak_mb"]}
    shown = {name: figure(value, lang) for name, value in told.items()}
    return f"{table}\n\n{TEXTS[lang]['large'].format(**shown)}"


def picture(content: dict[str, Any], lang: str) -> str:
    """A line for each set: how far every kind is from the best one."""
    sets, names = content["quality"], NAMES[lang]
    high = TOP + STEP * len(sets) + 44
    axis = Scale(math.log(LEAST), math.log(MOST), LEFT, WIDE - 24, ())
    bottom = TOP + STEP * (len(sets) - 1) + 18
    parts = key(names)
    for mark in (0.1, 1.0, 10.0, 100.0):
        at = axis(math.log(mark))
        parts.append(line(at, TOP - 14, at, bottom, "grid"))
        parts.append(words(at, bottom + 18, f"{mark:g}", anchor="middle"))
    parts.append(words((LEFT + WIDE) / 2, bottom + 38, TEXTS[lang]["axis"], "label", "middle"))
    for place, one in enumerate(sets):
        y = TOP + STEP * place
        parts.append(words(LEFT - 14, y + 4, one["set"], "label", "end"))
        parts.append(line(LEFT, y, WIDE - 24, y, "grid"))
        found = {kind: pair[0] for kind, pair in one["rmse_mae"].items() if kind in DOTS}
        best = min(value for kind, value in found.items() if kind != "auto")
        for kind, value in found.items():
            above = min(MOST, max(LEAST, 100.0 * (value / best - 1.0)))
            parts.append(dot(kind, axis(math.log(above)), y))
    return standalone(frame(TEXTS[lang]["title"], WIDE, high, parts))


def key(names: dict[str, str]) -> list[str]:
    parts, x = [], 8.0
    for kind in DOTS:
        parts.append(dot(kind, x, 16.0))
        parts.append(words(x + 12, 20, names[kind]))
        x += 40 + 8.2 * len(names[kind])
    return parts


def dot(kind: str, x: float, y: float) -> str:
    if kind == "graph":
        return element("rect", class_=DOTS[kind], x=x - 4, y=y - 4, width=8.0, height=8.0)
    return element("circle", class_=DOTS[kind], cx=x, cy=y, r=6.5 if kind == "auto" else 4.0)


if __name__ == "__main__":
    main()
