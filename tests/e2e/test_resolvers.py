"""Resolvers come to the end on the fake that their documentation promises for PyPI.

pip and uv play every scenario; poetry, pdm and pip-tools play a few, and all of them in `nox -s clients`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fake_pypi import FakePyPI
from tests.e2e.provision import programs_of

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


NEVER = f">={sys.version_info.major}.{sys.version_info.minor + 1}"
SCENARIOS: dict[str, tuple[str, str, set[str]]] = {
    "a yanked release is passed over": ('[a."1.0"]\n[a."1.1"]\nyanked = "broken"', "a", {"a==1.0"}),
    "a yanked release is taken when it is named": ('[a."1.0"]\n[a."1.1"]\nyanked = "broken"', "a==1.1", {"a==1.1"}),
    "a pre-release is passed over": ('a = ["1.0", "1.1rc1"]', "a", {"a==1.0"}),
    "a pre-release is taken when it is asked for": ('a = ["1.0", "1.1rc1"]', "a>=1.1rc1", {"a==1.1rc1"}),
    "a pre-release is taken when there is nothing else": ('a = ["1.0a1", "1.0a2"]', "a", {"a==1.0a2"}),
    "a release for another Python is passed over": (
        f'[a."1.0"]\n[a."2.0"]\nrequires-python = "{NEVER}"',
        "a",
        {"a==1.0"},
    ),
    "an extra brings its requirements": (
        'b = ["1.0"]\n[a."1.0"]\nextras = { more = ["b"] }',
        "a[more]",
        {"a==1.0", "b==1.0"},
    ),
    "without the extra they stay away": ('b = ["1.0"]\n[a."1.0"]\nextras = { more = ["b"] }', "a", {"a==1.0"}),
    "a marker that does not hold is no requirement": (
        'b = ["1.0"]\n[a."1.0"]\ndependencies = ["b; python_version < \'3\'"]',
        "a",
        {"a==1.0"},
    ),
    "a release whose requirements nobody has is given up": (
        'a = ["1.0"]\n[b."1.0"]\ndependencies = ["a"]\n[b."2.0"]\ndependencies = ["a>=2"]',
        "b",
        {"a==1.0", "b==1.0"},
    ),
    "names are the same in every spelling": ('["A_b.C"."1.0"]', "a-B_c", {"a-b-c==1.0"}),
}
Resolve = Callable[[str, str, Path], set[str]]


def with_pip(index: str, requirement: str, folder: Path) -> set[str]:
    """What pip would install."""
    report = folder / "report.json"
    _run(sys.executable, "-m", "pip", "install", "--isolated", "--no-cache-dir", "--disable-pip-version-check",
         "--ignore-installed", "--dry-run", "--quiet", "--report", str(report), "-i", index, requirement)  # fmt: skip
    installed = json.loads(report.read_text())["install"]
    return {f"{_bare(each['metadata']['name'])}=={each['metadata']['version']}" for each in installed}


def with_uv(index: str, requirement: str, folder: Path) -> set[str]:
    """What uv would install."""
    (folder / "requirements.in").write_text(requirement)
    uv = Path(sys.executable).with_name("uv" + (".exe" if os.name == "nt" else ""))
    pinned = _run(str(uv), "pip", "compile", "--no-config", "--no-cache", "--no-annotate", "--no-header", "--quiet",
                  "--no-strip-extras", "--python", sys.executable, "-i", index,
                  str(folder / "requirements.in"))  # fmt: skip
    return {line.replace("[more]", "") for line in pinned.split()}


def with_pip_tools(index: str, requirement: str, folder: Path) -> set[str]:
    """What pip-compile writes down."""
    (folder / "requirements.in").write_text(requirement)
    compiler = str(programs_of("pip-tools", "readers")) + f"{os.sep}pip-compile"
    pinned = _run(compiler, "--no-config", "--no-annotate", "--no-header", "--no-emit-index-url", "--quiet",
                  "--strip-extras", "--resolver", "backtracking", "--cache-dir", str(folder / "cache"), "-i", index,
                  "-o", "-", str(folder / "requirements.in"), cwd=folder)  # fmt: skip
    return set(pinned.split())


def with_poetry(index: str, requirement: str, folder: Path) -> set[str]:
    """What poetry locks."""
    source = '[tool.poetry]\npackage-mode = false\n[[tool.poetry.source]]\nname = "fake"\npriority = "primary"\n'
    _write_project(folder, requirement, f'{source}url = "{index}"\n')
    _run(str(programs_of("poetry", "newest")) + f"{os.sep}poetry", "lock", "--no-interaction", cwd=folder)
    return _locked(folder / "poetry.lock")


def with_pdm(index: str, requirement: str, folder: Path) -> set[str]:
    """What pdm locks."""
    source = '[tool.pdm]\ndistribution = false\n[[tool.pdm.source]]\nname = "pypi"\nverify_ssl = false\n'
    _write_project(folder, requirement, f'{source}url = "{index}"\n')
    _run(str(programs_of("pdm", "newest")) + f"{os.sep}pdm", "lock", "--project", str(folder), cwd=folder)
    return _locked(folder / "pdm.lock")


def _write_project(folder: Path, requirement: str, tool: str) -> None:
    python = f"=={sys.version_info.major}.{sys.version_info.minor}.*"
    project = f'[project]\nname = "reader"\nversion = "0"\nrequires-python = "{python}"\n'
    (folder / "pyproject.toml").write_text(f'{project}dependencies = ["{requirement}"]\n{tool}')


def _locked(path: Path) -> set[str]:
    packages = tomllib.loads(path.read_text(encoding="utf-8"))["package"]
    return {f"{_bare(each['name'])}=={each['version']}" for each in packages}


def _run(*command: str, cwd: Path | None = None) -> str:
    """Run a resolver without the settings of the user who runs the tests."""
    foreign = ("PIP_", "UV_", "POETRY_", "PDM_", "VIRTUAL_ENV")
    environ = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), environ["PATH"]])
    if cwd is not None:
        own = {"POETRY_CACHE_DIR": "poetry-cache", "PDM_CACHE_DIR": "pdm-cache", "XDG_CONFIG_HOME": "config"}
        environ |= {name: str(cwd / folder) for name, folder in own.items()}
        environ |= {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring", "PDM_CHECK_UPDATE": "0"}
        environ |= {"POETRY_VIRTUALENVS_CREATE": "0", "PDM_USE_VENV": "0", "PDM_IGNORE_SAVED_PYTHON": "1"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=environ, cwd=cwd, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _bare(name: str) -> str:
    return name.replace("_", "-").replace(".", "-").lower()


@pytest.fixture(params=[with_pip, with_uv], ids=["pip", "uv"])
def resolve(request: pytest.FixtureRequest) -> Resolve:
    found: Resolve = request.param
    return found


@pytest.fixture
def pypi() -> Iterator[FakePyPI]:
    with FakePyPI() as index:
        yield index


SOME = (
    "a yanked release is passed over",
    "a pre-release is taken when there is nothing else",
    "a release for another Python is passed over",
    "an extra brings its requirements",
)
ALL_OF_THEM = os.environ.get("FAKE_PYPI_CLIENTS") == "all"


@pytest.mark.parametrize("scenario", SCENARIOS if ALL_OF_THEM else SOME)
@pytest.mark.parametrize("lock", [with_poetry, with_pdm, with_pip_tools], ids=["poetry", "pdm", "pip-tools"])
def test_a_tool_that_locks_comes_to_its_documented_end(
    pypi: FakePyPI, lock: Resolve, scenario: str, tmp_path: Path
) -> None:
    said, requirement, expected = SCENARIOS[scenario]
    path = tmp_path / "scenario.toml"
    path.write_text(said)
    pypi.add_scenario(path)
    assert lock(pypi.simple_url, requirement, tmp_path) == expected


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_resolver_comes_to_its_documented_end(
    pypi: FakePyPI, resolve: Resolve, scenario: str, tmp_path: Path
) -> None:
    said, requirement, expected = SCENARIOS[scenario]
    path = tmp_path / "scenario.toml"
    path.write_text(said)
    pypi.add_scenario(path)
    assert resolve(pypi.simple_url, requirement, tmp_path) == expected


def test_a_release_that_has_not_arrived_yet_is_not_found(pypi: FakePyPI, resolve: Resolve, tmp_path: Path) -> None:
    path = tmp_path / "scenario.toml"
    path.write_text('a = ["1.0"]')
    pypi.add_scenario(path)
    pypi.faults.add("stale", pages="simple", seconds=60)
    path.write_text('a = ["1.1"]')
    pypi.add_scenario(path)
    assert resolve(pypi.simple_url, "a", tmp_path) == {"a==1.0"}
    pypi.clock.advance(minutes=2)
    assert resolve(pypi.simple_url, "a", tmp_path) == {"a==1.1"}


def test_dependency_confusion_is_three_lines(pypi: FakePyPI, tmp_path: Path) -> None:
    with FakePyPI("testpypi") as company:
        company.squat("internal-helper", "1.0")
        pypi.squat("internal-helper")
        path = tmp_path / "report.json"
        _run(sys.executable, "-m", "pip", "install", "--isolated", "--no-cache-dir", "--dry-run", "--quiet",
             "--report", str(path), "-i", company.simple_url, "--extra-index-url", pypi.simple_url,
             "internal-helper")  # fmt: skip
    assert [each["metadata"]["version"] for each in json.loads(path.read_text())["install"]] == ["99.0"]
