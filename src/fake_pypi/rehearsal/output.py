"""Clean the output of a command for a report, and find the reason of its failure."""

from __future__ import annotations

import re
import subprocess

ESCAPES = re.compile(r"\x1b(\[[0-9;?]*[ -/]*[@-~]|[@-Z\\-_])")
BUILD_TRACEBACK = re.compile(
    r"^Traceback \(most recent call last\):\n  File \"[^\"]*[/\\]build[/\\]__main__\.py\".*\n"
    r"(?: .*\n)*subprocess\.CalledProcessError: .*\n*",
    re.MULTILINE,
)
TRACEBACK = re.compile(
    r"^(?P<indent>[ <>|]*)Traceback \(most recent call last\):\n(?:(?P=indent) .*\n|\s*\n)+(?P=indent)(?P<error>\S.*)",
    re.MULTILINE,
)
ERROR_LINE = re.compile(r"^\s*(?:[<>*] )?(?:error|ERROR|\S+\.\S+Error|\S*Error): *(\S.*)$", re.MULTILINE)
PROGRESS_BAR = re.compile(r"^.*[━╸╺].*\n?", re.MULTILINE)


def plain(completed: subprocess.CompletedProcess[str]) -> str:
    """Return standard output and standard error without colors and progress bars."""
    return PROGRESS_BAR.sub("", ESCAPES.sub("", f"{completed.stdout}\n{completed.stderr}")).strip()


def without_traceback_of_build(output: str) -> str:
    """Remove the traceback of `build` itself, which is not about the project; keep the output of pip."""
    return BUILD_TRACEBACK.sub("", output)


def reason_in(output: str) -> str | None:
    r"""Return the reason that a failed command prints: the last line of its last traceback, or its last error line.

    >>> reason_in("Building sdist...\nerror: no such file")
    'error: no such file'
    """
    tracebacks = [match["error"].strip() for match in TRACEBACK.finditer(output)]
    if tracebacks:
        return tracebacks[-1]
    errors = [match[0].strip() for match in ERROR_LINE.finditer(output)]
    return errors[-1] if errors else None
