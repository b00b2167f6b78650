"""Importing pypiserver leaves nothing behind that a strict test run would notice."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import fake_pypi.web.engine
try:
    import a_module_that_nobody_has
except ModuleNotFoundError:
    print("as ever")
"""


def test_a_failing_optional_import_stays_what_it_is_under_w_error() -> None:
    told = subprocess.run([sys.executable, "-W", "error", "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert (told.stdout, told.stderr) == ("as ever\n", "")
