"""`fake-pypi run`: a command verbatim, its exit code, and nothing left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from fake_pypi.packages.wheel import wheel
from tests.e2e.cli.serving import COMMAND, PATIENCE, fake_pypi, own_place

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the commands are those of a POSIX shell")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["true"], 0),
        (["false"], 1),
        (["sh", "-c", "exit 7"], 7),
        (["sh", "-c", "kill -9 $$"], 137),
        (["no-such-command-anywhere"], 127),
        (["exit 5; true"], 5),
        (["echo 'unbalanced"], 2),
    ],
    ids=["true", "false", "seven", "killed", "not found", "a line", "a line that is none"],
)
def test_the_exit_code_is_the_commands(tmp_path: Path, words: list[str], code: int) -> None:
    completed = fake_pypi("run", "--", *words, env=own_place(tmp_path))
    assert completed.returncode == code, completed.stderr
    assert "Traceback" not in completed.stderr


def test_the_command_uses_standard_input_and_output_directly(tmp_path: Path) -> None:
    completed = subprocess.run(
        [*COMMAND, "run", "--", "sh", "-c", "cat; echo to-stderr >&2"],
        input="typed",
        check=False,
        capture_output=True,
        text=True,
        env=own_place(tmp_path),
    )
    assert (completed.stdout, completed.stderr) == ("typed", "to-stderr\n")


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    env = {**own_place(tmp_path), "HOME": str(tmp_path / "home")}
    (tmp_path / "home").mkdir()
    fake_pypi("run", "--", "sh", "-c", "touch ~/in-the-clean-home; env > /dev/null", env=env)
    assert list((tmp_path / "home").iterdir()) == []
    assert [each for each in (tmp_path / "tmp").rglob("*") if each.is_file()] == []


def test_inside_the_variables_name_the_indexes_and_their_tokens(tmp_path: Path) -> None:
    script = 'echo "$FAKE_PYPI_URL $FAKE_TESTPYPI_URL ${#PYPI_API_TOKEN} ${#TEST_PYPI_API_TOKEN}"'
    completed = fake_pypi("run", "--", "sh", "-c", script, env=own_place(tmp_path))
    pypi, testpypi, *lengths = completed.stdout.split()
    assert pypi.startswith("http://127.0.0.1:")
    assert testpypi.startswith("http://127.0.0.1:")
    assert [int(length) > 100 for length in lengths] == [True, True]


def test_without_credentials_there_are_none(tmp_path: Path) -> None:
    script = 'echo "[$PYPI_API_TOKEN$TEST_PYPI_API_TOKEN]"; test ! -e ~/.pypirc'
    completed = fake_pypi("run", "--no-credentials", "--", "sh", "-c", script, env=own_place(tmp_path))
    assert (completed.returncode, completed.stdout) == (0, "[]\n")


def test_rejections_and_blocked_requests_are_reported_on_stderr(tmp_path: Path) -> None:
    bad = wheel("hello", "1.0", broken="no-record").write_to(tmp_path)
    script = (
        "import os, urllib.request as r\n"
        "try: r.urlopen('http://example.com/')\n"
        "except OSError: pass\n"
        "from fake_pypi.fake.http_upload import upload\n"
        "from fake_pypi import Package\n"
        f"upload(os.environ['FAKE_PYPI_URL'] + '/legacy/', Package.at({str(bad)!r}), os.environ['PYPI_API_TOKEN'])\n"
    )
    completed = fake_pypi("run", "--", sys.executable, "-c", script, env=own_place(tmp_path))
    assert completed.returncode == 0
    assert "PyPI rejected hello-1.0-py3-none-any.whl: 400 " in completed.stderr
    assert "[missing-record-file]" in completed.stderr
    assert "blocked a request to example.com" in completed.stderr


def test_yank_unyank_token_and_delete_work_inside(tmp_path: Path) -> None:
    upload = (
        "import os, sys; from fake_pypi.fake.http_upload import upload; from fake_pypi import wheel; "
        "print(upload(os.environ['FAKE_PYPI_URL'] + '/legacy/', wheel('hello', sys.argv[1]), sys.argv[2]))"
    )
    page = "import os, urllib.request as r; print(r.urlopen(os.environ['FAKE_PYPI_URL'] + '/simple/hello/').read())"
    do = f"{sys.executable} -m fake_pypi"
    script = f"""
        set -e
        look() {{ {sys.executable} -c "{page}" | grep -c yanked || true; }}
        upload() {{ {sys.executable} -c "{upload}" $1 $2; }}
        upload 1.0 $PYPI_API_TOKEN
        {do} yank hello 1.0 --reason 'it is broken'; look
        {do} unyank hello 1.0; look
        token=$({do} token create --project hello)
        upload 2.0 $token
        {do} token revoke $token
        upload 3.0 $token
        {do} delete hello 1.0
        {do} delete hello
        {do} delete hello || echo "code $?"
    """
    completed = fake_pypi("run", "--", "bash", "-c", script, env=own_place(tmp_path))
    assert completed.returncode == 0, completed.stderr
    assert [line.partition(" See ")[0] for line in completed.stdout.splitlines()] == [
        "(200, 'OK')",
        "yank: hello 1.0 on pypi",
        "1",
        "unyank: hello 1.0 on pypi",
        "0",
        "(200, 'OK')",
        "token revoked on pypi",
        "(403, 'Invalid or non-existent authentication information.",
        "delete: hello 1.0 on pypi",
        "delete: hello on pypi",
        "code 1",
    ]


def test_sigterm_ends_the_command_too_and_leaves_nothing(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [*COMMAND, "run", "--", "sh", "-c", "echo $$; exec sleep 600"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=own_place(tmp_path),
    )
    assert process.stdout is not None
    child = int(process.stdout.readline())
    process.send_signal(signal.SIGTERM)
    _, stderr = process.communicate(timeout=PATIENCE)
    assert (process.returncode, stderr) == (128 + signal.SIGTERM, "")
    assert not is_running(child)
    assert [each for each in (tmp_path / "tmp").rglob("*") if each.is_file()] == []


def is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_data_is_kept_between_two_runs(tmp_path: Path) -> None:
    upload = (
        "import os; from fake_pypi.fake.http_upload import upload; from fake_pypi import wheel; "
        "print(upload(os.environ['FAKE_PYPI_URL'] + '/legacy/', wheel('hello', '1.0', summary=os.environ['WORDS']), "
        "os.environ['PYPI_API_TOKEN'])[0])"
    )
    output = []
    for words in ("first", "changed"):
        env = {**own_place(tmp_path), "WORDS": words}
        options = ["--data", str(tmp_path / "data"), "--pass-env", "WORDS"]
        completed = fake_pypi("run", *options, "--", sys.executable, "-c", upload, env=env)
        output.append(completed.stdout.strip())
    assert output == ["200", "400"]


def test_listed_and_named_variables_are_passed(tmp_path: Path) -> None:
    env = {**own_place(tmp_path), "CC": "gcc", "DEMO_FAST": "1", "DEMO_TOKEN": "x", "PGPASSWORD": "x"}
    names = ["CC", "DEMO_FAST", "DEMO_TOKEN", "PGPASSWORD"]
    program = f"import os; print(*(name for name in {names} if name in os.environ))"
    seen = [
        fake_pypi("run", *words, "--", "python", "-c", program, env=env).stdout.split()
        for words in ([], ["--pass-env", "DEMO_*"], ["--pass-env", "DEMO_TOKEN", "--pass-env=PGPASSWORD"])
    ]
    assert seen == [["CC"], ["CC", "DEMO_FAST"], ["CC", "DEMO_TOKEN", "PGPASSWORD"]]


def test_a_name_that_is_none_is_wrong_usage(tmp_path: Path) -> None:
    completed = fake_pypi("run", "--pass-env", "DEMO=1", "--", "true", env=own_place(tmp_path))
    assert (completed.returncode, completed.stderr.count("\n")) == (2, 1)
    assert "give the name alone" in completed.stderr
