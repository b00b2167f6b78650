"""Actions that install a tool or requirements with pip, from the fake indexes.

https://github.com/snok/install-poetry · https://github.com/pdm-project/setup-pdm · https://github.com/pypa/hatch ·
https://github.com/py-actions/py-dependency-install
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from fake_pypi.workflows.github.running.builtin_actions.action_call import ActionCall
from fake_pypi.workflows.github.running.builtin_actions.python_actions import setup_python, write_launcher
from fake_pypi.workflows.github.running.running_job import ActionFailed
from fake_pypi.workflows.running.missing_packages import missing_packages_text


def install_poetry(call: ActionCall) -> dict[str, str]:
    """Install Poetry into an environment of its own, in the version of the input."""
    install_tool(call, "poetry", call.text("version", "poetry-version"), plugins=call.text("plugins").split())
    for setting in ("virtualenvs-create", "virtualenvs-in-project", "virtualenvs-path", "installer-parallel"):
        if value := call.text(setting):
            call.job.variables[f"POETRY_{setting.upper().replace('-', '_')}"] = value
    return {}


def setup_pdm(call: ActionCall) -> dict[str, str]:
    """Set up the interpreter, and install PDM into an environment of its own."""
    outputs = setup_python(call)
    install_tool(call, "pdm", call.text("version"))
    return {"python-version": outputs.get("python-version", ""), "python-path": call.job.python, "pdm-bin": "pdm"}


def install_hatch(call: ActionCall) -> dict[str, str]:
    """Install Hatch into an environment of its own."""
    install_tool(call, "hatch", call.text("version"))
    return {}


def install_requirements(call: ActionCall) -> dict[str, str]:
    """Install the requirements of a file into the job's interpreter."""
    file = call.text("path", default="requirements.txt")
    variables = call.job.environment_of(call.variables)
    call.run(["python", "-m", "pip", "install", "-r", file], variables=variables)
    return {}


def install_tool(call: ActionCall, name: str, version: str, *, plugins: list[str] | None = None) -> str:
    """Install a tool with pip, or use the one of this machine where pip does not find it; return its program."""
    folder = call.job.folder / f"environment-of-{name}"
    is_number = re.fullmatch(r"\d[\w.]*", version) is not None
    call.run([sys.executable, "-m", "virtualenv", "--quiet", "--no-download", str(folder)], shown=f"virtualenv {name}")
    scripts = folder / ("Scripts" if os.name == "nt" else "bin")
    requirement = f"{name}=={version}" if is_number else name
    install = [str(scripts / "python"), "-m", "pip", "install", "--quiet"]
    for wanted in dict.fromkeys([requirement, name]):
        outcome = call.run([*install, wanted, *(plugins or [])], shown=f"pip install {wanted}", check=False)
        if not outcome.exit_code:
            write_launcher(call, name, [str(scripts / name)])
            if wanted != requirement:
                call.note(f"{name} is used in the version that is available, and not {version}")
            return str(scripts / name)
    program = call.job.find_program(name)
    if program is None or Path(program).parent == call.job.tools:
        raise ActionFailed(missing_packages_text("\n".join(call.output)) or f"pip could not install {name}")
    write_launcher(call, name, [program])
    call.note(f"{name} is used as it is installed on this machine")
    return program
