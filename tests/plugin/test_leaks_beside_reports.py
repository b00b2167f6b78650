"""Secrets are shown nowhere beside the tracebacks either: reasons, properties, warnings, live log, other spellings."""

from __future__ import annotations

import json

import pytest

CONFTEST = """
import json
from pathlib import Path

import pytest

HERE = Path(__file__).parent

def pytest_runtest_logreport(report):
    if hasattr(report, "item_index"):
        return  # the report of another process, which wrote it itself
    data = report._to_json()
    with HERE.joinpath("reports.jsonl").open("a") as file:
        file.write(json.dumps(data, default=str) + "\\n")

@pytest.fixture
def keep():
    def keep(*secrets):
        with HERE.joinpath("secrets.jsonl").open("a") as file:
            file.writelines(json.dumps(secret) + "\\n" for secret in secrets)
        return secrets[0]
    return keep

@pytest.fixture
def secret(fake_pypi, keep):
    return keep(fake_pypi.token.secret)
"""

TESTS = """
import base64, logging, warnings
from urllib.parse import quote

import pytest

from fake_pypi import FakePyPI

def basic(secret, user="__token__"):
    return base64.b64encode(f"{user}:{secret}".encode()).decode()

def test_xfail_with_a_reason(secret):
    pytest.xfail(f"rejected {secret}")

def test_skip_with_a_reason(secret):
    pytest.skip(f"rejected {secret}")

def test_properties(secret, record_property, record_testsuite_property):
    record_property("token", secret)
    record_property("tokens", [secret, {"of": secret.encode()}])
    record_testsuite_property("token", secret)

@pytest.mark.filterwarnings("ignore:record_xml_attribute:pytest.PytestExperimentalApiWarning")
def test_an_attribute(secret, record_xml_attribute):
    record_xml_attribute("token", secret)

def test_warnings(secret):
    warnings.warn(f"do not use {secret}", UserWarning)
    warnings.warn(OddWarning(secret))

class OddWarning(UserWarning):
    def __init__(self, secret):
        self.secret = secret
    def __str__(self):
        return "do not use " + self.secret

def test_a_log_line(secret):
    logging.getLogger().warning("sent %s", secret)

def test_adopted_texts(fake_pypi, fake_testpypi, keep):
    text = keep(fake_pypi.adopt_token("any text will do & more").secret)
    word = keep(fake_testpypi.adopt_token("swordfish-1234567890-swordfish").secret)
    print(text, word, basic(text), basic(word, "alice"), quote(text))
    logging.getLogger().warning("adopted %s", text)
    assert word == repr(text)

def test_other_spellings(secret, keep):
    bare = keep(secret.removeprefix("pypi-"))
    header = keep(basic(secret))
    other = keep(basic(secret, "alice"))
    print(bare, header, other, quote(header, safe=""), quote(f"__token__:{secret}", safe=""), secret.encode())
    assert [bare, header] == {"Authorization": f"Basic {other}"}

def test_a_comparison_that_omits_equal_parts(secret):
    assert secret == secret[:80] + "!" + secret[81:]  # no character of a token

def test_an_index_of_its_own(keep):
    with FakePyPI() as pypi:
        secret = keep(pypi.token.secret)
        adopted = keep(pypi.adopt_token("an index of its own").secret)
        assert secret == adopted

@pytest.fixture
def fails(secret):
    print(secret)
    raise RuntimeError(secret)

def test_a_fixture_that_fails(fails):
    pass

@pytest.fixture
def fails_late(secret):
    yield
    logging.getLogger().warning("still %s", secret)
    raise RuntimeError(secret)

def test_a_fixture_that_fails_late(fails_late):
    pass
"""

SUBTESTS = """
def test_subtests(secret, subtests):
    for number in range(2):
        with subtests.test(msg=f"with {secret}", token=secret):
            print(secret)
            assert secret == number
"""

BROKEN_PLUGIN = """
import json
from pathlib import Path

def pytest_runtest_logfinish():
    raise RuntimeError(json.loads(Path("secrets.jsonl").read_text().splitlines()[0]))
"""


