"""How Sphinx builds these pages; `make docs` puts them into build/docs."""

from __future__ import annotations

from importlib.metadata import version as version_of

project = "pytest-fake-pypi"
author = "The pytest-fake-pypi maintainers"
project_copyright = f"2026, {author}"
release = version_of("pytest-fake-pypi")

extensions = ["myst_parser", "sphinx_copybutton"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
copybutton_prompt_text = "$ "
html_theme = "furo"
html_title = f"{project} {release}"
html_static_path = ["_static"]
html_js_files = ["versions.js"]
templates_path = ["_templates"]
html_sidebars = {
    "**": [
        "sidebar/brand.html",
        "sidebar/search.html",
        "sidebar/scroll-start.html",
        "sidebar/navigation.html",
        "sidebar/versions.html",
        "sidebar/scroll-end.html",
    ]
}
exclude_patterns = ["_build", "generators"]
linkcheck_ignore = [r"https?://(127\.0\.0\.1|localhost|pypi\.localhost|registry\.example\.com|example\.com)"]
linkcheck_anchors_ignore_for_url = [r"https://pypi\.org/help/"]  # the anchors are made by a script
linkcheck_timeout = 20  # seconds
