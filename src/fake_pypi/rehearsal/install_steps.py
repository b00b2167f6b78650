"""The install steps: install the release with pip or uv, import its modules and run its console scripts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from fake_pypi.rehearsal.failure import StepFailed
from fake_pypi.rehearsal.missing_requirements import missing_requirements
from fake_pypi.rehearsal.output import plain, reason_in
from fake_pypi.rehearsal.smoke_test import run_scripts, smoke_test

if TYPE_CHECKING:
    from fake_pypi.rehearsal.resources import Resources
    from fake_pypi.rehearsal.step import StepRun


def install_from_testpypi(step: StepRun) -> None:
    """Install the release from TestPyPI and its requirements from PyPI, then run `pip check`."""
    environment, installer = "from-testpypi", step.resources.installer
    step.resources.upload_siblings("testpypi")
    command = f"{installer.install_command} {installer.from_testpypi} {_requirement(step.resources)}"
    _run_installer(step, environment, command, "the release on TestPyPI cannot be installed")
    step.let_others_start()
    completed = step.run(installer.check_command, cwd=step.resources.empty_folder(environment), within=environment)
    if completed.returncode:
        raise StepFailed.from_output(
            installer.check_command, plain(completed), "requirements are missing or incompatible"
        )


def install_from_pypi(step: StepRun) -> None:
    """Install the wheel and the sdist, each into a fresh environment, and check that they can be used."""
    resources, release = step.resources, step.resources.release
    resources.upload_siblings("pypi")
    requirement, install = _requirement(resources), resources.installer.install_command
    installs = []
    if release.has_wheel_for_this_python:
        installs.append(("from-wheel", f"{install} --only-binary {release.name} {requirement}"))
    elif release.wheels:
        step.warnings.append(f"the wheels of {release} are for other Pythons: they were not installed")
    if release.sdists:
        installs.append(("from-sdist", f"{install} --no-binary {release.name} {requirement}"))
    futures = [step.submit(_install, step, name, command) for name, command in installs[1:]]
    for name, command in installs[:1]:
        scripts = _install(step, name, command)
        if resources.settings.scripts:
            run_scripts(step, name, scripts)
    for future in futures:
        future.result()


def _requirement(resources: Resources) -> str:
    """Return the requirement to install: the release with the extras of the settings."""
    release = resources.release
    try:
        return release.with_extras(resources.settings.extras)
    except LookupError as error:
        raise StepFailed(str(error)) from None


def _install(step: StepRun, name: str, command: str) -> Sequence[str]:
    """Install a distribution file into an environment, check that it can be used, and return its console scripts."""
    kind = name.removeprefix("from-")
    _run_installer(step, name, command, f"the {kind} on PyPI cannot be installed")
    return smoke_test(step, name)


def _run_installer(step: StepRun, environment: str, command: str, summary: str) -> None:
    """Run the installer in an environment; a failure names the requirements that no package source has."""
    resources = step.resources
    cwd, cache = resources.empty_folder(environment), resources.empty_folder(f"cache of {environment}")
    env = {} if resources.installer.shares_cache else {resources.installer.cache_variable: str(cache)}
    completed = step.run(command, cwd=cwd, within=environment, env=env)
    if not completed.returncode:
        return
    output, release = plain(completed), resources.release
    requirements = release.requires(resources.settings.extras)
    if environment == "from-sdist":
        requirements += resources.project.build_requires
    missing = missing_requirements(resources, output, requirements, project=release.normalized)
    reason = reason_in(output)
    summary = f"{summary}: {reason}" if reason else summary
    raise StepFailed.from_output(command, output, summary, missing=missing, purpose="to install the release")
