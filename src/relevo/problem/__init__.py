"""What a model predicts, for whom, and which measure says that it is good enough."""

from __future__ import annotations

from relevo.problem.problem import Columns, Problem, Roles, Source
from relevo.problem.read import parse_problem, read_problem

__all__ = ["Columns", "Problem", "Roles", "Source", "parse_problem", "read_problem"]
