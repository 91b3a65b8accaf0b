"""`TabularClassifier`: classes of the rows of a table, as good as a budget allows."""

from __future__ import annotations

from relevo.learn.classifier import Classifier
from relevo.learn.tabular import Tabular


class TabularClassifier(Classifier, Tabular):
    """A classifier of tables that follows scikit-learn's contract.

    It prepares the table, searches over learners and their settings, and puts the best together
    with calibrated probabilities.

    Parameters
    ----------
    budget
        Wall time of `fit`, such as `"60s"` or `"5m"`, or seconds.
    seed
        Of everything random.
    trials
        How many configurations to try, whatever the time: the same seed then gives the identical
        model. Without it the time decides.
    learners
        `"auto"`, or which learners may be tried: `"linear"`, `"additive"`, `"boosting"`,
        `"network"`, or several.
    max_latency_us
        What one prepared row may take, in microseconds.
    max_model_mb
        How large the model may be on disk, in 10^6 bytes.
    interpretable
        Whether each column must add to the score on its own.
    threads
        How many cores `fit` may use; all by default.
    ordered
        Whether the rows are in the order of time: the newest are then held back.
    verbose
        Whether each trial is told on standard error.

    Attributes
    ----------
    classes_
        The classes in order, shape `(n_classes,)`.
    leaderboard_, best_
        All trials, the best first, and the best one.
    n_features_in_
        How many columns `fit` has seen.
    feature_names_in_
        Their names, when they had some.
    predictor_, preparation_, contract_
        The model, what makes numbers of a table, and what each column may hold.

    Examples
    --------
    >>> rows = [[hour, "rain" if hour % 3 else "dry"] for hour in range(40)]
    >>> late = ["late" if rain == "rain" else "on time" for _, rain in rows]
    >>> model = TabularClassifier(trials=1).fit(rows, late)
    >>> model.predict([[7, "dry"], [8, "rain"]]).tolist()
    ['on time', 'late']

    """