def kept(pytester: pytest.Pytester) -> list[str]:
    lines = (pytester.path / "secrets.jsonl").read_text(encoding="utf-8").splitlines()
    return list(dict.fromkeys(json.loads(line) for line in lines))


def leaks(pytester: pytest.Pytester, printed: str) -> list[tuple[str, int]]:
    """Return where a secret stands, or 16 characters of it; never the secrets themselves."""
    files = [path for name in ("*.xml", "*.log", "reports.jsonl") for path in pytester.path.glob(name)]
    texts = {"terminal": printed, **{path.name: path.read_text(encoding="utf-8") for path in files}}
    return sorted(
        {
            (place, number)
            for place, text in texts.items()
            for number, secret in enumerate(kept(pytester))
            for at in range(max(1, len(secret) - 15))
            if secret[at : at + 16] in text
        }
    )


def run(pytester: pytest.Pytester, *options: str) -> tuple[pytest.RunResult, str]:
    pytester.makeconftest(CONFTEST)
    words = ("-p", "no:randomly", "-rA", "--junitxml=junit.xml", "-o", "junit_family=xunit1")
    log = ("-o", "log_cli=true", "--log-file=run.log", "--log-level=INFO")
    result = pytester.runpytest_subprocess(*words, *log, *options)
    return result, result.stdout.str() + result.stderr.str()


@pytest.mark.slow
@pytest.mark.parametrize("options", [[], ["-vv", "--showlocals"], ["-n1"]], ids=" ".join)
def test_no_secret_is_shown_beside_tracebacks(pytester: pytest.Pytester, options: list[str]) -> None:
    pytester.makepyfile(TESTS)
    result, printed = run(pytester, *options)
    result.assert_outcomes(xfailed=1, skipped=1, passed=5, failed=4, errors=2, warnings=2)
    assert len(kept(pytester)) > 10
    assert leaks(pytester, printed) == []
    for shown in ("rejected pypi-********", "do not use ********", "adopted ********"):
        assert shown.replace("pypi-", "") in printed.replace("pypi-", "")
    assert (pytester.path / "run.log").is_file() or "-n1" in options


@pytest.mark.skipif(not hasattr(pytest, "Subtests"), reason="this pytest has no subtests")
@pytest.mark.parametrize("options", [[], ["-n1"]], ids=" ".join)
def test_no_secret_is_shown_of_a_subtest(pytester: pytest.Pytester, options: list[str]) -> None:
    pytester.makepyfile(SUBTESTS)
    # The plugin of schemathesis replaces pytest's report of a subtest, and leaves its name out.
    result, printed = run(pytester, "-p", "no:schemathesis", *options)
    result.stdout.fnmatch_lines(["*SUBFAILED*with *"])
    assert leaks(pytester, printed) == []


def test_the_reason_of_an_exit_holds_no_secret(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("import pytest\ndef test_it(secret):\n    pytest.exit('stopped at ' + secret)\n")
    result, printed = run(pytester, "--full-trace", "--showlocals")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert "stopped at " in printed
    assert leaks(pytester, printed) == []


def test_a_module_that_cannot_be_imported_shows_no_secret(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import json
        from pathlib import Path
        from fake_pypi import FakePyPI

        with FakePyPI() as pypi:
            secret = pypi.token.secret
            Path(__file__).with_name("secrets.jsonl").write_text(json.dumps(secret))
            print(secret)
            raise RuntimeError(secret)
        """
    )
    result, printed = run(pytester, "--showlocals")
    assert "RuntimeError: " in printed
    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert leaks(pytester, printed) == []


def test_an_error_of_a_plugin_shows_no_secret(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(secret):\n    pass\n")
    pytester.makepyfile(broken=BROKEN_PLUGIN)
    result, printed = run(pytester, "-p", "broken")
    assert "INTERNALERROR" in printed
    assert result.ret == pytest.ExitCode.INTERNAL_ERROR
    assert leaks(pytester, printed) == []
