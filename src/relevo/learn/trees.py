"""`Trees`: a LightGBM model that only predicts, through the library's C doors.

The package `lightgbm` takes a hundred times the memory and the time of the library that it
carries, since it imports pandas and scikit-learn where they are; an endpoint needs none of that.
"""

from __future__ import annotations

import ctypes
import sys
import threading
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from relevo.learn.learner import Floats

# Of LightGBM's C API (c_api.h): the kinds of prediction, and of numbers.
RAW_SCORE, LEAVES, CONTRIBUTIONS = 1, 2, 3
_FLOAT64, _BY_ROW, _FIRST, _ALL = 1, 1, 0, -1
_NAMES = {"win32": "lib_lightgbm.dll", "darwin": "lib_lightgbm.dylib"}


class TreesError(ValueError):
    """What LightGBM says of a model or of rows that it cannot read."""


class Trees:
    """A model in LightGBM's text format.

    Parameters
    ----------
    text
        As `lightgbm.Booster.model_to_string` gives it.
    n_features, n_outputs
        The lengths of a row and of its raw scores.

    Raises
    ------
    TreesError
        When the text is no model.

    """

    def __init__(self, text: str, n_features: int, n_outputs: int) -> None:
        self.n_features, self.n_outputs = n_features, n_outputs
        self._booster = _Booster(text)
        self._doors = _Doors()

    def __call__(self, values: Floats, kind: int = RAW_SCORE, threads: int = 0) -> Floats:
        """Raw scores `(n_rows, n_outputs)`, or contributions, of rows `(n_rows, n_features)`.

        Parameters
        ----------
        values
            The rows.
        kind
            `RAW_SCORE`; `LEAVES`: the leaf in each tree, shape `(n_rows, n_trees)`; or
            `CONTRIBUTIONS`: shape `(n_rows, n_outputs * (n_features + 1))`.
        threads
            How many are used; 0 for all.

        Raises
        ------
        TreesError
            When the rows have another length: the library would read beyond them.

        """
        rows = np.ascontiguousarray(values, dtype=np.float64)
        if rows.shape != (len(rows), self.n_features):
            raise TreesError(f"rows of shape {rows.shape}; expected (n_rows, {self.n_features})")
        answer = np.empty((len(rows), self._length(kind)))
        _call(
            "LGBM_BoosterPredictForMat",
            self._booster.handle,
            ctypes.c_void_p(rows.ctypes.data),
            _FLOAT64,
            ctypes.c_int32(len(rows)),
            ctypes.c_int32(self.n_features),
            _BY_ROW,
            kind,
            _FIRST,
            _ALL,
            b"num_threads=%d" % threads if threads else b"",
            ctypes.byref(ctypes.c_int64()),
            ctypes.c_void_p(answer.ctypes.data),
        )
        return answer

    def row(self, values: Floats, kind: int = RAW_SCORE) -> Floats:
        """The same of one row `(n_features,)`, in microseconds; any thread may ask."""
        doors = self._doors.by_kind
        if kind not in doors:
            doors[kind] = _Door(self._booster, kind, self.n_features, self._length(kind))
        return doors[kind](values)

    def _length(self, kind: int) -> int:
        if kind == LEAVES:
            return self._booster.n_trees
        return self.n_outputs * (self.n_features + 1 if kind == CONTRIBUTIONS else 1)


class _Booster:
    """The library's model, freed with the last that points into it."""

    def __init__(self, text: str) -> None:
        self.handle = ctypes.c_void_p()
        _call(
            "LGBM_BoosterLoadModelFromString",
            text.encode(),
            ctypes.byref(ctypes.c_int()),
            ctypes.byref(self.handle),
        )

    @property
    def n_trees(self) -> int:
        count = ctypes.c_int()
        _call("LGBM_BoosterNumberOfTotalModel", self.handle, ctypes.byref(count))
        return count.value

    def __del__(self) -> None:
        if self.handle:
            _library().LGBM_BoosterFree(self.handle)


class _Doors(threading.local):
    def __init__(self) -> None:  # called once in each thread
        self.by_kind: dict[int, _Door] = {}


class _Door:
    """A prepared call of `LGBM_BoosterPredictForMatSingleRowFast`; one thread's own."""

    def __init__(self, booster: _Booster, kind: int, n_features: int, n_answers: int) -> None:
        self._booster = booster  # kept alive: the prepared call points into it
        self._row = np.empty(n_features)
        self._answer = np.empty(n_answers)
        self._config = ctypes.c_void_p()
        _call(
            "LGBM_BoosterPredictForMatSingleRowFastInit",
            booster.handle,
            kind,
            _FIRST,
            _ALL,
            _FLOAT64,
            ctypes.c_int32(n_features),
            b"num_threads=%d" % _threads_in_use(),
            ctypes.byref(self._config),
        )
        self._arguments = (
            self._config,
            ctypes.c_void_p(self._row.ctypes.data),
            ctypes.byref(ctypes.c_int64()),
            ctypes.c_void_p(self._answer.ctypes.data),
        )
        self._ask = _library().LGBM_BoosterPredictForMatSingleRowFast

    def __call__(self, values: Floats) -> Floats:
        self._row[:] = values
        _check(self._ask(*self._arguments))
        return self._answer.copy()

    def __del__(self) -> None:
        if self._config:
            _library().LGBM_FastConfigFree(self._config)


def _threads_in_use() -> int:
    """The number that LightGBM keeps for the whole process; -1 for all cores.

    One row takes one thread whatever it says. Another number given here would hold for fits that
    run beside, whose memory is laid out for theirs.
    """
    return ctypes.c_int.in_dll(_library(), "LGBM_DEFAULT_NUM_THREADS").value


@cache
def _library() -> ctypes.CDLL:
    spec = find_spec("lightgbm")  # finds the package without importing it
    assert spec is not None
    assert spec.origin is not None
    package = Path(spec.origin).parent
    name = _NAMES.get(sys.platform, "lib_lightgbm.so")
    library = ctypes.CDLL(str(next(package.rglob(name))))
    library.LGBM_GetLastError.restype = ctypes.c_char_p
    return library


def _call(name: str, *arguments: object) -> None:
    _check(getattr(_library(), name)(*arguments))


def _check(code: int) -> None:
    if code:
        raise TreesError(_library().LGBM_GetLastError().decode(errors="replace"))
