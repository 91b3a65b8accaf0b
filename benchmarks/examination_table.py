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
        "en": ("measure", "relevo", "beside it"),
        "es": ("medida", "relevo", "al lado"),
    },
    "glass box": {
        "en": ("AUC or R2; CPU s of a fit", "glass box", "EBM, 4 bags, additive", "EBM"),
        "es": ("AUC o R2; s de CPU de un ajuste", "caja de cristal", "EBM, 4, aditivo", "EBM"),
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
TEXTS = {
    "places": {
        "en": "90 % intervals for a new place, {places} places of {sets} sets",
        "es": "intervalos del 90 % para un sitio nuevo, {places} sitios de {sets} conjuntos",
    },
    "rotterdam": {
        "en": "a model of Rotterdam in Germany: AUC expected before its labels",
        "es": "un modelo de Rotterdam en Alemania: AUC esperada antes de sus resultados",
    },
    "came": {"en": "came {value} ({low}–{high})", "es": "fue {value} ({low}–{high})"},
    "level": {
        "en": "training like target: said to differ at 5 %, {kinds} kinds of table × 1,000",
        "es": "entrenamiento como destino: dice que difieren al 5 %, {kinds} clases de tabla",
    },
    "power": {
        "en": "seen: {name}",
        "es": "visto: {name}",
    },
    "split": {"en": "one split", "es": "una división"},
    "folds": {"en": "five folds", "es": "cinco pliegues"},
    "weights": {
        "en": "error of the target's mean after weighting, a shift of .7 sd",
        "es": "error de la media del destino tras ponderar, cambio de 0,7",
    },
    "unweighted": {"en": "unweighted", "es": "sin pesos"},
    "odds": {"en": "odds of trees", "es": "razones de árboles"},
    "fairness": {
        "en": "fairness gaps: largest difference from fairlearn's",
        "es": "brechas de equidad: mayor diferencia con fairlearn",
    },
    "slices": {
        "en": "worst slices said where there are none (at 5 %)",
        "es": "peores partes dichas donde no hay (al 5 %)",
    },
    "trees": {
        "en": "exact attributions, 300 trees x 31 leaves, 10,000 rows, CPU s",
        "es": "atribuciones exactas, 300 árboles x 31 hojas, 10 000 filas, s de CPU",
    },
    "row": {"en": "the same of one row, CPU µs", "es": "las mismas de una fila, µs de CPU"},
    "box": {
        "en": "any model, one row, CPU s (difference from a long run)",
        "es": "cualquier modelo, una fila, s de CPU (diferencia con uno largo)",
    },
    "reasons": {
        "en": "four reasons of one row in words, trees, CPU µs at the median",
        "es": "cuatro razones de una fila con palabras, árboles, µs de CPU",
    },
    "glass": {
        "en": "contributions of one row, glass box, µs at the median (99 %)",
        "es": "contribuciones de una fila, caja de cristal, µs (99 %)",
    },
    "turned": {
        "en": "what would turn 15 refusals: s a row, changes, what a person can change",
        "es": "qué cambiaría 15 denegaciones: s por fila, cambios, lo que se puede cambiar",
    },
    "planted": {
        "en": "the planted cause is named first, least of 12 worlds",
        "es": "la causa plantada se nombra primero, el menor de 12 mundos",
    },
    "card": {
        "en": "the checks of trust on 200 rows, CPU s",
        "es": "las pruebas de confianza en 200 filas, s de CPU",
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
    told = TEXTS["places"][lang].format(places=of["places"], sets=len(of["sets"]) // 2)
    yield told, figure(of["covered_over_places"], lang), ""
    germany = found["rotterdam"]["learners"]["linear"]
    value, low, high = (figure(end, lang) for end in germany["expected_before_labels"]["roc_auc"])
    ends = (figure(end, lang) for end in germany["there"]["roc_auc"])
    there = dict(zip(("value", "low", "high"), ends, strict=True))
    yield TEXTS["rotterdam"][lang], f"{value} ({low}–{high})", TEXTS["came"][lang].format(**there)


def populations(lang: str) -> Iterator[Cells]:
    found = results("validate_population")
    level = [one["alarms"] for one in found["level"] if one["pairs"] >= 1000]
    ends = f"{figure(min(level), lang)}–{figure(max(level), lang)}"
    yield TEXTS["level"][lang].format(kinds=len(level)), ends, ""
    for one in found["power"][1:]:
        beside = {
            TEXTS["split"][lang]: one["split sample"],
            TEXTS["folds"][lang]: one["five folds"],
        }
        yield (
            TEXTS["power"][lang].format(name=one["name"]),
            figure(one["relevo"], lang),
            named(beside, lang),
        )
    last = found["weights"][-1]
    beside = {
        TEXTS["unweighted"][lang]: last["root mean squared error, unweighted"],
        TEXTS["odds"][lang]: last["odds of trees"],
    }
    yield TEXTS["weights"][lang], figure(last["relevo"], lang), named(beside, lang)


def groups(lang: str) -> Iterator[Cells]:
    found = results("validate_subgroups")
    apart = max(one["largest difference from fairlearn"] for one in found["fairness"])
    yield TEXTS["fairness"][lang], f"{apart:.0e}", ""
    said = [one["said"] for one in found["level"] if one["name"].startswith("slices")]
    yield TEXTS["slices"][lang], f"{figure(min(said), lang)}–{figure(max(said), lang)}", ""


def explained(lang: str) -> str:
    rows = (*attributed(lang), *decided(lang), *trusted(lang))
    told = grid(HEADS["measures"][lang], rows, words=(0, 2))
    return f"{told}\n\n{grid(HEADS['glass box'][lang], glass_boxes(lang))}"


def attributed(lang: str) -> Iterator[Cells]:
    rows = results("explain_attributions")["rows"]
    for text, key in (("trees", "trees, 10,000 rows, cpu"), ("row", "trees, one row, cpu")):
        of = [one for one in rows if one["key"] == key]
        beside = {one["peer_name"]: one["peer"] for one in of}
        yield TEXTS[text][lang], figure(of[0]["relevo"], lang), named(beside, lang)
    seconds = [one for one in rows if one["key"] == "black box, one row, cpu"]
    apart = [one for one in rows if one["key"] == "black box, mean difference"]
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
    ours = figure(times["trees: 4 reasons with texts"]["cpu_p50"], lang)
    yield TEXTS["reasons"][lang], ours, named(beside, lang)
    of = [one for one in results("explain_glassbox")["rows"] if one["set"] == "germancredit"]
    by = {
        one["system"]: f"{figure(one['row_us'], lang)} ({figure(one['row_p99_us'], lang)})"
        for one in of
    }
    peer = "EBM 4 bags, no interactions"
    yield TEXTS["glass"][lang], by["relevo additive"], f"{peer} {by[peer]}"
    ways = found["counterfactuals"]
    peers = ("DiCE random, default, 4 asked", "DiCE genetic, default, 4 asked")
    told = "; ".join(f"{name.split(',')[0]} {_way(ways[name], lang)}" for name in peers)
    yield TEXTS["turned"][lang], _way(ways["relevo, 4 asked"], lang), told


def _way(one: Results, lang: str) -> str:
    seconds, changes = one["seconds_per_row_median"], one["changes_mean"]
    return (
        f"{figure(seconds, lang)}, {figure(changes, lang)}, {100 * one['actionable_share']:.0f} %"
    )


def trusted(lang: str) -> Iterator[Cells]:
    found = results("explain_trust")
    named_first = min(one["named"] for one in found["planted"].values())
    yield TEXTS["planted"][lang], figure(named_first, lang), ""
    yield TEXTS["card"][lang], figure(found["card"]["300 x 31 leaves"]["cpu_s"], lang), ""


def glass_boxes(lang: str) -> Iterator[Cells]:
    rows = results("explain_glassbox")["rows"]
    for name in dict.fromkeys(one["set"] for one in rows):
        of = {one["system"]: one for one in rows if one["set"] == name}
        systems = ("relevo additive", "EBM 4 bags, no interactions", "EBM default")
        yield name, *(_fitted(of.get(system), lang) for system in systems)


def _fitted(one: Results | None, lang: str) -> str:
    if one is None or one.get("value") is None:
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
