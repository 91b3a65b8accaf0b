"""The Open Inference Protocol, version 2 (REST), with its extension of binary tensors."""
