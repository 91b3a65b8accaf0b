"""Later rows, unseen places, other populations: figures beside those of a random split."""
