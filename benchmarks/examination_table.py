"""Write the tables of external validity and of explanations into both READMEs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from measure import RESULTS
from table import figure, grid, rewrite

Results = dict[str, Any]
Cells = tuple[str, ...]

HEADS = {
    "warnings": {
        "en": ("", "random split", "expect", "warns"),
        "es": ("", "división al azar", "espere", "avisa"),
    },
    "measures": {
        "en": ("measure", "relevo", "other ways"),
        "es": ("medida", "relevo", "otros modos"),
    },
    "glass box": {
        "en": ("AUC or R2; CPU s of a fit", "glass box", "linear", "EBM, 4 bags, additive", "EBM"),
        "es": ("AUC o R2; s de CPU", "caja de cristal", "lineal", "EBM, 4, aditivo", "EBM"),
    },
}  # fmt: skip
SHOWN = {
    "hotel_rates future": {
        "en": "hotel prices, later (R2)",
        "es": "precios de hotel, después (R2)",
    },
    "hotel_rates segments": {
        "en": "hotel prices, a new market segment (R2)",
        "es": "precios de hotel, un segmento nuevo (R2)",
    },
    "MplsStops precincts": {
        "en": "police stops, a new precinct (AUC)",
        "es": "controles policiales, un distrito nuevo (AUC)",
    },
    "Chem97 schools": {
        "en": "chemistry marks, a new school (R2)",
        "es": "notas de química, una escuela nueva (R2)",
    },
}
LEARNERS = {
    "linear": {"en": "linear", "es": "lineal"},
    "boosting": {"en": "boosted trees", "es": "árboles"},
}
SHIFTS = {
    "12 numbers + .05 sd": {"en": "12 numbers + .05 sd", "es": "12 números + 0,05 desv. típ."},
    "one number of 20 + .2 sd": {
        "en": "one number of 20 + .2 sd",
        "es": "un número de 20 + 0,2 desv. típ.",
    },
    "odds of 8 categories x 1.2": {
        "en": "odds of 8 categories × 1.2",
        "es": "probabilidades relativas de 8 categorías × 1,2",
    },
    "correlation of two of 6 + 0.2": {
        "en": "correlation of two of 6 + .2",
        "es": "correlación de dos de 6 + 0,2",
    },
    "correlation of two of 6 + 0.4": {
        "en": "correlation of two of 6 + .4",
        "es": "correlación de dos de 6 + 0,4",
    },
}
CAUTION = {
    "en": "How far the glass box draws its penalties together was chosen among some 65 ways on "
    "German credit first of all: its figure there flatters.",
    "es": "Cuánto acerca la caja de cristal sus penalizaciones se eligió entre unas 65 maneras, "
    "sobre todo en germancredit: su cifra allí la favorece.",
}
TEXTS = {
    "places": {
        "en": "90 % intervals for a new place: {figures} figures of {sets} sets",
        "es": "intervalos del 90 % para un sitio nuevo: {figures} cifras de {sets} conjuntos",
    },
    "rotterdam": {
        "en": "a model of Rotterdam in Germany, {learner}: AUC expected before its labels",
        "es": "un modelo de Rotterdam en Alemania, {learner}: AUC esperada antes de sus resultados",
    },
    "came": {"en": "came {value} ({low}–{high})", "es": "fue {value} ({low}–{high})"},
    "level": {
        "en": "training like target, said to differ at 5 %: {kinds} kinds of table × {pairs}",
        "es": "entrenamiento igual al destino, dado por distinto al 5 %: {kinds} clases × {pairs}",
    },
    "power": {
        "en": "seen, of {pairs} pairs: {name}",
        "es": "detectado, de {pairs} pares: {name}",
    },
    "split": {"en": "one split", "es": "una división"},
    "folds": {"en": "five folds", "es": "cinco pliegues"},
    "weights": {
        "en": "error of the target's mean after weighting, a shift of .7 sd ({draws} draws)",
        "es": "error de la media del destino tras ponderar, 0,7 desv. típ. ({draws} sorteos)",
    },
    "unweighted": {"en": "unweighted", "es": "sin pesos"},
    "odds": {"en": "odds of trees", "es": "cocientes de probabilidades de los árboles"},
    "fairness": {
        "en": "fairness gaps: largest difference from fairlearn's",
        "es": "brechas de equidad: mayor diferencia con fairlearn",
    },
    "slices": {
        "en": "worst slices said where there are none (at 5 %)",
        "es": "subgrupos peores anunciados donde no los hay (al 5 %)",
    },
    "trees": {
        "en": "exact attributions, 300 trees × 31 leaves, 10,000 rows, s",
        "es": "atribuciones exactas, 300 árboles × 31 hojas, 10 000 filas, s",
    },
    "row": {
        "en": "the same of one row, µs; the first waits {first} s for {size} MB of tables",
        "es": "las mismas de una fila, µs; la primera espera {first} s a {size} MB de tablas",
    },
    "box": {
        "en": "any model, one row, CPU s (difference from a long run)",
        "es": "cualquier modelo, una fila, s de CPU (diferencia con uno largo)",
    },
    "reasons": {
        "en": "one row prepared, predicted and explained in words, trees, µs at the median",
        "es": "una fila preparada, predicha y explicada con palabras, árboles, µs",
    },
    "glass": {
        "en": "contributions of one row as it comes, glass box, µs at the median (99 %)",
        "es": "contribuciones de una fila tal como llega, caja de cristal, µs (99 %)",
    },
    "turned": {
        "en": "what would turn {rows} refusals, told what cannot change: s a row, changes",
        "es": "qué cambiaría {rows} denegaciones, dicho lo inmutable: s por fila, cambios",
    },
    "planted": {
        "en": "the planted cause is named first, least of {worlds} worlds",
        "es": "la causa plantada se nombra primero, el menor de {worlds} mundos",
    },
    "card": {
        "en": "the checks of trust on {rows} rows, s: 300 trees; what a search of 20 s gives",
        "es": "pruebas de confianza, {rows} filas, s: 300 árboles; una búsqueda de 20 s",
    },
}


def main() -> None:
    rewrite("elsewhere", elsewhere)
    rewrite("explained", explained)


def elsewhere(lang: str) -> str:
    warned = grid(HEADS["warnings"][lang], warnings(lang))
    rows = (*places(lang), *populations(lang), *groups(lang))
    return f"{warned}\n\n{grid(HEADS['measures'][lang], rows, words=(0, 2))}"


def warnings(lang: str) -> Iterator[Cells]:
    found = results("validate")["warnings"]["found"]
    for name, told in SHOWN.items():
        one = found[name][0]
        value, low, high = (figure(end, lang) for end in one["unseen"])
        known = one["random_same_places"]
        said = {"en": ("yes", "no"), "es": ("sí", "no")}[lang][not one["warning"]]
        yield told[lang], figure(known, lang), f"{value} ({low}–{high})", said


def places(lang: str) -> Iterator[Cells]:
    found = results("validate")
    of = found["places"]
    count = figure(of["figures"], lang)
    told = TEXTS["places"][lang].format(figures=count, sets=len(of["sets"]) // 2)
    yield told, figure(of["covered_over_places"], lang), ""
    for learner, germany in found["rotterdam"]["learners"].items():
        before, there = germany["expected_before_labels"]["roc_auc"], germany["there"]["roc_auc"]
        value, low, high = (figure(end, lang) for end in before)
        came = dict(zip(("value", "low", "high"), (figure(e, lang) for e in there), strict=True))
        told = TEXTS["rotterdam"][lang].format(learner=LEARNERS[learner][lang])
        yield told, f"{value} ({low}–{high})", TEXTS["came"][lang].format(**came)


def populations(lang: str) -> Iterator[Cells]:
    found = results("validate_population")
    level = [one["alarms"] for one in found["level"]]
    ends = f"{figure(min(level), lang)}–{figure(max(level), lang)}"
    pairs = figure(min(one["pairs"] for one in found["level"]), lang)
    yield TEXTS["level"][lang].format(kinds=len(level), pairs=pairs), ends, ""
    for one in found["power"]:
        if one["name"] == "none":
            continue
        beside = {
            TEXTS["split"][lang]: one["split sample"],
            TEXTS["folds"][lang]: one["five folds"],
        }
        name = SHIFTS[one["name"]][lang]
        told = TEXTS["power"][lang].format(name=name, pairs=one["pairs"])
        yield told, figure(one["relevo"], lang), named(beside, lang)
    last = found["weights"][-1]
    beside = {
        TEXTS["unweighted"][lang]: last["root mean squared error, unweighted"],
        TEXTS["odds"][lang]: last["odds of trees"],
    }
    told = TEXTS["weights"][lang].format(draws=last["draws"])
    yield told, figure(last["relevo"], lang), named(beside, lang)


def groups(lang: str) -> Iterator[Cells]:
    found = results("validate_subgroups")
    apart = max(one["largest difference from fairlearn"] for one in found["fairness"])
    yield TEXTS["fairness"][lang], f"{apart:.0e}", ""
    said = [one["said"] for one in found["level"] if one["name"].startswith("slices")]
    yield TEXTS["slices"][lang], f"{figure(min(said), lang)}–{figure(max(said), lang)}", ""


def explained(lang: str) -> str:
    rows = (*attributed(lang), *decided(lang), *trusted(lang))
    told = grid(HEADS["measures"][lang], rows, words=(0, 2))
    return f"{told}\n\n{grid(HEADS['glass box'][lang], glass_boxes(lang))}\n\n{CAUTION[lang]}"


def attributed(lang: str) -> Iterator[Cells]:
    found = results("explain_attributions")
    first, size = found["tables"]["first_row_s"], found["tables"]["tables_mb"]
    more = {"first": figure(first, lang), "size": figure(size, lang)}
    keys = (("trees", "trees, 10,000 rows, wall"), ("row", "trees, one row, p50"))
    for text, key in keys:
        of = [one for one in found["rows"] if one["key"] == key]
        beside = {one["peer_name"]: one["peer"] for one in of}
        told = TEXTS[text][lang].format(**more)
        yield told, figure(of[0]["relevo"], lang), named(beside, lang)
    seconds = [one for one in found["rows"] if one["key"] == "black box, one row, cpu"]
    apart = [one for one in found["rows"] if one["key"] == "black box, mean difference"]
    ours = _both(seconds[0]["relevo"], apart[0]["relevo"], lang)
    peers = (
        f"shap {time['peer_name']} {_both(time['peer'], off['peer'], lang)}"
        for time, off in zip(seconds, apart, strict=True)
    )
    yield TEXTS["box"][lang], ours, ", ".join(peers)


def _both(seconds: float, share: float, lang: str) -> str:
    return f"{figure(seconds, lang)} ({figure(100 * share, lang)} %)"


def decided(lang: str) -> Iterator[Cells]:
    found = results("explain_decisions")
    times = found["us_one_row"]
    beside = {"EBM explain_local": times["EBM explain_local"]["p50"]}
    ours = figure(times["trees: prepared, predicted and 4 reasons"]["p50"], lang)
    yield TEXTS["reasons"][lang], ours, named(beside, lang)
    of = [one for one in results("explain_glassbox")["rows"] if one["set"] == "germancredit"]
    by = {
        one["system"]: f"{figure(one['row_us'], lang)} ({figure(one['row_p99_us'], lang)})"
        for one in of
    }
    peer = "EBM 4 bags, no interactions"
    yield TEXTS["glass"][lang], by["relevo additive"], f"{peer} {by[peer]}"
    ways = found["counterfactuals"]
    peers = ("DiCE random, to vary, 4 asked", "DiCE genetic, to vary, 4 asked")
    told = "; ".join(f"{name.split(',')[0]} {_way(ways[name], lang)}" for name in peers)
    rows = found["refused_rows"]
    yield TEXTS["turned"][lang].format(rows=rows), _way(ways["relevo, 4 asked"], lang), told


def _way(one: Results, lang: str) -> str:
    seconds, changes = one["seconds_per_row_median"], one["changes_mean"]
    return f"{figure(seconds, lang)}, {figure(changes, lang)}"


def trusted(lang: str) -> Iterator[Cells]:
    found = results("explain_trust")
    planted = [one["named"] for one in found["planted"].values()]
    told = TEXTS["planted"][lang].format(worlds=len(planted))
    yield told, figure(min(planted), lang), ""
    cards = [found["card"][name] for name in ("300 x 31 leaves", "as searched in 20 s")]
    seconds = "; ".join(figure(one["wall_s"], lang) for one in cards)
    yield TEXTS["card"][lang].format(rows=cards[0]["rows"]), seconds, ""


def glass_boxes(lang: str) -> Iterator[Cells]:
    rows = results("explain_glassbox")["rows"]
    systems = ("relevo additive", "relevo linear", "EBM 4 bags, no interactions", "EBM default")
    for name in dict.fromkeys(one["set"] for one in rows):
        of = {one["system"]: one for one in rows if one["set"] == name}
        yield name, *(_fitted(of.get(system), lang) for system in systems)


def _fitted(one: Results | None, lang: str) -> str:
    if one is None:
        return "–"
    text = f"{one['value']:.4f}" if lang == "en" else f"{one['value']:.4f}".replace(".", ",")
    return f"{text}; {figure(one['fit_cpu_s'], lang)} s"


def results(name: str) -> Results:
    found: Results = json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))
    return found


def named(values: dict[str, float], lang: str) -> str:
    return ", ".join(f"{name} {figure(value, lang)}" for name, value in values.items())


if __name__ == "__main__":
    main()
