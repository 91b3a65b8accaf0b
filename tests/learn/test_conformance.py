"""What every learner keeps, on every task: one matrix of tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from relevo.compute.budget import Budget
from relevo.errors import ModelMistake, OptionMistake
from relevo.learn.learner import Predictor, Target
from relevo.learn.links import score_loss
from relevo.learn.registry import ASKED, learner, load_predictor
from relevo.learn.rows import Rows
from relevo.prepare.matrix import Matrix

SETTINGS = {
    "boosting": {"most_trees": 40, "patience": 20, "learning_rate": 0.1},
    "boosting on pairs": {"most_trees": 40, "patience": 20, "learning_rate": 0.1, "pairs": True},
    "linear": {},
    "additive": {"bins": 16},
    "network": {"width": 32, "learning_rate": 0.01},
}
CLASSES = {"binary": ("no", "yes"), "three": ("a", "b", "c"), "regression": ()}
FORMS = ("plain", "weights", "missing", "categories", "one feature", "constant")


@dataclass(frozen=True)
class Case:
    learner: str
    task: str
    form: str

    def rows(self, n: int = 300, seed: int = 0, shift: float = 0.0) -> Rows:
        return made(self.task, self.form, n, seed, shift)

    def fit(self, rows: Rows, warm: Predictor | None = None) -> Predictor:
        chosen = learner(self.learner.split()[0], **SETTINGS[self.learner])
        return chosen.fit(rows.matrix, rows.target, Budget(600), warm)


def made(task: str, form: str, n: int, seed: int, shift: float = 0.0) -> Rows:
    random = np.random.default_rng(seed)
    values = random.normal(size=(n, 1 if form == "one feature" else 4))
    signal = values[:, 0] + shift
    categories = {}
    if form == "categories":
        values[:, 1] = random.integers(0, 5, n)
        signal = signal + np.array([0.0, 2.0, -2.0, 1.0, -1.0])[values[:, 1].astype(int)]
        values[random.random(n) < 0.1, 1] = np.nan
        categories = {1: 5}
    if form == "missing":
        gone = random.random(n) < 0.3
        values[gone, 0] = np.nan
        signal = np.where(gone, 1.5, signal)
    if form == "constant":
        values[:, 2] = 7.0
    signal = signal + random.normal(scale=0.5, size=n)
    edges = {"binary": [0.0], "three": [-0.7, 0.7]}
    target = np.digitize(signal, edges[task]).astype(float) if task in edges else 100 + 9 * signal
    names = tuple(f"x{i}" for i in range(values.shape[1]))
    weight = random.uniform(0.5, 2.0, n) if form == "weights" else None
    return Rows(Matrix(values, names, names, categories), Target(target, CLASSES[task], weight))


LEARNERS = (*ASKED, "boosting on pairs")
CASES = [Case(name, task, form) for name in LEARNERS for task in CLASSES for form in FORMS]


@pytest.fixture(scope="module", params=CASES, ids=lambda case: "-".join(vars(case).values()))
def trained(request: pytest.FixtureRequest) -> tuple[Case, Predictor]:
    case: Case = request.param
    return case, case.fit(case.rows())


def raw_scores(prediction: np.ndarray) -> np.ndarray:
    if prediction.shape[1] == 2:
        return np.log(prediction[:, 1:] / prediction[:, :1])
    return np.log(prediction)


def test_shapes_and_probabilities(trained: tuple[Case, Predictor]) -> None:
    case, predictor = trained
    prediction = predictor.predict(case.rows(50, seed=1).matrix)
    assert prediction.values.shape == (50,)
    if not CLASSES[case.task]:
        assert prediction.probabilities is None
        return
    assert prediction.probabilities.shape == (50, len(CLASSES[case.task]))
    np.testing.assert_allclose(prediction.probabilities.sum(axis=1), 1.0, atol=1e-12)
    np.testing.assert_array_equal(prediction.values, prediction.probabilities.argmax(axis=1))


def test_it_learns(trained: tuple[Case, Predictor]) -> None:
    case, predictor = trained
    rows = case.rows(400, seed=2)
    naive = float(rows.target.values.var())
    if CLASSES[case.task]:
        _, counts = np.unique(rows.target.values, return_counts=True)
        naive = -float((counts / 400 * np.log(counts / 400)).sum())
    # The signal's variance is some four times the noise's: 15 % less loss is easily in reach.
    assert score_loss(predictor.scores(rows.matrix), rows.target) < 0.85 * naive


def test_one_row_equals_many(trained: tuple[Case, Predictor]) -> None:
    case, predictor = trained
    matrix = case.rows(40, seed=3).matrix
    prediction = predictor.predict(matrix)
    many = prediction.values[:, np.newaxis]
    many = many if prediction.probabilities is None else prediction.probabilities
    single = np.array([predictor.predict_row(row) for row in matrix.values])
    # LightGBM adds the same trees in the same order; numpy may sum a product in another order, and
    # networks are float32.
    within = {"boosting": 1e-15, "linear": 1e-12, "additive": 1e-12, "network": 1e-5}
    tolerance = within[case.learner.split()[0]]
    np.testing.assert_allclose(single, many, rtol=tolerance, atol=tolerance)


def test_saved_and_loaded_it_predicts_the_same(
    trained: tuple[Case, Predictor], tmp_path: Path
) -> None:
    case, predictor = trained
    matrix = case.rows(40, seed=4).matrix
    predictor.save(tmp_path / "model")
    again = load_predictor(tmp_path / "model")
    assert (again.kind, again.classes, again.features) == (
        predictor.kind,
        predictor.classes,
        predictor.features,
    )
    before, after = predictor.predict(matrix), again.predict(matrix)
    np.testing.assert_allclose(after.values, before.values, rtol=1e-12)
    if CLASSES[case.task]:
        np.testing.assert_allclose(after.probabilities, before.probabilities, atol=1e-12)


@pytest.mark.parametrize("spoil", [lambda raw: raw[: len(raw) // 2], lambda raw: b"broken"])
def test_broken_files_are_told(
    trained: tuple[Case, Predictor], tmp_path: Path, spoil: Callable[[bytes], bytes]
) -> None:
    _, predictor = trained
    predictor.save(tmp_path)
    for file in sorted(tmp_path.iterdir()):
        whole = file.read_bytes()
        file.write_bytes(spoil(whole))
        with pytest.raises(ModelMistake):
            load_predictor(tmp_path)
        file.write_bytes(whole)
    load_predictor(tmp_path)


def test_contributions_sum_to_the_raw_score(trained: tuple[Case, Predictor]) -> None:
    case, predictor = trained
    matrix = case.rows(40, seed=5).matrix
    prediction, parts = predictor.predict(matrix), predictor.contributions(matrix)
    n_outputs = 3 if case.task == "three" else 1
    assert parts.shape == (40, n_outputs, len(matrix.features) + 1)
    total = parts.sum(axis=2)
    if case.task == "regression":
        np.testing.assert_allclose(total[:, 0], prediction.values, rtol=1e-9)
        return
    scores = raw_scores(prediction.probabilities)
    if n_outputs == 3:  # probabilities give the scores up to a constant of each row
        scores, total = (s - s.mean(axis=1, keepdims=True) for s in (scores, total))
    np.testing.assert_allclose(total, scores, atol=1e-9 if case.learner != "network" else 1e-6)


def test_contributions_of_one_row_equal_those_of_many(trained: tuple[Case, Predictor]) -> None:
    case, predictor = trained
    matrix = case.rows(20, seed=5).matrix
    many = predictor.contributions(matrix)
    single = np.array([predictor.contributions_row(row) for row in matrix.values])
    # Sums in another order; networks are float32.
    tolerance = 1e-5 if case.learner == "network" else 1e-11
    scale = np.abs(many).max()
    np.testing.assert_allclose(single, many, rtol=0, atol=tolerance * scale)


def test_sampled_contributions_state_their_errors(trained: tuple[Case, Predictor]) -> None:
    case, predictor = trained
    matrix = case.rows(20, seed=5).matrix
    parts, errors = predictor.sampled_contributions(matrix)
    np.testing.assert_array_equal(parts, predictor.contributions(matrix))
    if case.learner != "network":
        assert errors is None
        return
    assert errors.shape == (20, parts.shape[1], len(matrix.features))
    assert np.isfinite(errors).all()


def test_the_same_seed_gives_the_same_model(trained: tuple[Case, Predictor]) -> None:
    case, predictor = trained
    matrix = case.rows(40, seed=6).matrix
    again = case.fit(case.rows()).predict(matrix)
    np.testing.assert_array_equal(again.values, predictor.predict(matrix).values)


def test_fine_tuning_gains_on_shifted_rows_and_spares_the_warm_model(
    trained: tuple[Case, Predictor], tmp_path: Path
) -> None:
    case, warm = trained
    warm.save(tmp_path / "before")
    tuned = case.fit(case.rows(300, seed=7, shift=1.5), warm)
    fresh = case.rows(600, seed=8, shift=1.5)
    as_it_was = score_loss(warm.scores(fresh.matrix), fresh.target)
    assert score_loss(tuned.scores(fresh.matrix), fresh.target) < as_it_was
    warm.save(tmp_path / "after")
    for file in (tmp_path / "before").iterdir():
        assert file.read_bytes() == (tmp_path / "after" / file.name).read_bytes()


@pytest.mark.parametrize("name", ASKED)
class TestFineTuning:
    def test_unknown_classes_are_told(self, name: str) -> None:
        case = Case(name, "binary", "plain")
        rows = case.rows()
        warm = case.fit(rows)
        other = replace(rows.target, classes=("no", "perhaps"))
        with pytest.raises(OptionMistake) as caught:
            case.fit(Rows(rows.matrix, other), warm)
        assert "perhaps" in str(caught.value)

    def test_classes_may_come_in_another_order(self, name: str) -> None:
        case = Case(name, "binary", "plain")
        rows, new = case.rows(), case.rows(300, seed=9, shift=1.5)
        turned = Target(1 - new.target.values, ("yes", "no"))
        warm = case.fit(rows)
        tuned = case.fit(new, warm).predict(new.matrix)
        same = case.fit(Rows(new.matrix, turned), warm).predict(new.matrix)
        np.testing.assert_allclose(same.probabilities, tuned.probabilities, atol=1e-9)

    def test_another_kind_is_told(self, name: str) -> None:
        rows = Case(name, "binary", "plain").rows()
        other = next(one for one in ASKED if one != name)
        warm = Case(other, "binary", "plain").fit(rows)
        with pytest.raises(OptionMistake) as caught:
            Case(name, "binary", "plain").fit(rows, warm)
        assert caught.value.key == "learn.other_kind"


@pytest.mark.parametrize("name", ASKED)
@pytest.mark.parametrize("n", [1, 2, 3, 12])
def test_very_few_rows_give_a_model(name: str, n: int) -> None:
    case = Case(name, "regression", "plain")
    values = case.fit(case.rows(n)).predict(case.rows(5).matrix).values
    assert np.isfinite(values).all()


@pytest.mark.parametrize("name", ASKED)
def test_a_stopped_budget_still_gives_a_model(name: str) -> None:
    rows = made("binary", "plain", 300, 0)
    budget = Budget(600)
    budget.stop()
    predictor = learner(name).fit(rows.matrix, rows.target, budget)
    assert np.isfinite(predictor.predict(rows.matrix).probabilities).all()
