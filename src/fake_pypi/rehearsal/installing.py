"""Install with pip, as guides type it, load what was installed, and run its commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_pypi.rehearsal.failure import StepFailed
from fake_pypi.rehearsal.missing_requirements import missing_requirements
from fake_pypi.rehearsal.output import plain, reason_in
from fake_pypi.rehearsal.smoke_test import run_scripts, smoke_test

if TYPE_CHECKING:
    from fake_pypi.rehearsal.run import Rehearsal

FROM_TESTPYPI = "pip install --index-url https://test.pypi.org/simple/ --extra-index-url https://pypi.org/simple/"


def install_from_testpypi(rehearsal: Rehearsal) -> None:
    """Install from TestPyPI into a fresh environment, other projects from PyPI, and let pip check the result."""
    venv = rehearsal.environments["from-testpypi"]
    cwd = rehearsal.empty_folder("from-testpypi")
    command = f"{FROM_TESTPYPI} {_requirement(rehearsal)}"
    _must_install(rehearsal, "from-testpypi", command, "what is on TestPyPI cannot be installed")
    checked = rehearsal.run("pip check", cwd=cwd, within=venv)
    if checked.returncode:
        raise StepFailed.from_output("pip check", plain(checked), "what was installed does not fit what it requires")


def install_from_pypi(rehearsal: Rehearsal) -> None:
    """Install the wheel and the sdist, each into a fresh environment; load and run what it brings."""
    release = rehearsal.release
    requirement = _requirement(rehearsal)
    ways = []
    if release.has_wheel_for_this_python:
        ways.append(("from-wheel", f"pip install --only-binary {release.name} {requirement}"))
    elif release.wheels:
        rehearsal.notes.append(f"none of the wheels of {release} fits this Python: they were not installed")
    if release.sdists:
        ways.append(("from-sdist", f"pip install --no-binary {release.name} {requirement}"))
    later = [rehearsal.submit(_install, rehearsal, name, command) for name, command in ways[1:]]
    for name, command in ways[:1]:
        _install(rehearsal, name, command)
        if rehearsal.settings.scripts:
            run_scripts(rehearsal, name)
    for each in later:
        each.result()


def _requirement(rehearsal: Rehearsal) -> str:
    """Return what is installed: the release, with the extras that were asked for."""
    release = rehearsal.release
    try:
        return release.with_extras(rehearsal.settings.extras)
    except LookupError as unknown:
        raise StepFailed(str(unknown)) from None


def _install(rehearsal: Rehearsal, name: str, command: str) -> None:
    form = name.removeprefix("from-")
    _must_install(rehearsal, name, command, f"the {form} on PyPI cannot be installed")
    smoke_test(rehearsal, name)


def _must_install(rehearsal: Rehearsal, environment: str, command: str, summary: str) -> None:
    """Run pip in a fresh environment; tell what is missing on this machine from what is wrong with the release."""
    cwd, venv = rehearsal.empty_folder(environment), rehearsal.environments[environment]
    done = rehearsal.run(command, cwd=cwd, within=venv)
    if not done.returncode:
        return
    output, release = plain(done), rehearsal.release
    requirements = release.requires(rehearsal.settings.extras)
    if environment == "from-sdist":
        requirements += rehearsal.project.build_requires
    missing = missing_requirements(rehearsal, output, requirements, project=release.normalized)
    reason = reason_in(output)
    summary = f"{summary}: {reason}" if reason else summary
    raise StepFailed.from_output(command, output, summary, missing=missing, purpose="to install the release")
