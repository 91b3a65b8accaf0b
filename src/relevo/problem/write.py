"""Write a problem file that a person can read and edit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from relevo.problem.problem import Problem
from relevo.words import say


def problem_text(problem: Problem, why: str = "") -> str:
    """The problem as TOML: what is set, with a line on each section; `why` explains the task."""
    tree = problem.model_dump(exclude_defaults=True)
    # What was identified is written even where it is the default: people come to change it.
    tree["success"] = {"metric": problem.metric, **tree.get("success", {})}
    tree["training"] = {"budget": problem.training.budget, **tree.get("training", {})}
    lines = [f"# {say('problem.file_head')}", ""]
    lines += [f"# {why}"] if why else []
    lines += _pairs({key: value for key, value in tree.items() if not isinstance(value, dict)})
    for name, section in tree.items():
        if isinstance(section, dict) and section:
            lines += ["", f"# {say(f'problem.section_{name}')}", f"[{name}]", *_pairs(section)]
    return "\n".join(lines) + "\n"


def _pairs(values: dict[str, Any]) -> Iterator[str]:
    return (f"{name} = {_toml(value)}" for name, value in values.items() if value is not None)


def _toml(value: Any) -> str:
    # JSON's strings, numbers, booleans and arrays are TOML's too; TOML has no null.
    if not isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    inner = (f"{json.dumps(key)} = {_toml(one)}" for key, one in value.items() if one is not None)
    return "{" + ", ".join(inner) + "}"
