"""What a model goes by: importance of columns, their effects, and which of them work together."""
