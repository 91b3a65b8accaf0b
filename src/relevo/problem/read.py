"""Read `relevo.toml`; a mistake is named with its line, what came and what was expected."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from relevo.errors import ProblemMistake, nearest
from relevo.problem.problem import Problem
from relevo.words import say

FILE = "relevo.toml"


def read_problem(path: Path) -> Problem:
    """The problem in a file.

    Parameters
    ----------
    path
        The problem file, or the folder that holds `relevo.toml`.

    Raises
    ------
    ProblemMistake
        When there is no such file, it is no TOML, or a field of it is wrong; all wrong fields are
        named at once.

    """
    file = path / FILE if path.is_dir() or not path.suffix else path
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise ProblemMistake("problem.absent", path=file) from error
    return parse_problem(text, file.name)


def parse_problem(text: str, file: str = FILE) -> Problem:
    """The problem in the text of a problem file; `file` is its name in messages."""
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProblemMistake("problem.not_toml", file=file, reason=error) from error
    try:
        problem = Problem.model_validate(tree)
    except ValidationError as error:
        details = error.errors(include_url=False)
        came = "; ".join(_came(detail, text) for detail in details)
        expected = "; ".join(dict.fromkeys(_expected(detail) for detail in details))
        raise ProblemMistake(
            "problem.wrong", file=file, problems=came, expected=expected, hint=_hint(details)
        ) from error
    if bool(problem.data.path) == bool(problem.data.url):
        raise ProblemMistake("problem.no_source", file=file)
    return problem


def _came(detail: ErrorDetails, text: str) -> str:
    field = ".".join(str(part) for part in detail["loc"] if not isinstance(part, int))
    line = _line(text, detail["loc"])
    where = say("problem.at_line", line=line) if line else ""
    if detail["type"] == "missing":
        return say("problem.field_missing", field=field, where=where)
    if detail["type"] == "extra_forbidden":
        return say("problem.field_unknown", field=field, where=where)
    return say("problem.field_wrong", field=field, where=where, value=repr(detail["input"]))


def _expected(detail: ErrorDetails) -> str:
    if detail["type"] == "extra_forbidden":
        return say("problem.known_fields", fields=", ".join(_fields(detail["loc"][:-1])))
    context: dict[str, Any] = detail.get("ctx", {})
    if detail["type"] == "literal_error":
        return say(
            "problem.one_of", choices=context["expected"].replace(" or ", f" {say('words.or')} ")
        )
    if detail["type"] == "missing":
        return say("problem.needed", field=".".join(str(part) for part in detail["loc"]))
    bounds = {"greater_than": ">", "greater_than_equal": "≥", "less_than": "<"}
    if detail["type"] in bounds:
        limit = next(iter(context.values()))
        return say("problem.bound", bound=f"{bounds[detail['type']]} {limit:g}")
    kinds = {"string_type": "text", "float_parsing": "number", "float_type": "number"}
    kinds |= {"int_parsing": "number", "int_type": "number", "tuple_type": "names"}
    return say(f"problem.kind_{kinds.get(detail['type'], 'other')}")


def _hint(details: list[ErrorDetails]) -> str:
    """The nearest right name of each unknown key."""
    unknown = [detail["loc"] for detail in details if detail["type"] == "extra_forbidden"]
    return "".join(nearest(str(where[-1]), _fields(where[:-1])) for where in unknown)


def _fields(location: tuple[int | str, ...]) -> list[str]:
    section: type[BaseModel] = Problem
    for part in location:
        annotation = section.model_fields[str(part)].annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            section = annotation
    return list(section.model_fields)


def _line(text: str, location: tuple[int | str, ...]) -> int | None:
    """The line of a field: the key itself, inside its section when it has one."""
    names = [str(part) for part in location if not isinstance(part, int)]
    section, found = "", None
    for number, line in enumerate(text.splitlines(), start=1):
        header = re.match(r"\s*\[+\s*([\w.\-]+)", line)
        if header:
            section = header[1]
            if section == ".".join(names):
                return number
        key = re.match(r"\s*([\w\-]+)\s*=", line)
        if key and names and key[1] == names[-1] and section == ".".join(names[:-1]):
            found = number
    return found
