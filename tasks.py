"""The tasks of `make` as plain Python: `python tasks.py check`, and so on.

check        lint, and the tests of tests/unit and tests/project: before every commit
test         all tests
lint         style, format, types, import contracts, dead code, spelling
coverage     the tests of modules, with the coverage that pyproject.toml requires
accompanied  whether changed rules come with tests and a changelog fragment
interface    describe the public interface in docs/reference/interface.txt again
fragment     write a changelog fragment: `python tasks.py fragment 42.fixed.md --content "…"`
release      write a version and its changelog into the files: `python tasks.py release 0.2.0`
demo         rehearse every project of examples/
rehearse     rehearse the release of this project
docs         build the documentation in build/docs
site         build the documentation as one version of a site in build/site
update-data  read the lists and limits of PyPI again from their origins
screenshots  make the pictures in docs/images again: web pages, and recordings of a terminal
setup        make .venv, and install Chromium for tests/browser

Needs Python 3.10 or newer and nothing else. The first run creates `.venv` beside this file and installs the project
with its development tools into it, from the index that pip is configured for.
Arguments after the task's name are passed to the tool behind it: `python tasks.py test -k yank`.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "set-up-for.txt"
PYTEST = (PYTHON, "-m", "pytest", "-n", "auto", "--dist", "loadgroup")
VERSIONS = {
    "pyproject.toml": r'^(version = ").*(")$',
    "src/fake_pypi/__init__.py": r'^(__version__ = ").*(")$',
    "CITATION.cff": r"^(version: ).*()$",
}
"""The lines that have the version of this project."""
DATE = ("CITATION.cff", r"^(date-released: ).*()$")
STRICT = ("--fail-on-warning", "--nitpicky", "--quiet")
"""Options of Sphinx: a warning, or a reference that leads nowhere, is an error."""
COVERED_TESTS = ("tests/unit", "tests/integration", "tests/fidelity")
COVERED_RUNS = ("tests/e2e/workflows", "tests/e2e/rehearsal")
"""Tests that run jobs and steps in their own process; the commands of these are real, and make some of them slow."""


def run(*command: str | Path) -> int:
    """Run one command in the project's folder, its output on ours, and return its exit code.

    It may write bytecode even where the environment forbids it: without it, every process of pytest compiles all
    modules again, which takes a fifth of the time of the unit tests.
    """
    sys.stdout.flush()
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return subprocess.run([str(part) for part in command], cwd=ROOT, check=False, env=env).returncode


def run_side_by_side(commands: Sequence[Sequence[str | Path]]) -> list[int]:
    """Run commands at the same time, print the output of those that fail, and return their exit codes."""
    with contextlib.ExitStack() as stack:
        started = []
        for command in commands:
            output = stack.enter_context(tempfile.TemporaryFile())
            words = [str(part) for part in command]
            started.append((subprocess.Popen(words, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT), output))
        for process, output in started:
            if process.wait():
                output.seek(0)
                sys.stdout.write(output.read().decode("utf-8", "replace"))
        return [process.returncode for process, _ in started]


def must(*command: str | Path) -> None:
    """Run one command, and exit with its exit code if it fails."""
    code = run(*command)
    if code:
        sys.exit(code)


def set_up() -> None:
    """Create `.venv` and install the project into it, unless that was done for this content of pyproject.toml."""
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
    """Whether the interpreter can be started: a virtual environment outlives the Python that created it."""
    probe = "import sys; sys.exit(sys.version_info < (3, 10))"
    return python.is_file() and run(python, "-c", probe) == 0


def test(*arguments: str) -> int:
    """Run all tests on every core, those that start real tools last."""
    return run(*PYTEST, *arguments)


def check(*arguments: str) -> int:
    """Run lint, the unit tests and those of this repository's files; arguments go to pytest."""
    return max(lint(), run(*PYTEST, "-m", "not slow", *arguments, "tests/unit", "tests/project"))


