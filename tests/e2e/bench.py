"""What one cell of the matrix is run in: indexes, a shell with the pinned client first on PATH, a project."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from fake_pypi.clients.client_variables import env_for
from fake_pypi.fake import FakeIndexes
from fake_pypi.packages.installed_packages import InstalledPackages
from fake_pypi.packages.package import Package
from fake_pypi.packages.wheel import wheel
from fake_pypi.web.recording.recorded_request import RecordedRequest
from tests.e2e.cells import Cell
from tests.e2e.installers import Installer
from tests.e2e.provision import SYSTEM, programs_of
from tests.e2e.uploaders import UPLOADERS, Uploader

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
PROJECT = """\
[build-system]
requires = ["flit_core"]
build-backend = "flit_core.buildapi"
[project]
name = "hello"
version = "1.0"
description = "{description}"
requires-python = ">=3.8"
"""
Done = subprocess.CompletedProcess[str]


class Bench:
    """Runs the commands of one cell, with the client of one age, and looks at the index's record of them."""

    def __init__(self, cell: Cell, age: str, indexes: FakeIndexes, folder: Path) -> None:
        self.cell = cell
        self.indexes = indexes
        self.pypi = indexes.pypi
        self.folder = folder
        self.shell = indexes.shell(credentials=False)
        own = programs_of(cell.client, age)
        path = self.shell.env["PATH"]
        # The environment that runs the tests has clients of its own: the pinned one must come before them.
        self._own = {"PATH": path if own is None else f"{own}:{path}", "VIRTUAL_ENV": None}

    def run(self, script: str, env: Mapping[str, str], *, check: bool = True) -> Done:
        """Run the lines of a client."""
        return self.shell.script(script, cwd=self.folder, env={**env, **self._own}, check=check, timeout=120)

    def told(self, token: str) -> dict[str, str]:
        """The variables that tell the client about the index of this mode, and about a token."""
        client = self.cell.client
        if self.cell.mode == "plain" and client not in SYSTEM:
            return env_for([client], pypi_url=self.pypi.url, token=token)
        wanted = UPLOADERS[client].credentials if client in UPLOADERS else {}
        return {name: value.format(token=token) for name, value in wanted.items()}

    def told_without_token(self) -> dict[str, str]:
        """The same for a client that shall get a token by itself."""
        if self.cell.mode == "real":
            return {}
        return {name: value for name, value in self.told("").items() if value not in ("", "__token__")}

    # --------------------------------------------------------------------------------------------- uploading

    def write_project(self, description: str = "A project for the matrix") -> None:
        """Write a project that every publishing tool understands, with its wheel in `dist/`."""
        (self.folder / "dist").mkdir(exist_ok=True)
        (self.folder / "hello.py").write_text(f'"""{description}"""\n', encoding="utf-8")
        (self.folder / "pyproject.toml").write_text(PROJECT.format(description=description), encoding="utf-8")
        wheel("hello", "1.0", summary=description).write_to(self.folder / "dist")

    def uploads(self) -> list[RecordedRequest]:
        """The files that were posted to the index."""
        return [each for each in self.pypi.requests if each.method == "POST" and each.path == "/legacy/"]

    def check_uploads(self, uploader: Uploader, expected: list[int]) -> None:
        """The record shows this client, on the host of this mode, and these answers."""
        assert [each.status for each in self.uploads()] == expected
        for upload in self.uploads():
            assert upload.user_agent.startswith(uploader.agent)
            self._check_place(upload, "upload.pypi.org")

    # -------------------------------------------------------------------------------------------- installing

    def offer(self, installer: Installer) -> None:
        """Put the wanted release on the index."""
        self.pypi.add(self._wanted(installer))

    def yank_a_newer_one(self, installer: Installer) -> str:
        """Put a newer release on the index and yank it; its version."""
        self.pypi.add(_hello("99.0") if installer.fetches == "hello" else wheel(installer.fetches, "99.0"))
        self.pypi.yank(installer.fetches, "99.0", "broken on Tuesdays")
        return "99.0"

    def _wanted(self, installer: Installer) -> Package | Path:
        if installer.fetches == "hello":
            return _hello("1.0")
        source = InstalledPackages(self.folder / "repacked", without=frozenset())
        return source.files(installer.fetches)[0].path()

    def check_fetches(self, installer: Installer) -> list[str]:
        """The record shows this client fetching the wanted project; the names of the files it fetched."""
        begins = f"{installer.fetches}-"
        fetched = [each for each in self.pypi.requests if each.path.rpartition("/")[2].startswith(begins)]
        fetched = [each for each in fetched if each.path.endswith(".whl")]
        assert fetched
        for each in fetched:
            assert (each.status, each.user_agent.startswith(installer.agent)) == (200, True)
            self._check_place(each, "files.pythonhosted.org")
        return [each.path.rpartition("/")[2] for each in fetched]

    def _check_place(self, request: RecordedRequest, real_host: str) -> None:
        if self.cell.mode == "plain":
            assert (request.scheme, request.host) == ("http", self.pypi.url.removeprefix("http://"))
        else:
            assert (request.scheme, request.host) == ("https", real_host)
            assert request.via in ("proxy", "tls")


def printed(done: Done) -> str:
    """What a command printed, without colours, a blank for each run of white space."""
    return " ".join(ESCAPES.sub("", f"{done.stdout} {done.stderr}").split())


def _hello(version: str) -> Package:
    code = {"hello/__init__.py": f"def main():\n    print('hello {version}')\n"}
    return wheel("hello", version, scripts={"hello": "hello:main"}, files=code)
