"""The replay of recorded cases and random uploads against the address of a server: here our own, over a socket."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from fake_pypi import FakePyPI
from fake_pypi.errors import UsageError
from maintenance import replay as program
from maintenance.random_uploads import random_cases
from maintenance.real_server import RealServer, checked_url
from maintenance.replay import read_tokens, replay, with_our_answers
from tests.fidelity import cases, rejections
from tests.fidelity.world import OFF_FROM_THE_START

CASES = {case["id"]: case for case in cases.load()}
SAMPLE = list(CASES.values())[::15]
RULES = rejections.stored()


class Served:
    """A fake PyPI on a socket, with the users of the recorded cases and a file of their tokens."""

    def __init__(self, folder: Path) -> None:
        self.pypi = FakePyPI()
        self.url = f"http://{self.pypi.host}:{self.pypi.port}"
        for flag in OFF_FROM_THE_START:
            self.pypi.flags.set(flag, True)
        for user in ("alice", "bob"):
            self.pypi.add_user(user)
        self.tokens = {user: self.pypi.add_token(user).secret for user in ("alice", "bob")}
        self.token_file = folder / "tokens.json"
        self.token_file.write_text(json.dumps(self.tokens), encoding="utf-8")

    def main(self, *arguments: str) -> int:
        return program.main([self.url, "--token-file", str(self.token_file), *arguments])


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    server = Served(tmp_path)
    yield server
    server.pypi.close()


def test_our_own_server_answers_every_recorded_case_as_recorded_without_being_reset(served: Served) -> None:
    server = RealServer(served.url, served.tokens)
    result = replay(server, SAMPLE, RULES, seed=1)
    assert result.differences == {}
    assert result.requests > len(SAMPLE) // 2
    assert set(result.left_out) <= {"a state command", "an identity provider", "a token with the scope project"}


def test_our_own_server_answers_random_uploads_as_ours_does(served: Served) -> None:
    ours = [with_our_answers(case) for case in random_cases(40, seed=7)]
    rules = {case["id"]: found for case, found in ours}
    assert len({rule for found in rules.values() for rule in found}) > 8, "random uploads meet many rules"
    result = replay(RealServer(served.url, served.tokens), [case for case, _ in ours], rules, seed=7)
    assert result.differences == {}
    assert result.requests == 40


def test_a_rule_that_the_server_lacks_is_found_and_named(
    served: Served, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    served.pypi.rules = served.pypi.rules.without("summary-length")
    written = tmp_path / "new.json"
    assert served.main("-k", "metadata/summary", "--write", str(written), "--seed", "3") == 1
    output = capsys.readouterr().out
    assert "summary-length: 1 cases differ\n  metadata/summary-513, request 0, status" in output
    assert "    expected  400\n    server    200" in output
    [case] = cases.load([written])
    assert case["id"] == "metadata/summary-513"
    assert case["answers"][0]["status"] == 200
    assert sorted(case) == ["answers", "given", "id", "steps"]


def test_a_case_that_was_written_can_be_replayed(
    served: Served, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    served.pypi.rules = served.pypi.rules.without("summary-length")
    written = tmp_path / "new.json"
    served.main("-k", "metadata/summary", "--write", str(written))
    capsys.readouterr()
    with closing(Served(tmp_path).pypi) as other:
        other_url = f"http://{other.host}:{other.port}"
        assert program.main([other_url, str(written), "--token-file", str(tmp_path / "tokens.json")]) == 1
    assert "    expected  200\n    server    400" in capsys.readouterr().out


def test_tokens_are_neither_printed_nor_written(
    served: Served, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    served.pypi.rules = served.pypi.rules.without("no-identity", "unknown-token", "invalid-api-token")
    written = tmp_path / "new.json"
    served.main("-k", "auth/", "--write", str(written))
    output = capsys.readouterr()
    for token in served.tokens.values():
        assert token not in output.out + output.err + written.read_text(encoding="utf-8")


def test_a_state_command_gets_each_operation_after_a_reset(served: Served, tmp_path: Path) -> None:
    log = tmp_path / "operations"
    script = tmp_path / "state.py"
    script.write_text(
        f"import sys\nopen({str(log)!r}, 'a', encoding='utf-8').write(sys.stdin.read() + '\\n')\n", encoding="utf-8"
    )
    command = f"'{sys.executable}' '{script}'"
    server = RealServer(served.url, served.tokens, state_command=command)
    case = next(case for case in CASES.values() if [op["op"] for op in case["given"]] == ["flag"])
    assert server.missing(case) == ""
    replay(server, [case], RULES, seed=1)
    operations = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert operations == [{"op": "reset"}, *case["given"]]


def test_a_state_command_that_fails_ends_the_replay(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    command = f"'{sys.executable}' -c 'raise SystemExit(\"no database\")'"
    assert served.main("-k", "baseline/", "--state-command", command) == 2
    assert "the operation reset: no database" in capsys.readouterr().err


def test_a_server_that_limits_new_projects_ends_the_replay(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    served.pypi.limits.new_projects_per_day = 0
    assert served.main("-k", "baseline/wheel-new-project") == 2
    assert "the server limits requests" in capsys.readouterr().err


def test_a_server_that_is_not_running_is_wrong_usage(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    served.pypi.close()
    assert served.main("-k", "baseline/wheel-new-project") == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(
    "host", ["pypi.org", "test.pypi.org", "upload.pypi.org", "PyPI.org.", "files.pythonhosted.org", "pypi.python.org"]
)
def test_pypi_is_refused_even_if_it_is_allowed_by_name(host: str) -> None:
    with pytest.raises(UsageError, match="is refused"):
        checked_url(f"https://{host}", [host])


def test_pypi_is_refused_before_a_token_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main(["https://pypi.org"]) == 2
    assert "pypi.org is refused" in capsys.readouterr().err


def test_a_file_without_cases_is_wrong_usage(
    served: Served, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for content in ("", "no JSON"):
        (tmp_path / "cases.json").write_text(content, encoding="utf-8")
        assert served.main(str(tmp_path / "cases.json")) == 2
    assert served.main(str(tmp_path / "missing.json")) == 2
    assert capsys.readouterr().err.count("the cases cannot be read") == 3


def test_another_host_has_to_be_named() -> None:
    with pytest.raises(UsageError, match=r"--allow-host warehouse\.example"):
        checked_url("http://warehouse.example:8080", [])
    assert checked_url("http://warehouse.example:8080", ["warehouse.example"])
    assert checked_url("http://localhost:8080", [])
    assert checked_url("http://[::1]:8080", [])


@pytest.mark.parametrize(
    "url", ["127.0.0.1:8080", "ftp://127.0.0.1", "http://", "http://127.0.0.1/legacy/", "http://a@[::1]"]
)
def test_an_address_with_more_or_less_than_a_host_is_wrong_usage(url: str) -> None:
    with pytest.raises(UsageError, match="address of a server"):
        checked_url(url, [])


def test_tokens_come_from_a_file_or_from_variables(tmp_path: Path) -> None:
    file = tmp_path / "tokens.json"
    file.write_text('{"alice": "from the file", "carol": "not used"}', encoding="utf-8")
    variables = {"REPLAY_TOKEN_ALICE": "from the variable", "REPLAY_TOKEN_BOB": "bob's"}
    assert read_tokens(None, variables) == {"alice": "from the variable", "bob": "bob's"}
    assert read_tokens(file, variables) == {"alice": "from the file", "bob": "bob's"}


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"alice": 1}'])
def test_a_file_without_a_token_is_wrong_usage_and_its_content_is_not_shown(content: str, tmp_path: Path) -> None:
    file = tmp_path / "tokens.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match="token"):
        read_tokens(file, {})


def test_the_same_seed_makes_the_same_uploads() -> None:
    assert list(random_cases(5, seed=1)) == list(random_cases(5, seed=1))
    assert list(random_cases(5, seed=1)) != list(random_cases(5, seed=2))
