"""No output of a failing test run has a secret: not with locals, not in the JUnit file, not from clients."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

SECRETS = "secrets.json"
TESTS = """
import json, logging
from pathlib import Path

import pytest
from fake_pypi.web.recording.json_lines import as_json

KEPT = Path(__file__).with_name("secrets.json")

def keep(*secrets):
    known = json.loads(KEPT.read_text()) if KEPT.exists() else []
    KEPT.write_text(json.dumps([*known, *secrets]))

@pytest.fixture
def everything(fake_pypi_indexes, fake_pypi, fake_testpypi, fake_pypi_shell):
    control = fake_pypi_shell.env["FAKE_PYPI_CONTROL_SECRET"]
    keep(fake_pypi.token.secret, fake_testpypi.token.secret, control)
    return fake_pypi_indexes, fake_pypi, fake_testpypi, fake_pypi_shell

def test_tokens_in_values(everything):
    world, pypi, testpypi, shell = everything
    token = pypi.add_token(description="of this test", expires_in=60)
    narrowed = pypi.index.tokens.attenuate(token, projects=["hello"])
    keep(token.secret, narrowed.secret, pypi.index.db.row("SELECT key FROM tokens WHERE id = ?", token.id)["key"].hex())
    secret, environment, connection = token.secret, dict(shell.env), shell.connection
    requests, rejections, sender = pypi.requests, pypi.rejections, pypi.index.tokens.identify("Bearer " + secret)
    print(secret, environment, narrowed)
    logging.warning("used %s", narrowed.secret)
    assert environment["PYPI_API_TOKEN"] == repr((token, narrowed, connection, shell, world, pypi, sender))

def test_tokens_that_commands_echo(everything):
    shell = everything[3]
    done = shell.run("echo $PYPI_API_TOKEN; echo $FAKE_PYPI_CONTROL_SECRET 1>&2")
    out, line = done.stdout, ["curl", "-u", "__token__:" + shell.env["PYPI_API_TOKEN"]]
    print(done.stderr)
    assert done.stdout == done.args

def test_a_command_that_fails_over_its_tokens(everything):
    shell = everything[3]
    shell.run("env; cat ~/.pypirc; exit 3")

def test_a_command_that_takes_too_long(everything):
    shell = everything[3]
    shell.run(["python", "-c", "import os, time; print(os.environ, flush=True); time.sleep(60)"], timeout=1)

def test_verbose_clients(everything, fake_pypi_packages, tmp_path):
    world, pypi, testpypi, shell = everything
    file = fake_pypi_packages.wheel("hello").write_to(tmp_path)
    secret = shell.env["PYPI_API_TOKEN"]
    lines = [
        f"twine upload --verbose --non-interactive {file}",
        f"uv publish --verbose --token {secret} {file}",
        f"curl -sv -u __token__:{secret} https://upload.pypi.org/legacy/ -F :action=file_upload",
    ]
    ended = [shell.run(line, check=False, timeout=60) for line in lines]
    assert [each.status for each in pypi.requests if each.path == "/legacy/"] == [200, 200, 400]
    texts = [each.stdout + each.stderr for each in ended]
    print(*texts)
    recorded = [as_json(each) for each in pypi.requests]
    KEPT.with_name("reached").touch()
    assert texts == recorded

def test_a_job_that_may_request_tokens(everything, fake_pypi_packages, tmp_path):
    world, pypi, testpypi, shell = everything
    pypi.add_github_publisher("hello", owner="octo", repository="hello", workflow="release.yml", pending=True)
    job = shell.github_actions(environment="pypi", secrets={"MY_SECRET": "swordfish-" * 4})
    asking = job.env["ACTIONS_ID_TOKEN_REQUEST_TOKEN"]
    identity = pypi.identity_provider("https://token.actions.githubusercontent.com").token({"aud": "pypi", "sub": "x"})
    keep(asking, identity, job.env["MY_SECRET"])
    gitlab = pypi.gitlab_oidc(project="octo/hello")
    keep(gitlab["PYPI_ID_TOKEN"])
    file = fake_pypi_packages.wheel("hello").write_to(tmp_path)
    published = job.run(f"uv publish --verbose --trusted-publishing always {file}")
    more = job.run("env; python -m id pypi")
    keep(more.stdout.splitlines()[-1])
    print(more.stdout, published.stderr)
    KEPT.with_name("reached-too").touch()
    assert [asking, identity, gitlab, more.stdout] == [dict(job.env), published, pypi.requests]