def coverage(*arguments: str) -> int:
    """Measure which lines and branches the tests of modules execute, and fail below `fail_under` of pyproject.toml.

    Other tests that start processes are left out, because measuring those takes several times as long as running them.
    Which lines are missing: `.venv/bin/coverage report`.
    """
    measure = (PYTHON, "-m", "coverage")
    pytest = (*measure, "run", "-m", "pytest", "-q", "-n", "auto")
    must(*measure, "erase")
    tested = run(*pytest, "-m", "not slow", *arguments, *COVERED_TESTS)
    if not arguments:
        tested = max(tested, run(*pytest, *COVERED_RUNS))
    return max(tested, run(*measure, "combine", "--quiet"), run(*measure, "report", "--format=total"))


def demo(*arguments: str) -> int:
    """Rehearse every project of `examples/` and print the results."""
    return run(PYTHON, "-m", "examples.demo", *arguments)


def rehearse(*arguments: str) -> int:
    """Rehearse the release of this project with its own `fake-pypi rehearse`; the checkout is not changed."""
    return run(PYTHON, "-m", "fake_pypi", "rehearse", *arguments, str(ROOT))


def lint(*arguments: str) -> int:
    """Check style, format, types, import contracts, dead code and spelling; arguments go to ruff."""
    codes = run_side_by_side(
        [
            (PYTHON, "-m", "mypy"),
            (PYTHON, "-m", "ruff", "check", *arguments),
            (PYTHON, "-m", "ruff", "format", "--check", "--quiet", *arguments),
            (PYTHON.with_name("lint-imports"),),
            (PYTHON, "-m", "vulture"),
            (PYTHON.with_name("codespell"),),
        ]
    )
    print(
        "lint: style, types, imports, dead code and spelling are fine" if not any(codes) else "lint: failed, see above"
    )
    return max(codes)


def docs(*arguments: str) -> int:
    """Build the documentation as web pages in `build/docs`, with every warning an error."""
    must(PYTHON, "docs/generate.py")
    return run(PYTHON, "-m", "sphinx", *STRICT, *arguments, "docs", "build/docs")


def site(*arguments: str) -> int:
    """Build the documentation as one version of a site: `build/site/VERSION/`, next to those that are there already.

    The version is the first argument, or that of the project. `build/site` can be put on any web server: its first page
    leads to the newest version, and each page has a list of all versions.
    """
    must(PYTHON, "docs/generate.py")
    return run(PYTHON, "docs/build_site.py", *arguments)


def screenshots(*_arguments: str) -> int:
    """Make the pictures in `docs/images` again: of web pages with Chromium, and the recordings of a terminal."""
    install_chromium()
    return max(run(PYTHON, "docs/screenshots.py"), run(PYTHON, "docs/recordings.py"))


def update_data(*arguments: str) -> int:
    """Read the data files of `src/fake_pypi/reference_data` again; the argument is a clone of the real server."""
    return run(PYTHON, "-m", "maintenance.update_data", *arguments)


def accompanied(*arguments: str) -> int:
    """Fail if rules changed since the base commit (default: origin/main) without their tests or a changelog fragment.

    Until 0.1.0 is released, a line in CHANGELOG.md is as good as a fragment. A commit that leaves the behaviour of the
    rules as it was says so: a line `Rules-unchanged: REASON` in its message.
    """
    base = arguments[0] if arguments else "origin/main"
    trailers = "--format=%(trailers:key=Rules-unchanged,valueonly)"
    commands = (["git", "diff", "--name-only", f"{base}...HEAD"], ["git", "log", trailers, f"{base}..HEAD"])
    changed, reasons = (
        subprocess.run(command, check=False, capture_output=True, text=True, encoding="utf-8") for command in commands
    )
    if changed.returncode or reasons.returncode:
        print(f"accompanied: git cannot compare with {base}: fetch it, or name another commit")
        return 2
    missing = [] if reasons.stdout.strip() else missing_companions(changed.stdout.splitlines())
    print("\n".join(missing) or "accompanied: fine")
    return int(bool(missing))


