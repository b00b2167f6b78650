"""Types of the fixtures and of the shell of docs/reference/fixtures.md. mypy reads this file; nothing runs it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

from typing_extensions import assert_type

from fake_pypi import FakePyPI, Package, RuleSet, Shell
from fake_pypi.clients.venv import VirtualEnvironment
from fake_pypi.pytest_plugin.package_builders import PackageBuilders


def values_of_fixtures(
    fake_pypi: FakePyPI,
    fake_pypi_factory: Callable[..., FakePyPI],
    fake_pypi_packages: PackageBuilders,
    fake_pypi_venv: VirtualEnvironment,
) -> None:
    assert_type(fake_pypi_factory(without=["duplicate-file"]), FakePyPI)
    assert_type(fake_pypi_packages.wheel("demo", "1.0"), Package)
    assert_type(fake_pypi_packages.sdist("demo", "1.0"), Package)
    assert_type(fake_pypi.rules.without("duplicate-file"), RuleSet)
    assert_type(fake_pypi_venv.python, Path)


def shell(fake_pypi_shell: Shell) -> None:
    done = fake_pypi_shell.run("twine upload dist/*", cwd=Path("project"), check=False)
    assert_type(done, CompletedProcess[str])
    assert_type(fake_pypi_shell.run(["twine", "upload"]), CompletedProcess[str])
    assert_type(fake_pypi_shell.script("cd project\ntwine upload dist/*"), CompletedProcess[str])
    assert_type(fake_pypi_shell.github_actions(repository="octo/demo", workflow="release.yml"), Shell)
    fake_pypi_shell.run("ls", timeout="long")  # type: ignore[arg-type]
    fake_pypi_shell.run(7)  # type: ignore[arg-type]
    fake_pypi_shell.run("ls", shell=True)  # type: ignore[call-arg]
