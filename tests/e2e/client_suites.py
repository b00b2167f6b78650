"""Run twine's own tests of an upload to TestPyPI against the fake, without a fault and with faults that twine survives.

python -m tests.e2e.client_suites     run them and store the results in client_suites.json

The tests come from twine's sdist, of the pinned version, and run in a shell, in which test.pypi.org is the fake. Two
things differ from twine's own run: the project that they upload is made here instead of cloned from GitHub, and the
fake accepts the token that is written in the tests. `test_pypi_error` fails there as it does on TestPyPI: it expects an
earlier message about a password (twine marks it as an expected failure). uv's tests, in Rust, are in `uv_suite`.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT))

from fake_pypi.fake import FakeIndexes  # noqa: E402
from tests.e2e.provision import PINS  # noqa: E402

RESULTS = Path(__file__).with_name("client_suites.json")
TWINE = PINS["newest"]["twine"][0]
SUITE = "tests/test_integration.py"
SELECTED = "test_pypi"
FAULTS = ("", "503 when method=POST times=1", "503 when method=POST times=3", "delay seconds=1 when method=POST")
"""No fault, and faults after which twine's tests must pass as well."""
PLUGIN = """\
import pytest
from fake_pypi import sdist


@pytest.fixture(scope="session")
def sampleproject_dist(tmp_path_factory):
    return sdist("twine-sampleproject", "3.0.0").write_to(tmp_path_factory.mktemp("dist"))
"""
OUTCOME = re.compile(r"^\S+::(\w+) (PASSED|FAILED|ERROR|SKIPPED)", re.MULTILINE)


def unpacked(folder: Path) -> Path:
    """Download twine's sdist with pip, and return the folder of its sources with our fixture in place of twine's."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", "twine", TWINE]
    subprocess.run([*command, "--dest", str(folder)], check=True, capture_output=True)
    (archive,) = folder.glob("twine-*.tar.gz")
    with tarfile.open(archive) as files:
        files.extractall(folder, filter="data")
    sources = folder / archive.name.removesuffix(".tar.gz")
    suite = sources / SUITE
    text = suite.read_text(encoding="utf-8")
    suite.write_text(text.replace("def sampleproject_dist(", "def cloned_dist(", 1), encoding="utf-8")
    (sources / "fake_plugin.py").write_text(PLUGIN, encoding="utf-8")
    return sources


def outcomes(sources: Path, fault: str) -> dict[str, str]:
    """Return the outcome of each of twine's tests, in new indexes with a fault."""
    text = (sources / SUITE).read_text(encoding="utf-8")
    token = "".join(re.findall(r'"([\w-]+)"', text.partition("sampleproject_token = (")[2].partition(")")[0]))
    with FakeIndexes() as indexes:
        indexes.testpypi.adopt_token(token)
        if fault:
            indexes.testpypi.faults.add(fault)
        # Their marks expect failures of the network; the suite forbids sockets, except in these tests.
        options = ["-p", "fake_plugin", "-p", "no:fake_pypi", "-o", "addopts=", "--runxfail", "-v", "-k", SELECTED]
        command = [sys.executable, "-m", "pytest", "-p", "no:randomly", "-p", "no:cacheprovider", *options, SUITE]
        done = indexes.shell(credentials=False).run(
            command, cwd=sources, check=False, env={"PYTHONPATH": str(sources)}, timeout=300
        )
        used = sum(indexes.testpypi.faults.used.values())
    found = {name: outcome.lower() for name, outcome in OUTCOME.findall(done.stdout)}
    if not found:
        raise SystemExit(f"{done.stdout}\n{done.stderr}")
    return {**found, "uses of the fault": str(used)}


def of_tests(found: dict[str, str]) -> dict[str, str]:
    """Return the outcomes of the tests alone."""
    return {name: outcome for name, outcome in found.items() if name.startswith("test_")}


def measure() -> dict[str, Any]:
    """Return the outcomes with each fault."""
    with tempfile.TemporaryDirectory() as folder:
        sources = unpacked(Path(folder))
        day = dt.datetime.now(dt.timezone.utc).date().isoformat()
        return {"date": day, "suite": f"{TWINE}, {SUITE}", "faults": {each: outcomes(sources, each) for each in FAULTS}}


def main() -> int:
    """Run the tests, store the results, and return 1 if a fault changes an outcome."""
    results = measure()
    RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"{json.dumps(results, indent=1)}\n")
    return int(any(of_tests(found) != of_tests(results["faults"][""]) for found in results["faults"].values()))


if __name__ == "__main__":
    sys.exit(main())
