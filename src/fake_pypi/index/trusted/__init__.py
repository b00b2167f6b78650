"""The four kinds of trusted publishers that PyPI knows."""

from __future__ import annotations

from fake_pypi.index.trusted.activestate import ActiveState
from fake_pypi.index.trusted.github import GitHub
from fake_pypi.index.trusted.gitlab import GitLab
from fake_pypi.index.trusted.google import Google
from fake_pypi.index.trusted.kind import Kind

KINDS: dict[str, Kind] = {
    "github": GitHub(),
    "gitlab": GitLab(),
    "google": Google(),
    "activestate": ActiveState(),
}
