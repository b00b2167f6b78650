"""`python -m fake_pypi` is the command `fake-pypi`."""

from __future__ import annotations

import sys

from fake_pypi.cli import main

if __name__ == "__main__":
    sys.exit(main())
