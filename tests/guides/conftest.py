"""What every guide starts from: two empty indexes, a shell, a project that is not published yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fake_pypi.clients.shell import Shell
from fake_pypi.fake import FakeIndexes

PYPROJECT = """\
[build-system]
requires = ["flit_core >=3.2,<5"]
build-backend = "flit_core.buildapi"

[project]
name = "tide-tables"
version = "{version}"
description = "When the water comes"
readme = "README.md"
requires-python = ">=3.10"
dependencies = ["idna"]

[project.scripts]
tide-tables = "tide_tables:main"
"""
MODULE = '''\
"""When the water comes."""

__version__ = "{version}"


def main() -> None:
    import idna

    print("tide-tables {version}, idna", idna.__version__.split(".")[0])
'''


@pytest.fixture
def indexes() -> Iterator[FakeIndexes]:
    with FakeIndexes() as indexes:
        yield indexes
        assert indexes.servers.errors == []


@pytest.fixture
def shell(indexes: FakeIndexes) -> Shell:
    """Without tokens in it: guides say where to put them."""
    return indexes.shell(credentials=False, fake_sleep=True)


@pytest.fixture
def tokens(indexes: FakeIndexes) -> dict[str, str]:
    """The tokens that a reader has copied from the two web sites."""
    return {
        "PYPI_API_TOKEN": indexes.pypi.token.secret,
        "TEST_PYPI_API_TOKEN": indexes.testpypi.token.secret,
    }


@pytest.fixture
def set_version(tmp_path: Path) -> Callable[[str], Path]:
    """Write the reader's project at a version; the folder."""
    folder = tmp_path / "tide-tables"

    def write(version: str) -> Path:
        folder.mkdir(exist_ok=True)
        (folder / "README.md").write_text("# tide-tables\n\nWhen the water comes.\n", encoding="utf-8")
        (folder / "pyproject.toml").write_text(PYPROJECT.format(version=version), encoding="utf-8")
        (folder / "tide_tables.py").write_text(MODULE.format(version=version), encoding="utf-8")
        return folder

    return write


@pytest.fixture
def project(set_version: Callable[[str], Path]) -> Path:
    """The reader's project, version 1.0.0."""
    return set_version("1.0.0")
