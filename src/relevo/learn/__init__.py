"""Learners by task, and the search over them."""

from __future__ import annotations

import os

# Must stand before LightGBM loads its OpenMP library: threads that wait by spinning make a tree 10
# times slower (measured: 65 ms instead of 7 ms on 20,000 rows) when other work shares the cores.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
