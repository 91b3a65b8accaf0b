from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from relevo.compute.budget import Budget
from relevo.compute.threads import Threads
from relevo.learn.fold_fit import fit_fold
from relevo.learn.learner import Fit, Target
from relevo.learn.search import search
from relevo.prepare.matrix import Matrix


def rows(seed: int = 0) -> tuple[Matrix, Target]:
    values = np.random.default_rng(seed).normal(size=(300, 3))
    target = Target((values[:, 0] + values[:, 1] ** 2 > 1).astype(float), ("no", "yes"))
    return Matrix(values, ("a", "b", "c"), ("a", "b", "c"), {}), target


def found(keep: Path, trials: int = 3, seed: int = 0, of: int = 0) -> Fit:
    return search(*rows(of), Budget(600), runner=Threads(1), trials=trials, seed=seed, keep=keep)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    fits: list[int] = []

    def counting(task, **arrays):  # type: ignore[no-untyped-def]
        fits.append(task.fold)
        return fit_fold(task, **arrays)

    monkeypatch.setattr("relevo.learn.search.fit_fold", counting)
    return fits


def test_a_second_search_goes_on_where_the_first_ended(tmp_path: Path, counted: list[int]) -> None:
    found(tmp_path, trials=2)
    first = len(counted)
    again = found(tmp_path, trials=3)
    straight = found(tmp_path / "other", trials=3)
    of_again, of_straight = len(counted[first:]) // 2, len(counted) - first
    assert of_again < 0.6 * of_straight
    matrix = rows(1)[0]
    np.testing.assert_allclose(
        again.predictor.scores(matrix), straight.predictor.scores(matrix), rtol=1e-12
    )


def test_what_was_forgotten_is_not_fitted_again(
    tmp_path: Path, counted: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("relevo.learn.search._REMEMBERED", 1)
    how = {"runner": Threads(1), "learners": ("linear",), "trials": 4, "keep": tmp_path}
    before = search(*rows(), Budget(600), **how)
    first = len(counted)
    again = search(*rows(), Budget(600), **how)
    assert len(counted) - first == 1  # the one that always runs at once
    assert [trial.loss for trial in again.trials] == [trial.loss for trial in before.trials]


def test_other_rows_or_seeds_do_not_take_what_is_kept(tmp_path: Path) -> None:
    found(tmp_path, trials=1)
    for how in ({"seed": 1}, {"of": 5}):
        with_kept = found(tmp_path, trials=1, **how)
        without = found(tmp_path / "none", trials=1, **how)
        assert with_kept.trials[0].loss == without.trials[0].loss


def test_a_broken_file_is_as_none(tmp_path: Path) -> None:
    before = found(tmp_path)
    for file in tmp_path.rglob("scores.npy"):
        file.write_bytes(b"broken")
    assert found(tmp_path).trials[0].loss == before.trials[0].loss


def test_a_folder_that_cannot_be_written_ends_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    assert len(found(tmp_path / "file").trials) == 3
