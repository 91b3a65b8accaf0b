"""Faults of data, each told from a real change by the mark that it leaves on the values."""
