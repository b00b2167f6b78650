"""Choose the tools that build and publish a project: the named ones, those of its files, or build and twine."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fake_pypi.rehearsal.project_tools.build_tools import BUILD_TOOLS, BuildTool
from fake_pypi.rehearsal.project_tools.evidence import Evidence
from fake_pypi.rehearsal.project_tools.named_tools import FindProgram, is_installed, named_builder, named_publisher
from fake_pypi.rehearsal.project_tools.publish_commands import CommandSearch
from fake_pypi.rehearsal.project_tools.tool_settings import (
    backend_evidence,
    settings_evidence,
    tool_of_backend,
    tool_table,
    uv_indexes,
)
from fake_pypi.rehearsal.project_tools.upload_tools import TESTPYPI_UPLOADS, UPLOAD_TOOLS, UploadTool

DEFAULT_PUBLISHER, DEFAULT_BUILDER = UPLOAD_TOOLS["twine"], BUILD_TOOLS["build"]


@dataclass(frozen=True)
class ReleaseTools:
    """The tools of a rehearsal. `lines` are the reasons for the publisher and the builder, in this order.

    `warnings` name tools that could not be used. There is no line for a builder that builds nothing.

    `wheels_elsewhere` is the evidence that platform wheels are built by another tool (cibuildwheel); None if there is
    none.
    """

    publisher: UploadTool = DEFAULT_PUBLISHER
    builder: BuildTool = DEFAULT_BUILDER
    lines: tuple[str, ...] = ("publisher twine, the default", "builder build, the default")
    warnings: tuple[str, ...] = ()
    wheels_elsewhere: Evidence | None = None


class ToolSelection:
    """Chooses the publisher and the builder of a project.

    `find_program` returns the path of a program, or None; `table` is the content of pyproject.toml. A tool that the
    project's files name but that is not installed is replaced by the default, with a warning.
    """

    def __init__(self, project: Path, table: dict[str, Any], *, find_program: FindProgram) -> None:
        self._project = project
        self._table = table
        self._find_program = find_program

    def choose(self, publisher: str | None, builder: str | None, *, built_before: bool = False) -> ReleaseTools:
        """Return the tools; `publisher` and `builder` are the named ones.

        With `built_before` the files exist already: nothing is built. Raises `UsageError` if a named tool is not
        installed, or cannot upload files that were built before.
        """
        lines, warnings = [], []
        chosen_publisher, line, warning = self._publisher(publisher, built_before=built_before)
        lines.append(line)
        warnings += [warning] if warning else []
        chosen_builder = DEFAULT_BUILDER
        if not built_before:
            chosen_builder, line, warning = self._builder(builder, publisher)
            lines.append(line)
            warnings += [warning] if warning else []
        elsewhere = self._commands.wheels_elsewhere
        return ReleaseTools(
            self._configured(chosen_publisher),
            chosen_builder,
            tuple(lines),
            tuple(warnings),
            elsewhere[0] if elsewhere else None,
        )

    @cached_property
    def _commands(self) -> CommandSearch:
        return CommandSearch(self._project)

    @cached_property
    def _settings(self) -> list[Evidence]:
        """The evidence in settings; that of the build backend without any other, and if its tool is installed."""
        found = settings_evidence(self._project, self._table)
        backend = None if found or self._commands.publishing else backend_evidence(self._project, self._table)
        return [backend] if backend and self._find_program(backend.tool) else found

    def _publisher(self, named: str | None, *, built_before: bool) -> tuple[UploadTool, str, str]:
        """Return the publisher, a line that says why, and a warning, which may be empty."""
        if named is not None:
            publisher = named_publisher(named, self._find_program, built_before=built_before)
            return publisher, f"publisher {named}, as requested", ""
        evidence = next(iter([*self._commands.publishing, *self._settings]), None)
        default = DEFAULT_PUBLISHER
        if evidence is None:
            return default, f"publisher {default.name}, the default: {self._no_evidence('publishes')}{self._hint}", ""
        publisher = UPLOAD_TOOLS[evidence.tool]
        line = f"publisher {publisher.name}, because {_reason(evidence)}"
        if not self._find_program(publisher.name):
            warning = (
                f"{publisher.name} is not installed, so twine published instead ({_reason(evidence)}): "
                f"install it with `{publisher.install}`"
            )
            return default, f"publisher twine, because {publisher.name} is not installed", warning
        if built_before and publisher.builds:
            warning = f"{publisher.name} cannot upload files that were built before, so twine published instead"
            return default, f"publisher twine, because {publisher.name} builds the files again", warning
        return publisher, line, ""

    def _builder(self, named: str | None, publisher: str | None) -> tuple[BuildTool, str, str]:
        """Return the builder, a line that says why, and a warning, which may be empty; `publisher` is the named one."""
        if named is not None:
            return named_builder(named, self._find_program), f"builder {named}, as requested", ""
        evidence = self._build_evidence(publisher)
        default = DEFAULT_BUILDER
        if evidence is None:
            return default, f"builder build, the default: {self._no_evidence('builds')}", ""
        builder = BUILD_TOOLS[evidence.tool]
        if not is_installed(builder, self._find_program):
            warning = (
                f"{builder.name} is not installed, so `{default.both}` built instead ({_reason(evidence)}): "
                f"install it with `{builder.install}`"
            )
            return default, f"builder build, because {builder.name} is not installed", warning
        return builder, f"builder {builder.name}, because {_reason(evidence)}", ""

    def _build_evidence(self, publisher: str | None) -> Evidence | None:
        """Return the evidence for a builder: best one that is in the same file as the command that publishes."""
        publishing = self._commands.publishing
        release_file = publishing[0].file if publishing else None
        same_file = [evidence for evidence in self._commands.building if evidence.file == release_file]
        # A publish command builds also where its tool is not installed, but not if another publisher was named.
        tool = publisher or (publishing[0].tool if publishing else None)
        builds_too = [evidence for evidence in publishing if evidence.also_builds and evidence.tool == tool]
        settings = [evidence for evidence in self._settings if evidence.tool in BUILD_TOOLS]
        return next(iter([*same_file, *builds_too, *self._commands.building, *settings]), None)

    @staticmethod
    def _no_evidence(verb: str) -> str:
        return f"no file of the project shows which tool {verb} it"

    @property
    def _hint(self) -> str:
        """The option that chooses the tool of the makers of the build backend; "" if there is none."""
        tool = tool_of_backend(self._table)
        return f" (to publish with {tool}: --publisher {tool})" if tool else ""

    def _configured(self, publisher: UploadTool) -> UploadTool:
        """Return the publisher with the names of the indexes in the project's settings."""
        if publisher.name == "uv":
            return self._configured_uv(publisher)
        if publisher.name == "poetry":
            return self._configured_poetry(publisher)
        if publisher.name == "hatch" and self._publishing_is_disabled:
            return replace(publisher, to_testpypi="hatch publish --yes --repo test", to_pypi="hatch publish --yes")
        return publisher

    @property
    def _publishing_is_disabled(self) -> bool:
        index = tool_table(self._table, "hatch").get("publish", {}).get("index", {})
        return bool(isinstance(index, dict) and index.get("disable"))

    def _configured_uv(self, publisher: UploadTool) -> UploadTool:
        """Use `--index NAME` where [[tool.uv.index]] has an index with the upload address of PyPI or TestPyPI."""
        names = {
            urlsplit(str(index.get("publish-url"))).hostname: index["name"]
            for index in uv_indexes(self._table)
            if index.get("publish-url") and index.get("name")
        }
        if "check-url" in tool_table(self._table, "uv"):
            publisher = replace(publisher, compares_first=True)
        if "test.pypi.org" in names:
            publisher = replace(publisher, to_testpypi=f"uv publish --index {names['test.pypi.org']}")
        if "upload.pypi.org" in names:
            command = f"uv publish --index {names['upload.pypi.org']}"
            publisher = replace(publisher, to_pypi=command, compares_first=True)
        return publisher

    def _configured_poetry(self, publisher: UploadTool) -> UploadTool:
        """Configure TestPyPI under the name that the project's files use, by default `testpypi`."""
        pattern = re.compile(r"repositories\.([\w-]+)[\s=]+[\"']?https://test\.pypi\.org/legacy")
        names = [name for text in self._commands.texts if (name := _first_group(pattern, text))]
        name = names[0] if names else "testpypi"
        upload = f"poetry publish --repository {name}"
        variable = f"POETRY_PYPI_TOKEN_{name.upper().replace('-', '_')}"
        return replace(
            publisher,
            to_testpypi=f"poetry config repositories.{name} {TESTPYPI_UPLOADS} && {upload}",
            testpypi_variables={variable: "{token}"},
        )


def _first_group(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return match[1] if match else ""


def _reason(evidence: Evidence) -> str:
    return f"of {evidence}" if evidence.line else str(evidence)
