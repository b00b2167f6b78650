"""The command lines of build and twine."""

from __future__ import annotations

import pytest

from fake_pypi.rehearsal.tools import Tools
from fake_pypi.settings import Build


@pytest.mark.parametrize(
    ("build", "command"),
    [("both", "python -m build"), ("sdist", "python -m build --sdist"), ("wheel", "python -m build --wheel")],
)
def test_each_kind_of_file_has_a_command_that_builds_it(build: Build, command: str) -> None:
    assert Tools().build_command(build) == command


def test_uploads_are_those_of_the_packaging_guides() -> None:
    tools = Tools()
    assert tools.upload_command("testpypi") == "twine upload --repository testpypi dist/*"
    assert tools.upload_command("pypi") == "twine upload dist/*"
    assert tools.upload_command("pypi", skip_existing=True) == "twine upload --skip-existing dist/*"


def test_uv_installs_the_requirements_of_a_build_too() -> None:
    assert Tools(installer="uv").build_command("wheel") == "python -m build --installer uv --wheel"
