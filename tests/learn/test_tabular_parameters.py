from __future__ import annotations

import pytest

from relevo.errors import OptionMistake
from relevo.learn import TabularClassifier


def test_arguments_are_read_and_changed_by_name() -> None:
    model = TabularClassifier(budget="2s")
    assert model.set_params(seed=3, trials=2) is model
    assert model.get_params() == {
        **TabularClassifier().get_params(),
        "budget": "2s",
        "seed": 3,
        "trials": 2,
    }
    assert repr(model) == "TabularClassifier(budget='2s', seed=3, trials=2)"


def test_an_unknown_argument_names_the_nearest() -> None:
    with pytest.raises(OptionMistake) as caught:
        TabularClassifier().set_params(buget="2s")
    assert "budget?" in caught.value.parts("en")["todo"]
    assert "budget?" in caught.value.parts("es")["todo"]
