"""Findings in the output of tools: for every rule, and in the format of each tool."""

from __future__ import annotations

import html
import textwrap
from collections.abc import Callable
from functools import cache
from pathlib import Path
from string import Formatter
from tempfile import TemporaryDirectory
from time import process_time

import pytest

from fake_pypi.explain.exchange_rejections import EXCHANGE
from fake_pypi.explain.fallback_hints import FALLBACK_HINTS
from fake_pypi.explain.findings import KNOWN_ERRORS, Finding, explain
from fake_pypi.explain.output_cleaning import LONGEST_TEXT
from fake_pypi.index import Index
from fake_pypi.rules.examples import upload_of
from fake_pypi.rules.former_messages import FORMER_MESSAGES, FormerMessage
from fake_pypi.rules.order import PYPI
from fake_pypi.rules.rule_set import Rejection, Rule
from tests.unit.explain.reported_errors import REPORTED_ERRORS, ReportedError

SPEAKING = tuple(rule for rule in PYPI if rule.status not in {0, 200})
UPLOAD = "https://upload.pypi.org/legacy/"


@cache
def rejection_of(rule: Rule) -> Rejection:
    index = Index()
    try:
        with TemporaryDirectory() as folder:
            rejection = PYPI.judge(upload_of(rule.example(), index, Path(folder)), index).rejection
    finally:
        index.close()
    assert rejection is not None
    return rejection


def by_twine(rejection: Rejection, width: int = 80) -> str:
    """Rich's log handler: colours, an indented column, hard breaks inside words that are too long."""
    words = textwrap.wrap(rejection.message, width - 9)
    lines = [f"HTTPError: {rejection.status} Bad Request from {UPLOAD}".ljust(width - 9), *words]
    head = "\x1b[33mWARNING \x1b[0m Error during upload. Retry with the --verbose option for more details.\n"
    return head + "\x1b[31mERROR   \x1b[0m " + "\n         ".join(line.ljust(width - 9) for line in lines)


def by_uv(rejection: Rejection) -> str:
    answer = f"{rejection.status} {rejection.message}"
    output = f"Server returned status code {rejection.status} Bad Request. Server says: {answer}"
    return f"error: Failed to publish `dist/demo.whl` to `{UPLOAD}`\n  cause: {output}"


def by_poetry(rejection: Rejection) -> str:
    page = f"<html>\n <head>\n  <title>{rejection.status} {html.escape(rejection.message)}</title>\n </head>\n</html>"
    return f"HTTP Error {rejection.status}: {rejection.message} | {page.encode()!r}"


def by_poetry_without_the_reason(rejection: Rejection) -> str:
    page = f"<html>\n <body>\n  <h1>{rejection.status} {html.escape(rejection.message)}</h1>\n </body>\n</html>"
    return f"HTTP Error {rejection.status}: Bad Request | {page.encode()!r}"


def by_hatch(rejection: Rejection) -> str:
    output = f"Client error '{rejection.status} {rejection.message}' for url '{UPLOAD}'"
    return f"dist/demo-1.0-py3-none-any.whl ... failed\nError uploading to repository: {UPLOAD} - {output}"


def by_flit(rejection: Rejection) -> str:
    return f"requests.exceptions.HTTPError: {rejection.status} Client Error: {rejection.message} for url: {UPLOAD}"


def by_maturin(rejection: Rejection) -> str:
    quoted = textwrap.indent(rejection.message, "    ")
    return f"💥 maturin failed\n  Caused by: Failed to upload\n  Caused by: {rejection.message}: {quoted}"


def in_a_ci_log(rejection: Rejection) -> str:
    """GitHub's timestamps on every line, the escape character lost."""
    lines = by_twine(rejection).replace("\x1b", "").splitlines()
    return "\n".join(f"publish\tUpload\t2026-08-21T09:12:{at:02}.1234567Z {line}" for at, line in enumerate(lines))


def quoted_in_an_issue(rejection: Rejection) -> str:
    return "\n".join(f"> {line}" for line in by_twine(rejection, 60).replace("\x1b", "").splitlines())


CLIENTS = (
    by_twine,
    by_uv,
    by_poetry,
    by_poetry_without_the_reason,
    by_hatch,
    by_flit,
    by_maturin,
    in_a_ci_log,
    quoted_in_an_issue,
)


