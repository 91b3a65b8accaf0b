"""Write the table and the picture of serving.json into both READMEs."""

from __future__ import annotations

import json
import math
from typing import Any

from measure import RESULTS, ROOT
from table import READMES, figure, grid, rewrite

from relevo.picture import standalone
from relevo.picture.svg import element, frame, line, short, words
from relevo.picture.ticks import Scale

PICTURES = ROOT / "docs" / "pictures"
FILES = {"en": "serving.svg", "es": "serving.es.svg"}
WIDE, LEFT, TOP, STEP = 760.0, 256.0, 30.0, 30.0
DOTS = {"relevo": "d1", "peer": "d3", "limit": "d2"}
HEADS = {
    "en": (
        *("server", "start s", "p50 / p99 ms, 1 connection", "requests/s, 16 connections"),
        *("p50 / p99 ms, 16", "relevo's requests/s ÷ its", "server CPU µs a request"),
        *("100 rows ms", "memory MB: PSS (RSS)"),
    ),
    "es": (
        *("servidor", "arranque s", "p50 / p99 ms, 1 conexión", "peticiones/s, 16 conexiones"),
        *("p50 / p99 ms, 16", "peticiones/s de relevo ÷ las suyas", "CPU µs por petición"),
        *("100 filas ms", "memoria MB: PSS (RSS)"),
    ),
}
LIMITS = {
    "echo_granian": {
        "en": "limit: granian, a fixed answer",
        "es": "límite: granian, respuesta fija",
    },
    "echo_uvicorn": {
        "en": "limit: uvicorn, a fixed answer",
        "es": "límite: uvicorn, respuesta fija",
    },
}
TEXTS = {
    "en": {
        "title": "Requests per second over 16 connections",
        "axis": "requests per second, 16 connections in a closed loop",
        "said": "One model (LightGBM, 300 trees of 31 leaves, 15 numbers, 5 strings), one worker, "
        "{cores} cores shared with the client, medians of {n} rounds of all servers in turn, "
        "{seconds} s each. While it was measured relevo checked every row, had each prediction on "
        "disk before it answered and offered all to a challenger; the others do none of these. "
        "Every answer was 200; all scores agree to 1e-9. ",
        "log": "Acknowledged by relevo: {acknowledged} predictions, in its log: {logged}; answered "
        "by the challenger: {mirrored}. ",
        "explained": "relevo with `?explain=3`: p50 {explained} ms. ",
        "echo": "relevo reaches {echo} of what granian answers with a fixed text. ",
    },
    "es": {
        "title": "Peticiones por segundo con 16 conexiones",
        "axis": "peticiones por segundo, 16 conexiones en bucle cerrado",
        "said": "Un modelo (LightGBM, 300 árboles de 31 hojas, 15 números, 5 textos), un "
        "proceso trabajador, {cores} núcleos compartidos con el cliente, medianas de {n} rondas de "
        "todos los servidores por turno, {seconds} s cada una. Mientras se medía, relevo "
        "comprobaba cada fila, tenía cada predicción en disco antes de responder y las "
        "ofrecía todas a un aspirante; los demás no hacen nada de esto. Toda respuesta fue 200; "
        "todas las puntuaciones coinciden hasta 1e-9. ",
        "log": "Confirmadas por relevo: {acknowledged} predicciones, en su registro: {logged}; "
        "respondidas por el aspirante: {mirrored}. ",
        "explained": "relevo con `?explain=3`: p50 {explained} ms. ",
        "echo": "relevo alcanza {echo} de lo que granian responde con un texto fijo. ",
    },
}


def main() -> None:
    content = json.loads((RESULTS / "serving.json").read_text(encoding="utf-8"))
    PICTURES.mkdir(exist_ok=True)
    for lang in READMES:
        (PICTURES / FILES[lang]).write_text(picture(content, lang) + "\n", encoding="utf-8")
    rewrite("serving", lambda lang: table(content, lang))


def table(content: dict[str, Any], lang: str) -> str:
    shown = f"![{TEXTS[lang]['title']}](docs/pictures/{FILES[lang]})"
    servers = content["servers"].items()
    rows = (cells(label(content, key, lang), one, lang) for key, one in servers)
    return "\n\n".join((shown, grid(HEADS[lang], rows), said(content, lang)))


def label(content: dict[str, Any], key: str, lang: str) -> str:
    """A server's name, and the version of its first package."""
    if key in LIMITS:
        return LIMITS[key][lang]
    first = next(iter(content["versions"][key].values()))
    name = content["servers"][key]["label"]
    return f"**{name}**" if key == "relevo" else f"{name} {first}"


def cells(name: str, one: dict[str, Any], lang: str) -> list[str]:
    def told(key: str) -> str:
        return "–" if one[key] is None else figure(one[key], lang)

    return [
        name,
        told("start_s"),
        f"{told('p50_ms')} / {told('p99_ms')}",
        told("per_second_16"),
        f"{told('p50_ms_16')} / {told('p99_ms_16')}",
        "–" if one["kind"] == "relevo" else told("relevo_times"),
        told("cpu_us"),
        "–" if one["kind"] == "limit" else told("hundred_rows_ms"),
        f"{told('pss_mb')} ({told('rss_mb')})",
    ]


def said(content: dict[str, Any], lang: str) -> str:
    texts, ours = TEXTS[lang], content["servers"].get("relevo")
    seconds = figure(content["seconds"], lang)
    text = texts["said"].format(cores=content["machine"]["cores"], n=content["n"], seconds=seconds)
    if ours:
        log = {key: figure(count, lang) for key, count in content["log"].items()}
        text += texts["log"].format(**log)
        text += texts["explained"].format(explained=figure(ours["explained_p50_ms"], lang))
    if ours and ours["of_echo"]:
        share = f"{100 * ours['of_echo']:.0f} %"
        text += texts["echo"].format(echo=share)
    return text.rstrip()


def picture(content: dict[str, Any], lang: str) -> str:
    """A point for each server on one logarithmic axis."""
    rates = {key: one["per_second_16"] for key, one in content["servers"].items()}
    low, high = 10 ** math.floor(math.log10(min(rates.values()))), max(rates.values()) * 1.6
    axis = Scale(math.log(low), math.log(high), LEFT, WIDE - 50, ())
    bottom = TOP + STEP * (len(rates) - 1) + 20
    parts = []
    for power in range(round(math.log10(low)), math.floor(math.log10(high)) + 1):
        at = axis(math.log(10**power))
        parts.append(line(at, TOP - 16, at, bottom, "grid"))
        parts.append(words(at, bottom + 18, figure(10**power, lang), anchor="middle"))
    parts.append(words((LEFT + WIDE) / 2, bottom + 40, TEXTS[lang]["axis"], "label", "middle"))
    for place, (key, rate) in enumerate(rates.items()):
        parts += shown(content, key, rate, axis, TOP + STEP * place, lang)
    return standalone(frame(TEXTS[lang]["title"], WIDE, bottom + 50, parts))


def shown(
    content: dict[str, Any], key: str, rate: float, axis: Scale, y: float, lang: str
) -> list[str]:
    kind = DOTS[content["servers"][key]["kind"]]
    at, name = axis(math.log(rate)), label(content, key, lang).replace("*", "")
    return [
        words(LEFT - 14, y + 4, name, "label", "end", room=LEFT - 16),
        element("path", class_="grid", d=f"M{short(LEFT)} {short(y)}H{short(at)}"),
        element("circle", class_=kind, cx=at, cy=y, r=6.0 if key == "relevo" else 4.5),
        words(at + 10, y + 4, figure(rate, lang)),
    ]


if __name__ == "__main__":
    main()
