"""The description of a generated package, from which `wheel()` and `sdist()` make files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field

from fake_pypi.errors import UsageError

PROJECT_NAME = re.compile(r"[A-Z0-9](?:[A-Z0-9._-]*[A-Z0-9])?", re.IGNORECASE | re.ASCII)
CORRECT_OR_UNCHECKED = "correct it, or pass checked=False to make the package anyway"
Files = Mapping[str, str | bytes]
"""Contents by path; paths have forward slashes."""


@dataclass(frozen=True)
class Recipe:
    """A package to generate: with a name alone, the result passes the checks of PyPI and twine.

    >>> recipe = Recipe("Demo.Tool", "1.0", dependencies=["rich>=13"], scripts={"demo": "demo_tool:main"})
    >>> recipe.stem
    'demo_tool-1.0'

    Nothing is checked unless `check` is called, so a package that PyPI rejects can be made.

    - `extras`: requirements by extra; `scripts`: console scripts as `{"demo": "demo_tool:main"}`;
      `entry_points`: any group, `{"pytest11": {"demo": "demo_tool"}}`.
    - `files`: files for site-packages, in addition to the importable package that is always generated (a file of the
      same path replaces the generated one). `sdist_files`: files that only the sdist has, by path in its top folder.
    - `license`: an SPDX expression (`License` in metadata older than 2.4); `license_files`: contents by path.
    - `headers`: further metadata headers, as pairs of name and value.
    - `tag`: the wheel's tags, compressed sets allowed; `build_tag`: the wheel's build number.
    - `spelled`: the stem `NAME-VERSION` of file name and folders, if it should not be the normalized one.

    Source: the core metadata specification, up to 2.4.
    """

    name: str
    version: str = "1.0"
    _: KW_ONLY
    summary: str | None = "A package made for a rehearsal"
    description: str | None = None
    description_content_type: str | None = "text/markdown"
    requires_python: str | None = None
    dependencies: Sequence[str] = ()
    extras: Mapping[str, Sequence[str]] = field(default_factory=dict)
    scripts: Mapping[str, str] = field(default_factory=dict)
    entry_points: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    files: Files = field(default_factory=dict)
    sdist_files: Files = field(default_factory=dict)
    classifiers: Sequence[str] = ()
    keywords: Sequence[str] = ()
    project_urls: Mapping[str, str] = field(default_factory=dict)
    author: str | None = None
    author_email: str | None = None
    license: str | None = "MIT"
    license_files: Files = field(default_factory=dict)
    headers: Sequence[tuple[str, str]] = ()
    metadata_version: str = "2.4"
    tag: str = "py3-none-any"
    build_tag: str = ""
    spelled: str | None = None

    def check(self) -> None:
        """Check the name and the version. Raises `UsageError` if one is invalid."""
        from packaging.version import InvalidVersion, Version

        if not PROJECT_NAME.fullmatch(self.name):
            raise UsageError(f"{self.name!r} is not a project name", CORRECT_OR_UNCHECKED)
        try:
            Version(self.version)
        except InvalidVersion:
            raise UsageError(f"{self.version!r} is not a version (PEP 440)", CORRECT_OR_UNCHECKED) from None

    @property
    def stem(self) -> str:
        """Name and version as in file names and folders: `demo_tool-1.0`."""
        if self.spelled is not None:
            return self.spelled
        name = re.sub(r"[-_.]+", "_", self.name).lower()
        return f"{name}-{_normal_version(self.version).replace('-', '_')}"

    @property
    def module(self) -> str:
        """The name to import: `demo_tool`."""
        name = re.sub(r"\W+", "_", self.name.lower())
        return name if name.isidentifier() else f"_{name}"

    def members(self) -> list[tuple[str, bytes]]:
        """Return the files for site-packages as pairs of path and content, sorted."""
        source = (
            f'"""{self.name}, a package made for a rehearsal."""\n\n__version__ = {self.version!r}\n\n\n'
            f"def main():\n    print({f'{self.name} {self.version}'!r})\n"
        )
        files: dict[str, str | bytes] = {f"{self.module}/__init__.py": source, **self.files}
        return sorted((path, as_bytes(content)) for path, content in files.items())

    def metadata(self) -> bytes:
        """Return the core metadata: METADATA of the wheel and PKG-INFO of the sdist, which are equal."""
        description = f"# {self.name}\n\n{self.summary}\n" if self.description is None else self.description
        lines = [f"{key}: {value}\n" for key, value in self._metadata_lines()]
        text = "".join(lines) + (f"\n{description}" if description else "")
        return text.encode("utf-8", "surrogateescape")

    def entry_points_txt(self) -> bytes:
        """Return the content of entry_points.txt; empty if there are no entry points."""
        groups = {group: dict(entries) for group, entries in self.entry_points.items()}
        if self.scripts:
            groups["console_scripts"] = {**groups.get("console_scripts", {}), **self.scripts}
        sections = (
            f"[{group}]\n" + "".join(f"{name} = {target}\n" for name, target in entries.items())
            for group, entries in sorted(groups.items())
        )
        return "\n".join(sections).encode()

    def _metadata_lines(self) -> Iterator[tuple[str, str]]:
        yield from _without_none(
            ("Metadata-Version", self.metadata_version),
            ("Name", self.name),
            ("Version", self.version),
            ("Summary", self.summary),
            ("Author", self.author),
            ("Author-email", self.author_email),
            ("Keywords", ",".join(self.keywords) or None),
            ("License-Expression" if self._has_license_expression else "License", self.license),
            *(("License-File", path) for path in self.license_files),
            *(("Classifier", classifier) for classifier in self.classifiers),
            *(("Project-URL", f"{label}, {url}") for label, url in self.project_urls.items()),
            ("Requires-Python", self.requires_python),
            *(("Requires-Dist", dependency) for dependency in self.dependencies),
        )
        for extra, requirements in self.extras.items():
            yield "Provides-Extra", extra
            yield from (("Requires-Dist", _with_extra(extra, requirement)) for requirement in requirements)
        yield from self.headers
        yield from _without_none(("Description-Content-Type", self.description_content_type))

    @property
    def _has_license_expression(self) -> bool:
        return self.metadata_version not in {"1.0", "1.1", "1.2", "2.0", "2.1", "2.2", "2.3"}


def as_bytes(content: str | bytes) -> bytes:
    """Return the content as bytes; text is encoded as UTF-8."""
    return content.encode() if isinstance(content, str) else content


def _without_none(*lines: tuple[str, str | None]) -> Iterable[tuple[str, str]]:
    return ((key, value) for key, value in lines if value is not None)


def _with_extra(extra: str, requirement: str) -> str:
    """Return the requirement with a marker for the extra."""
    specifier, _, marker = requirement.partition(";")
    condition = f'extra == "{extra}"'
    if marker.strip():
        condition = f"({marker.strip()}) and {condition}"
    return f"{specifier.strip()} ; {condition}"


def _normal_version(version: str) -> str:
    from packaging.version import InvalidVersion, Version

    try:
        return str(Version(version))
    except InvalidVersion:
        return version
