"""`Parameters`: an estimator's arguments, read and changed as scikit-learn does it."""

from __future__ import annotations

from inspect import signature
from typing import Any, Self

from relevo.errors import OptionMistake, nearest


class Parameters:
    """Base of estimators whose constructor does nothing but keep its arguments.

    Examples
    --------
    >>> class Estimator(Parameters):
    ...     def __init__(self, depth: int = 3) -> None:
    ...         self.depth = depth
    >>> Estimator().set_params(depth=5)
    Estimator(depth=5)

    """

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """The arguments by name; `deep` makes no difference, for none is an estimator."""
        return {name: getattr(self, name) for name in self._defaults()}

    def set_params(self, **parameters: Any) -> Self:
        """Change arguments.

        Raises
        ------
        OptionMistake
            When there is no argument of that name.

        """
        known = self._defaults()
        for name, value in parameters.items():
            if name not in known:
                raise OptionMistake(
                    "learn.unknown_parameter",
                    name=name,
                    estimator=type(self).__name__,
                    known=", ".join(known),
                    hint=nearest(name, known),
                )
            setattr(self, name, value)
        return self

    def __repr__(self) -> str:
        """The call that makes it: only what differs from the defaults."""
        defaults = self._defaults()
        changed = [
            f"{name}={value!r}"
            for name, value in self.get_params().items()
            if repr(value) != repr(defaults[name])
        ]
        return f"{type(self).__name__}({', '.join(changed)})"

    @classmethod
    def _defaults(cls) -> dict[str, Any]:
        return {
            name: one.default for name, one in list(signature(cls.__init__).parameters.items())[1:]
        }
