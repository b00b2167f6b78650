"""The command lines of build and twine."""

from __future__ import annotations

from typing import get_args

import pytest

from fake_pypi.rehearsal.project_tools.build_tools import BUILD_TOOLS
from fake_pypi.rehearsal.project_tools.selection import ReleaseTools
from fake_pypi.rehearsal.project_tools.upload_tools import UPLOAD_TOOLS
from fake_pypi.rehearsal.tool_commands import Tools
from fake_pypi.settings import Build, BuilderName, PublisherName


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
    assert tools.publisher.skipping == "twine upload --skip-existing dist/*"
    assert tools.upload_variables("pypi", {"PYPI_API_TOKEN": "secret"}) == {}


def test_a_publisher_gets_the_token_of_the_index_in_its_own_variables() -> None:
    shell = {"PYPI_API_TOKEN": "one", "TEST_PYPI_API_TOKEN": "two"}
    tools = Tools(ReleaseTools(UPLOAD_TOOLS["poetry"]))
    assert tools.upload_variables("pypi", shell) == {"POETRY_PYPI_TOKEN_PYPI": "one"}
    assert tools.upload_variables("testpypi", shell) == {"POETRY_PYPI_TOKEN_TESTPYPI": "two"}


def test_a_publisher_that_builds_again_makes_the_same_files_unless_they_are_to_differ() -> None:
    tools = Tools(ReleaseTools(UPLOAD_TOOLS["flit"]), build_variables={"SOURCE_DATE_EPOCH": "1000"})
    assert tools.upload_variables("pypi", {})["SOURCE_DATE_EPOCH"] == "1000"
    assert tools.upload_variables("pypi", {}, rebuilt=True)["SOURCE_DATE_EPOCH"] == "1002"


def test_every_tool_that_the_settings_allow_has_commands() -> None:
    assert tuple(UPLOAD_TOOLS) == get_args(PublisherName)
    assert tuple(BUILD_TOOLS) == get_args(BuilderName)


def test_uv_installs_the_requirements_of_a_build_too() -> None:
    assert Tools(installer="uv").build_command("wheel") == "python -m build --installer uv --wheel"


def test_the_summary_names_a_builder_that_does_not_use_uv() -> None:
    tools = Tools(ReleaseTools(builder=BUILD_TOOLS["hatch"]), installer="uv")
    assert tools.summary("both")[1].endswith("runs `hatch build`, which installs its build requirements without uv")
    assert "without uv" not in Tools(installer="uv").summary("both")[1]
