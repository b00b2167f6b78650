"""trustme is imported when the first certificate is made."""

from __future__ import annotations

import subprocess
import sys


def test_trustme_is_not_imported_before_it_is_needed() -> None:
    code = "import sys, fake_pypi.serving.proxy as p; p.Authority(); print('trustme' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "False\n"