def ids(findings: list[Finding]) -> list[list[str]]:
    return [[cause.id for cause in finding.causes] for finding in findings]


def rejections(findings: list[Finding]) -> list[list[str]]:
    return ids([finding for finding in findings if any(isinstance(cause, Rule) for cause in finding.causes)])


def test_the_message_of_a_rule_leads_to_that_rule_and_to_those_with_the_same_message() -> None:
    rules_of_messages: dict[str, set[str]] = {}
    for rule in SPEAKING:
        rules_of_messages.setdefault(rejection_of(rule).message, set()).add(rule.id)
    for former in FORMER_MESSAGES:
        rules_of_messages.get(former.message, set()).add(former.rule.id)
    findings = {rule.id: rejections(explain(f"{rule.status} {rejection_of(rule).message}")) for rule in SPEAKING}
    speaking = {rule.id for rule in SPEAKING}
    different = {
        rule.id: findings[rule.id]
        for rule in SPEAKING
        if [set(group) & speaking for group in findings[rule.id]] != [rules_of_messages[rejection_of(rule).message]]
    }
    assert different == {}


@pytest.mark.parametrize("printed", CLIENTS, ids=lambda client: client.__name__)
def test_every_rule_is_found_in_what_each_client_prints(printed: Callable[[Rejection], str]) -> None:
    findings = {rule.id: rejections(explain(printed(rejection_of(rule)))) for rule in SPEAKING}
    assert {
        rule_id: output for rule_id, output in findings.items() if len(output) != 1 or rule_id not in output[0]
    } == {}


def not_found(outputs: dict[Rule, str]) -> dict[str, list[list[str]]]:
    """Return the findings in those outputs in which the first finding is not the rule."""
    findings = {rule.id: rejections(explain(output)) for rule, output in outputs.items()}
    return {rule_id: found for rule_id, found in findings.items() if not found or rule_id not in found[0]}


def test_the_messages_of_testpypi_are_recognized() -> None:
    messages = {rule: rejection_of(rule).message for rule in SPEAKING}
    assert (
        not_found(
            {rule: text.replace("https://pypi.org/", "https://test.pypi.org/") for rule, text in messages.items()}
        )
        == {}
    )


def test_the_sentence_alone_leads_to_the_rule() -> None:
    """But "'…' is invalid: …", which other tools print for other errors, too."""
    sentences = {rule: rejection_of(rule).message.partition(" See http")[0] for rule in SPEAKING}
    assert set(not_found(sentences)) == {"invalid-dist"}


@pytest.mark.parametrize("ending", ["...", "…", "", "\n"])
def test_a_message_that_was_cut_short_leads_to_the_rule(ending: str) -> None:
    for rule in (rule for rule in SPEAKING if len(rule.message_template.partition("{")[0]) >= 30):
        findings = rejections(explain(f"HTTPError: {rule.status} {rejection_of(rule).message[:42]}{ending}"))
        assert rule.id in [rule_id for group in findings for rule_id in group]


def test_text_that_continues_differently_is_not_the_message_of_a_rule() -> None:
    assert explain("Invalid source distribution, they say") == []
    assert explain("Only one sdist may be eaten per release.") == []


def test_of_two_rejections_in_one_log_both_are_found() -> None:
    log = f"{by_twine(rejection_of(PYPI['duplicate-file']))}\n$ twine upload\n{by_twine(rejection_of(PYPI['no-2fa']))}"
    assert sorted(rejections(explain(log))) == [["duplicate-file"], ["no-2fa"]]


def test_a_rejection_that_is_printed_twice_is_reported_once() -> None:
    log = by_twine(rejection_of(PYPI["duplicate-file"])) * 3
    assert rejections(explain(log)) == [["duplicate-file"]]


def test_the_found_text_is_shown_on_one_line() -> None:
    finding = explain(by_twine(rejection_of(PYPI["duplicate-file"])))[0]
    assert finding.text.startswith("File already exists ('demo-1.0-py3-none-any.whl', with")
    assert "\n" not in finding.text
    assert finding.complete


