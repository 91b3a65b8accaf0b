"""The same small project, and the same way to run a command, as in the tests of the cycle."""

from __future__ import annotations

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

_spec = spec_from_file_location(
    "small_project", Path(__file__).parents[1] / "cycle" / "conftest.py"
)
assert _spec
assert _spec.loader
_project = module_from_spec(_spec)
sys.modules[_spec.name] = _project
_spec.loader.exec_module(_project)

call = _project.call
rows = _project.rows
untrained_once = _project.untrained_once
untrained = _project.untrained
