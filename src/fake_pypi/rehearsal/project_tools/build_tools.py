"""The build tools and their command lines."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class BuildTool:
    """A tool that builds a project into `dist/`: a command line for each kind of release file, and for both.

    `install` is the command that installs the tool.
    """

    name: str
    both: str
    sdist: str
    wheel: str
    install: str

    def command(self, build: str) -> str:
        """Return the command line for the setting `build`: sdist, wheel or both."""
        return {"both": self.both, "sdist": self.sdist, "wheel": self.wheel}[build]


BUILD_TOOLS: dict[str, BuildTool] = {
    builder.name: builder
    for builder in (
        BuildTool(
            "build",
            "python -m build",
            "python -m build --sdist",
            "python -m build --wheel",
            "python -m pip install build",
        ),
        # The files of a workspace member go to the workspace's folder.
        BuildTool(
            "uv",
            "uv build",
            "uv build --sdist",
            "uv build --wheel",
            "python -m pip install uv",
        ),
        BuildTool(
            "poetry",
            "poetry build",
            "poetry build --format sdist",
            "poetry build --format wheel",
            "pipx install poetry",
        ),
        BuildTool(
            "hatch",
            "hatch build",
            "hatch build --target sdist",
            "hatch build --target wheel",
            "pipx install hatch",
        ),
        BuildTool(
            "flit",
            "flit build",
            "flit build --format sdist",
            "flit build --format wheel",
            "python -m pip install flit",
        ),
        BuildTool(
            "pdm",
            "pdm build",
            "pdm build --no-wheel",
            "pdm build --no-sdist",
            'pipx install "pdm[locked]"',
        ),
        BuildTool(
            "maturin",
            "maturin build --release --sdist --out dist",
            "maturin sdist --out dist",
            "maturin build --release --out dist",
            "python -m pip install maturin",
        ),
    )
}
