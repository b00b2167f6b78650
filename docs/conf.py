"""How Sphinx builds these pages; `make docs` puts them into build/docs."""

from __future__ import annotations

from importlib.metadata import version as version_of

project = "pytest-fake-pypi"
author = "The pytest-fake-pypi maintainers"
project_copyright = f"2026, {author}"
release = version_of("pytest-fake-pypi")

extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
html_theme = "furo"
html_title = project
exclude_patterns = ["_build"]
