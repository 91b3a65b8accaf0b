"""`SingleRow`: one row at a time through LightGBM's fast C door."""

from __future__ import annotations

import ctypes

import lightgbm
import numpy as np
from lightgbm.basic import _LIB, _safe_call

from relevo.learn.learner import Floats

_RAW_SCORE, _ALL_TREES, _FLOAT64 = (
    1,
    -1,
    1,
)  # C_API_PREDICT_RAW_SCORE, num_iteration, C_API_DTYPE_FLOAT64


class SingleRow:
    """A prepared call of `LGBM_BoosterPredictForMatSingleRowFast`.

    Not for two threads at once: each makes its own.

    Parameters
    ----------
    booster
        The model; kept alive by this object.
    n_features, n_outputs
        The lengths of a row and of its answer.

    """

    def __init__(self, booster: lightgbm.Booster, n_features: int, n_outputs: int) -> None:
        self._booster = booster
        self._row = np.empty(n_features)
        self._answer = np.empty(n_outputs)
        self._length = ctypes.c_int64()
        self._config = ctypes.c_void_p()
        _safe_call(
            _LIB.LGBM_BoosterPredictForMatSingleRowFastInit(
                booster._handle,
                ctypes.c_int(_RAW_SCORE),
                ctypes.c_int(0),
                ctypes.c_int(_ALL_TREES),
                ctypes.c_int(_FLOAT64),
                ctypes.c_int32(n_features),
                b"num_threads=1",
                ctypes.byref(self._config),
            )
        )
        self._arguments = (
            self._config,
            ctypes.c_void_p(self._row.ctypes.data),
            ctypes.byref(self._length),
            ctypes.c_void_p(self._answer.ctypes.data),
        )

    @staticmethod
    def available() -> bool:
        """Whether this LightGBM has the door."""
        return hasattr(_LIB, "LGBM_BoosterPredictForMatSingleRowFastInit")

    def __call__(self, values: Floats) -> Floats:
        """The raw scores `(n_outputs,)` of one row `(n_features,)`."""
        self._row[:] = values
        _safe_call(_LIB.LGBM_BoosterPredictForMatSingleRowFast(*self._arguments))
        return self._answer.copy()

    def __del__(self) -> None:
        if self._config:
            _LIB.LGBM_FastConfigFree(self._config)
