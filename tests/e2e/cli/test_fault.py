"""`--fault` of `serve` and `run`, and `fake-pypi fault` against a running `serve`."""

from __future__ import annotations

import os
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.e2e.cli.serving import fake_pypi, own_place, serving

pytestmark = pytest.mark.skipif(os.name == "nt", reason="TMPDIR is POSIX's")


def status(url: str, path: str = "/simple/") -> int:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{url}{path}", timeout=30) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_a_server_starts_with_faults_and_they_can_be_changed_while_it_runs(tmp_path: Path) -> None:
    with serving(tmp_path, "--quiet", "--fault", "503 when times=1", "--fault", "404-is-no-kind") as broken:
        assert broken.process.wait(30) == 2
    with serving(tmp_path, "--quiet", "--fault", "503 when times=1", "--fault", "502 when index=testpypi") as served:
        assert [status(served["pypi"]), status(served["pypi"])] == [503, 200]
        assert [status(served["testpypi"]), status(served["testpypi"])] == [503, 502]

        added = served.command("fault", "add", "429 retry_after=5 when path=/simple/*", "--index", "pypi")
        assert (added.returncode, added.stderr) == (0, "")
        assert added.stdout == "fault added on pypi: 429 retry_after=5 when 'path=/simple/*'\n"
        assert [status(served["pypi"]), status(served["pypi"], "/_health/")] == [429, 200]

        listed = served.command("fault", "list", "--index", "pypi").stdout.splitlines()
        assert listed[0] == "pypi: 503 when times=1, used 1 time"
        assert listed[-1] == "pypi: 429 retry_after=5 when 'path=/simple/*', used 1 time"

        cleared = served.command("fault", "clear")
        assert cleared.stdout == "faults cleared on pypi\nfaults cleared on testpypi\n"
        assert [status(served["pypi"]), status(served["testpypi"])] == [200, 200]
        assert served.command("fault", "list").stdout == ""

        words = served.command("fault", "add", "reset", "at=during", "when", "times=3")
        assert words.stdout == "fault added on pypi and testpypi: reset at=during when times=3\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["fault", "add", "melt"], "there is no kind of fault 'melt': one of 500, 502"),
        (["fault", "add", "503 when weather=bad"], "there is no condition 'weather': one of method, path"),
        (["fault", "add"], "the fault is empty: write KIND"),
        (["fault", "clear", "503"], "fault clear has no argument '503': leave it out"),
        (["fault", "list"], "no index is running"),
        (["run", "--fault", "tls rotten", "--", "true"], "give one of expired, wrong-host, unknown-authority"),
        (["serve", "--fault", "refuse when path=/"], "it cannot have the condition 'path'"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(tmp_path: Path, words: list[str], message: str) -> None:
    completed = fake_pypi(*words, env=own_place(tmp_path))
    assert (completed.returncode, completed.stdout, len(completed.stderr.splitlines())) == (2, "", 1)
    assert message in completed.stderr


def test_a_shell_has_faults_and_reports_those_that_acted(tmp_path: Path) -> None:
    command = "curl --silent --output /dev/null --write-out '%{http_code}' https://pypi.org/_health/"
    completed = fake_pypi("run", "--fault", "503", "--", command, env=own_place(tmp_path))
    assert (completed.returncode, completed.stdout) == (0, "503")
    assert completed.stderr == "fake-pypi: fault of PyPI: 503, used 1 time\n"


def test_faults_can_be_added_inside_a_shell(tmp_path: Path) -> None:
    command = (
        "fake-pypi fault add 504 when times=1 && "
        "curl --silent --output /dev/null --write-out '%{http_code}' https://test.pypi.org/_health/"
    )
    completed = fake_pypi("run", "--", command, env=own_place(tmp_path))
    assert completed.stdout == "fault added on pypi and testpypi: 504 when times=1\n504"