def test_other_reasons_why_a_zip_archive_is_rejected_lead_to_their_rules() -> None:
    output = "Invalid distribution file. ZIP archive not accepted: {}. See https://docs.pypi.org/archives"
    assert rejections(explain(output.format("Duplicate filename in central directory"))) == [["zip-duplicate-member"]]
    assert rejections(explain(output.format("Filename not unicode"))) == [["zip-member-name"]]


@pytest.mark.parametrize(
    "printed",
    [
        "('Connection aborted.', RemoteDisconnected('Remote end closed\n   connection without response'))",
        "httpx.RemoteProtocolError: Server disconnected without sending a response.",
        "cause: connection closed before message completed",
    ],
)
def test_a_closed_connection_is_recognized(printed: str) -> None:
    silent = {rule.id for rule in PYPI if rule.status == 0}
    assert {rule_id for group in rejections(explain(printed)) for rule_id in group} == silent


@pytest.mark.parametrize(
    "printed",
    [
        "",
        " ",
        "hello",
        "OK",
        "200 OK",
        "Uploading distributions to https://upload.pypi.org/legacy/\n100% ━━━━ 2.8/2.8 kB\nView at:\nhttps://pypi.org/",
        "Traceback (most recent call last):\nZeroDivisionError: division by zero",
        "The name of the wind is the name of a book.",
        "None",
        "\x00\x1b[\ufffd\ud800" * 50,
    ],
)
def test_unknown_text_has_no_findings(printed: str) -> None:
    assert explain(printed) == []


def test_a_huge_log_is_read_from_its_end() -> None:
    log = "compiling the thing that is not a valid thing\n" * 100_000 + by_twine(rejection_of(PYPI["duplicate-file"]))
    assert rejections(explain(log)) == [["duplicate-file"]]


def test_a_token_in_the_text_is_never_repeated() -> None:
    token = "pypi-" + "AgEN" * 8
    assert token not in repr(explain(f"password = {token} # mine"))


@pytest.mark.parametrize(
    ("output", "error"),
    [
        ("twine upload --dry-run dist/*", "no-dry-run"),
        ("twine upload: error: unrecognized arguments: --dry-run", "no-dry-run"),
        ("twine upload --yank demo 1.0", "no-yank-option"),
        ("export TWINE_TEST_USERNAME=__token__", "no-test-variables"),
        ("TWINE_TEST_PASSWORD: ${{ secrets.TEST }}", "no-test-variables"),
        ("twine check --repository testpypi dist/*", "check-uses-no-repository"),
        ("[pypi]\nusername = __token__\npassword = pypi-abcdefgh  # my token", "comment-behind-password"),
        ("password: hunter2 ; the old one", "comment-behind-password"),
        ("I used the TestPyPI token on PyPI", "token-of-the-other-index"),
        ("[pypi]\nusername = __token__\npassword = $TEST_PYPI_API_TOKEN", "token-of-the-other-index"),
        ("TWINE_USERNAME=jane", "user-name-is-not-token"),
        ("[pypi]\nusername = jane\npassword = pypi-abcdefgh", "user-name-is-not-token"),
        ("twine upload -u jane -p secret dist/*", "user-name-is-not-token"),
        ("TWINE_PASSWORD: \nTWINE_USERNAME: __token__", "no-secret"),
        ("error: Missing credentials for https://upload.pypi.org/legacy/", "no-secret"),
        ("0.1.0-test.1", "not-a-version"),
        ('version = "0.1.0-test.1"', "not-a-version"),
        ("packaging.version.InvalidVersion: Invalid version: '0.1.0-test.1'", "not-a-version"),
        ("ERROR    InvalidDistribution: Cannot find file (or\n         expand pattern): 'dist/*'", "nothing-to-upload"),
        ("* `invalid-publisher`: valid token, but no corresponding publisher", "invalid-publisher"),
        ("ERROR: XMLRPC request failed [code: -32500]\nPyPI no longer supports 'pip search'", "no-pip-search"),
        ("python: can't open file '/tmp/setup.py': [Errno 2] No such file or directory", "no-setup-py-commands"),
        ("FileNotFoundError: [Errno 2] No such file or directory: '~/.pypirc'", "tilde-in-python"),
    ],
)
def test_errors_that_guides_cause_are_recognized(output: str, error: str) -> None:
    assert [error] in ids(explain(output))


