"""Quality before labels are there."""
