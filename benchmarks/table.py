"""Write the newest results between the markers of README.md and README.es.md.

`rewrite`, `grid` and `figure` serve the tables of every part of the READMEs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Container, Iterable, Iterator
from typing import Any

from measure import RESULTS, ROOT

READMES = {"en": "README.md", "es": "README.es.md"}
HEADINGS = {
    "en": ("measure", "relevo", "peer", "relevo ÷ peer", "peer's name", "runs"),
    "es": ("medida", "relevo", "alternativa", "relevo ÷ alternativa", "nombre", "veces"),
}
WORDS = (0, 4)  # the columns of such a table that hold words
# The order of the table, and what each measure is called.
LABELS = {
    "from_nothing_seconds": {
        "en": "from nothing to served, predicted, drift report",
        "es": "de cero a servido, predicho e informe de deriva",
    },
    "from_nothing_lines": {
        "en": "lines of Python for that",
        "es": "líneas de Python para ello",
    },
    "install_mb": {"en": "plain install", "es": "instalación básica"},
    "install_distributions": {
        "en": "distributions in that install",
        "es": "paquetes en esa instalación",
    },
    "help_cpu_seconds": {"en": "`--help`", "es": "`--help`"},
    "import_modules": {"en": "modules that the import loads", "es": "módulos que carga el import"},
    "one_row_us": {
        "en": "preparing one row of 20 columns",
        "es": "preparar una fila de 20 columnas",
    },
    "million_rows_seconds": {
        "en": "preparing 1,000,000 rows of 20 columns",
        "es": "preparar 1 000 000 de filas de 20 columnas",
    },
    "million_rows_mb": {"en": "peak memory of that", "es": "máximo de memoria en ello"},
    "fit_1m_s": {
        "en": "a model of 1,000,000 rows of 20 columns, 60 s budget",
        "es": "un modelo de 1 000 000 de filas de 20 columnas, límite 60 s",
    },
    "fit_1m_log_loss": {
        "en": "its log loss on rows set aside",
        "es": "su log loss en filas apartadas",
    },
    "fit_1m_mb": {"en": "peak memory of that", "es": "máximo de memoria en ello"},
}

TURN = {
    "en": "One turn of the wheel on a month of flights ({rows} rows; medians of {n}): {steps}.",
    "es": "Una vuelta de la rueda con un mes de vuelos ({rows} filas; medianas de {n}): {steps}.",
}
STEPS = {
    "check": {"en": "check", "es": "comprobar"},
    "watch": {"en": "watch", "es": "vigilar"},
    "rows": {"en": "gather the rows", "es": "reunir las filas"},
    "fine-tune": {"en": "fine-tune a replica", "es": "ajustar una réplica"},
    "scratch": {"en": "train one from scratch", "es": "entrenar otra desde cero"},
    "duel": {"en": "duel", "es": "duelo"},
    "swap": {"en": "swap", "es": "relevo"},
}


def main() -> None:
    measured: dict[str, Any] = {}
    turn = json.loads((RESULTS / "wheel_turn.json").read_text(encoding="utf-8"))
    for file in sorted(RESULTS.glob("*.json")):
        rows = json.loads(file.read_text(encoding="utf-8")).get("rows", ())
        measured |= {row["key"]: row for row in rows}

    def told(lang: str) -> str:
        rows = (cells(measured[key], LABELS[key][lang], lang) for key in LABELS if key in measured)
        return f"{grid(HEADINGS[lang], rows, WORDS)}\n\n{turned(turn, lang)}"

    rewrite("benchmarks", told)


def rewrite(part: str, told: Callable[[str], str]) -> None:
    """Put what is told in each language between the markers of a part of both READMEs."""
    marks = re.compile(rf"(<!-- {part} -->\n).*?(<!-- /{part} -->)", re.DOTALL)
    for lang, name in READMES.items():
        readme, text = ROOT / name, told(lang)
        old = readme.read_text(encoding="utf-8")
        new, found = marks.subn(lambda between, text=text: f"{between[1]}{text}\n{between[2]}", old)
        if found != 1:
            raise SystemExit(f"{name}: one pair of {part} markers was expected, {found} came")
        readme.write_text(new, encoding="utf-8")
        print(f"{name}: {part} written")


def grid(head: Iterable[str], rows: Iterable[Iterable[str]], words: Container[int] = (0,)) -> str:
    """A table in Markdown; columns that are not of words are set to the right."""
    names = list(head)
    rule = ("---" if place in words else "--:" for place in range(len(names)))
    return "\n".join(f"| {' | '.join(row)} |" for row in (names, rule, *rows))


def turned(turn: dict[str, Any], lang: str) -> str:
    """One sentence: the seconds of each step of a turn."""
    steps = ", ".join(
        f"{STEPS[step][lang]} {figure(seconds, lang)} s" for step, seconds in turn["steps"].items()
    )
    return TURN[lang].format(rows=figure(turn["rows_of_a_month"], lang), n=turn["n"], steps=steps)


def cells(row: dict[str, Any], label: str, lang: str) -> Iterator[str]:
    ours, peer = (
        f"{figure(row[side], lang)} {row['unit']}".rstrip() for side in ("relevo", "peer")
    )
    yield from (label, ours, peer, figure(row["ratio"], lang), row["peer_name"], str(row["n"]))


def figure(value: float, lang: str) -> str:
    """Three significant digits, none dropped before the point."""
    text = f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:#.3g}"
    return text if lang == "en" else text.translate(str.maketrans(",.", "\N{NO-BREAK SPACE},"))


if __name__ == "__main__":
    main()
