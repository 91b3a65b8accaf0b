"""The training population and the one that the model is for: differences, weights, gaps."""
