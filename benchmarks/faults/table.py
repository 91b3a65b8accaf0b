"""Write the counts of faults.json between the markers of both READMEs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from faults.record import FILE
from table import figure, grid, rewrite

HEADS = {"en": ("fault", "counted", "kept"), "es": ("fallo", "contado", "cumplido")}
KEPT = {"en": ("**no**", "yes"), "es": ("**no**", "sí")}
NONE = {"en": "no answer", "es": "sin respuesta"}
LOST = {"en": "{acknowledged} acknowledged, {lost} lost", "es": "{acknowledged} confirmadas, "}
LOST["es"] += "{lost} perdidas"
DURING = {
    "en": f"{LOST['en']}; meanwhile {{during}}; afterwards {{after}}",
    "es": f"{LOST['es']}; mientras tanto {{during}}; después {{after}}",
}
# In the order of the table: what was done, and what was counted.
LABELS: dict[str, dict[str, tuple[str, str]]] = {
    "kill": {
        "en": (
            "kill -9 of everything, the parent or a worker, {times} times at 200 requests/s",
            LOST["en"] + "; answers again within {longest_recovery_s} s",
        ),
        "es": (
            "kill -9 de todo, del proceso padre o de un trabajador, {times} veces a 200 "
            "peticiones/s",
            LOST["es"] + "; responde de nuevo en {longest_recovery_s} s como mucho",
        ),
    },
    "postgres_answer": {
        "en": ('PostgreSQL stopped for {outage_s} s, `when_store_fails = "answer"`', DURING["en"]),
        "es": (
            'PostgreSQL detenido {outage_s} s, `when_store_fails = "answer"`',
            DURING["es"],
        ),
    },
    "postgres_refuse": {
        "en": ('PostgreSQL stopped for {outage_s} s, `when_store_fails = "refuse"`', DURING["en"]),
        "es": (
            'PostgreSQL detenido {outage_s} s, `when_store_fails = "refuse"`',
            DURING["es"],
        ),
    },
    "disk": {
        "en": ("disk full for {seconds} s", DURING["en"]),
        "es": ("disco lleno {seconds} s", DURING["es"]),
    },
    "swaps": {
        "en": (
            "{swaps} swaps of the champion at 200 requests/s",
            "{requests} requests, {failed} failed, {mixed} mixed answers, {lost} lost",
        ),
        "es": (
            "{swaps} relevos del campeón a 200 peticiones/s",
            "{requests} peticiones, {failed} fallidas, {mixed} respuestas mezcladas, "
            "{lost} perdidas",
        ),
    },
    "challengers": {
        "en": (
            "challenger that sleeps, is damaged, is killed again and again, has too little memory",
            "champion's p99 beside none, a good one, and each of these: {p99_ms} ms; "
            "{not_answered_200} requests failed, {lost} lost",
        ),
        "es": (
            "aspirante que duerme, está dañado, muere una y otra vez, tiene poca memoria",
            "p99 del campeón sin ninguno, con uno bueno y con cada uno de ellos: {p99_ms} ms; "
            "{not_answered_200} peticiones fallidas, {lost} perdidas",
        ),
    },
    "hostile": {
        "en": (
            "hostile clients: slowloris, {idle_connections} idle connections, 1 GB bodies, nesting,"
            " NaN, huge numbers, broken texts, floods of rows and headers",
            "{bounded} of {kinds} kinds refused or bounded; of {good_requests} good requests "
            "beside them {good_failed} failed, highest p99 {good_highest_p99_ms} ms; memory "
            "{memory_growth_mb} MB more",
        ),
        "es": (
            "clientes hostiles: slowloris, {idle_connections} conexiones ociosas, cuerpos de 1 GB,"
            " anidamiento, NaN, números enormes, textos rotos, avalanchas de filas y cabeceras",
            "{bounded} de {kinds} tipos rechazados o acotados; de {good_requests} peticiones "
            "buenas a su lado fallaron {good_failed}, p99 máximo {good_highest_p99_ms} ms; "
            "memoria {memory_growth_mb} MB más",
        ),
    },
    "schema": {
        "en": (
            "schemathesis over the OpenAPI for {seconds} s",
            "{requests} requests, {server_errors} answered 500: {statuses}",
        ),
        "es": (
            "schemathesis sobre el OpenAPI durante {seconds} s",
            "{requests} peticiones, {server_errors} con respuesta 500: {statuses}",
        ),
    },
    "steady": {
        "en": (
            "{seconds} s at {rate} requests/s, a challenger mirrored",
            "{acknowledged} acknowledged, {logged} in the log, {mirrored} mirrored; memory "
            "{memory_early_mb} MB, at the end {memory_late_mb} MB",
        ),
        "es": (
            "{seconds} s a {rate} peticiones/s, con un aspirante reflejado",
            "{acknowledged} confirmadas, {logged} en el registro, {mirrored} reflejadas; memoria "
            "{memory_early_mb} MB, al final {memory_late_mb} MB",
        ),
    },
}


def main() -> None:
    found = json.loads(FILE.read_text(encoding="utf-8"))["faults"]
    rewrite("faults", lambda lang: grid(HEADS[lang], rows(found, lang), words=range(3)))


def rows(found: Mapping[str, Any], lang: str) -> Iterator[tuple[str, str, str]]:
    for key, texts in LABELS.items():
        if key in found:
            shown = {name: told(value, lang) for name, value in found[key].items()}
            done, counted = (text.format(**shown) for text in texts[lang])
            yield done, counted, KEPT[lang][found[key]["kept"]]


def told(value: Any, lang: str) -> str:
    """A number in the language's form; figures by name between slashes."""
    if isinstance(value, Mapping):
        if set(value) <= {"none", *map(str, range(100, 600))}:
            return ", ".join(f"{NONE[lang] if k == 'none' else k} × {v}" for k, v in value.items())
        return " / ".join(told(one, lang) for one in value.values())
    return figure(value, lang) if isinstance(value, int | float) else str(value)


if __name__ == "__main__":
    main()
