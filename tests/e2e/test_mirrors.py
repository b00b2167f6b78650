"""A mirror that follows PyPI by its serials follows the fake as well."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fake_pypi import FakeIndexes
from fake_pypi.packages.wheel import wheel
from tests.e2e.provision import programs_of

SETTINGS = """\
[mirror]
directory = {directory}
master = https://pypi.org
storage-backend = filesystem
json = false
release-files = true
hash-index = false
simple-format = ALL
cleanup = false
compare-method = hash
timeout = 30
global-timeout = 120
workers = 2
verifiers = 2
stop-on-error = true
"""


@pytest.fixture
def indexes() -> Iterator[FakeIndexes]:
    with FakeIndexes() as running:
        running.pypi.add(wheel("demo", "1.0"), wheel("demo", "2.0"), wheel("other", "1.0"))
        yield running


def page_of(mirror: Path, project: str) -> dict[str, Any]:
    """The simple page that the mirror has of a project: what it says of each file's yank, and its serial."""
    page = json.loads((mirror / "web" / "simple" / project / "index.v1_json").read_text("utf-8"))
    return {**{file["filename"]: file["yanked"] for file in page["files"]}, "serial": page["meta"]["_last-serial"]}


def test_bandersnatch_forgets_a_deleted_file_and_verifies_its_mirror(indexes: FakeIndexes, tmp_path: Path) -> None:
    mirror, settings = tmp_path / "mirror", tmp_path / "bandersnatch.conf"
    text = SETTINGS.format(directory=mirror).replace("json = false", "json = true")  # `verify` reads those files
    settings.write_text(text, encoding="utf-8")
    program = f"{programs_of('bandersnatch', 'readers')}{os.sep}bandersnatch"
    shell, pypi = indexes.shell(), indexes.pypi

    def files() -> list[str]:
        return sorted(file.name for file in (mirror / "web" / "packages").rglob("*.whl"))

    shell.run([program, "--config", str(settings), "mirror"], timeout=180)
    assert files() == ["demo-1.0-py3-none-any.whl", "demo-2.0-py3-none-any.whl", "other-1.0-py3-none-any.whl"]
    pypi.delete("demo", "1.0")
    shell.run([program, "--config", str(settings), "mirror"], timeout=180)
    assert sorted(page_of(mirror, "demo")) == ["demo-2.0-py3-none-any.whl", "serial"]
    damaged = next((mirror / "web" / "packages").rglob("demo-2.0*.whl"))
    damaged.write_bytes(b"damaged")
    shell.run([program, "--config", str(settings), "verify", "--delete"], timeout=180)
    assert files() == ["demo-2.0-py3-none-any.whl", "other-1.0-py3-none-any.whl"]
    assert damaged.read_bytes() == wheel("demo", "2.0").read()


def test_bandersnatch_learns_of_a_yank_and_of_its_end(indexes: FakeIndexes, tmp_path: Path) -> None:
    mirror, settings = tmp_path / "mirror", tmp_path / "bandersnatch.conf"
    settings.write_text(SETTINGS.format(directory=mirror), encoding="utf-8")
    program = f"{programs_of('bandersnatch', 'readers')}{os.sep}bandersnatch"
    shell, pypi = indexes.shell(), indexes.pypi

    def follow() -> dict[str, Any]:
        before = len(pypi.requests)
        shell.run([program, "--config", str(settings), "mirror"], timeout=180)
        paths = [request.path for request in pypi.requests[before:]]
        return {**page_of(mirror, "demo"), "asked": [path for path in paths if path.endswith("/json")]}

    first = follow()
    assert sorted(first["asked"]) == ["/pypi/demo/json", "/pypi/other/json"]
    assert (first["demo-1.0-py3-none-any.whl"], first["demo-2.0-py3-none-any.whl"]) == (False, False)
    pypi.yank("demo", "1.0", "broken")
    second = follow()
    assert second["asked"] == ["/pypi/demo/json"]
    assert (second["demo-1.0-py3-none-any.whl"], second["demo-2.0-py3-none-any.whl"]) == (True, False)
    assert int(second["serial"]) == pypi.index.journal.last_serial
    pypi.unyank("demo", "1.0")
    assert follow()["demo-1.0-py3-none-any.whl"] is False
    assert follow()["asked"] == []
