"""FakePyPI and FakeIndexes: one index, and two of them with proxy and shell, without pytest."""

from __future__ import annotations

from fake_pypi.fake.indexes import FakeIndexes
from fake_pypi.fake.projects import File, Project, Release
from fake_pypi.fake.pypi import FakePyPI

__all__ = ["FakeIndexes", "FakePyPI", "File", "Project", "Release"]
