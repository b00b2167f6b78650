"""How jobs authenticate: uv with the identity of the job, and secrets as tokens."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.workflows.repositories import job, output, rehearse, repository

pytestmark = pytest.mark.slow


def test_identities_and_secrets_reach_the_index_that_they_are_for(tmp_path: Path) -> None:
    file = repository(
        tmp_path / "demo",
        """
        on: {push: {tags: ["v*"]}}
        jobs:
          uv:
            runs-on: ubuntu-latest
            environment: Test
            permissions: {id-token: write}
            steps:
              - uses: actions/checkout@v4
              - uses: astral-sh/setup-uv@v6
              - run: python make_files.py
              - run: uv publish --publish-url https://test.pypi.org/legacy/
              - uses: actions/upload-artifact@v4
                with: {name: dist, path: dist}
          token:
            needs: uv
            runs-on: ubuntu-latest
            environment: release
            steps:
              - uses: actions/download-artifact@v4
                with: {name: dist, path: files}
              - run: |
                  test -z "$ACTIONS_ID_TOKEN_REQUEST_URL"
                  gh release create v1.2.0 files/*
                  curl --silent --show-error https://example.com/ || echo blocked
              - uses: pypa/gh-action-pypi-publish@release/v1
                with:
                  password: ${{ secrets.API_TOKEN }}
                  packages_dir: files
                  print-hash: true
        """,
    )

    report = rehearse(file)

    assert not report.failed, "\n".join([*report.mistakes, *(output(report, each.title) for each in report.jobs)])
    assert report.published == [
        "on PyPI: demo-1.2.0-py3-none-any.whl, demo-1.2.0.tar.gz",
        "on TestPyPI: demo-1.2.0-py3-none-any.whl, demo-1.2.0.tar.gz",
    ]
    assert "the secret API_TOKEN is taken for a token of PyPI, which it reached" in report.notes
    assert any(
        line.startswith("create the secret API_TOKEN on GitHub with an API token of PyPI") for line in report.remaining
    )
    assert any("TestPyPI" in line and line.endswith("Environment name: test") for line in report.remaining)
    assert "blocked" in output(report, "token")
    assert any(note.startswith("blocked a request to example.com") for note in report.notes)
    assert "warning: the input packages_dir is deprecated: use packages-dir" in output(report, "token")
    assert "BLAKE2-256: " in output(report, "token")
    assert (
        "`gh release create v1.2.0 files/demo-1.2.0-py3-none-any.whl files/demo-1.2.0.tar.gz` was not run"
        in report.notes
    )
    assert job(report, "uv").result == "success"
