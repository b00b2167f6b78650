"""`fake-pypi run`: the commands of a release, typed as guides have them."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel
from tests.e2e.cli.serving import fake_pypi, own_place

pytestmark = [pytest.mark.skipif(os.name == "nt", reason="the lines are bash's")]


def lines(tmp_path: Path, script: str, *options: str) -> tuple[int, str, str]:
    env = own_place(tmp_path)
    env["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), env["PATH"]])
    ended = fake_pypi("run", *options, "--", "bash", "-euc", f"cd {tmp_path}\n{script}", env=env)
    return ended.returncode, ended.stdout, ended.stderr


def test_a_release_is_uploaded_to_testpypi_and_pypi_and_downloaded_again(tmp_path: Path) -> None:
    for make in (wheel, sdist):
        make("hello", "1.0").write_to(tmp_path / "dist")
    code, stdout, stderr = lines(
        tmp_path,
        """
        twine check dist/*
        twine upload --repository testpypi dist/*
        pip download --no-deps -d from-test --index-url https://test.pypi.org/simple/ hello
        twine upload dist/*
        pip download --no-deps -d from-pypi hello
        twine upload --skip-existing dist/*
        """,
    )
    assert code == 0, stdout + stderr
    assert "https://upload.pypi.org/legacy/" in stdout
    assert "https://test.pypi.org/legacy/" in stdout
    for folder in ("from-test", "from-pypi"):
        assert [each.name for each in (tmp_path / folder).iterdir()] == ["hello-1.0-py3-none-any.whl"]


def test_a_rejected_release_fails_the_command_and_is_repeated_at_the_end(tmp_path: Path) -> None:
    wheel("hello", "1.0", broken="no-record").write_to(tmp_path / "dist")
    code, stdout, stderr = lines(tmp_path, "twine upload dist/*")
    assert code == 1
    assert "fake-pypi: PyPI rejected hello-1.0-py3-none-any.whl: 400 " in stderr
    assert "Traceback" not in stderr
    assert "HTTPError: 400" in " ".join((stdout + stderr).split())  # twine wraps its lines


def test_a_whole_line_is_one_word(tmp_path: Path) -> None:
    wheel("hello", "1.0").write_to(tmp_path / "dist")
    env = own_place(tmp_path)
    env["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), env["PATH"]])
    ended = fake_pypi("run", f"cd {tmp_path} && twine upload dist/* && echo sent", env=env)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stdout.splitlines()[-1] == "sent"


def test_a_yanked_release_is_passed_over_but_installs_when_it_is_named(tmp_path: Path) -> None:
    for version in ("1.0", "2.0"):
        wheel("hello", version).write_to(tmp_path / "dist")
    code, stdout, stderr = lines(
        tmp_path,
        """
        twine upload dist/*
        fake-pypi yank hello 2.0 --reason 'it is broken'
        pip download --no-deps -d newest hello
        pip download --no-deps -d exactly hello==2.0
        """,
    )
    assert code == 0, stdout + stderr
    names = [[each.name for each in (tmp_path / folder).iterdir()] for folder in ("newest", "exactly")]
    assert names == [["hello-1.0-py3-none-any.whl"], ["hello-2.0-py3-none-any.whl"]]
    assert "it is broken" in stdout + stderr


def test_a_report_has_what_the_command_did(tmp_path: Path) -> None:
    wheel("hello", "1.0").write_to(tmp_path / "dist")
    report = tmp_path / "report.json"
    options = ("--report", str(report), "--report", str(tmp_path / "report.html"))
    code, _, _ = lines(tmp_path, "twine upload dist/*\ntwine upload --repository none dist/*", *options)
    assert code != 0
    [run] = json.loads(report.read_text("utf-8"))["runs"]
    assert (run["kind"], run["outcome"]) == ("command", "failed")
    [command] = run["steps"][0]["commands"]
    assert command["command"].startswith("bash -euc")
    assert command["exit_code"] == code
    assert "Uploading hello-1.0-py3-none-any.whl" in command["output"]
    pypi, testpypi = run["indexes"]
    assert [project["name"] for project in pypi["projects"]] == ["hello"]
    assert testpypi["projects"] == []
    assert "The project page of hello 1.0" in (tmp_path / "report.html").read_text("utf-8")


@pytest.mark.parametrize("name", ["report.txt", "missing/report.html"])
def test_a_report_that_cannot_be_written_is_wrong_usage_before_the_command(tmp_path: Path, name: str) -> None:
    (tmp_path / "missing").write_text("a file")
    code, _, stderr = lines(tmp_path, "touch run", "--report", str(tmp_path / name))
    assert code == 2
    assert len(stderr.splitlines()) == 1
    assert not (tmp_path / "run").exists()
