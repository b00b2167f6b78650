"""A job that no publisher fits: the summary of pytest compares claim by claim."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest


def test_the_summary_lists_which_claim_differs_and_the_expected_value(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import json
        from urllib.error import HTTPError
        from urllib.request import Request, urlopen

        def test_it(fake_pypi):
            fake_pypi.add_github_publisher(
                "hello", owner="octo", repository="hello", workflow="release.yml", environment="pypi", pending=True
            )
            job = fake_pypi.github_oidc(environment="staging", workflow="other.yml")
            asked = Request(
                job["ACTIONS_ID_TOKEN_REQUEST_URL"] + "&audience=pypi",
                headers={"Authorization": "bearer " + job["ACTIONS_ID_TOKEN_REQUEST_TOKEN"]},
            )
            identity = json.load(urlopen(asked))["value"]
            try:
                urlopen(f"{fake_pypi.url}/_/oidc/mint-token", data=json.dumps({"token": identity}).encode())
            except HTTPError as rejected:
                with rejected:
                    assert rejected.code == 422
        """
    )
    result = pytester.runpytest_subprocess("-v")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(
        [
            "rejected: *: 422 valid token, but no corresponding publisher * [[]invalid-publisher[]]",
            "nearest publisher: github octo/hello/release.yml/pypi*",
            "  ≠ job_workflow_ref: sent octo/hello/.github/workflows/other.yml@*, expected */release.yml@*",
            "  ≠ environment: sent staging, expected pypi",
        ]
    )