@pytest.mark.parametrize(
    "printed",
    [
        "twine upload --repository testpypi dist/*",
        "twine check dist/*",
        "TWINE_USERNAME=__token__",
        "[pypi]\nusername = __token__\npassword = pypi-abcdefgh",
        "TWINE_PASSWORD: ***",
        "TWINE_PASSWORD: ${{ secrets.PYPI_API_TOKEN }}",
        'version = "1.0.0-rc1"',
        'version = "1.0.0-alpha.2"',
        "1.2.3-post1",
        "[pypi]\npassword = $PYPI_API_TOKEN\n[testpypi]\npassword = $TEST_PYPI_API_TOKEN",
    ],
)
def test_correct_commands_and_settings_have_no_findings(printed: str) -> None:
    assert explain(printed) == []


@pytest.mark.parametrize(
    ("heading", "mistake"),
    [
        ("Invalid or expired token", "expired-token"),
        ("Project does not exist", "project-not-there"),
        ("Package already exists", "already-there"),
        ("403 Forbidden", "forbidden"),
        ("Two factor authentication required", "two-factor-required"),
        ("HTTPError: 400 Bad Request", "bad-request"),
        ("ConnectionError: Failed to upload after 3 attempts", "no-connection"),
        ("[PublishError]: Client error '400 Bad Request' for url 'https://upload.pypi.org/legacy/'", "bad-request"),
    ],
)
def test_headings_of_guides_are_explained_when_nothing_is_more_exact(heading: str, mistake: str) -> None:
    assert ids(explain(heading)) == [[mistake]]
    exact = f"{heading}\n{rejection_of(PYPI['duplicate-sdist']).message}"
    assert ids(explain(exact)) == [["duplicate-sdist"]]


@pytest.mark.parametrize("code", EXCHANGE)
def test_rejections_of_the_token_exchange_are_explained(code: str) -> None:
    assert [code] in ids(explain(f"Token request failed: {code}: {EXCHANGE[code].message_template}"))


def test_known_errors_have_distinct_ids_and_a_remedy() -> None:
    known = (*KNOWN_ERRORS, *FALLBACK_HINTS)
    assert len({error.id for error in known}) == len(known)
    assert not {error.id for error in known} & {rule.id for rule in PYPI}
    for error in known:
        assert error.matches
        assert error.explanation.endswith((".", ")."))
        assert error.remedy.endswith(".")


def is_explained(reported: ReportedError, findings: list[list[str]]) -> bool:
    """Whether the first finding is the expected one, and the others are known to be in the output too."""
    if not reported.expected:
        return findings == []
    known = {reported.expected, *reported.also}
    return bool(findings) and reported.expected in findings[0] and all(known & set(group) for group in findings)


def test_every_error_that_was_reported_in_public_is_explained() -> None:
    findings = [(reported, ids(explain(reported.text))) for reported in REPORTED_ERRORS]
    different = [
        (reported.origin, reported.expected, found) for reported, found in findings if not is_explained(reported, found)
    ]
    assert different == []


def test_at_least_sixty_reported_errors_are_known() -> None:
    assert len({reported.origin for reported in REPORTED_ERRORS}) >= 60


def findings_for(former: FormerMessage) -> list[list[str]]:
    facts = dict.fromkeys((name for _, name, _, _ in Formatter().parse(former.message) if name), "Demo 1.0")
    return ids(explain(f"HTTPError: 400 Client Error: {former.message.format(**facts)} for url: {UPLOAD}"))


def test_a_message_that_pypi_no_longer_gives_leads_to_its_rule() -> None:
    findings = [(former, findings_for(former)) for former in FORMER_MESSAGES]
    assert [(former, found) for former, found in findings if not found or former.rule.id not in found[0]] == []
    assert [former for former in FORMER_MESSAGES if former.rule.id not in PYPI or not former.source] == []


def test_the_date_until_which_a_message_was_given_is_named() -> None:
    today, former = explain("The use of local versions in '1.0+a' is not allowed."), explain("File already exists.")
    assert [today[0].until, former[0].until] == ["", "2024-08-15"]


@pytest.mark.parametrize(
    "tail",
    [
        "See https://packaging.python.org/specifications/core-metadata for more information.",
        "The thing is not good. See https://packaging.python.org/specifications/core-metadata for more information.",
        "'thing' is invalid",
        "demo: 'thing' is invalid. Everything else is not. See https://example.com for more information.",
    ],
)
def test_no_rule_is_identified_by_an_ending_that_several_messages_have(tail: str) -> None:
    assert rejections(explain(tail)) == []


