"""What `make` does, as plain Python: `python tasks.py test`, `demo`, `rehearse`, `lint`, `docs` or `setup`.

Needs a Python of at least 3.10 and nothing else. The first run makes `.venv` beside this file and installs
the project with its development tools into it, from wherever this machine's pip is configured to look.
What follows the task's name goes to the tool behind it: `python tasks.py test -k yank`.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "set-up-for.txt"


def run(*command: str | Path) -> int:
    """Run one command in the project's folder, its output on ours, and return its exit code."""
    sys.stdout.flush()
    return subprocess.run([str(part) for part in command], cwd=ROOT, check=False).returncode


def quietly(*command: str | Path) -> int:
    """Run one command, and show what it says only if it fails."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode:
        sys.stdout.write(done.stdout.decode("utf-8", "replace"))
    return done.returncode


def must(*command: str | Path) -> None:
    """Run one command, and stop with its exit code if it fails."""
    code = run(*command)
    if code:
        sys.exit(code)


def set_up() -> None:
    """Make `.venv` and install the project into it, unless that was done for this very pyproject.toml."""
    wanted = hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()
    if STAMP.is_file() and STAMP.read_text(encoding="utf-8") == wanted and _runs(PYTHON):
        return
    print(f"setting up {VENV.name} (once for each change of pyproject.toml) ...")
    if not _runs(PYTHON):
        must(sys.executable, "-m", "venv", "--clear", VENV)
    # Dependency groups need pip 25.1, and a new virtual environment may bring an older one.
    must(PYTHON, "-m", "pip", "install", "-qq", "--upgrade", "pip")
    must(PYTHON, "-m", "pip", "install", "-qq", "--editable", ".", "--group", "dev")
    STAMP.write_text(wanted, encoding="utf-8")


def _runs(python: Path) -> bool:
    """A virtual environment outlives the interpreter it was made from; then it has to be made again."""
    probe = "import sys; sys.exit(sys.version_info < (3, 10))"
    return python.is_file() and run(python, "-c", probe) == 0


def test(*arguments: str) -> int:
    """Run the whole suite on every core: the fast tests first, then those that drive real tools."""
    return run(PYTHON, "-m", "pytest", "-n", "auto", "--dist", "loadgroup", *arguments)


def demo(*arguments: str) -> int:
    """Rehearse every project of `examples/` and print what came of each."""
    return run(PYTHON, "-m", "examples.demo", *arguments)


def rehearse(*arguments: str) -> int:
    """Rehearse the release of this project with its own `fake-pypi rehearse`; the checkout stays as it is."""
    return run(PYTHON, "-m", "fake_pypi", "rehearse", *arguments, str(ROOT))


def lint(*arguments: str) -> int:
    """Check style, format, types, the direction of imports and dead code; every check runs, also after a failure."""
    codes = [
        quietly(PYTHON, "-m", "ruff", "check", *arguments),
        quietly(PYTHON, "-m", "ruff", "format", "--check", "--quiet", *arguments),
        quietly(PYTHON, "-m", "mypy"),
        quietly(PYTHON.with_name("lint-imports")),
        quietly(PYTHON, "-m", "vulture"),
    ]
    print("lint: style, types, imports and dead code are fine" if not any(codes) else "lint: see above")
    return max(codes)


def docs(*arguments: str) -> int:
    """Build the documentation as web pages in `build/docs`, with every warning an error."""
    must(PYTHON, "-m", "pip", "install", "-qq", "--group", "docs")
    must(PYTHON, "docs/generate.py")
    strict = ("--fail-on-warning", "--nitpicky", "--quiet")
    return run(PYTHON, "-m", "sphinx", *strict, *arguments, "docs", "build/docs")


def setup(*_arguments: str) -> int:
    """Only make `.venv`; every task does that first."""
    return 0


TASKS = {"setup": setup, "test": test, "demo": demo, "rehearse": rehearse, "lint": lint, "docs": docs}


def main(arguments: list[str]) -> int:
    """Do the task that is named first, and return its exit code (2: there is no such task)."""
    if sys.version_info < (3, 10):  # noqa: UP036 - an older one gets as far as this line
        print(f"this needs Python 3.10 or newer, and {sys.executable} is older: name another one")
        return 2
    if not arguments or arguments[0] not in TASKS:
        print(__doc__)
        return 2
    set_up()
    return TASKS[arguments[0]](*arguments[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
