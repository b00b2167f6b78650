"""Libraries and commands that read an index find in the fake what they find in PyPI."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fake_pypi import FakeIndexes, FakePyPI
from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel
from tests.e2e.provision import programs_of

ASK_PYPI_SIMPLE = """
import json, sys
from pypi_simple import ACCEPT_HTML_ONLY, ACCEPT_JSON_ONLY, NoSuchProjectError, PyPISimple

answers = {}
for form, accept in (("html", ACCEPT_HTML_ONLY), ("json", ACCEPT_JSON_ONLY)):
    with PyPISimple(sys.argv[1], accept=accept) as client:
        page = client.get_project_page("Demo")
        try:
            client.get_project_page("nobody")
        except NoSuchProjectError:
            missing = True
        answers[form] = {
            "projects": client.get_index_page().projects,
            "status": page.status.value if page.status else None,
            "serial": page.last_serial,
            "repository": page.repository_version,
            "missing": missing,
            "packages": [
                {
                    "filename": each.filename,
                    "version": each.version,
                    "type": each.package_type,
                    "python": each.requires_python,
                    "yanked": each.is_yanked and each.yanked_reason,
                    "metadata": client.get_package_metadata(each).splitlines()[1:3] if each.has_metadata else None,
                    "digests": sorted(each.digests),
                }
                for each in page.packages
            ],
        }
        client.download_package(page.packages[0], f"{form}.whl")  # checks the digest
print(json.dumps(answers))
"""


@pytest.fixture
def pypi() -> Iterator[FakePyPI]:
    with FakePyPI() as index:
        index.add(wheel("demo", "1.0", requires_python=">=3.9"), sdist("demo", "1.1"), wheel("other", "2.0"))
        index.yank("demo", "1.1", "broken")
        index.set_status("demo", "archived")
        yield index


def run(*command: str, cwd: Path) -> str:
    """What a command says, without the settings of whoever runs the tests."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=cwd, env=environ, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_pypi_simple_reads_the_same_in_html_and_json(pypi: FakePyPI, tmp_path: Path) -> None:
    python = str(programs_of("pypi-simple", "readers")) + f"{os.sep}python"
    answers = json.loads(run(python, "-c", ASK_PYPI_SIMPLE, pypi.simple_url, cwd=tmp_path))
    project = pypi.index.projects["demo"]
    assert answers["json"] == {
        "projects": ["demo", "other"],
        "status": "archived",
        "serial": str(project.serial),
        "repository": "1.4",
        "missing": True,
        "packages": [
            {
                "filename": "demo-1.0-py3-none-any.whl",
                "version": "1.0",
                "type": "wheel",
                "python": ">=3.9",
                "yanked": False,
                "metadata": ["Name: demo", "Version: 1.0"],
                "digests": ["sha256"],
            },
            {
                "filename": "demo-1.1.tar.gz",
                "version": "1.1",
                "type": "sdist",
                "python": None,
                "yanked": "broken",
                "metadata": None,
                "digests": ["sha256"],
            },
        ],
    }
    assert answers["html"] == answers["json"]
    assert (tmp_path / "json.whl").read_bytes() == (tmp_path / "html.whl").read_bytes()


def test_pip_index_names_the_versions_that_can_be_installed(pypi: FakePyPI, tmp_path: Path) -> None:
    pypi.add(wheel("demo", "1.2"), wheel("demo", "2.0rc1"))
    command = [sys.executable, "-m", "pip", "index", "versions", "--isolated", "--disable-pip-version-check"]
    said = run(*command, "-i", pypi.simple_url, "demo", cwd=tmp_path)
    assert "Available versions: 1.2, 1.0" in said


def test_twine_reads_existing_files_from_the_json_api(tmp_path: Path) -> None:
    there = wheel("mine", "1.0")
    there.write_to(tmp_path)
    with FakeIndexes() as indexes:
        indexes.pypi.upload(there)
        said = indexes.shell().run("twine upload --skip-existing --disable-progress-bar *.whl", cwd=tmp_path).stdout
        asked = [(each.method, each.host, each.path) for each in indexes.pypi.requests[1:]]
    assert "Skipping mine-1.0-py3-none-any.whl because it appears to already exist" in " ".join(said.split())
    assert asked == [("GET", "pypi.python.org", "/pypi/mine/json")]
