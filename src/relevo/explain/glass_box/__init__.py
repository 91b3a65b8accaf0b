"""Models that people can read: their shapes, changes by hand, and what reading costs."""