def missing_companions(changed: Sequence[str]) -> list[str]:
    """Return a sentence for each kind of file that has to change together with the changed rules and did not."""
    rules = "src/fake_pypi/rules"
    if not any(name.startswith(f"{rules}/") for name in changed):
        return []
    companions = {
        ("tests/unit/rules/",): "add the near-miss tests",
        ("changelog.d/", "CHANGELOG.md"): "add a fragment of the kind `rules`",
    }
    return [
        f"{rules} changed without a change in {companions_of[0].rstrip('/')}: {remedy}"
        for companions_of, remedy in companions.items()
        if not any(name.startswith(companions_of) for name in changed)
    ]


def interface(*_arguments: str) -> int:
    """Describe the public interface in `docs/reference/interface.txt` again."""
    return run(PYTHON, "docs/interface.py")


def fragment(*arguments: str) -> int:
    """Write a changelog fragment into `changelog.d`, whose README has the kinds."""
    return run(PYTHON, "-m", "towncrier", "create", *arguments)


def release(*arguments: str) -> int:
    """Write a version and its date into the files, and collect the changelog fragments. Nothing is committed."""
    version = arguments[0] if arguments else ""
    if not re.fullmatch(r"\d+\.\d+\.\d+(?:(?:a|b|rc)\d+)?", version):
        print("release: name the version, such as `python tasks.py release 0.2.0`")
        return 2
    today = datetime.now(timezone.utc).date().isoformat()
    fragments = [path for path in (ROOT / "changelog.d").glob("*.md") if path.name != "README.md"]
    changelog = ROOT / "CHANGELOG.md"
    text = changelog.read_text(encoding="utf-8")
    unreleased = f"## [{version}] - unreleased\n"
    if not fragments and unreleased not in text:
        print("release: there are no changelog fragments: what do users get from this version?")
        return 1
    # The section that was written before there were fragments follows the heading and the lines that towncrier writes.
    heading = "" if fragments else f"## [{version}] - {today}\n"
    changelog.write_text(text.replace(f"{unreleased}\n" if fragments else unreleased, heading), encoding="utf-8")
    for name, pattern, value in (*((name, line, version) for name, line in VERSIONS.items()), (*DATE, today)):
        path = ROOT / name
        changed, count = re.subn(pattern, rf"\g<1>{value}\g<2>", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        if count != 1:
            print(f"release: {name} has {count} lines that match {pattern}")
            return 1
        path.write_text(changed, encoding="utf-8")
    if fragments:
        must(PYTHON, "-m", "towncrier", "build", "--yes", "--version", version, "--date", today)
    print(f"release: {version} is written. Next: docs/contributing/releasing.md, step 3")
    return 0


def setup(*_arguments: str) -> int:
    """Make `.venv`, which every task does first, and install Chromium for `tests/browser` where that may be."""
    install_chromium()
    return 0


def install_chromium() -> None:
    """Install Debian's Chromium if there is none. Nothing is done without apt-get or without the right to use it."""
    if any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))) or "CHROMIUM" in os.environ:
        return
    if shutil.which("apt-get") is None or not hasattr(os, "geteuid") or os.geteuid() != 0:
        print("no Chromium here: tests/browser is skipped (CONTRIBUTING.md says how to install it)")
        return
    print("installing Chromium for tests/browser ...")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ("apt-get", "update", "-qq"),
        ("apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"),
    ):
        done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
        if done.returncode:
            print(f"`{' '.join(command)}` failed, so there is no Chromium:\n{done.stderr.strip()[-500:]}")
            return


TASKS = {
    task.__name__.replace("_", "-"): task
    for task in (
        *(check, test, lint, coverage, accompanied, demo, rehearse, docs, site, update_data, screenshots, setup),
        *(interface, fragment, release),
    )
}


def main(arguments: list[str]) -> int:
    """Run the task that the first argument names, and return its exit code (2: there is no such task)."""
    if sys.version_info < (3, 10):  # noqa: UP036 - an older one gets as far as this line
        print(f"{sys.executable} is older than Python 3.10: run tasks.py with a newer one")
        return 2
    if not arguments or arguments[0] not in TASKS:
        print(__doc__)
        return 2
    set_up()
    return TASKS[arguments[0]](*arguments[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
