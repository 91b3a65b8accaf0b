"""A model's scoring as an ONNX graph: one file per part of a model."""
