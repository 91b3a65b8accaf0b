"""One decision: its reasons, the codes of a refusal, and what would turn it."""
