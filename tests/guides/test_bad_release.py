"""A bad release: yank it with a reason, publish the fix; and what happens to those who delete instead."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fake_pypi.fake import FakeIndexes
from tests.guides.screen import shown

pytestmark = pytest.mark.slow

RELEASE = "rm -rf dist && uv build --quiet && twine upload dist/*"


def test_yank_publish_the_fix_and_see_what_pip_picks(indexes: FakeIndexes, set_version: Callable[[str], Path]) -> None:
    shell = indexes.shell()
    project = set_version("1.0.0")
    shell.run(RELEASE, cwd=project)
    set_version("1.1.0")
    shell.run(RELEASE, cwd=project)
    shell.run("fake-pypi yank tide-tables 1.1.0 --reason 'ebb and flow were mixed up'")
    download = "python -m pip download --quiet --no-deps --dest"

    shell.run(f"{download} before tide-tables", cwd=project)
    assert [each.name for each in (project / "before").iterdir()] == ["tide_tables-1.0.0-py3-none-any.whl"]

    pinned = shell.run(f"{download} pinned tide-tables==1.1.0", cwd=project)
    assert "The candidate selected for download or install is a yanked version" in shown(pinned)
    assert "Reason for being yanked: ebb and flow were mixed up" in shown(pinned)

    set_version("1.1.1")
    shell.run(RELEASE, cwd=project)
    # Like PyPI, the fake lets clients keep a page for ten minutes; newer pips do, unless they are told not to.
    shell.run(f"{download} after --no-cache-dir tide-tables", cwd=project)
    assert [each.name for each in (project / "after").iterdir()] == ["tide_tables-1.1.1-py3-none-any.whl"]


def test_a_deleted_release_cannot_be_uploaded_again(indexes: FakeIndexes, project: Path) -> None:
    shell = indexes.shell()
    shell.run(RELEASE, cwd=project)
    shell.run("fake-pypi delete tide-tables 1.0.0")
    gone = shell.run("python -m pip download --no-deps tide-tables==1.0.0", cwd=project, check=False)
    assert gone.returncode == 1

    rejected = shell.run("twine upload dist/*", cwd=project, check=False)

    assert rejected.returncode == 1
    assert (
        "This filename was previously used by a file that has since been deleted. Use a different version. "
        "See https://pypi.org/help/#file-name-reuse for more information."
    ) in shown(rejected)
