"""What a made-up package is: everything that `wheel()` and `sdist()` need to know."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field

from fake_pypi.errors import UsageError

PROJECT_NAME = re.compile(r"[A-Z0-9](?:[A-Z0-9._-]*[A-Z0-9])?", re.IGNORECASE | re.ASCII)
MEANT = "correct it, or pass checked=False to make the package all the same"
Files = Mapping[str, str | bytes]
"""Content by path, with forward slashes."""


@dataclass(frozen=True)
class Recipe:
    """A package to be made: a name is enough, and the result passes PyPI's and twine's checks.

    >>> recipe = Recipe("Demo.Tool", "1.0", dependencies=["rich>=13"], scripts={"demo": "demo_tool:main"})
    >>> recipe.stem
    'demo_tool-1.0'

    Nothing is checked unless `check` is called: a name or a version that PyPI rejects can be made, so that its
    rejection can be seen.

    - `extras`: requirements by extra; `scripts`: console scripts as `{"demo": "demo_tool:main"}`;
      `entry_points`: any group, `{"pytest11": {"demo": "demo_tool"}}`.
    - `files`: what lands in site-packages, besides the importable package that is always there (a path
      that it has too replaces its file). `sdist_files`: files at the root of the sdist only.
    - `license`: an SPDX expression (`License` in metadata older than 2.4); `license_files`: their content.
    - `headers`: any further metadata lines, as pairs.
    - `tag`: the wheel's tags, compressed sets allowed; `build_tag`: the wheel's build number.
    - `spelled`: how file name and folders spell name and version, when not as the standard has it.

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
        """Raise `UsageError` if the name or the version is none."""
        from packaging.version import InvalidVersion, Version

        if not PROJECT_NAME.fullmatch(self.name):
            raise UsageError(f"{self.name!r} is not a project name", MEANT)
        try:
            Version(self.version)
        except InvalidVersion:
            raise UsageError(f"{self.version!r} is not a version (PEP 440)", MEANT) from None

    @property
    def stem(self) -> str:
        """Name and version as file names and folders have them: `demo_tool-1.0`."""
        if self.spelled is not None:
            return self.spelled
        name = re.sub(r"[-_.]+", "_", self.name).lower()
        return f"{name}-{_normal_version(self.version).replace('-', '_')}"

    @property
    def module(self) -> str:
        """The package that `import` finds: `demo_tool`."""
        name = re.sub(r"\W+", "_", self.name.lower())
        return name if name.isidentifier() else f"_{name}"

    def members(self) -> list[tuple[str, bytes]]:
        """What lands in site-packages: path and content, sorted."""
        source = (
            f'"""{self.name}, a package made for a rehearsal."""\n\n__version__ = {self.version!r}\n\n\n'
            f"def main():\n    print({f'{self.name} {self.version}'!r})\n"
        )
        files: dict[str, str | bytes] = {f"{self.module}/__init__.py": source, **self.files}
        return sorted((path, as_bytes(content)) for path, content in files.items())

    def metadata(self) -> bytes:
        """The core metadata: METADATA of the wheel and PKG-INFO of the sdist, which are the same here."""
        description = f"# {self.name}\n\n{self.summary}\n" if self.description is None else self.description
        lines = [f"{key}: {value}\n" for key, value in self._metadata_lines()]
        text = "".join(lines) + (f"\n{description}" if description else "")
        return text.encode("utf-8", "surrogateescape")

    def entry_points_txt(self) -> bytes:
        """The content of entry_points.txt; empty if there is nothing to say."""
        groups = {group: dict(entries) for group, entries in self.entry_points.items()}
        if self.scripts:
            groups["console_scripts"] = {**groups.get("console_scripts", {}), **self.scripts}
        sections = (
            f"[{group}]\n" + "".join(f"{name} = {target}\n" for name, target in entries.items())
            for group, entries in sorted(groups.items())
        )
        return "\n".join(sections).encode()

    def _metadata_lines(self) -> Iterator[tuple[str, str]]:
        yield from _given(
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
            yield from (("Requires-Dist", _only_for(extra, requirement)) for requirement in requirements)
        yield from self.headers
        yield from _given(("Description-Content-Type", self.description_content_type))

    @property
    def _has_license_expression(self) -> bool:
        return self.metadata_version not in {"1.0", "1.1", "1.2", "2.0", "2.1", "2.2", "2.3"}


def as_bytes(content: str | bytes) -> bytes:
    """The content of a file, text as UTF-8."""
    return content.encode() if isinstance(content, str) else content


def _given(*lines: tuple[str, str | None]) -> Iterable[tuple[str, str]]:
    return ((key, value) for key, value in lines if value is not None)


def _only_for(extra: str, requirement: str) -> str:
    """A requirement that counts only when the extra is asked for."""
    what, _, marker = requirement.partition(";")
    condition = f'extra == "{extra}"'
    if marker.strip():
        condition = f"({marker.strip()}) and {condition}"
    return f"{what.strip()} ; {condition}"


def _normal_version(version: str) -> str:
    from packaging.version import InvalidVersion, Version

    try:
        return str(Version(version))
    except InvalidVersion:
        return version
