"""Import the modules that a release installs, load its entry points and run its console scripts.

A main module or an entry point that cannot be loaded is a failure, because the release cannot be used. There is a
warning for any other module, because some fail without an optional dependency, and for a console script that accepts
neither --version nor --help.
"""

from __future__ import annotations

import json
import re
import shlex
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fake_pypi.errors import CommandTimedOut
from fake_pypi.rehearsal.environments import clean_user_variables
from fake_pypi.rehearsal.extras import declared_extras
from fake_pypi.rehearsal.failure import StepFailed
from fake_pypi.rehearsal.host_programs import HostPrograms
from fake_pypi.rehearsal.output import plain

if TYPE_CHECKING:
    from fake_pypi.rehearsal.step import StepRun

TIME_LIMIT = 120.0
"""Seconds that all imports together may take."""
SCRIPT_TIME_LIMIT = 5.0
"""Seconds that a console script has to show its version or its help."""
SCRIPT_GROUPS = {"console_scripts": "console script", "gui_scripts": "GUI script"}


@dataclass(frozen=True)
class Module:
    """A top-level module, with the traceback of its import if that failed.

    `missing` is the name of the module that was not found.
    """

    name: str
    error: str | None
    missing: str | None = None

    def __str__(self) -> str:
        return f"`import {self.name}`"


@dataclass(frozen=True)
class EntryPoint:
    """An entry point, with the traceback of loading it if that failed.

    `missing` is the name of the module that was not found.
    """

    group: str
    name: str
    value: str
    error: str | None
    missing: str | None = None

    @property
    def module(self) -> str:
        """The module that defines the object."""
        return self.value.partition(":")[0].strip()

    @property
    def extras(self) -> set[str]:
        """The extras that it needs, such as `color` in `demo.cli:main [color]`."""
        listed = re.search(r"\[([^\]]*)\]\s*$", self.value)
        return {_normalized(extra) for extra in listed[1].split(",")} if listed else set()

    @property
    def is_script(self) -> bool:
        """Whether installers create a command for it."""
        return self.group in SCRIPT_GROUPS

    def __str__(self) -> str:
        kind = SCRIPT_GROUPS.get(self.group, f"{self.group} entry point")
        return f"the {kind} `{self.name} = {self.value}`"


@dataclass(frozen=True)
class SmokeTest:
    """The modules and entry points of an installed release, in the order in which they were loaded."""

    modules: tuple[Module, ...]
    entry_points: tuple[EntryPoint, ...]

    @classmethod
    def from_attempts(cls, attempts: Sequence[dict[str, Any]]) -> SmokeTest:
        """Create the result from the attempts that the probe reports."""
        modules = [
            Module(attempt["module"], attempt["error"], attempt["missing"])
            for attempt in attempts
            if "module" in attempt
        ]
        entry_points = [EntryPoint(**attempt) for attempt in attempts if "group" in attempt]
        return cls(tuple(modules), tuple(entry_points))

    def broken_modules(self, project: str) -> list[Module]:
        """Return the main modules that cannot be imported."""
        main = main_modules([module.name for module in self.modules], project)
        return [module for module in self.modules if module.error and module.name in main]

    def optional_modules(self, project: str, extras: set[str]) -> list[Module]:
        """Return the other modules that cannot be imported, except for entry points whose extra is not installed."""
        main = main_modules([module.name for module in self.modules], project)
        of_extras = {entry_point.module for entry_point in self.entry_points if not entry_point.extras <= extras}
        return [module for module in self.modules if module.error and module.name not in main | of_extras]

    def broken_entry_points(self, extras: set[str]) -> list[EntryPoint]:
        """Return the entry points that cannot be loaded although all that they need should be installed."""
        return [
            entry_point
            for entry_point in self.entry_points
            if entry_point.error and not self._unknown_because(entry_point, extras)
        ]

    def foreign_module(self, failed: Module | EntryPoint) -> str | None:
        """Return the module that was not found, if it is none of the release's own."""
        module = failed.name if isinstance(failed, Module) else failed.module
        own = {each.name.partition(".")[0] for each in self.modules} | {module.partition(".")[0]}
        missing = failed.missing
        return missing if missing and missing.partition(".")[0] not in own else None

    def unknown(self, extras: set[str]) -> Iterator[str]:
        """Yield what could not be checked, and why."""
        for entry_point in self.entry_points:
            if entry_point.error and (why := self._unknown_because(entry_point, extras)):
                yield f"whether {entry_point} can be loaded: {why}"

    def scripts(self) -> tuple[str, ...]:
        """Return the names of the console scripts that can be loaded."""
        return tuple(
            entry_point.name
            for entry_point in self.entry_points
            if entry_point.group == "console_scripts" and not entry_point.error
        )

    def _unknown_because(self, entry_point: EntryPoint, extras: set[str]) -> str | None:
        """Return why loading may fail correctly: an extra, or the program that a plugin extends, is not installed."""
        needed = sorted(entry_point.extras - extras)
        if needed:
            return f"extra {', '.join(needed)} not installed (`--extra {needed[0]}`)"
        missing = self.foreign_module(entry_point)
        return f"{missing} is not installed" if missing and not entry_point.is_script else None


