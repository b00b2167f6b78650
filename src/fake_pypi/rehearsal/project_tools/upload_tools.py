"""The publishing tools: their command lines for each index, and what each does with a file that exists already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

TESTPYPI_UPLOADS = "https://test.pypi.org/legacy/"


@dataclass(frozen=True)
class UploadTool:
    """A tool that uploads the files in `dist/` of the folder in which it runs.

    `to_testpypi` and `to_pypi` are the command lines. `skipping` is the command line that skips a file whose name is
    on PyPI, "" if the tool has none. `install` is the command that installs the tool.
    """

    name: str
    to_testpypi: str
    to_pypi: str
    skipping: str = ""
    install: str = ""

    testpypi_variables: Mapping[str, str] = field(default_factory=dict)
    """Variables of the upload to TestPyPI. `{token}` is replaced. Empty if the tool reads ~/.pypirc."""

    pypi_variables: Mapping[str, str] = field(default_factory=dict)
    """Variables of an upload to PyPI."""

    needs_project: bool = True
    """Whether it runs only in a project's folder, or reads settings there."""

    builds: bool = False
    """Whether it builds the files again before each upload, and cannot upload files that were built before."""

    skips_existing: bool = False
    """Whether it never uploads a file whose name is on the index: it asks the index first, and succeeds."""

    compares_first: bool = False
    """Whether it compares files with those of PyPI before the upload: skips the same, and fails for others."""

    prints_rejection: bool = True
    """Whether it prints PyPI's message when an upload is rejected, not only the status."""


UPLOAD_TOOLS: dict[str, UploadTool] = {
    publisher.name: publisher
    for publisher in (
        UploadTool(
            "twine",
            "twine upload --repository testpypi dist/*",
            "twine upload dist/*",
            "twine upload --skip-existing dist/*",
            "python -m pip install twine",
            needs_project=False,
        ),
        UploadTool(
            "uv",
            f"uv publish --publish-url {TESTPYPI_UPLOADS}",
            "uv publish",
            # Compares digests: it skips the same file, and rejects another one of the same name before the upload.
            install="python -m pip install uv",
            testpypi_variables={"UV_PUBLISH_TOKEN": "{token}"},
            pypi_variables={"UV_PUBLISH_TOKEN": "{token}"},
        ),
        UploadTool(
            "poetry",
            "poetry publish --repository testpypi",
            "poetry publish",
            "poetry publish --skip-existing",
            "pipx install poetry",
            testpypi_variables={"POETRY_PYPI_TOKEN_TESTPYPI": "{token}"},
            pypi_variables={"POETRY_PYPI_TOKEN_PYPI": "{token}"},
        ),
        UploadTool(
            "hatch",
            "hatch publish --repo test",
            "hatch publish",
            install="pipx install hatch",
            testpypi_variables={"HATCH_INDEX_USER": "__token__", "HATCH_INDEX_AUTH": "{token}"},
            pypi_variables={"HATCH_INDEX_USER": "__token__", "HATCH_INDEX_AUTH": "{token}"},
            skips_existing=True,
        ),
        UploadTool(
            "flit",
            "flit publish --repository testpypi",
            "flit publish",
            install="python -m pip install flit",
            builds=True,
        ),
        UploadTool(
            "pdm",
            "pdm publish --no-build --repository testpypi",
            "pdm publish --no-build",
            "pdm publish --no-build --skip-existing",
            'pipx install "pdm[locked]"',
            testpypi_variables={"PDM_PUBLISH_USERNAME": "__token__", "PDM_PUBLISH_PASSWORD": "{token}"},
            pypi_variables={"PDM_PUBLISH_USERNAME": "__token__", "PDM_PUBLISH_PASSWORD": "{token}"},
            prints_rejection=False,
        ),
        UploadTool(
            "maturin",
            "maturin upload --repository testpypi dist/*",
            "maturin upload dist/*",
            "maturin upload --skip-existing dist/*",
            "python -m pip install maturin",
            pypi_variables={"MATURIN_PYPI_TOKEN": "{token}"},
            testpypi_variables={"MATURIN_PYPI_TOKEN": "{token}"},
            needs_project=False,
        ),
    )
}
