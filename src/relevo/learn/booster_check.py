"""`check_booster`: whether LightGBM can read a text, and walk its trees, without harm.

LightGBM ends the whole process at some mistakes in a text, and walks out of its arrays, or in a
circle, where a tree says so. A text from somebody else is therefore read here first.
"""

from __future__ import annotations

import re
from itertools import accumulate, pairwise

_END = "end of trees"
_PER_SPLIT = (
    "split_feature", "split_gain", "threshold", "decision_type", "left_child", "right_child",
    "internal_value", "internal_weight", "internal_count",
)  # fmt: skip
_PER_LEAF = ("leaf_value", "leaf_weight", "leaf_count")
_OTHER = ("num_leaves", "num_cat", "cat_boundaries", "cat_threshold", "is_linear", "shrinkage")
_KNOWN = frozenset((*_PER_SPLIT, *_PER_LEAF, *_OTHER))
_CATEGORICAL, _MISSING_AS = 1, frozenset((0, 4, 8))
_NUMBER = r"-?(?:[0-9]++(?:\.[0-9]++)?+(?:e[-+][0-9]++)?+|inf|nan)"
_OBJECTIVE = re.compile(
    "(?:regression|regression_l1|huber|fair|quantile|mape|poisson|gamma|tweedie|"
    r"binary|cross_entropy|multiclass|multiclassova)(?: num_class:([0-9]+))?(?: [a-z]+:[0-9.]+)*"
)
# A blank line ends a tree.
_TREES = re.compile(
    rf"(?:Tree=[0-9]++\n(?:[a-z_]++=(?:{_NUMBER}(?: {_NUMBER})*+)?+\n)++\n++)*+",
)
_DEEPEST = 1_000  # LightGBM goes down a tree by recursion


def check_booster(text: str, n_features: int, n_outputs: int) -> None:
    """Raise a ValueError when a text is no booster of these features and outputs.

    Parameters
    ----------
    text
        In LightGBM's format.
    n_features, n_outputs
        What the predictor that holds it says.

    """
    start, end = text.find("\nTree=") + 1, text.find(f"\n{_END}") + 1
    head = _by_name(text[:start])
    _must(int(head["num_tree_per_iteration"]) == n_outputs, "number of outputs")
    _must(int(head["num_class"]) == n_outputs, "number of classes")
    _must(int(head["max_feature_idx"]) == n_features - 1, "number of features")
    objective = _OBJECTIVE.fullmatch(head["objective"])
    _must(objective is not None and objective[1] in (None, str(n_outputs)), "objective")
    trees = text[start:end]
    _must(_TREES.fullmatch(trees) is not None, "lines of trees")
    for place, block in enumerate(_blocks(trees, _whole(head["tree_sizes"]))):
        _check_tree(block, place, n_features)


def _blocks(trees: str, sizes: list[int]) -> list[str]:
    _must(sum(sizes) == len(trees) and min(sizes, default=0) > 0, "sizes of trees")
    ends = [*accumulate(sizes, initial=0)]
    return [trees[one:other] for one, other in pairwise(ends)]


def _check_tree(block: str, place: int, n_features: int) -> None:
    title, _, lines = block.partition("\n")
    _must(title == f"Tree={place}" and block.endswith("\n"), "start of a tree")
    tree = _by_name(lines.rstrip("\n"))
    _must(tree.keys() <= _KNOWN and tree.get("is_linear", "0") == "0", "kind of tree")
    leaves = int(tree["num_leaves"])
    _must(_count(tree["leaf_value"]) == leaves >= 1, "leaf_value")
    if leaves > 1:
        _must(all(_count(tree[name]) == leaves for name in _PER_LEAF if name in tree), "leaves")
        _must(all(_count(tree[name]) == leaves - 1 for name in _PER_SPLIT if name in tree), "nodes")
        _must(all(0 <= one < n_features for one in _whole(tree["split_feature"])), "features")
        _must(_count(tree["threshold"]) == leaves - 1, "thresholds")
        _check_shape(_whole(tree["left_child"]), _whole(tree["right_child"]))
    _check_categories(tree)


def _check_shape(left: list[int], right: list[int]) -> None:
    """Each node but the first, and each leaf, has one parent, which stands before it."""
    _must(sorted((*left, *right)) == [*range(-len(left) - 1, 0), *range(1, len(left))], "children")
    children = [*enumerate(left), *enumerate(right)]
    _must(all(child > node or child < 0 for node, child in children), "order of nodes")
    if len(left) > _DEEPEST:
        depth = [0] * len(left)
        for node, child in sorted(children):
            if child > 0:
                depth[child] = depth[node] + 1
        _must(max(depth) <= _DEEPEST, "depth")


def _check_categories(tree: dict[str, str]) -> None:
    kinds = _whole(tree.get("decision_type", ""))
    # Bit 0: a split by categories; bit 1: where missing values go; bits 2 and 3: what they are.
    _must({kind & ~3 for kind in kinds} <= _MISSING_AS, "decision_type")
    count, of_split = (
        int(tree["num_cat"]),
        zip(kinds, tree.get("threshold", "").split(" "), strict=False),
    )
    places = [float(place) for kind, place in of_split if kind & _CATEGORICAL]
    _must(all(place.is_integer() and 0 <= place < count for place in places), "categories")
    if count == 0:
        return
    bounds, words = _whole(tree["cat_boundaries"]), _whole(tree["cat_threshold"])
    _must(len(bounds) == count + 1 and bounds[0] == 0, "cat_boundaries")
    _must(all(one <= other for one, other in pairwise(bounds)), "order of cat_boundaries")
    _must(bounds[-1] == len(words), "number of cat_threshold")
    _must(all(0 <= word < 2**32 for word in words), "cat_threshold")


def _by_name(lines: str) -> dict[str, str]:
    """What stands behind the names; none twice."""
    pairs = [line.partition("=")[::2] for line in lines.split("\n") if line]
    named = dict(pairs)
    _must(len(named) == len(pairs), "lines")
    return named


def _count(numbers: str) -> int:
    # A blank at an end, or two in a row, is counted as a number; LightGBM writes none.
    return numbers.count(" ") + 1 if numbers else 0


def _whole(numbers: str) -> list[int]:
    return [*map(int, numbers.split(" "))] if numbers else []


def _must(is_so: bool, what: str) -> None:
    if not is_so:
        raise ValueError(f"a booster's {what}")
