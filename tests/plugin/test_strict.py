"""The setting that makes every shell of a session strict."""

from __future__ import annotations

import pytest

from tests.e2e.namespaces import NAMESPACES_ARE_ALLOWED

TEST = """
import os

def test_where_commands_run(fake_pypi_shell):
    inside = fake_pypi_shell.run("readlink /proc/self/ns/net").stdout.strip()
    assert (inside != os.readlink("/proc/self/ns/net")) is {strict}
"""

needs_namespaces = pytest.mark.skipif(not NAMESPACES_ARE_ALLOWED, reason="this kernel gives users no network namespace")


@needs_namespaces
def test_the_command_line_enables_strict_shells(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TEST.format(strict=True))
    pytester.runpytest_subprocess("--fake-pypi-strict").assert_outcomes(passed=1)


@needs_namespaces
def test_the_configuration_enables_strict_shells(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nfake_pypi_strict = true\n")
    pytester.makepyfile(TEST.format(strict=True))
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


@needs_namespaces
def test_shells_are_not_strict_by_default(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TEST.format(strict=False))
    pytester.runpytest_subprocess().assert_outcomes(passed=1)
