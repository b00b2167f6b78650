"""The checks in fresh environments, on every Python: `nox`, or `nox -s tests-3.12`.

`python tasks.py test` is the quick way on one Python. A Python that is not installed is listed as skipped in the
summary of nox; in CI (where CI is set) nox fails instead.
"""

from __future__ import annotations

import os
import shutil
import subprocess

import nox

nox.needs_version = ">=2024.10.9"
nox.options.sessions = ["tests", "lint", "types", "imports", "dead_code", "spelling"]
nox.options.reuse_existing_virtualenvs = True

PYPROJECT = nox.project.load_toml("pyproject.toml")
PYTHONS = nox.project.python_versions(PYPROJECT)
OLDEST, NEWEST = PYTHONS[0], PYTHONS[-1]
NEWEST_WITH_CLIENTS = "3.11"  # the oldest clients of the matrix do not know the newest Pythons


def switch_on_pyenv() -> None:
    """Enable every version that pyenv has installed, so that nox finds `python3.12` and the others."""
    if "PYENV_VERSION" in os.environ or not shutil.which("pyenv"):
        return
    commands = (["pyenv", "version-name"], ["pyenv", "versions", "--bare"])
    outputs = [subprocess.run(command, capture_output=True, text=True, check=False).stdout for command in commands]
    os.environ["PYENV_VERSION"] = ":".join(dict.fromkeys(" ".join(outputs).replace(":", " ").split()))


switch_on_pyenv()


