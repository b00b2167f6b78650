"""The commands that build distributions."""

from __future__ import annotations

import re

BUILD_COMMAND = re.compile(
    r"\b(?:python3?|py)\b[^\n;&|]*\s-m\s+build\b|\bpyproject-build\b|\b(?:uv|poetry|hatch|flit|pdm|maturin|rye)\b"
    r"[^\n;&|]*?\sbuild\b|\bsetup\.py\b[^\n;&|]*\s(?:sdist|bdist_wheel)\b|\bcibuildwheel\b|\bpip\b[^\n;&|]*\swheel\b"
    r"|\bpipx\s+run\s+build\b|\buvx\b[^\n;&|]*\sbuild\b"
    r"|\b(?:flit|maturin)\s+publish\b|\bpdm\s+publish\b(?![^\n;&|]*--no-build)"
    r"|\bpoetry\s+publish\b[^\n;&|]*\s(?:--build|-b)\b"
)
"""A command line that builds; some tools build before they publish."""
