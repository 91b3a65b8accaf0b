"""Boosters as text: scale, shift, average, slim and retouch them without training anything."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from relevo.learn.learner import Floats

_TREE, _END = "Tree=", "end of trees"
_LEAVES = re.compile(r"(?<=\n)leaf_value=([^\n]*)")
# What LightGBM writes for people only, or for further training that sees the rows again; about a
# third of the text.
_NOT_NEEDED = ("split_gain=", "internal_value=", "internal_weight=", "leaf_weight=")


@dataclass(frozen=True)
class _Booster:
    """A booster's text in pieces: what stands before the trees, the trees, what follows them."""

    head: tuple[str, ...]
    trees: tuple[tuple[str, ...], ...]
    tail: tuple[str, ...]


def combined(texts: Iterable[str], factors: Sequence[Floats], shifts: Sequence[Floats]) -> str:
    """One booster whose raw score is the sum of `factor * score + shift` of several.

    All trees stand in one model, so that a mean costs no more calls than one booster, its
    attributions stay exact, and it can be fine-tuned as one.

    Parameters
    ----------
    texts
        Boosters in LightGBM's text format, over the same features, with the same outputs.
    factors, shifts
        Of each booster's raw scores, shapes `(n_outputs,)`.

    """
    blocks: list[str] = []
    for text, factor, shift in zip(texts, factors, shifts, strict=True):
        booster = _taken_apart(text)
        outputs = _outputs(booster.head)
        for place, tree in enumerate(booster.trees):
            output = place % outputs
            added = shift[output] if place < outputs else 0.0
            lines = _changed(tree, factor[output], added)
            blocks.append("\n".join((f"{_TREE}{len(blocks)}", *lines, "", "")) + "\n")
    sizes = " ".join(str(len(block.encode())) for block in blocks)
    head = "\n".join((*booster.head, f"tree_sizes={sizes}", "", ""))
    return head + "".join(blocks) + "\n".join(booster.tail) + "\n"


def leaf_values(text: str) -> Floats:
    """What each leaf of each tree adds to the score, shape `(n_trees, most_leaves)`; 0 elsewhere.

    Parameters
    ----------
    text
        A booster in LightGBM's text format.

    """
    rows = [np.array(line.split(), dtype=np.float64) for line in _LEAVES.findall(text)]
    values = np.zeros((len(rows), max((len(row) for row in rows), default=0)))
    for place, row in enumerate(rows):
        values[place, : len(row)] = row
    return values


def with_leaf_values(text: str, values: Floats) -> str:
    """The booster with other values in its leaves, of the shape that `leaf_values` gives."""
    pieces = _LEAVES.split(text)  # what stands between the values, and the values, by turns
    for place, row in enumerate(values):
        leaves = row[: len(pieces[2 * place + 1].split())]
        pieces[2 * place + 1] = " ".join([f"{value:.9g}" for value in leaves.tolist()])
    return _with_sizes("leaf_value=".join(_paired(pieces)))


def _paired(pieces: Sequence[str]) -> Iterator[str]:
    yield pieces[0]
    for place in range(1, len(pieces), 2):
        yield pieces[place] + pieces[place + 1]


def _with_sizes(text: str) -> str:
    """The text with the true lengths of its trees in its head."""
    head, _, rest = text.partition(f"\n{_TREE}")
    trees, _, _ = rest.partition(f"\n{_END}")
    blocks = [f"{_TREE}{block}" for block in f"{trees}\n".split(_TREE)]
    sizes = " ".join(str(len(block.encode())) for block in blocks)
    return re.sub(r"(?m)^tree_sizes=.*$", f"tree_sizes={sizes}", head) + f"\n{_TREE}{rest}"


def _taken_apart(text: str) -> _Booster:
    head: list[str] = []
    trees: list[list[str]] = []
    lines = iter(text.splitlines())
    current = head
    for line in lines:
        if line == _END:
            break
        if line.startswith(_TREE):
            current = []
            trees.append(current)
        elif line and not line.startswith("tree_sizes="):
            current.append(line)
    return _Booster(tuple(head), tuple(tuple(tree) for tree in trees), (_END, *lines))


def _outputs(head: Sequence[str]) -> int:
    [line] = [line for line in head if line.startswith("num_tree_per_iteration=")]
    return int(line.split("=")[1])


def _changed(tree: Sequence[str], factor: float, shift: float) -> Iterator[str]:
    for line in tree:
        if line.startswith("leaf_value="):
            values = (factor * float(value) + shift for value in line[11:].split())
            # 9 digits are what a float32 holds: LightGBM's own sums are no finer.
            yield "leaf_value=" + " ".join(f"{value:.9g}" for value in values)
        elif line.startswith("shrinkage="):
            yield f"shrinkage={factor * float(line[10:]):.9g}"
        elif not line.startswith(_NOT_NEEDED):
            yield line