def install(session: nox.Session, *groups: str) -> None:
    """Install the project and some of its dependency groups."""
    requirements = [part for group in groups for part in nox.project.dependency_groups(PYPROJECT, group)]
    session.install("--editable", ".", *requirements)


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run the suite; arguments after `--` go to pytest."""
    install(session, "test")
    session.run("python", "-m", "pytest", "-n", "auto", "--dist", "loadgroup", *session.posargs)


@nox.session(python=OLDEST)
def oldest(session: nox.Session) -> None:
    """Run the fast tests against the oldest versions of the dependencies that pyproject.toml allows."""
    install(session, "test")
    project = PYPROJECT["project"]["dependencies"]
    # Today's write metadata 2.5, which the oldest twine rejects.
    backends = [line for line in PYPROJECT["dependency-groups"]["test"] if line.startswith(("hatchling", "flit-core"))]
    oldest = [line.replace(">=", "==") for line in (*project, *backends) if ">=" in line.partition(";")[0]]
    session.install(*oldest)
    session.run("python", "-m", "pytest", "-n", "auto", "-m", "not e2e", *session.posargs)
    # The oldest twine is left out here too: it rejects the metadata of today's backends.
    session.run("python", "-m", "pytest", "-n", "auto", "-k", "not twine", "tests/e2e/cli", "tests/e2e/clients")


@nox.session(python=NEWEST)
def coming(session: nox.Session) -> None:
    """Run the fast tests against the newest versions of the dependencies, pre-releases among them."""
    install(session, "test")
    session.install("--upgrade", "--upgrade-strategy", "eager", "--pre", "--editable", ".")
    session.run("python", "-m", "pytest", "-n", "auto", "-m", "not e2e and not browser", *session.posargs)


@nox.session(python=NEWEST_WITH_CLIENTS)
def clients(session: nox.Session) -> None:
    """Run every client of the matrix, the newest and the oldest supported, and write the results into the docs."""
    install(session, "test")
    session.run("python", "-m", "tests.e2e.matrix", *session.posargs)


@nox.session(python=NEWEST_WITH_CLIENTS)
def other_servers(session: nox.Session) -> None:
    """Record devpi-server, publish with every tool to every other server, and write the results into the docs."""
    install(session, "test")
    session.install("devpi-server", "devpi-client")
    session.run("python", "-m", "tests.fidelity.other_servers.record")
    session.run("python", "-m", "tests.e2e.other_servers", *session.posargs)


@nox.session(python=NEWEST_WITH_CLIENTS)
def publishers(session: nox.Session) -> None:
    """Rehearse with every publishing tool and every version tool, and write the results into the docs."""
    install(session, "test")
    session.install("hatch-vcs", "uv-dynamic-versioning", "versioningit", "poetry-dynamic-versioning", "versioneer")
    session.install("setuptools-git-versioning", "pbr", "flit-scm")
    session.run("python", "-m", "tests.e2e.publishers", *session.posargs)
    session.run("python", "-m", "tests.e2e.version_tools", *session.posargs)


@nox.session(python=NEWEST_WITH_CLIENTS)
def fault_table(session: nox.Session) -> None:
    """Measure what clients do when PyPI fails, where there is no result yet, and write the results into the docs.

    It takes about 40 minutes in all; `-- --client NAME` measures one client again.
    """
    install(session, "test")
    session.run("python", "-m", "tests.e2e.fault_table", *session.posargs)


@nox.session(python=NEWEST_WITH_CLIENTS)
def client_output(session: nox.Session) -> None:
    """Measure what publishing tools print when a rule rejects the upload, and write the pages of the rules.

    It measures what has no result yet; `-- --client NAME` measures one tool again (about a minute).
    """
    install(session, "test")
    session.run("python", "-m", "tests.e2e.client_output", *session.posargs)
    session.run("python", "docs/generate.py")


@nox.session(python=NEWEST_WITH_CLIENTS)
def client_suites(session: nox.Session) -> None:
    """Run twine's and uv's own tests of an upload with faults that the tools survive, and store the results."""
    install(session, "test")
    session.run("python", "-m", "tests.e2e.client_suites", *session.posargs)
    session.run("python", "-m", "tests.e2e.uv_suite", *session.posargs)


@nox.session(python=NEWEST_WITH_CLIENTS)
def recipes(session: nox.Session) -> None:
    """Run the recipes of docs/how-to/recipes.md with the real tools, and write the results into the docs."""
    install(session, "test")
    session.install("hatch", "nox", "poetry", "poethepoet", "tox")
    session.install("tomli", "colorama", "pywin32-ctypes")  # poetry resolves for other systems too
    session.run("python", "-m", "tests.e2e.recipes", *session.posargs)


@nox.session(python=NEWEST_WITH_CLIENTS)
def pages(session: nox.Session) -> None:
    """Run the blocks of all pages of the documentation; the suite runs most of them."""
    install(session, "test")
    every = {"FAKE_PYPI_EVERY_PAGE": "1"}
    session.run("python", "-m", "pytest", "tests/e2e/test_pages.py", *session.posargs, env=every)


@nox.session(python=NEWEST_WITH_CLIENTS)
def workflow_tools(session: nox.Session) -> None:
    """Publish with each tool in a `run` step of a workflow; the suite does so with two of them."""
    install(session, "test")
    every = {"FAKE_PYPI_EVERY_TOOL": "1"}
    session.run("python", "-m", "pytest", "tests/e2e/workflows/test_publishing_tools.py", *session.posargs, env=every)


@nox.session
def killing(session: nox.Session) -> None:
    """Kill 200 processes in every state in which they change a data folder, and store the results."""
    install(session, "test")
    session.run("python", "-m", "tests.integration.killing", *session.posargs)


@nox.session
def attestations(session: nox.Session) -> None:
    """Check signatures of attestations, with the library that the extra of that name installs."""
    install(session, "test")
    session.install("--editable", ".[attestations]")
    session.run("python", "-m", "pytest", "-k", "attestation", *session.posargs)


@nox.session
def contract(session: nox.Session) -> None:
    """Send the control API many more requests than the suite does, with schemathesis."""
    install(session, "test")
    tests = "tests/integration/fake/control/test_contract.py"
    session.run("python", "-m", "pytest", "-n", "auto", tests, *session.posargs, env={"CONTRACT_EXAMPLES": "100"})


@nox.session
def upstream(session: nox.Session) -> None:
    """Compare a newer checkout of the real server with the commit that the rules come from: `-- CLONE`.

    It needs the newest Python, which the real server is written for.
    """
    install(session)
    session.run("python", "-m", "maintenance.upstream", *session.posargs)


@nox.session
def replay(session: nox.Session) -> None:
    """Replay the recorded cases against a server that you have running: `-- URL --token-file FILE`."""
    install(session, "test")
    session.run("python", "-m", "maintenance.replay", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and common errors."""
    install(session, "lint")
    session.run("ruff", "check", *session.posargs)
    session.run("ruff", "format", "--check", *session.posargs)


@nox.session(python=[OLDEST, NEWEST])
def types(session: nox.Session) -> None:
    """Check types as the oldest and the newest Python see them."""
    install(session, "test", "lint")
    session.install("nox")
    session.run("mypy", *session.posargs)


@nox.session
def imports(session: nox.Session) -> None:
    """Check the import contracts of pyproject.toml."""
    install(session, "lint")
    session.run("lint-imports", *session.posargs)


@nox.session
def dead_code(session: nox.Session) -> None:
    """Check that everything in `src` is used; the exceptions are in pyproject.toml."""
    install(session, "lint")
    session.run("vulture", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """Build the documentation as web pages in build/docs; a warning is an error."""
    install(session, "docs")
    session.run("sphinx-build", "--fail-on-warning", "--nitpicky", "--quiet", "docs", "build/docs")


@nox.session
def links(session: nox.Session) -> None:
    """Check that the links to other sites lead somewhere; needs the internet."""
    install(session, "docs")
    session.run("sphinx-build", "-b", "linkcheck", "--quiet", "docs", "build/links")


@nox.session
def spelling(session: nox.Session) -> None:
    """Check for common misspellings, in code too."""
    install(session, "lint")
    session.run("codespell", *session.posargs)


@nox.session
def demo(session: nox.Session) -> None:
    """Rehearse the projects of `examples/`."""
    install(session, "test")
    session.run("python", "-m", "examples.demo", *session.posargs)
