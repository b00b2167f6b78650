"""What `serve` logs and records, and what `run` writes about its requests."""

from __future__ import annotations

import json
import os
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from fake_pypi.fake.http_upload import upload
from fake_pypi.packages.wheel import wheel
from tests.e2e.cli.serving import fake_pypi, own_place, serving

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM that a process could answer")


def get(url: str) -> None:
    urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url).close()


def test_the_log_has_a_json_object_in_each_line(tmp_path: Path) -> None:
    with serving(tmp_path, "--log-format", "json") as served:
        token = served["token"]
        assert upload(f"{served['testpypi']}/legacy/", wheel("hello", "1.0"), token) == (200, "OK")
        assert upload(f"{served['pypi']}/legacy/", wheel("hello", "1.0", broken="no-record"), token)[0] == 400
        code, stderr = served.stop()
    addresses, accepted, rejected = [json.loads(line) for line in stderr.splitlines()]
    assert code == 0
    assert (addresses["level"], "pypi.localhost" in addresses["message"]) == ("info", True)
    assert (accepted["level"], accepted["index"], accepted["status"]) == ("info", "testpypi", 200)
    assert (accepted["project"], accepted["filename"]) == ("hello", "hello-1.0-py3-none-any.whl")
    assert (rejected["index"], rejected["status"], rejected["rule"]) == ("pypi", 400, "missing-record-file")
    assert token not in stderr


def test_notices_are_json_objects_too(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serving(tmp_path, "--data", str(data)) as served:
        served.stop()
    (data / "pypi" / "files" / "unknown.txt").write_text("x")
    with serving(tmp_path, "--data", str(data), "--log-format", "json") as served:
        _, stderr = served.stop()
    notices = [line for line in map(json.loads, stderr.splitlines()) if line["level"] != "info"]
    assert [notice["level"] for notice in notices] == ["warning"]
    assert "unknown.txt" in notices[0]["message"]


def test_every_request_is_in_the_file_as_soon_as_its_response_is_known(tmp_path: Path) -> None:
    file = tmp_path / "requests.jsonl"
    for version in ("1.0", "2.0"):  # the second server appends
        with serving(tmp_path, "--quiet", "--record", str(file)) as served:
            assert upload(f"{served['pypi']}/legacy/", wheel("hello", version), served["token"]) == (200, "OK")
            last = json.loads(file.read_text("utf-8").splitlines()[-1])
            assert last["form"]["version"] == [version]
            assert served["token"] not in file.read_text("utf-8")
            assert served.stop() == (0, "")
    assert len(file.read_text("utf-8").splitlines()) == 2


def test_a_file_that_cannot_be_written_is_a_usage_error(tmp_path: Path) -> None:
    env = own_place(tmp_path)
    completed = fake_pypi("serve", "--record", str(tmp_path / "none" / "requests.jsonl"), env=env)
    assert completed.returncode == 2
    assert completed.stderr.splitlines()[0].endswith("cannot be written: No such file or directory: name another file")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_a_full_disk_ends_the_recording_and_not_the_server(tmp_path: Path) -> None:
    with serving(tmp_path, "--quiet", "--record", "/dev/full") as served:
        for version in ("1.0", "2.0"):
            assert upload(f"{served['pypi']}/legacy/", wheel("hello", version), served["token"]) == (200, "OK")
        code, stderr = served.stop()
    assert code == 0
    remedy = "free some space on its disk"
    problem = f"'/dev/full' cannot be used: No space left on device: {remedy}"
    assert stderr.splitlines() == [f"fake-pypi: no more requests are recorded: {problem}"]


def test_a_folder_is_backed_up_while_a_server_uses_it(tmp_path: Path) -> None:
    data, target = tmp_path / "data", tmp_path / "backup"
    with serving(tmp_path, "--quiet", "--data", str(data)) as served:
        assert upload(f"{served['pypi']}/legacy/", wheel("hello", "1.0"), served["token"]) == (200, "OK")
        completed = served.command("data", "backup", str(data), str(target))
        assert (completed.returncode, completed.stderr) == (0, "")
        assert upload(f"{served['pypi']}/legacy/", wheel("hello", "2.0"), served["token"]) == (200, "OK")
    completed = fake_pypi("data", "check", str(target))
    assert completed.stdout == f"{target}/pypi: nothing is wrong\n{target}/testpypi: nothing is wrong\n"
    with serving(tmp_path, "--quiet", "--data", str(target)) as served:
        get(f"{served['pypi']}/pypi/hello/1.0/json")
        with pytest.raises(urllib.error.HTTPError, match="404"):
            get(f"{served['pypi']}/pypi/hello/2.0/json")


def test_run_writes_an_archive_also_if_its_command_fails(tmp_path: Path) -> None:
    file = tmp_path / "archives" / "requests.har"
    program = "import urllib.request as r; r.urlopen('https://pypi.org/simple/').close(); raise SystemExit(3)"
    completed = fake_pypi("run", "--har", str(file), "--", sys.executable, "-c", program, env=own_place(tmp_path))
    assert completed.returncode == 3, completed.stderr
    entries = json.loads(file.read_text("utf-8"))["log"]["entries"]
    assert [entry["request"]["url"] for entry in entries] == ["https://pypi.org/simple/"]
