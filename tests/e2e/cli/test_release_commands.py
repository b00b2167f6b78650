"""`fake-pypi yank`, `unyank` and `delete` against a running `serve`."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fake_pypi.fake.http_upload import upload
from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel
from tests.e2e.cli.serving import Serving, serving

pytestmark = pytest.mark.skipif(os.name == "nt", reason="TMPDIR is POSIX's")


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Serving]:
    with serving(tmp_path, "--token", "letmein", "--quiet") as running:
        for name in ("pypi", "testpypi"):
            for package in (wheel("hello", "1.0"), sdist("hello", "1.0")):
                assert upload(f"{running[name].rstrip('/')}/legacy/", package, "letmein")[0] == 200
        yield running


def files(served: Serving, index: str = "pypi") -> dict[str, Any] | None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    url = f"{served[index].rstrip('/')}/simple/hello/"
    request = urllib.request.Request(url, headers={"Accept": "application/vnd.pypi.simple.v1+json"})
    try:
        with opener.open(request) as answer:
            return {file["filename"]: file["yanked"] for file in json.load(answer)["files"]}
    except urllib.error.HTTPError as rejected:
        rejected.close()
        return None


def test_a_release_is_yanked_with_a_reason_and_back_again_on_one_index_only(served: Serving) -> None:
    said = served.command("yank", "hello", "1.0", "--reason", "it is broken", "--index", "testpypi")
    assert (said.returncode, said.stdout, said.stderr) == (0, "yank: hello 1.0 on testpypi\n", "")
    assert set((files(served, "testpypi") or {}).values()) == {"it is broken"}
    assert set((files(served) or {}).values()) == {False}
    assert served.command("unyank", "hello", "1.0", "--index", "testpypi").returncode == 0
    assert set((files(served, "testpypi") or {}).values()) == {False}


def test_a_file_then_a_release_then_a_project_are_deleted(served: Serving) -> None:
    said = served.command("delete", "hello", "--file", "hello-1.0.tar.gz")
    assert (said.returncode, said.stdout) == (0, "delete: hello-1.0.tar.gz on pypi\n")
    assert list(files(served) or {}) == ["hello-1.0-py3-none-any.whl"]
    assert served.command("delete", "hello", "1.0").returncode == 0
    assert files(served) == {}
    assert served.command("delete", "hello").returncode == 0
    assert files(served) is None
    status, words = upload(f"{served['pypi'].rstrip('/')}/legacy/", wheel("hello", "1.0"), "letmein")
    assert (status, words.startswith("This filename was previously used by a file that has since been deleted")) == (
        400,
        True,
    )


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["yank", "hello", "9.9"], "fake-pypi: there is no release of hello '9.9'; there is: 1.0\n"),
        (["unyank", "other", "1.0"], "fake-pypi: there is no project 'other'; there is: hello\n"),
        (
            ["delete", "hello", "--file", "other.whl"],
            ("fake-pypi: there is no file 'other.whl'; there is: hello-1.0-py3-none-any.whl, hello-1.0.tar.gz\n"),
        ),
    ],
    ids=["release", "project", "file"],
)
def test_a_missing_release_is_exit_code_1_and_the_line_lists_existing_ones(
    served: Serving, words: list[str], line: str
) -> None:
    said = served.command(*words)
    assert (said.returncode, said.stdout, said.stderr) == (1, "", line)
    assert len(files(served) or {}) == 2
