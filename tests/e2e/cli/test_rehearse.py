"""`fake-pypi rehearse` leaves its environment as it was."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from fake_pypi.cli import main


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "hello"\nversion = "1.0"\n')
    return tmp_path


def test_the_environment_is_as_before(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_ADDOPTS", "--no-such-option")
    monkeypatch.delenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", raising=False)
    before = dict(os.environ)
    (project / "pytest.ini").write_text("[pytest]\nrequired_plugins = no-such-plugin\naddopts = --nonsense\n")
    (project / "pyproject.toml").write_text("[build-system]\nrequires = []\nbuild-backend = 'gone'\n")
    assert main(["rehearse", str(project)]) == 1
    assert {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"} == {
        name: value for name, value in before.items() if name != "PYTEST_CURRENT_TEST"
    }
