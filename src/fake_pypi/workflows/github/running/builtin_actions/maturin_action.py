"""PyO3/maturin-action: run maturin with the arguments of the workflow, for this platform.

https://github.com/PyO3/maturin-action
"""

from __future__ import annotations

import platform
import re
import shlex
import sys
from pathlib import Path

from fake_pypi.workflows.github.running.builtin_actions.action_call import ActionCall
from fake_pypi.workflows.github.running.builtin_actions.repaired_wheels import build_wheels, leave_out
from fake_pypi.workflows.github.running.builtin_actions.tool_actions import install_tool
from fake_pypi.workflows.github.running.running_job import ActionFailed

NATIVE_TARGETS = {"x86_64": ("x86_64", "x64"), "AMD64": ("x86_64", "x64"), "arm64": ("aarch64", "universal2")}
INTERPRETERS = ("--interpreter", "-i")
NO_CRATES = re.compile(
    r"failed to (?:get|download|fetch|load source)|spurious network error|[Cc]ould not resolve host|CONNECT tunnel"
)
"""What cargo prints where it does not reach crates.io."""


def maturin(call: ActionCall) -> dict[str, str]:
    """Run maturin; wheels are repaired for PyPI, and those of other platforms and interpreters are left out."""
    program = call.job.find_program("maturin") or install_tool(call, "maturin", call.text("maturin-version"))
    command, arguments = call.text("command", default="build"), shlex.split(call.text("args"))
    folder = call.path(call.text("working-directory", default="."))
    shown = f"maturin {command} {' '.join(arguments)}".rstrip()
    output = folder / (_option(arguments, "--out", "-o") or "target/wheels")
    output.mkdir(parents=True, exist_ok=True)
    if command == "build" and (why := _why_not_built(call, arguments)):
        leave_out(call, f"{call.action}: {why}")
        return {}
    try:
        if command == "build":
            call.note(f"{call.action} builds one wheel here, for the running interpreter and this platform")
            kept = _for_this_machine(arguments)
            build_wheels(call, [program, command, *kept, "--out", "{out}"], shown, output, cwd=folder)
        else:
            words = [name for word in arguments for name in _expanded(folder, word)]
            call.run([program, command, *words], cwd=folder, shown=shown)
    except ActionFailed:
        if not NO_CRATES.search("\n".join(call.output)):
            raise
        leave_out(call, f"{call.action}: `{shown}` needs crates from crates.io, which a rehearsal does not reach")
    return {}


def _expanded(folder: Path, word: str) -> list[str]:
    """Return the files that a pattern matches, as a shell would; the word itself if there are none."""
    if word.startswith("-") or not {"*", "?", "["} & set(word):
        return [word]
    return [path.relative_to(folder).as_posix() for path in sorted(folder.glob(word))] or [word]


def _why_not_built(call: ActionCall, arguments: list[str]) -> str:
    """Return why a wheel is for another platform or interpreter, "" if it is not."""
    target = call.text("target") or _option(arguments, "--target")
    machine = platform.machine()
    if target and not target.startswith(NATIVE_TARGETS.get(machine, (machine,))):
        return f"the target {target} is not built on this machine, which is {machine}"
    libraries = call.text("manylinux") or _option(arguments, "--compatibility", "--manylinux")
    if libraries.startswith("musllinux"):
        return f"{libraries} is not built on this machine"
    named = _interpreters(arguments)
    running = f"3.{sys.version_info[1]}"
    if named and not any(re.search(rf"(?:^|[^\d.]){re.escape(running)}$", name) for name in named):
        if all("py" in name and not name.startswith("python") for name in named):
            return f"{' '.join(named)} is not built: the running interpreter is CPython {running}"
        call.note(f"{call.action}: Python {running} is used instead of {', '.join(named)}")
    return ""


def _interpreters(arguments: list[str]) -> list[str]:
    """Return the interpreters that the options name; one option may have several."""
    named: list[str] = []
    is_value = False
    for word in arguments:
        name, equals, value = word.partition("=")
        if name in INTERPRETERS:
            named += [value] if equals else []
            is_value = not equals
        elif is_value and not word.startswith("-"):
            named.append(word)
        else:
            is_value = False
    return [name for text in named for name in text.split()]


def _for_this_machine(arguments: list[str]) -> list[str]:
    """Return the arguments without output folder, targets, cross compilers and other interpreters."""
    kept: list[str] = []
    skips_values = False
    for word in arguments:
        name = word.partition("=")[0]
        if name in {*INTERPRETERS, "--out", "-o", "--target"}:
            skips_values = "=" not in word
        elif name in {"--zig", "--find-interpreter", "-f"}:
            skips_values = False
        elif not (skips_values and not word.startswith("-")):
            skips_values = False
            kept.append(word)
    return [*kept, "--interpreter", sys.executable]


def _option(arguments: list[str], *names: str) -> str:
    for position, word in enumerate(arguments):
        name, equals, value = word.partition("=")
        if name in names:
            return value if equals else "".join(arguments[position + 1 : position + 2])
    return ""
