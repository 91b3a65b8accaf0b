from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from relevo.errors import DataMistake, ModelMistake
from relevo.learn import TabularClassifier, TabularRegressor
from relevo.learn.tabular import Tabular

RANDOM = np.random.default_rng(0)
ROWS = pd.DataFrame({"x": RANDOM.normal(size=90), "c": RANDOM.choice(["a", "b"], 90)})
NUMBERS = ROWS["x"].to_numpy()
CASES = {
    "numbers": (TabularRegressor(trials=2), ROWS, NUMBERS),
    "texts": (TabularClassifier(trials=2), ROWS, np.where(NUMBERS > 0, "yes", "no")),
    "objects": (TabularClassifier(trials=1), ROWS, np.where(NUMBERS > 0, "y", "n").astype(object)),
    "truth": (TabularClassifier(trials=1, learners=("linear",)), ROWS, NUMBERS > 0),
    "codes": (TabularClassifier(trials=1), ROWS[["x"]].to_numpy(), (NUMBERS > 0) * 3),
}


@pytest.fixture(scope="module")
def fitted() -> TabularRegressor:
    return TabularRegressor(trials=1).fit(ROWS, NUMBERS)


@pytest.mark.parametrize("case", CASES)
def test_what_is_saved_is_loaded(case: str, tmp_path: Path) -> None:
    estimator, rows, target = CASES[case]
    estimator.fit(rows, target)
    estimator.save(tmp_path / "deep" / "saved")
    again = type(estimator).load(str(tmp_path / "deep" / "saved"))
    np.testing.assert_allclose(
        getattr(again, "predict_proba", again.predict)(rows),
        getattr(estimator, "predict_proba", estimator.predict)(rows),
        rtol=1e-9,
        atol=1e-12,
    )
    assert again.predict(rows).dtype == estimator.predict(rows).dtype
    assert again.get_params() == estimator.get_params()
    assert set(vars(again)) == set(vars(estimator))
    assert again.best_.learner == estimator.best_.learner
    assert again.predict_row({}).shape == estimator.predict_row({}).shape


def test_files_are_plain_and_no_code(fitted: TabularRegressor, tmp_path: Path) -> None:
    fitted.save(tmp_path / "saved")
    names = {str(path.relative_to(tmp_path / "saved")) for path in (tmp_path / "saved").rglob("*")}
    assert {"estimator.json", "contract.toml", "preparation.json", "predictor"} <= names
    assert not {name for name in names if name.endswith((".pkl", ".pickle", ".joblib"))}
    assert [path.name for path in tmp_path.iterdir()] == ["saved"]


def test_a_folder_is_never_written_over(fitted: TabularRegressor, tmp_path: Path) -> None:
    with pytest.raises(ModelMistake) as caught:
        fitted.save(tmp_path)
    assert caught.value.key == "learn.folder_exists"


def test_a_save_that_fails_leaves_nothing(
    fitted: TabularRegressor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(type(fitted.predictor_), "save", fail)
    with pytest.raises(OSError, match="full"):
        fitted.save(tmp_path / "saved")
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_loaded_is_explained(fitted: TabularRegressor, tmp_path: Path) -> None:
    folder = tmp_path / "saved"
    fitted.save(folder)

    def key_of(kind: type[Tabular] = TabularRegressor, place: Path = folder) -> str:
        with pytest.raises((ModelMistake, DataMistake)) as caught:
            kind.load(place)
        return str(caught.value.key)

    assert key_of(place=tmp_path) == "learn.no_estimator"
    assert key_of(TabularClassifier) == "learn.other_estimator"
    saved = json.loads((folder / "estimator.json").read_text(encoding="utf-8"))
    changed = {
        "learn.newer_estimator": {**saved, "format": 99},
        "learn.no_estimator": {"format": 1},
    }
    for key, text in changed.items():
        (folder / "estimator.json").write_text(json.dumps(text), encoding="utf-8")
        assert key_of() == key
    (folder / "estimator.json").write_text(json.dumps(saved), encoding="utf-8")
    (folder / "contract.toml").write_text("columns = 3", encoding="utf-8")
    assert key_of() == "contract.changed"


def test_only_a_fitted_estimator_is_saved(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not fitted"):
        TabularRegressor().save(tmp_path / "saved")
