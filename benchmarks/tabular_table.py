"""Write tabular.json, its picture, and its table between the markers of both READMEs."""

from __future__ import annotations

import json
from typing import Any

import tabular_summary
from measure import ROOT
from table import READMES, figure, grid, rewrite
from tabular_cells import FOLDER
from tabular_picture import picture

PICTURES = ROOT / "docs" / "pictures"
FILES = {"en": "tabular.svg", "es": "tabular.es.svg"}
HEADS = {
    "en": (
        *("system, budget", "error above the best: mean (median) %", "relevo 60 s better on"),
        *("fit s: median / most", "one row ms: median / most", "model MB", "peak MB"),
        *("calibration error", "90 % intervals cover", "failed"),
    ),
    "es": (
        *("sistema, límite", "error sobre el mejor: media (mediana) %", "relevo 60 s mejor en"),
        *("ajuste s: mediana / máx.", "una fila ms: mediana / máx.", "modelo MB"),
        *("memoria máx. MB", "error de calibración", "cubren los intervalos del 90 %", "fallos"),
    ),
}
TEXTS = {
    "en": {
        "said": "Over {sets} data sets, splits of each: {seeds}; log loss or RMSE on the rows set "
        "aside. A system that failed on a set is judged on the others. relevo's list of "
        "configurations to begin with was learnt from rows of the same public sets. "
        "{next_to_none}{not_in_one_run}{left_out}",
        "not_in_one_run": "Measured, but not all in one run, and so not counted: {names}. ",
        "next_to_none": "Not in the mean, since the least error there is next to none: {names}. ",
        "left_out": "Left out, since they finished too few: {names}.",
        "picture": "Mean rank against budget",
    },
    "es": {
        "said": "En {sets} conjuntos de datos, divisiones de cada uno: {seeds}; log loss o RMSE en "
        "las filas apartadas. Un sistema que falló en un conjunto se juzga en los demás. La lista "
        "de configuraciones con la que relevo empieza se aprendió de filas de los mismos conjuntos "
        "públicos. {next_to_none}{not_in_one_run}{left_out}",
        "not_in_one_run": "Medidos, pero no todo seguido, y por eso no contados: {names}. ",
        "next_to_none": "Fuera de la media, porque el menor error allí es casi nulo: {names}. ",
        "left_out": "Fuera, por acabar demasiado pocos: {names}.",
        "picture": "Puesto medio según el presupuesto",
    },
}


def main() -> None:
    tabular_summary.main()
    content = json.loads((FOLDER / "tabular.json").read_text(encoding="utf-8"))
    if not content["entries"]:
        raise SystemExit("no set was finished by the systems compared: run `make bench-tabular`")
    PICTURES.mkdir(exist_ok=True)
    for lang in READMES:
        (PICTURES / FILES[lang]).write_text(picture(content, lang) + "\n", encoding="utf-8")
    rewrite("tabular", lambda lang: table(content, lang))


def table(content: dict[str, Any], lang: str) -> str:
    texts = TEXTS[lang]
    ordered = sorted(content["entries"].values(), key=lambda row: row["gap_percent"]["mean"])
    names = ", ".join(row["label"] for row in content["left_out"].values() if row["measured"])
    said = {
        key: texts[key].format(names=", ".join(content[key])) if content[key] else ""
        for key in ("next_to_none", "not_in_one_run")
    }
    shown = f"![{texts['picture']}](docs/pictures/{FILES[lang]})"
    below = texts["said"].format(
        sets=len(content["sets"]),
        seeds=len(content["seeds"]),
        **said,
        left_out=texts["left_out"].format(names=names) if names else "",
    )
    rows = (cells(row, lang) for row in ordered)
    return "\n\n".join((shown, grid(HEADS[lang], rows), below.rstrip()))


def cells(row: dict[str, Any], lang: str) -> list[str]:
    def told(value: float | None) -> str:
        return "–" if value is None else figure(value, lang)

    def both(values: dict[str, float]) -> str:
        return f"{told(values['median'])} / {told(values['most'])}"

    gap, label = row["gap_percent"], row["label"]
    return [
        f"**{label}**" if label.startswith("relevo") else label,
        f"{told(gap['mean'])} ({told(gap['median'])})",
        share(row["relevo_better_share"]),
        *(both(row["fit_s"]), both(row["row_ms"])),
        *(told(row["model_mb"]["median"]), told(row["peak_mb"]["median"]), told(row["ece"])),
        covered(row["coverage"]),
        f"{row['failed']} / {row['measured']}",
    ]


def share(value: float | None) -> str:
    return "–" if value is None else f"{value:.0%}".replace("%", " %")


def covered(row: dict[str, float] | None) -> str:
    """The mean over sets, and the lowest and highest."""
    if row is None:
        return "–"
    ends = f"{100 * row['lowest']:.0f}–{100 * row['highest']:.0f}"
    return f"{100 * row['mean']:.0f} ({ends}) %"


if __name__ == "__main__":
    main()
