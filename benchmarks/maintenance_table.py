"""Write the tables of watching and of renewing from their results into both READMEs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from measure import RESULTS
from table import figure, grid, rewrite

Results = dict[str, Any]
Cells = tuple[str, ...]

CHANGES = {
    "12 numbers + .05 sd": {"en": "12 numbers + .05 sd", "es": "12 números + 0,05 de desviación"},
    "one number + .1 sd": {"en": "one number + .1 sd", "es": "un número + 0,1"},
    "one number + .2 sd": {"en": "one number + .2 sd", "es": "un número + 0,2"},
    "category odds x 1.2": {"en": "category odds × 1.2", "es": "razón de una categoría × 1,2"},
}
KINDS = {
    "never": {"en": "never", "es": "nunca"},
    "from scratch on all rows": {"en": "from scratch", "es": "desde cero"},
    "LightGBM refit, decay 0.9": {"en": "LightGBM `refit`, .9", "es": "`refit` de LightGBM, 0,9"},
    "LightGBM + 5 trees on new rows": {
        "en": "LightGBM + 5 trees on new rows",
        "es": "LightGBM + 5 árboles con filas nuevas",
    },
    "relevo, chosen on evidence": {
        "en": "**relevo, chosen on evidence**",
        "es": "**relevo, elegido con evidencia**",
    },
}
LINES = {
    "never": {"en": "never", "es": "nunca"},
    "monthly": {"en": "from scratch monthly", "es": "desde cero cada mes"},
    "weekly": {"en": "from scratch weekly", "es": "desde cero cada semana"},
    "daily": {"en": "from scratch daily", "es": "desde cero cada día"},
    "fine-tuned every week": {"en": "fine-tuned weekly", "es": "ajustado cada semana"},
    "every day, scratch every month": {
        "en": "fine-tuned daily, from scratch monthly",
        "es": "ajustado cada día, desde cero cada mes",
    },
    "on alarm, then every day, scratch every month": {
        "en": "**the same, once an alarm has come**",
        "es": "**lo mismo, desde que hay una alarma**",
    },
    "on alarm, then every day, scratch every quarter": {
        "en": "**from the alarm on, from scratch quarterly**",
        "es": "**desde la alarma, desde cero cada trimestre**",
    },
}
RULES = {
    "better on today's batch": {"en": "better on today's batch", "es": "mejor en el lote de hoy"},
    "e-process on rows": {"en": "e-values on rows", "es": "e-valores sobre filas"},
    "t test on days, every day": {"en": "t test on days", "es": "prueba t sobre días"},
    "asymptotic sequence on days": {
        "en": "confidence sequence on days",
        "es": "secuencia de confianza sobre días",
    },
    "asymptotic sequence on weeks": {"en": "the same on weeks", "es": "la misma sobre semanas"},
    "relevo": {"en": "**relevo**", "es": "**relevo**"},
}
HEADS = {
    "watch": {
        "en": ("measure", "relevo", "beside it"),
        "es": ("medida", "relevo", "al lado"),
    },
    "lines": {
        "en": (
            *("flights, 306 days", "log loss", "of weekly's gain"),
            *("from scratch / fine-tuned", "CPU s"),
        ),
        "es": (
            *("vuelos, 306 días", "log loss", "de la ganancia semanal"),
            *("desde cero / ajustes", "s de CPU"),
        ),
    },
    "kinds": {
        "en": (
            *("update of every week", "log loss", "of the gain from scratch", "of its CPU"),
            "worse on the next week, beyond noise",
        ),
        "es": (
            *("actualización de cada semana", "log loss", "de la ganancia desde cero"),
            *("de su CPU", "peor la semana siguiente, más allá del ruido"),
        ),
    },
    "duel": {
        "en": (
            "looked at every day, days depend on their week",
            *("equal, ever let in: 60 / 365 days", "worse by .002: 60"),
            *("better by .02 seen in 60", "by .01 in 365"),
        ),
        "es": (
            "se mira cada día, los días dependen de su semana",
            *("igual, entra alguna vez: 60 / 365 días", "peor en 0,002: 60"),
            *("mejor en 0,02, visto en 60", "en 0,01, en 365"),
        ),
    },
}
PEERS = {
    "plain": {"en": "by hand (numpy, Polars)", "es": "a mano (numpy, Polars)"},
    "nannyml": {"en": "NannyML", "es": "NannyML"},
    "evidently": {"en": "Evidently", "es": "Evidently"},
}
TEXTS = {
    "en": {
        "speed": "drift of {rows} × 20 rows against as many, CPU s with fit",
        "memory": "extra memory of the check, MB",
        "saved": "the same against a saved reference, CPU s of the check",
        "report": "report on 2,000 rows with pictures, CPU s (KB)",
        "level": "false alarms at a stated 5 %, mean of {cells} kinds of table (lowest and highest "
        "of the {many} with {windows} windows)",
        "power": "changes seen at that level: {name}",
        "year": "share of {years} years of daily looks with a false alarm",
        "each": "5 % each day",
        "part": "5 % / 365 each day",
        "census": "error of the AUC estimated without labels, census, 41 × 5,000 (on which it was "
        "tuned)",
        "held": "its 90 % intervals hold",
        "blind": "the same on flights, where the relation changes, 35 × 4,000",
        "weeks": "the same with 400 labels a week",
        "falls": "falls of .05 or more flagged",
        "constant": "constant",
        "alone": "labels alone",
        "loss": "alarm on the loss of flights, 306 days, model never renewed",
        "weekly": "the same, model renewed every week",
        "from": "from day {day} on",
        "days": "days with an alarm: {named}",
        "advice": "Advice from the first quarter (half) of the history, for seven costs of an "
        "update, judged on the rest against the best fixed cadence picked afterwards: on flights "
        "at most {flights}, on hotel prices at most {hotel}; a naive replay {naive_flights}, "
        "{naive_hotel}. `policy` is what is recommended in {policies} of {pieces} cases. Over the "
        "whole time the policy costs {policy_flights} on flights, {policy_hotel} on hotel prices "
        "(six costs of an update), against the best fixed cadence.",
        "dearer": "{quarter} % ({half} %) dearer",
        "from_to": "{low} to {high} %",
        "hard": "Three pairs of models, lowest and highest. Two further pairs, with rare days that "
        "speak against the challenger, are beyond the stated 5 %: {hard} over 365 days.",
        "labels": "Of 2,000 renewals looked at after every label, {equal} % let in a challenger "
        "that was no better; one that was better needed {median} labels (median).",
    },
    "es": {
        "speed": "deriva de {rows} × 20 filas frente a otras tantas, s de CPU con ajuste",
        "memory": "memoria adicional de la comprobación, MB",
        "saved": "lo mismo con referencia guardada, s de CPU de la comprobación",
        "report": "informe de 2000 filas con gráficos, s de CPU (KB)",
        "level": "falsas alarmas con un 5 % declarado, media de {cells} clases de tabla (mínimo y "
        "máximo de las {many} con {windows} ventanas)",
        "power": "cambios vistos a ese nivel: {name}",
        "year": "parte de {years} años de miradas diarias con una falsa alarma",
        "each": "5 % cada día",
        "part": "5 % / 365 cada día",
        "census": "error del AUC estimado sin etiquetas, censo, 41 × 5000 (el método se "
        "ajustó con ellas)",
        "held": "sus intervalos del 90 % aciertan",
        "blind": "lo mismo en vuelos, donde cambia la relación, 35 × 4000",
        "weeks": "lo mismo con 400 etiquetas por semana",
        "falls": "caídas de 0,05 o más señaladas",
        "constant": "constante",
        "alone": "solo etiquetas",
        "loss": "alarma en la pérdida de vuelos, 306 días, modelo nunca renovado",
        "weekly": "lo mismo, modelo renovado cada semana",
        "from": "desde el día {day}",
        "days": "días con alarma: {named}",
        "advice": "Consejo desde el primer cuarto (la mitad) de la historia, para siete costes de "
        "una actualización, juzgado en el resto frente a la mejor cadencia fija elegida después: "
        "en vuelos a lo sumo un {flights}, en precios de hotel un {hotel}; una repetición ingenua, "
        "un {naive_flights} y un {naive_hotel}. En {policies} de {pieces} casos lo que se "
        "recomienda es `policy`. En todo el tiempo la política cuesta {policy_flights} en vuelos y "
        "{policy_hotel} en precios de hotel (seis costes), frente a la mejor cadencia fija.",
        "dearer": "{quarter} % ({half} %) más caro",
        "from_to": "de {low} a {high} %",
        "hard": "Tres pares de modelos, mínimo y máximo. Otros dos, con días raros en contra de la "
        "aspirante, pasan del 5 % declarado: {hard} en 365 días.",
        "labels": "De 2000 renovaciones miradas tras cada etiqueta, el {equal} % dejó entrar a una "
        "aspirante que no era mejor; una que lo era necesitó {median} etiquetas (mediana).",
    },
}


def main() -> None:
    rewrite("watch", watching)
    rewrite("renew", renewing)


def watching(lang: str) -> str:
    rows = (*drift_cost(lang), *drift_level(lang), *quality(lang), *losses(lang))
    return grid(HEADS["watch"][lang], rows, words=(0, 2))


def drift_cost(lang: str) -> Iterator[Cells]:
    told = TEXTS[lang]
    for key, tools in results("watch_drift").items():
        if key.startswith("10000 "):
            continue
        rows = f"{int(key.split()[0]):,}".replace(",", " " if lang == "es" else ",")
        ours, saved = tools["relevo"], tools["relevo saved"]
        peers = {PEERS[name][lang]: one for name, one in tools.items() if name in PEERS}
        both = {name: one["fit_cpu_s"] + one["check_cpu_s"] for name, one in peers.items()}
        cpu = figure(ours["fit_cpu_s"] + ours["check_cpu_s"], lang)
        yield told["speed"].format(rows=rows), cpu, named(both, lang)
        extra = {name: one["extra_mb"] for name, one in peers.items()}
        yield told["memory"], figure(ours["extra_mb"], lang), named(extra, lang)
        yield told["saved"], figure(saved["check_cpu_s"], lang), ""
    report = results("watch_report")
    ours, peer = (report[name]["with pictures"] for name in ("relevo", "Evidently"))
    shown = [f"{figure(one['cpu_s'], lang)} ({figure(one['kb'], lang)})" for one in (ours, peer)]
    yield told["report"], shown[0], f"Evidently {shown[1]}"


def drift_level(lang: str) -> Iterator[Cells]:
    told, found = TEXTS[lang], results("watch_drift_level")
    cells = found["cells"]
    windows = max(cell["windows"] for cell in cells)
    many = [cell["alarms"] for cell in cells if cell["windows"] == windows]
    alarms = sum(cell["alarms"] * cell["windows"] for cell in cells)
    mean = figure(alarms / sum(cell["windows"] for cell in cells), lang)
    ends = f"{mean} ({figure(min(many), lang)}–{figure(max(many), lang)})"
    yield told["level"].format(cells=len(cells), many=len(many), windows=windows), ends, ""
    for cell in found.get("power", ()):
        if cell["name"] in CHANGES:
            name = CHANGES[cell["name"]][lang]
            yield told["power"].format(name=name), figure(cell["alarms"], lang), ""
    year = found["year"][-1]
    simple = {"each": "alpha each day", "part": "alpha / 365 each day"}
    beside = named({told[name]: year[key] for name, key in simple.items()}, lang)
    yield told["year"].format(years=year["years"]), figure(year["monitor"], lang), beside


def quality(lang: str) -> Iterator[Cells]:
    told, found = TEXTS[lang], results("watch_quality")
    if census := found.get("census"):
        beside = named({"CBPE": census["cbpe"], told["constant"]: census["constant"]}, lang)
        yield told["census"], figure(census["relevo"], lang), beside
        yield told["held"], figure(census["relevo_covered_at_90"], lang), ""
    if weeks := found.get("weeks"):
        constant = {told["constant"]: weeks["constant"]}
        blind = named({"CBPE": weeks["cbpe_without_labels"], **constant}, lang)
        few = named({told["alone"]: weeks["labels_alone"], **constant}, lang)
        yield told["blind"], figure(weeks["relevo_without_labels"], lang), blind
        yield told["weeks"], figure(weeks["relevo_with_labels"], lang), few
        yield told["falls"], figure(weeks["falls_flagged"], lang), ""


def losses(lang: str) -> Iterator[Cells]:
    told, found = TEXTS[lang], results("watch_loss")["flights"]
    river = found["river, days with an alarm"]
    for name, model in (("loss", "static"), ("weekly", "weekly")):
        peers = {one: river[f"{model} {one}"] for one in ("ADWIN", "PageHinkley", "DDM")}
        beside = told["days"].format(named=named(peers, lang))
        yield told[name], told["from"].format(day=found[model]["alarmed_on"]), beside


def renewing(lang: str) -> str:
    cadence, kinds, duel = (results(f"renew_{name}") for name in ("cadence", "kinds", "duel"))
    told = TEXTS[lang]
    parts = (
        grid(HEADS["lines"][lang], lines(cadence["flights"], lang)),
        advice(cadence["flights"], cadence["hotel"], lang),
        grid(HEADS["kinds"][lang], kinds_of(kinds["kinds"], lang)),
        grid(HEADS["duel"][lang], rules(duel["flights"], lang)),
        f"{told['hard'].format(hard=hard(duel['flights'], lang))} "
        + told["labels"].format(
            equal=figure(100 * duel["labels"]["no better: promoted, relevo"], lang),
            median=figure(duel["labels"]["better: median labels, relevo"], lang),
        ),
    )
    return "\n\n".join(parts)


def lines(flights: Results, lang: str) -> Iterator[Cells]:
    found = {one["line"]: one for one in flights["lines"]}
    for key, names in LINES.items():
        one = found[key]
        yield (
            names[lang],
            decimals(one["loss"], 4, lang),
            percent(one["share_of_weekly_gain"]),
            f"{one['scratch']} / {one['fine_tuned']}",
            figure(one["cpu_seconds"], lang),
        )


def advice(flights: Results, hotel: Results, lang: str) -> str:
    told = {}
    for name, found in (("flights", flights), ("hotel", hotel)):
        for key, which in ((name, "regret"), (f"naive_{name}", "naive_regret")):
            worst = [max(row[which] for row in one["rows"]) for one in found["advice"]]
            quarter, half = (figure(100 * one, lang) for one in worst)
            told[key] = TEXTS[lang]["dearer"].format(quarter=quarter, half=half)
        against = [100 * one["against_best_fixed"] for one in found["policy"]]
        low, high = (figure(one, lang) for one in (min(against), max(against)))
        told[f"policy_{name}"] = TEXTS[lang]["from_to"].format(low=low, high=high)
    rows = [row for found in (flights, hotel) for one in found["advice"] for row in one["rows"]]
    chosen = sum(row["recommended"] == "policy" for row in rows)
    return TEXTS[lang]["advice"].format(policies=chosen, pieces=len(rows), **told)


def kinds_of(kinds: list[Results], lang: str) -> Iterator[Cells]:
    found = {one["kind"]: one for one in kinds}
    for key, names in KINDS.items():
        one = found[key]
        yield (
            names[lang],
            decimals(one["log_loss"], 4, lang),
            percent(one["share_of_gain"]),
            f"{decimals(100 * one['share_of_cpu'], 1, lang)} %",
            f"{one['worse_beyond_noise']} / {one['updates']}",
        )


def rules(flights: Results, lang: str) -> Iterator[Cells]:
    """The lowest and highest over the pairs of models."""
    pairs = [one["rules"] for one in flights.values() if set(RULES) <= set(one["rules"])]
    for key, names in RULES.items():
        ends = {name: between([pair[key][name] for pair in pairs], lang) for name in pairs[0][key]}
        yield (
            names[lang],
            f"{ends['level, 60 days']} / {ends['level, 365 days']}",
            ends["worse by .002, 60"],
            ends["gain .02 in 60"],
            ends["gain .01 in 365"],
        )


def hard(flights: Results, lang: str) -> str:
    """How often relevo lets an equal challenger in, on the pairs that the table leaves out."""
    left = [one["rules"] for one in flights.values() if not set(RULES) <= set(one["rules"])]
    return between([one["relevo"]["level, 365 days"] for one in left], lang)


def between(values: list[float], lang: str) -> str:
    low, high = (figure(end(values), lang) for end in (min, max))
    return low if low == high else f"{low}–{high}"


def named(values: dict[str, float], lang: str) -> str:
    return ", ".join(f"{name} {figure(value, lang)}" for name, value in values.items())


def decimals(value: float, digits: int, lang: str) -> str:
    text = f"{value:.{digits}f}"
    return text.replace(".", ",") if lang == "es" else text


def percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def results(name: str) -> Results:
    file = RESULTS / f"{name}.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


if __name__ == "__main__":
    main()