def smoke_test(step: StepRun, environment: str) -> tuple[str, ...]:
    """Import and load what the release installed into an environment, and return its console scripts.

    Raise a `StepFailed` if the release cannot be used.
    """
    resources = step.resources
    result = SmokeTest.from_attempts(_attempts(step, environment))
    project = resources.release.normalized
    extras = {_normalized(extra) for extra in resources.settings.extras}
    programs = HostPrograms(resources.release, extras, resources.indexes.pypi.instance.sources)
    broken: list[Module | EntryPoint] = []
    for module in result.broken_modules(project):
        if (missing := result.foreign_module(module)) and (host := programs.host_of(missing)):
            unknown = f"whether {module} works: {missing} is not installed, and the release does not require {host}"
            step.not_checked.append(f"{unknown}, which it extends (classifier `Framework :: {host}`)")
        else:
            broken.append(module)
    broken = broken or [*result.broken_entry_points(extras)]
    step.warnings += [
        f"{module} fails: {_last_line(module.error)}"
        for module in result.optional_modules(project, extras)
        if module.error
    ]
    step.not_checked += result.unknown(extras)
    if broken:
        missing = result.foreign_module(broken[0])
        raise _failure(broken, _requirement_advice(missing, programs) if missing else [])
    return result.scripts()


def _requirement_advice(missing: str, programs: HostPrograms) -> list[str]:
    """Return what to do about a module of another project that the release imports and does not install."""
    extra = programs.extra_of(missing)
    only = f"only its extra {extra} installs" if extra else "nothing that the release requires installs"
    return [f"{only} {missing}: add the project that provides {missing} to the dependencies"]


def _failure(broken: Sequence[Module | EntryPoint], advice: Sequence[str]) -> StepFailed:
    first = broken[0]
    fails = "fails" if isinstance(first, Module) else "cannot be loaded"
    more = f" (and {len(broken) - 1} more)" if len(broken) > 1 else ""
    module = first.name if isinstance(first, Module) else first.module
    tracebacks = dict.fromkeys(item.error for item in broken if item.error)
    return StepFailed(
        f"{first} {fails}{more} once the release is installed: {_last_line(first.error or '')}",
        command=f"python -c 'import {module}'",
        output="\n".join(tracebacks),
        advice=[*advice, f"to leave the module out: `--skip-module {module}`, or the setting fake_pypi_skip_module"],
    )


def _attempts(step: StepRun, environment: str) -> list[dict[str, Any]]:
    """Run the probe with the environment's Python; restart it after a module that ended the interpreter."""
    resources = step.resources
    folder = resources.empty_folder(f"{environment}-imports")
    probe = shutil.copyfile(Path(__file__).with_name("probe.py"), folder / "fake_pypi_probe.py")
    input_file, result_file = folder / "input.json", folder / "result.json"
    inputs = {"name": resources.release.name, "skipped": list(resources.settings.skipped_modules)}
    input_file.write_text(json.dumps(inputs), encoding="utf-8")
    command = ["python", str(probe), str(input_file), str(result_file)]
    variables = clean_user_variables(folder)
    while True:
        try:
            completed = step.run(command, cwd=folder, within=environment, env=variables, timeout=TIME_LIMIT)
            output = plain(completed)
        except CommandTimedOut as error:
            output = f"killed after {error.timeout:g} seconds"
        if not result_file.exists():
            raise StepFailed("the installed release cannot be examined", command="python probe.py", output=output)
        result = json.loads(result_file.read_text(encoding="utf-8"))
        if result["current"] is None:
            return list(result["attempts"])
        description = output or "the interpreter ended without output"
        result["attempts"].append({**result["current"], "error": description, "missing": None})
        result_file.write_text(json.dumps({**result, "current": None}), encoding="utf-8")


def run_scripts(step: StepRun, environment: str, scripts: Sequence[str]) -> None:
    """Run each console script with --version, then --help, as a user without settings; add a warning if both fail."""
    futures = [step.submit(_script_failure, step, environment, script) for script in scripts]
    release = step.resources.release
    for failure in [failure for future in futures if (failure := future.result())]:
        needed = [extra for extra in declared_extras(release) if f"{release.name}[{extra}]" in failure]
        if needed and needed[0] not in step.resources.settings.extras:
            step.not_checked.append(f"{failure} (`--extra {needed[0]}`)")
        else:
            step.warnings.append(failure)


def _script_failure(step: StepRun, environment: str, script: str) -> str | None:
    folder = step.resources.empty_folder(f"{environment}-{script}")
    output = "it has no output"
    for option in ("--version", "--help"):
        try:
            completed = step.run(
                f"{shlex.quote(script)} {option}",
                cwd=folder,
                within=environment,
                env=clean_user_variables(folder),
                timeout=SCRIPT_TIME_LIMIT,
            )
        except CommandTimedOut:
            return f"`{script} {option}` did not return within {SCRIPT_TIME_LIMIT:g} seconds"
        if completed.returncode == 0:
            return None
        output = plain(completed) or output
    return f"`{script}` supports neither --version nor --help: {output.splitlines()[-1]}"


def main_modules(modules: Sequence[str], project: str) -> set[str]:
    """Return the modules that users import: the only one, those with the project's name, or with a similar one.

    >>> main_modules(["black", "blackd", "blib2to3"], "black")
    {'black'}
    """
    if len(modules) == 1:
        return set(modules)
    words = project.replace("-", "")
    plain_names = {module: re.sub(r"[._]", "", module).lower() for module in modules}
    exact = {module for module, name in plain_names.items() if name == words}
    if exact:
        return exact
    first = {module: module.partition(".")[0].replace("_", "").lower() for module in modules}
    return {module for module, name in first.items() if words in name or (name in words and len(name) > 2)}


def _normalized(extra: str) -> str:
    from packaging.utils import canonicalize_name

    return canonicalize_name(extra.strip())


def _last_line(text: str | None) -> str:
    lines = (text or "").strip().splitlines()
    return lines[-1] if lines else ""
