"""Settings of the session hold for the commands of the release steps too."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.e2e.namespaces import NAMESPACES_ARE_ALLOWED

PYPROJECT = """
[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"
[project]
name = "hello"
version = "1.0"
description = "Greets."
"""
SETUP = """
import os, setuptools
with open(os.environ["DEMO_RECORD"], "a") as record:
    record.write(os.readlink("/proc/self/ns/net") + "\\n")
setuptools.setup(py_modules=["hello"])
"""

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.skipif(os.name == "nt", reason="setup.py reads /proc")]


@pytest.fixture
def record(pytester: pytest.Pytester, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that the build of the project at rootdir writes its network into; a variable names it."""
    pytester.makepyprojecttoml(PYPROJECT)
    pytester.makepyfile(setup=SETUP, hello='"""Greets."""')
    monkeypatch.setenv("DEMO_RECORD", str(tmp_path / "record"))
    return tmp_path / "record"


def build(pytester: pytest.Pytester, *words: str) -> pytest.RunResult:
    chosen = ["--fake-pypi", "--fake-pypi-build=wheel", "-k", "build", "-p", "no:randomly", "pyproject.toml"]
    return pytester.runpytest_subprocess(*chosen, *words)


def test_a_build_sees_a_variable_only_when_it_is_named(pytester: pytest.Pytester, record: Path) -> None:
    rejected = build(pytester)
    rejected.assert_outcomes(failed=1)
    rejected.stdout.fnmatch_lines(["*KeyError: 'DEMO_RECORD'*"])
    build(pytester, "--fake-pypi-pass-env=DEMO_*").assert_outcomes(passed=1)
    assert record.exists()


@pytest.mark.skipif(not NAMESPACES_ARE_ALLOWED, reason="this kernel gives users no network namespace")
def test_release_steps_run_in_the_strict_network_too(pytester: pytest.Pytester, record: Path) -> None:
    build(pytester, "--fake-pypi-pass-env=DEMO_*", "--fake-pypi-strict").assert_outcomes(passed=1)
    networks = set(record.read_text(encoding="utf-8").split())
    assert len(networks) == 1
    assert str(Path("/proc/self/ns/net").readlink()) not in networks