@pytest.mark.parametrize(
    "output",
    [
        f"ERROR    HTTPError: 400 Bad Request from {UPLOAD}\n      Nobody knows this\n      sentence yet, 'demo'.",
        f"requests.exceptions.HTTPError: 400 Client Error: Nobody knows this sentence yet, 'demo'. for url: {UPLOAD}",
        f"Error uploading: {UPLOAD} - Client error '400 Nobody knows this sentence yet, 'demo'.' for url '{UPLOAD}'",
        "Server returned status code 400 Bad Request. Server says: 400 Nobody knows this sentence yet, 'demo'.",
        "HTTP Error 400: Nobody knows this sentence yet, 'demo'. | b'<html>'",
        "Caused by: Failed to upload the wheel with status 400: <h1>400 Nobody knows this sentence yet, 'demo'.</h1>",
        "Upload failed (400): Nobody knows this sentence yet, 'demo'.",
        "400 Nobody knows this sentence yet, 'demo'.",
    ],
    ids=["twine", "requests", "hatch", "uv", "poetry", "maturin", "setuptools", "the line alone"],
)
def test_an_unknown_sentence_behind_a_status_is_quoted_whole(output: str) -> None:
    finding = explain(output)[0]
    assert finding.text == "Nobody knows this sentence yet, 'demo'."
    assert [cause.id for cause in finding.causes] == ["unknown-message"]


def test_the_complete_message_of_a_rule_is_quoted() -> None:
    output = f"HTTPError: 400 Bad Request from {UPLOAD}\n   Start filename for 'a' with 'b'. And this is new.\n\n"
    assert explain(output)[0].text == "Start filename for 'a' with 'b'. And this is new."
    value = "400 'Topic :: Nothing' is not a valid classifier. See https://packaging.python.org/specifications/core-metadata"
    assert explain(value)[0].text == value.removeprefix("400 ")


def test_the_answer_of_another_index_is_not_attributed_to_pypi() -> None:
    findings = explain("HTTPError: 403 Forbidden from https://nexus.example.com/repository/\n   No deploy permission.")
    assert ids(findings) == [["other-index"]]
    assert findings[0].text == "No deploy permission."


def test_the_limit_for_new_projects_comes_first_for_a_bare_429() -> None:
    (finding,) = explain(f"HTTPError: 429 Too Many Requests from {UPLOAD}\n   Too Many Requests")
    assert [cause.id for cause in finding.causes] == ["rate-limited", "too-many-requests"]
    assert "4 in 24 hours" in finding.causes[0].explanation
    assert "exists already" in finding.causes[1].explanation


def test_a_renamed_file_and_a_file_of_another_project_get_different_advice() -> None:
    renamed, other = (explain(f"400 Start filename for 'leo' with '{name}'.")[0] for name in ("leo", "max"))
    assert "renamed" in renamed.details
    assert other.details == ""


def test_the_cause_of_a_rejection_comes_before_the_rejection() -> None:
    answer = f"HTTPError: 403 Forbidden from {UPLOAD}\n   {rejection_of(PYPI['unknown-token']).message}"
    findings = ids(explain(f"WARNING  Your password is empty. Did you enter it correctly?\nERROR    {answer}"))
    assert findings[0] == ["password-empty"]
    assert "unknown-token" in findings[1]


@pytest.mark.parametrize("character", ["x", "'", " ", "<a ", "1.", "https://", "\\", "[pypi]", "twine ", "400 A"])
def test_very_long_output_is_read_quickly(character: str) -> None:
    """Patterns that begin again at each character took minutes; a tenth of the longest text is enough to see it."""
    before = process_time()
    explain(character * (LONGEST_TEXT // 10 // len(character)))
    assert process_time() - before < 1.5


def test_an_early_failure_in_a_huge_log_is_found() -> None:
    log = (
        by_twine(rejection_of(PYPI["duplicate-sdist"])) + "\n" + "and then the next job did something else\n" * 250_000
    )
    assert rejections(explain(log)) == [["duplicate-sdist"]]
