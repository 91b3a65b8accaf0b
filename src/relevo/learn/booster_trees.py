"""The trees of a booster's text, as plain splits and leaves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from relevo.errors import ModelMistake

_WORD_BITS = 32
# The bits of LightGBM's `decision_type` (include/LightGBM/tree.h).
_CATEGORICAL, _DEFAULT_LEFT, _MISSING_SHIFT, _MISSING_MASK = 1, 2, 2, 3
_NEVER_MISSING, _MISSING_IS_ZERO = 0, 1


@dataclass(frozen=True)
class Split:
    """A question to one feature.

    Attributes
    ----------
    feature
        Its position.
    threshold
        Numbers up to here go left.
    members
        The codes that go left; None when the feature is a number.
    missing_left
        Whether a missing value goes left.
    left, right
        The next split, or `~leaf`.

    """

    feature: int
    threshold: float
    members: tuple[int, ...] | None
    missing_left: bool
    left: int
    right: int


@dataclass(frozen=True)
class Tree:
    """Splits, the first one on top, and what each leaf adds to the score; one leaf at least."""

    splits: tuple[Split, ...]
    leaves: tuple[float, ...]


def read_trees(text: str) -> tuple[int, tuple[Tree, ...]]:
    """The number of outputs, and the trees: tree `i` adds to output `i % outputs`.

    Parameters
    ----------
    text
        A booster in LightGBM's text format.

    Raises
    ------
    ModelMistake
        When its trees are of a kind that relevo does not train: with a linear model in each leaf,
        or with zeros that count as missing.

    """
    head, *blocks = text.split("\nend of trees")[0].split("\nTree=")
    trees = tuple(_tree(fields_of(block)) for block in blocks)
    return int(fields_of(head)["num_tree_per_iteration"]), trees


def fields_of(block: str) -> dict[str, str]:
    """What the lines `name=value` of one tree, or of the head, say."""
    return dict(line.split("=", 1) for line in block.splitlines() if "=" in line)


def _tree(fields: Mapping[str, str]) -> Tree:
    if fields.get("is_linear", "0") != "0":
        raise ModelMistake("learn.odd_trees")
    leaves = tuple(map(float, fields["leaf_value"].split()))
    return Tree(tuple(_splits(fields)) if len(leaves) > 1 else (), leaves)


def _splits(fields: Mapping[str, str]) -> Iterator[Split]:
    sets = member_sets(fields) if fields["num_cat"] != "0" else []
    columns = ("split_feature", "threshold", "decision_type", "left_child", "right_child")
    for one in zip(*(fields[name].split() for name in columns), strict=True):
        feature, decision, left, right = (int(one[place]) for place in (0, 2, 3, 4))
        threshold = float(one[1])
        if decision & _CATEGORICAL:
            yield Split(feature, threshold, sets[int(threshold)], False, left, right)
        else:
            yield Split(feature, threshold, None, _missing_left(decision, threshold), left, right)


def _missing_left(decision: int, threshold: float) -> bool:
    kind = decision >> _MISSING_SHIFT & _MISSING_MASK
    if kind == _MISSING_IS_ZERO:
        raise ModelMistake("learn.odd_trees")
    if kind == _NEVER_MISSING:  # training saw none: a missing value counts as zero
        return threshold >= 0.0
    return bool(decision & _DEFAULT_LEFT)


def member_sets(fields: Mapping[str, str]) -> list[tuple[int, ...]]:
    """The codes of each set of categories of a tree, from its bits."""
    bounds = [*map(int, fields["cat_boundaries"].split())]
    words = [*map(int, fields["cat_threshold"].split())]
    return [
        tuple(
            _WORD_BITS * place + bit
            for place, word in enumerate(words[start:stop])
            for bit in range(_WORD_BITS)
            if word >> bit & 1
        )
        for start, stop in pairwise(bounds)
    ]
