"""The record while real clients are running: wait for a request, and assert what was uploaded."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fake_pypi import FakePyPI, wheel
from fake_pypi.web.recording.mismatch import UnexpectedRequests


def test_a_test_waits_for_the_upload_of_a_client_that_is_running(tmp_path: Path) -> None:
    file = wheel("hello", "1.0", summary="Says hello").write_to(tmp_path)
    with FakePyPI() as pypi:
        command = [sys.executable, "-m", "twine", "upload", "--non-interactive", str(file)]
        env = {**os.environ, **pypi.env("twine")}
        with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as twine:
            request = pypi.requests.wait_for(method="POST", path="/legacy/", timeout=120)
            output, _ = twine.communicate(timeout=120)
        assert twine.returncode == 0, output
        assert request is pypi.assert_uploaded(file, client="twine", form={"summary": "Says hello"}, times=1)
        assert request.files[0].read_bytes() == file.read_bytes()
        assert request.client_version.split(".")[0].isdigit()
        with pytest.raises(UnexpectedRequests, match=r"client is 'twine [\d.]+', not 'uv'"):
            pypi.assert_uploaded(file, client="uv")
