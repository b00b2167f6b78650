"""The command with which a `run` step runs its script, by its key `shell`.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from shutil import which

from fake_pypi.errors import UsageError

TEMPLATES: Mapping[str | None, str] = {
    None: "bash -e {0}",
    "bash": "bash --noprofile --norc -eo pipefail {0}",
    "sh": "sh -e {0}",
    "python": "python {0}",
    "pwsh": "pwsh -command . '{0}'",
}
"""The command of each shell on Linux and macOS; None is that of a step without `shell`."""
EXTENSIONS = {"python": ".py", "pwsh": ".ps1"}
WINDOWS_ONLY = ("powershell", "cmd")


@dataclass(frozen=True)
class ScriptCommand:
    """The arguments that run a script, and the file name extension that its shell expects."""

    template: str
    extension: str = ".sh"

    def arguments(self, script: Path) -> list[str]:
        """Return the command for a script file."""
        return [word.replace("{0}", str(script)) for word in shlex.split(self.template)]


def script_command(shell: str | None, path: str) -> ScriptCommand:
    """Return the command for a shell; `path` is the PATH of the step, on which its program has to be.

    Raises `UsageError` for a shell that is not installed, and for a template without `{0}`.

    >>> script_command("bash", "/usr/bin:/bin").template
    'bash --noprofile --norc -eo pipefail {0}'
    """
    if shell in WINDOWS_ONLY:
        raise UsageError(f"the shell {shell} exists on Windows only", "use `shell: bash` or `shell: pwsh`")
    template = TEMPLATES.get(shell, shell)
    if template is None or (shell not in TEMPLATES and "{0}" not in template):
        raise UsageError(
            f"`shell: {shell}` is neither a shell of GitHub nor a command with {{0}} in the place of the script",
            "use bash, sh, python or pwsh",
        )
    program = shlex.split(template)[0]
    if which(program, path=path) is None:
        raise UsageError(f"the shell {program} is not installed on this machine", f"install {program}")
    return ScriptCommand(template, EXTENSIONS.get(shell or "", ".sh"))
