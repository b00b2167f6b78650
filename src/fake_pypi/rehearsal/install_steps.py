"""The install steps: install the release with pip, import its modules and run its console scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_pypi.rehearsal.failure import StepFailed
from fake_pypi.rehearsal.missing_requirements import missing_requirements
from fake_pypi.rehearsal.output import plain, reason_in
from fake_pypi.rehearsal.smoke_test import run_scripts, smoke_test

if TYPE_CHECKING:
    from fake_pypi.rehearsal.rehearsal import Rehearsal

FROM_TESTPYPI = "pip install --index-url https://test.pypi.org/simple/ --extra-index-url https://pypi.org/simple/"


def install_from_testpypi(rehearsal: Rehearsal) -> None:
    """Install the release from TestPyPI and its requirements from PyPI, then run `pip check`."""
    venv = rehearsal.environments["from-testpypi"]
    cwd = rehearsal.empty_folder("from-testpypi")
    command = f"{FROM_TESTPYPI} {_requirement(rehearsal)}"
    _run_pip(rehearsal, "from-testpypi", command, "the release on TestPyPI cannot be installed")
    completed = rehearsal.run("pip check", cwd=cwd, within=venv)
    if completed.returncode:
        raise StepFailed.from_output("pip check", plain(completed), "requirements are missing or incompatible")


def install_from_pypi(rehearsal: Rehearsal) -> None:
    """Install the wheel and the sdist, each into a fresh environment, and check that they can be used."""
    release = rehearsal.release
    requirement = _requirement(rehearsal)
    installs = []
    if release.has_wheel_for_this_python:
        installs.append(("from-wheel", f"pip install --only-binary {release.name} {requirement}"))
    elif release.wheels:
        rehearsal.warnings.append(f"the wheels of {release} are for other Pythons: they were not installed")
    if release.sdists:
        installs.append(("from-sdist", f"pip install --no-binary {release.name} {requirement}"))
    futures = [rehearsal.submit(_install, rehearsal, name, command) for name, command in installs[1:]]
    for name, command in installs[:1]:
        _install(rehearsal, name, command)
        if rehearsal.settings.scripts:
            run_scripts(rehearsal, name)
    for future in futures:
        future.result()


def _requirement(rehearsal: Rehearsal) -> str:
    """Return the requirement to install: the release with the extras of the settings."""
    release = rehearsal.release
    try:
        return release.with_extras(rehearsal.settings.extras)
    except LookupError as error:
        raise StepFailed(str(error)) from None


def _install(rehearsal: Rehearsal, name: str, command: str) -> None:
    """Install a distribution file into an environment and check that it can be used."""
    kind = name.removeprefix("from-")
    _run_pip(rehearsal, name, command, f"the {kind} on PyPI cannot be installed")
    smoke_test(rehearsal, name)


def _run_pip(rehearsal: Rehearsal, environment: str, command: str, summary: str) -> None:
    """Run pip in an environment; a failure names the requirements that no package source has."""
    cwd, venv = rehearsal.empty_folder(environment), rehearsal.environments[environment]
    completed = rehearsal.run(command, cwd=cwd, within=venv)
    if not completed.returncode:
        return
    output, release = plain(completed), rehearsal.release
    requirements = release.requires(rehearsal.settings.extras)
    if environment == "from-sdist":
        requirements += rehearsal.project.build_requires
    missing = missing_requirements(rehearsal, output, requirements, project=release.normalized)
    reason = reason_in(output)
    summary = f"{summary}: {reason}" if reason else summary
    raise StepFailed.from_output(command, output, summary, missing=missing, purpose="to install the release")
