"""For whom the model is worse: parts of the rows, gaps between groups of people, worst slices."""
