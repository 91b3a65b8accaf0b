"""`Graph` and `Tensor`: ONNX operators written as arithmetic."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Union

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

Constant = NDArray[Any] | float | int
Operand = Union["Tensor", Constant]
TREES = "ai.onnx.ml"
# The oldest that hold every operator used here; trees in double precision came with the fifth set
# of TREES, which onnxruntime has had since 1.20.
_OPSETS = {"": 21, TREES: 5}
_IR_VERSION = 10
_KINDS = {
    "double": TensorProto.DOUBLE,
    "float": TensorProto.FLOAT,
    "int64": TensorProto.INT64,
    "string": TensorProto.STRING,
    "bool": TensorProto.BOOL,
}
_PREFIX = "relevo:"  # of names inside, which must differ from those of columns


class Graph:
    """Inputs, operators and outputs, in the order in which they are named."""

    def __init__(self) -> None:
        self._nodes: list[Any] = []
        self._constants: list[Any] = []
        self._inputs: list[Any] = []
        self._outputs: list[Any] = []
        self._count = 0

    def input(self, name: str, kind: str) -> Tensor:
        """A column of a table, shape `(n_rows, 1)`."""
        self._inputs.append(helper.make_tensor_value_info(name, _KINDS[kind], ["rows", 1]))
        return Tensor(self, name)

    def output(self, name: str, tensor: Tensor, kind: str, *shape: int) -> None:
        """Give a tensor of `(n_rows, *shape)` to the outside under a name."""
        self._nodes.append(helper.make_node("Identity", [tensor.name], [name]))
        described = helper.make_tensor_value_info(name, _KINDS[kind], ["rows", *shape])
        self._outputs.append(described)

    def apply(self, operator: str, *inputs: Operand, domain: str = "", **attributes: Any) -> Tensor:
        """What an operator makes of tensors and constants; arrays may be attributes."""
        names = [self._name(one) for one in inputs]
        tensor = Tensor(self, self._new())
        plain = {
            name: self._array(value) if isinstance(value, np.ndarray) else value
            for name, value in attributes.items()
        }
        self._nodes.append(helper.make_node(operator, names, [tensor.name], domain=domain, **plain))
        return tensor

    def concatenated(self, *parts: Tensor, axis: int = 1) -> Tensor:
        """Tensors beside each other."""
        return parts[0] if len(parts) == 1 else self.apply("Concat", *parts, axis=axis)

    def zeros(self, like: Tensor, columns: int) -> Tensor:
        """Zeros of shape `(n_rows, columns)`, with as many rows as another tensor."""
        rows = self.apply("Shape", like, start=0, end=1)
        shape = self.apply("Concat", rows, np.array([columns]), axis=0)
        return self.apply("ConstantOfShape", shape, value=np.zeros(1))

    def model(self, name: str, version: int, metadata: Mapping[str, str]) -> Any:
        """The graph as an ONNX model, checked."""
        graph = helper.make_graph(self._nodes, name, self._inputs, self._outputs, self._constants)
        opsets = [helper.make_opsetid(domain, number) for domain, number in _OPSETS.items()]
        model = helper.make_model(
            graph,
            opset_imports=opsets,
            ir_version=_IR_VERSION,
            producer_name="relevo",
            model_version=version,
        )
        helper.set_model_props(model, dict(metadata))
        onnx.checker.check_model(model)
        return model

    def _name(self, operand: Operand) -> str:
        if isinstance(operand, Tensor):
            return operand.name
        array = self._array(np.asarray(operand))
        self._constants.append(array)
        return str(array.name)

    def _array(self, values: NDArray[Any]) -> Any:
        return numpy_helper.from_array(
            values.astype(object) if values.dtype.kind == "U" else values, self._new()
        )

    def _new(self) -> str:
        self._count += 1
        return f"{_PREFIX}{self._count}"


class Tensor:
    """A value inside a graph; arithmetic with it adds operators to the graph.

    Python's and numpy's numbers beside it are constants: `2.0` a double, `2` a whole number.
    """

    __array_ufunc__ = None  # numpy leaves `array - tensor` to the tensor

    def __init__(self, graph: Graph, name: str) -> None:
        self.graph, self.name = graph, name

    def apply(self, operator: str, *others: Operand, **attributes: Any) -> Tensor:
        """What an operator makes of this tensor and others."""
        return self.graph.apply(operator, self, *others, **attributes)

    def columns(self, places: NDArray[Any]) -> Tensor:
        """Some of the columns, `(n_rows, len(places))`."""
        return self.apply("Gather", np.asarray(places, dtype=np.int64), axis=1)

    def cast(self, kind: str) -> Tensor:
        """The same values as `double`, `float`, `int64` or `string`."""
        return self.apply("Cast", to=_KINDS[kind])

    def chosen(self, yes: Operand, no: Operand) -> Tensor:
        """`yes` where this condition holds, else `no`."""
        return self.apply("Where", yes, no)

    def is_missing(self) -> Tensor:
        """Where a double is NaN."""
        return self.apply("IsNaN")

    def finite(self) -> Tensor:
        """The same doubles, infinite ones missing."""
        return self.apply("IsInf").chosen(np.nan, self)

    def __add__(self, other: Operand) -> Tensor:
        return self.apply("Add", other)

    def __sub__(self, other: Operand) -> Tensor:
        return self.apply("Sub", other)

    def __mul__(self, other: Operand) -> Tensor:
        return self.apply("Mul", other)

    def __truediv__(self, other: Operand) -> Tensor:
        return self.apply("Div", other)

    def __mod__(self, other: Operand) -> Tensor:
        return self.apply("Mod", other)

    def __matmul__(self, other: Operand) -> Tensor:
        return self.apply("MatMul", other)

    def __ge__(self, other: Operand) -> Tensor:
        return self.apply("GreaterOrEqual", other)

    def __lt__(self, other: Operand) -> Tensor:
        return self.apply("Less", other)

    def __and__(self, other: Operand) -> Tensor:
        return self.apply("And", other)

    def same(self, other: Operand) -> Tensor:
        """Where two are equal; `==` is left to Python."""
        return self.apply("Equal", other)

    def summed(self, axis: int) -> Tensor:
        """The sum along an axis, which goes."""
        return self.apply("ReduceSum", np.array([axis]), keepdims=0)
