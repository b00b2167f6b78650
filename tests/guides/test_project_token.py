"""After the first release: delete the account token, make one for the project alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fake_pypi.fake import FakeIndexes
from fake_pypi.packages.wheel import wheel
from tests.guides.screen import shown

pytestmark = pytest.mark.slow


def test_a_project_token_uploads_its_project_and_no_other(
    indexes: FakeIndexes, set_version: Callable[[str], Path]
) -> None:
    shell = indexes.shell()
    project = set_version("1.0.0")
    shell.run("uv build --quiet && twine upload dist/*", cwd=project)

    # What a reader does on the web pages, as commands.
    made = shell.script(
        """
        fake-pypi token create --project tide-tables
        fake-pypi token revoke $PYPI_API_TOKEN
        """
    )
    gone = shell.run("twine upload dist/*", cwd=project, check=False)
    assert "Invalid or non-existent authentication information" in shown(gone)

    shell.use_tokens(pypi=made.stdout.splitlines()[0])
    set_version("1.0.1")
    shell.run("rm -rf dist && uv build --quiet && twine upload dist/*", cwd=project)
    published = indexes.pypi.project("tide-tables")
    assert published is not None
    assert sorted(published.releases) == ["1.0.0", "1.0.1"]

    wheel("another-project", "1.0.0").write_to(project / "dist")
    rejected = shell.run("twine upload dist/another*", cwd=project, check=False)
    assert rejected.returncode == 1
    assert "403 Forbidden" in shown(rejected)
    assert "project-scoped token is not valid for project: 'another-project'" in shown(rejected)
