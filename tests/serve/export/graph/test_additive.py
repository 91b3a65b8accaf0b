"""Additive models in ONNX add the same steps, at the edges of the steps as well."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray

from relevo.compute.budget import Budget
from relevo.learn.additive import Additive
from relevo.learn.additive_predictor import AdditivePredictor
from relevo.learn.calibration import Calibration
from relevo.learn.edit_shape import edit_shape
from relevo.learn.ensemble_predictor import EnsemblePredictor, Member
from relevo.learn.learner import Predictor, Target
from relevo.learn.linear import Linear
from relevo.learn.rows import Rows
from relevo.prepare.matrix import Matrix
from relevo.serve.export.graph.builder import Graph
from relevo.serve.export.graph.scores import scores

Floats = NDArray[np.float64]
NAMES = ("wave", "line", "few", "constant", "never", "kind", "other")
CODES = {5: 40, 6: 2}
CLASSES = {"regression": (), "two": ("no", "yes"), "three": ("low", "middle", "high")}
NOW = datetime(2026, 1, 1, tzinfo=UTC)
ROUNDING = 1e-12  # sums of seven steps of a few units, in another order


def table(count: int, seed: int) -> Matrix:
    """Numbers with gaps, one of few values, one of one value, one always missing, categories."""
    random = np.random.default_rng(seed)
    values = random.normal(size=(count, len(NAMES)))
    values[:, 2], values[:, 3] = random.integers(-2, 3, count), 4.0
    for place, codes in CODES.items():
        values[:, place] = random.integers(0, codes, count)
    values[random.random(values.shape) < 0.1] = np.nan
    values[:, 3], values[:, 4] = 4.0, np.nan
    return Matrix(values, NAMES, NAMES, CODES)


def learnt(task: str) -> Rows:
    matrix = table(1_500, 0)
    known = np.nan_to_num(matrix.values)
    score = np.sin(3 * known[:, 0]) + known[:, 1] + (known[:, 5] % 7 == 3) - 0.3 * known[:, 2]
    score += np.random.default_rng(7).normal(scale=0.5, size=len(score))
    target = score if task == "regression" else np.digitize(score, [-0.3, 0.8]).astype(float)
    if task == "two":
        target = np.minimum(target, 1.0)
    return Rows(matrix, Target(target, CLASSES[task]))


@pytest.fixture(scope="module", params=CLASSES)
def box(request: pytest.FixtureRequest) -> AdditivePredictor:
    rows = learnt(request.param)
    monotone = None if request.param == "three" else {"line": 1}
    return Additive(bins=40, monotone=monotone).fit(rows.matrix, rows.target, Budget(600))


def of_graph(predictor: Predictor, values: Floats) -> Floats:
    graph = Graph()
    columns = [graph.input(f"f{place}", "double") for place in range(values.shape[1])]
    outputs = predictor.scores(Matrix(values[:1], NAMES, NAMES, CODES)).shape[1]
    raw = scores(graph.concatenated(*columns), predictor)
    graph.output("scores", raw, "double", outputs)
    model = graph.model("additive", 1, {}).SerializeToString()
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    fed = {f"f{place}": column[:, np.newaxis] for place, column in enumerate(values.T)}
    return np.asarray(session.run(["scores"], fed)[0])


def apart(predictor: Predictor, values: Floats) -> float:
    expected = predictor.scores(Matrix(values, NAMES, NAMES, CODES))
    found = of_graph(predictor, values)
    assert found.shape == expected.shape
    return float(np.abs(found - expected).max())


def test_scores_are_the_models_own(box: AdditivePredictor) -> None:
    assert np.ptp(box.table, axis=0).max() > 1.0  # else the mean alone would do
    new = table(1_500, 1).values
    largest = np.finfo(np.float64).max
    new[:4, :5] = np.array([[-largest], [largest], [0.0], [-0.0]])
    new[4] = np.nan
    assert apart(box, table(1_500, 0).values) < ROUNDING
    assert apart(box, new) < ROUNDING


def test_a_number_at_an_edge_lies_before_it(box: AdditivePredictor) -> None:
    limits = [(place, edge) for place in range(3) for edge in box.bins.edges_of(place)]
    assert len(limits) > 60
    values = np.repeat(table(1, 3).values, 3 * len(limits), axis=0)
    for row, (place, edge) in enumerate(limits):
        beside = [np.nextafter(edge, side) for side in (-np.inf, np.inf)]
        values[3 * row : 3 * row + 3, place] = [beside[0], edge, beside[1]]
    assert apart(box, values) < ROUNDING


def test_every_code_has_its_own_value(box: AdditivePredictor) -> None:
    values = np.repeat(table(1, 3).values, CODES[5] + 1, axis=0)
    values[:, 5] = [*range(CODES[5]), np.nan]
    assert len(np.unique(box.scores(Matrix(values, NAMES, NAMES, CODES))[:, 0])) > 30
    assert apart(box, values) < ROUNDING


def test_a_shape_changed_by_hand_is_written_as_changed(box: AdditivePredictor) -> None:
    changed = edit_shape(box, "wave", flat=(-0.5, 0.5), why="noise", by="Ana", now=NOW)
    values = table(800, 1).values
    assert np.abs(of_graph(changed, values) - of_graph(box, values)).max() > 0.1
    assert apart(changed, values) < ROUNDING


@pytest.mark.parametrize("task", CLASSES)
def test_it_may_be_a_member_of_an_ensemble(task: str) -> None:
    rows = learnt(task)
    members = [one.fit(rows.matrix, rows.target, Budget(600)) for one in (Additive(), Linear())]
    weights = [np.full(members[0].n_outputs, share) for share in (0.7, 0.4)]
    together = EnsemblePredictor(
        [Member(weight, one) for weight, one in zip(weights, members, strict=True)],
        rows.matrix.features,
        CLASSES[task],
        Calibration(1.1, 0.2),
    )
    assert apart(together, table(800, 1).values) < ROUNDING


def test_a_model_without_a_step_is_a_constant() -> None:
    rows = learnt("regression")
    values = np.full_like(rows.matrix.values, np.nan)
    values[:, 3], codes = 4.0, {5: 1}
    alone = Matrix(values, NAMES, NAMES, codes)
    box = Additive().fit(alone, rows.target, Budget(600))
    assert not len(box.bins.edges)
    assert of_graph(box, values[:3])[:, 0] == pytest.approx(rows.target.values.mean())
