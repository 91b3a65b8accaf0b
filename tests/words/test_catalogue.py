from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

import relevo
from relevo.words import LANGUAGES, language, say, sentences, use_language

SOURCE = Path(relevo.__file__).parent


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_have_the_same_keys() -> None:
    assert sentences("en").keys() == sentences("es").keys()


@pytest.mark.parametrize("key", sorted(sentences("en")))
def test_both_languages_have_the_same_placeholders(key: str) -> None:
    one, other = placeholders(sentences("en")[key]), placeholders(sentences("es")[key])
    # `{hint}` may stand in both or be left out of neither; a missing value would be a traceback.
    assert one == other


def literal_keys() -> list[tuple[str, str]]:
    """Every key that the code names in full: in `say` and in the mistakes that it raises."""
    found = []
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and node.args:
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    if name == "say":
                        found.append((first.value, str(path)))
                    elif (name.endswith("Mistake") or name == "invalid") and re.fullmatch(
                        r"\w+\.\w+", first.value
                    ):
                        parts = ("came", "expected", "todo")
                        found += [(f"{first.value}.{part}", str(path)) for part in parts]
    return found


def test_every_key_that_the_code_names_exists() -> None:
    missing = [(key, path) for key, path in literal_keys() if key not in sentences("en")]
    assert missing == []


def test_say_fills_in_the_values_in_the_language_asked_for() -> None:
    assert say("compute.bad_budget.came", "en", budget="0s") == "A budget of 0s."
    assert say("compute.bad_budget.came", "es", budget="0s") == "Un presupuesto de 0s."


def test_the_environment_chooses_the_language(monkeypatch: pytest.MonkeyPatch) -> None:
    use_language(None)
    monkeypatch.setenv("RELEVO_LANG", "es_ES.UTF-8")
    assert language() == "es"
    monkeypatch.setenv("RELEVO_LANG", "de")
    assert language() == "en"


def test_an_unknown_language_is_refused() -> None:
    assert LANGUAGES == ("en", "es")
    with pytest.raises(ValueError, match="'fr' came"):
        use_language("fr")
