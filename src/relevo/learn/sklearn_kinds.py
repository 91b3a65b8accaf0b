"""scikit-learn's own exceptions, warnings and tags, for those who have it.

relevo does not need scikit-learn: nothing here imports it unless the program has done so before.
"""

from __future__ import annotations

import sys
from functools import cache
from typing import Any, Literal

from relevo.errors import OptionMistake


class NotFitted(OptionMistake, ValueError, AttributeError):
    """An estimator is used before `fit`; also scikit-learn's `NotFittedError` where that is loaded.

    Made with `not_fitted`.
    """

    def __reduce__(self) -> tuple[object, ...]:
        return not_fitted, (self.values["estimator"],)


def not_fitted(estimator: str) -> NotFitted:
    """The mistake of using the estimator of this name before `fit`.

    Examples
    --------
    >>> isinstance(not_fitted("TabularRegressor"), ValueError)
    True

    """
    kind = NotFitted
    if "sklearn" in sys.modules:
        from sklearn.exceptions import NotFittedError

        kind = _both(NotFittedError)
    return kind("learn.not_fitted", estimator=estimator)


@cache
def _both(theirs: type[Exception]) -> type[NotFitted]:
    return type("NotFitted", (NotFitted, theirs), {"__module__": __name__})


def conversion_warning() -> type[Warning]:
    """The category of the warning that a target came in another shape: `DataConversionWarning`."""
    if "sklearn" not in sys.modules:
        return UserWarning
    from sklearn.exceptions import DataConversionWarning

    category: type[Warning] = DataConversionWarning
    return category


def tags(task: Literal["classification", "regression"], deterministic: bool) -> Any:
    """`sklearn.utils.Tags`: what an estimator of tables accepts and promises."""
    from sklearn.utils import ClassifierTags, InputTags, RegressorTags, Tags, TargetTags

    classifies = task == "classification"
    return Tags(
        estimator_type="classifier" if classifies else "regressor",
        target_tags=TargetTags(required=True),
        classifier_tags=ClassifierTags() if classifies else None,
        regressor_tags=None if classifies else RegressorTags(),
        non_deterministic=not deterministic,
        input_tags=InputTags(sparse=True, string=True, allow_nan=True),
    )
