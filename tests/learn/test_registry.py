from __future__ import annotations

from pathlib import Path

import pytest

from relevo.errors import ModelMistake, OptionMistake
from relevo.learn.registry import LEARNERS, learner, load_predictor


@pytest.mark.parametrize("name", LEARNERS)
def test_learners_by_name(name: str) -> None:
    assert learner(name, seed=3).name == name


def test_an_unknown_learner_names_the_nearest() -> None:
    with pytest.raises(OptionMistake) as caught:
        learner("boostin")
    assert "boosting?" in caught.value.parts("en")["todo"]
    assert "boosting?" in caught.value.parts("es")["todo"]


def test_an_unknown_setting_names_the_nearest() -> None:
    with pytest.raises(OptionMistake) as caught:
        learner("boosting", leavs=3)
    assert "leaves?" in caught.value.parts("en")["todo"]


def test_a_folder_without_a_predictor_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelMistake):
        load_predictor(tmp_path)


def test_an_unknown_kind_is_told(tmp_path: Path) -> None:
    text = '{"kind": "oracle", "features": [], "classes": []}'
    (tmp_path / "predictor.json").write_text(text, encoding="utf-8")
    with pytest.raises(ModelMistake, match="oracle"):
        load_predictor(tmp_path)
