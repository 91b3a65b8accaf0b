"""Who is next to whom."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from relevo.train.stratified.graph import (
    Graph,
    Order,
    hierarchy,
    named_edges,
    nearest_places,
    product_of,
)


def edges(graph: Graph) -> set[tuple[int, int]]:
    entries = sparse.tril(-graph.laplacian, -1).tocoo()
    return {(int(a), int(b)) for a, b in zip(entries.col, entries.row, strict=True)}


def test_an_order_and_a_cycle() -> None:
    names = [("c",), ("a",), ("b",), ("d",)]
    order = ("a", "b", "c", "d")
    assert edges(product_of(names, {0: Order(order)})) == {(1, 2), (0, 2), (0, 3)}
    assert edges(product_of(names, {0: Order(order, cyclic=True)})) == {
        (1, 2), (0, 2), (0, 3), (1, 3),
    }  # fmt: skip


def test_a_product_has_a_place_for_every_combination() -> None:
    graph = product_of([("a", "1"), ("b", "2")], {0: Order(("a", "b")), 1: Order(("1", "2"))})
    assert set(graph.more) == {("a", "2"), ("b", "1")}
    assert len(edges(graph)) == 4
    np.testing.assert_array_equal(graph.laplacian.sum(axis=1), 0.0)


def test_a_missing_name_has_no_neighbour_but_the_root() -> None:
    graph = product_of([("a",), ("b",), (None,)], {0: Order(("a", "b"))})
    assert graph.more == ((),)
    assert {(0, 1), (2, 3)} <= edges(graph)
    pieces = sparse.csgraph.connected_components(graph.laplacian, directed=False)[0]
    assert pieces == 1


def test_a_tree_of_groups() -> None:
    graph = hierarchy([("ES", "Madrid"), ("ES", "Vigo"), ("PE", "Lima")])
    assert graph.more == (("ES",), (), ("PE",))
    assert edges(graph) == {(0, 3), (1, 3), (3, 4), (2, 5), (4, 5)}


def test_places_are_joined_over_the_date_line() -> None:
    graph = nearest_places(np.array([[0.0, 179.9], [0.0, -179.9], [0.0, 0.0], [0.0, 1.0]]), 1)
    assert {(0, 1), (2, 3)} <= edges(graph)


def test_named_edges_keep_weights_and_names_without_rows() -> None:
    graph = named_edges([("a",), ("b",)], [("a", "b", 2.0), ("b", "z", 1.0), ("b", "a", 2.0)])
    assert graph.more == (("z",),)
    assert graph.laplacian[0, 1] == -2.0
    assert graph.laplacian.diagonal().tolist() == [2.0, 3.0, 1.0]
