"""How much segments differ: the covariance of their deviations, by restricted likelihood."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from relevo.learn.learner import Floats
from relevo.train.stratified.grams import Grams

_MOST_ITERATIONS = 200
_LEAST_MOMENT = 1e-10
_TURNS_OF_A_START = 5  # of expectation maximisation, which is quick at first and slow at the end
_FEWEST_SEGMENTS = 2.0  # for each parameter of a full covariance, else it is diagonal
_MOST_ROOTS = 1e3  # times the prior that says as much as a segment's rows: it then says nothing
_PRECISION = 1e-5  # of the deviance: roots then are exact to some thousandths of their error


@dataclass(frozen=True)
class Spread:
    """How coefficients spread over segments.

    Attributes
    ----------
    root
        Lower triangular `(n, n)`: `root @ root.T` is the covariance of the deviations in units of
        the noise.
    noise
        The variance of a row about its segment's own model.
    common
        What the coefficients deviate from, shape `(n,)`.
    gain
        By how much minus twice the log likelihood falls when segments may differ.

    """

    root: Floats
    noise: float
    common: Floats
    gain: float


def spread_of(
    grams: Grams, noise: float | None = None, start: Floats | None = None, centred: bool = False
) -> Spread:
    """The covariance of exchangeable deviations, by restricted maximum likelihood.

    The model is `y = x'(common + deviation_k) + noise`, deviations normal with mean 0 (Laird and
    Ware, 1982, Biometrics 38). As lme4 does (Bates et al., 2015, J. Stat. Software 67), the noise
    is profiled out, unless it is given, and the covariance is held as its root, so that it can be
    singular: no difference between segments is an inner point like any other.

    Parameters
    ----------
    grams
        Of the segments.
    noise
        The variance of a row, where the loss says it.
    start
        A root to begin from.
    centred
        Whether the common coefficients are known to be zero.

    """
    n = grams.xx.shape[1]
    likelihood = _Likelihood(grams, noise, centred)
    full = len(grams) >= _FEWEST_SEGMENTS * n * (n + 1) / 2
    free = np.tril_indices(n) if full else np.diag_indices(n)
    none, _ = likelihood.at(np.zeros((n, n)))

    def of(values: Floats) -> tuple[float, Floats]:
        root = np.zeros((n, n))
        root[free] = values
        deviance, slope = likelihood.at(root)
        return deviance, slope[free]

    options = {"maxiter": _MOST_ITERATIONS, "ftol": _PRECISION / max(abs(none), 1.0), "gtol": 1e-7}
    even = even_root(grams)
    begin = even if start is None else start
    for _ in range(_TURNS_OF_A_START):
        likelihood.at(begin)
        begin = likelihood.expected(begin, full)
    most = _MOST_ROOTS * np.diag(even)[free[0]]
    bounds = list(zip(-most, most, strict=True))
    found = minimize(of, begin[free], jac=True, method="L-BFGS-B", bounds=bounds, options=options)
    root = np.zeros((n, n))
    root[free] = found.x
    deviance, _ = likelihood.at(root)
    return Spread(root, likelihood.noise, likelihood.common, none - deviance)


def even_root(grams: Grams) -> Floats:
    """A root by which the prior says as much as the rows of a middling segment."""
    said = np.einsum("kii->ki", grams.xx)
    middling = np.array([np.median(one[one > 0]) if (one > 0).any() else 1.0 for one in said.T])
    return np.diag(1.0 / np.sqrt(middling))


class _Likelihood:
    """Minus twice the restricted log likelihood of a root, but for a constant.

    What `at` finds on the way it keeps: `common` coefficients and `noise`.
    """

    def __init__(self, grams: Grams, noise: float | None, centred: bool = False) -> None:
        self.grams, self.given, self.centred = grams, noise, centred
        self.freedom = float(grams.weight.sum()) - (0 if centred else grams.xx.shape[1])
        n = grams.xx.shape[1]
        self.noise, self.common, self.second_moment = noise or 1.0, np.zeros(n), np.eye(n)

    def at(self, root: Floats) -> tuple[float, Floats]:
        """The deviance, and its slope along each entry of the root."""
        xx, xy = self.grams.xx, self.grams.xy
        moved = xx @ root
        inner = root.T @ moved
        inner[:, range(len(root)), range(len(root))] += 1.0
        inverse = np.linalg.inv(inner)
        pulled = moved @ inverse
        own = xx - pulled @ moved.transpose(0, 2, 1)
        half = xy @ root
        raised = np.einsum("kij,kj->ki", inverse, half)
        seen = xy - np.einsum("kij,kj->ki", moved, raised)
        precision = own.sum(axis=0)
        covariance = np.zeros_like(precision)
        if not self.centred:
            covariance = np.linalg.pinv(precision, hermitian=True)
        common = covariance @ seen.sum(axis=0)
        squares = self.grams.yy.sum() - (half * raised).sum() - common @ seen.sum(axis=0)
        deviation = raised - np.einsum("kji,j->ki", pulled, common)
        rest = xy - xx @ common - np.einsum("kij,kj->ki", moved, deviation)
        squares = max(float(squares), 1e-12 * float(self.grams.yy.sum()) + 1e-300)
        noise = self.given or squares / max(self.freedom, 1.0)
        fit = squares / noise if self.given else self.freedom * np.log(noise)
        deviance = fit + np.linalg.slogdet(inner)[1].sum()
        if not self.centred:
            known = np.linalg.eigvalsh(precision)
            deviance += np.log(known[known > 1e-10 * known.max(initial=0.0)]).sum()
        slope = pulled.sum(axis=0) - rest.T @ deviation / noise
        slope -= (own @ covariance @ own).sum(axis=0) @ root
        self.common, self.noise = common, noise
        self.second_moment = deviation.T @ deviation / noise + inverse.sum(axis=0)
        return float(deviance), 2.0 * slope

    def expected(self, root: Floats, full: bool) -> Floats:
        """The root that expectation maximisation goes to from the one that `at` was asked for."""
        moment = self.second_moment / len(self.grams)
        if not full:
            return np.asarray(root * np.sqrt(np.diag(moment)))
        least = _LEAST_MOMENT * np.trace(moment) * np.eye(len(root))
        return np.asarray(root @ np.linalg.cholesky(moment + least))