def test_a_fixture_that_fails_in_the_end(everything, request):
    secret = everything[1].token.secret
    def fails():
        raise RuntimeError(f"still here: {secret}")
    request.addfinalizer(fails)

def test_a_lone_index(fake_pypi_factory):
    pypi = fake_pypi_factory()
    secret, env = pypi.token.secret, pypi.env("twine")
    keep(secret)
    assert secret == env
"""


def kept(pytester: pytest.Pytester) -> list[str]:
    secrets: list[str] = json.loads((pytester.path / SECRETS).read_text())
    return secrets


def leaked(secrets: list[str], text: str) -> list[int]:
    """Return the places of the secrets that a text has, also of halves of them; never the secrets themselves."""
    return [
        place
        for place, secret in enumerate(secrets)
        for part in (secret[: len(secret) // 2], secret[len(secret) // 2 :])
        if part in text
    ]


@pytest.mark.slow
@pytest.mark.parametrize("options", [[], ["--showlocals", "-vv"], ["-l", "--tb=short"], ["-n1", "-l"]], ids=" ".join)
def test_a_failing_run_shows_no_secret(pytester: pytest.Pytester, options: list[str]) -> None:
    pytester.makepyfile(TESTS)
    result = pytester.runpytest_subprocess("-p", "no:randomly", "--junitxml=junit.xml", "-rA", *options)
    result.assert_outcomes(failed=7, passed=1, errors=1)
    printed = result.stdout.str() + result.stderr.str()
    assert {"reached", "reached-too"} <= {path.name for path in pytester.path.iterdir()}  # it failed where it should
    secrets = kept(pytester)
    assert len(secrets) > 20
    assert leaked(secrets, printed) == []
    assert leaked(secrets, (pytester.path / "junit.xml").read_text(encoding="utf-8")) == []
    assert "********" in printed


def test_stored_data_has_keys_in_one_column_and_no_tokens(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import json
        from pathlib import Path
        from fake_pypi import FakePyPI
        from fake_pypi.packages.wheel import wheel

        def test_it():
            with FakePyPI(data="data") as pypi:
                tokens = [pypi.token, pypi.add_token(expires_in=60), pypi.adopt_token("swordfish" * 4)]
                secrets = [token.secret for token in tokens]
                for secret in secrets:
                    pypi.upload(wheel("hello", f"{secrets.index(secret)}.0"), token=secret)
                Path("secrets.json").write_text(json.dumps(secrets))
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=1)
    secrets = kept(pytester)
    files = [path for path in (pytester.path / "data").rglob("*") if path.is_file()]
    assert [path.name for path in files if leaked(secrets, path.read_bytes().decode("latin-1"))] == []
    databases = [path for path in files if path.read_bytes().startswith(b"SQLite format 3")]
    assert [columns_with_keys(path) for path in databases] == [{("tokens", "key")}]


def columns_with_keys(database: Path) -> set[tuple[str, str]]:
    """Return the columns in which a key of a token stands."""
    connection = sqlite3.connect(database)
    keys = {bytes(row[0]) for row in connection.execute("SELECT key FROM tokens")}
    tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found = set()
    for table in tables:
        cursor = connection.execute(f"SELECT * FROM {table}")
        names = [column[0] for column in cursor.description]
        for row in cursor:
            found |= {(table, name) for name, value in zip(names, row, strict=True) if holds_one(value, keys)}
    connection.close()
    return found


def holds_one(value: object, keys: set[bytes]) -> bool:
    raw = value if isinstance(value, bytes) else str(value).encode()
    return any(key in raw or key.hex().encode() in raw for key in keys)
