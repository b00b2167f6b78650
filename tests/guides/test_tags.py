"""A release workflow in which the tag decides: with a hyphen TestPyPI, without one PyPI."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fake_pypi.fake import FakeIndexes
from tests.guides.screen import shown

pytestmark = pytest.mark.slow

WORKFLOW = """
rm -rf dist && uv build --quiet
case "$GIT_TAG" in
  *-*) twine upload --repository testpypi --skip-existing dist/* ;;
  *)   twine upload dist/* ;;
esac
"""


def test_a_tag_with_a_hyphen_goes_to_testpypi_as_often_as_one_likes(
    indexes: FakeIndexes, set_version: Callable[[str], Path]
) -> None:
    shell = indexes.shell()
    project = set_version("1.0.0rc1")
    shell.script(WORKFLOW, cwd=project, env={"GIT_TAG": "v1.0.0-rc1"})
    (project / "README.md").write_text("# changed\n", encoding="utf-8")
    again = shell.script(WORKFLOW, cwd=project, env={"GIT_TAG": "v1.0.0-rc1"})
    assert "because it appears to already exist" in shown(again)
    assert indexes.testpypi.rejections[-1].rule == "duplicate-file"
    assert indexes.pypi.project("tide-tables") is None


def test_a_tag_without_one_is_uploaded_to_pypi_and_fails_if_the_version_exists(
    indexes: FakeIndexes, project: Path
) -> None:
    shell = indexes.shell()
    shell.script(WORKFLOW, cwd=project, env={"GIT_TAG": "v1.0.0"})
    (project / "README.md").write_text("# changed\n", encoding="utf-8")
    rejected = shell.script(WORKFLOW, cwd=project, env={"GIT_TAG": "v1.0.0"}, check=False)
    assert rejected.returncode == 1
    assert "File already exists" in shown(rejected)
    assert indexes.testpypi.project("tide-tables") is None
