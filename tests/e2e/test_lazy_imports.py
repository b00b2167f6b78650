"""Nothing heavy is imported until it is used; each look is taken in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import fake_pypi

HEAVY = {
    "build",
    "email_validator",
    "hypothesis",
    "jinja2",
    "jiter",
    "jwt",
    "packaging",
    "pymacaroons",
    "pypiserver",
    "pytest",
    "readme_renderer",
    "rfc3986",
    "sqlite3",
    "ssl",
    "trove_classifiers",
    "trustme",
    "twine",
    "virtualenv",
    "webauthn",
    "zxcvbn",
}


def imported_by(code: str, cwd: Path | None = None) -> set[str]:
    """Return the heavy modules that some code imports, beyond those that an empty program has."""
    look = f"import sys; before = set(sys.modules)\n{code}\nprint(*sorted(set(sys.modules) - before), file=sys.stderr)"
    env = {name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"}
    ended = subprocess.run([sys.executable, "-c", look], check=False, capture_output=True, text=True, cwd=cwd, env=env)
    assert ended.returncode == 0, ended.stderr
    return {name.partition(".")[0] for name in ended.stderr.splitlines()[-1].split()} & HEAVY


def test_importing_the_package_imports_nothing_heavy() -> None:
    assert imported_by("import fake_pypi; fake_pypi.__version__") == set()


def test_errors_settings_and_the_command_import_nothing_heavy() -> None:
    assert imported_by("import fake_pypi.errors, fake_pypi.settings, fake_pypi.cli") == set()


def test_loading_the_plugin_and_running_an_unrelated_test_imports_nothing_heavy(tmp_path: Path) -> None:
    (tmp_path / "test_unrelated.py").write_text("def test_it():\n    pass\n", encoding="utf-8")
    quiet = [
        word for name in ("randomly", "xdist", "hypothesispytest", "cacheprovider") for word in ("-p", f"no:{name}")
    ]

    def run(*more: str) -> set[str]:
        words = ["-q", *quiet, *more]
        return imported_by(f"import pytest; assert pytest.main({words!r}) == 0", tmp_path)

    assert run() == run("-p", "no:fake_pypi")


def test_an_unused_index_imports_no_engine_no_tokens_and_no_certificates() -> None:
    code = "from fake_pypi import FakePyPI\nwith FakePyPI() as pypi: pypi.url, pypi.clock.now()"
    late = {"pypiserver", "pymacaroons", "trustme", "jwt", "readme_renderer", "twine", "build", "pytest", "virtualenv"}
    assert imported_by(code) & late == set()


def test_reading_imports_no_engine() -> None:
    code = (
        "from fake_pypi import FakePyPI; import urllib.request as r\n"
        "with FakePyPI() as pypi: r.build_opener(r.ProxyHandler({})).open(pypi.simple_url).read()"
    )
    assert imported_by(code) & {"pypiserver", "pymacaroons", "trustme", "jwt", "pytest"} == set()


@pytest.mark.parametrize("name", fake_pypi.__all__)
def test_every_public_name_can_be_imported(name: str) -> None:
    assert getattr(fake_pypi, name) is not None


def test_a_name_that_is_none_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'nonsense'"):
        fake_pypi.nonsense  # noqa: B018
