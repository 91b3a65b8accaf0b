"""Whether explanations can be believed: checks that they can fail."""
