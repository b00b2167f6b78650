"""A release and its files in a `dist` folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from fake_pypi.errors import UnreadablePackage
from fake_pypi.packages.distribution_metadata import read_metadata
from fake_pypi.rehearsal.failure import StepFailed
from fake_pypi.rules.platform_tags import is_supported

ENDINGS = (".whl", ".tar.gz", ".zip")
LEFT_OUT = "left-out"
"""The folder beside `dist` for wheels that are not published."""


@dataclass(frozen=True)
class BuiltRelease:
    """A name and a version as spelled in the metadata, and the files, sorted by name.

    `folder` is the parent of the `dist` folder with these files. `left_out` are wheels that were built too, but that
    PyPI rejects for their platform tag.
    """

    name: str
    version: str
    folder: Path
    files: tuple[Path, ...]
    left_out: tuple[Path, ...] = ()

    @classmethod
    def in_folder(cls, folder: Path) -> BuiltRelease:
        """Read the files in `folder`/dist; raise a `StepFailed` if there are none, or files of several releases."""
        files = [file for file in sorted((folder / "dist").glob("*")) if file.name.endswith(ENDINGS)]
        if not files:
            raise StepFailed("there is no wheel and no sdist in dist/")
        releases: dict[tuple[str, str], str] = {}
        for file in files:
            name, version = _identity(file)
            releases.setdefault(_key(name, version), f"{name} {version}")
        if len(releases) > 1:
            raise StepFailed(
                f"dist/ contains files of {', '.join(releases.values())}: `twine upload dist/*` would upload them all",
                advice=["remove the files that do not belong to this release"],
            )
        name, version = _identity(files[0])
        return cls(name, version, folder, tuple(files))

    def leave_out_unsupported_wheels(self) -> BuiltRelease:
        """Move the wheels out of `dist` whose platform tag PyPI rejects, if there is an sdist; return the release."""
        wheels = tuple(wheel for wheel in self.wheels if not _has_supported_tags(wheel))
        if not (wheels and self.sdists):
            return self
        folder = self.folder / LEFT_OUT
        folder.mkdir()
        moved = tuple(wheel.rename(folder / wheel.name) for wheel in wheels)
        return replace(self, files=tuple(file for file in self.files if file not in wheels), left_out=moved)

    @property
    def wheels(self) -> tuple[Path, ...]:
        """The wheels."""
        return tuple(file for file in self.files if file.suffix == ".whl")

    @property
    def sdists(self) -> tuple[Path, ...]:
        """The source distributions."""
        return tuple(file for file in self.files if file.suffix != ".whl")

    @property
    def has_wheel_for_this_python(self) -> bool:
        """Whether one of the wheels is compatible with the running Python."""
        from packaging.tags import sys_tags
        from packaging.utils import InvalidWheelFilename, parse_wheel_filename

        usable = set(sys_tags())
        for wheel in self.wheels:
            try:
                if usable & parse_wheel_filename(wheel.name)[3]:
                    return True
            except InvalidWheelFilename:
                continue
        return False

    @property
    def normalized(self) -> str:
        """The normalized name (PEP 503)."""
        from packaging.utils import canonicalize_name

        return canonicalize_name(self.name)

    @property
    def pinned(self) -> str:
        """The requirement for exactly this release: NAME==VERSION."""
        return f"{self.name}=={self.version}"

    def requires(self, extras: Sequence[str] = ()) -> list[str]:
        """Return the requirements that apply to the running Python, with these extras."""
        from packaging.requirements import InvalidRequirement, Requirement

        requirements = []
        for text in read_metadata(self.files[0]).get("requires_dist", []):
            try:
                requirement = Requirement(text)
            except InvalidRequirement:  # a rule rejects it
                continue
            marker = requirement.marker
            if marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *extras)):
                requirement.marker = None
                requirements.append(str(requirement))
        return requirements

    def with_extras(self, extras: Sequence[str]) -> str:
        """Return the requirement for this release with extras; raise `LookupError` if it has no such extra."""
        if not extras:
            return self.pinned
        from packaging.utils import canonicalize_name

        provided = list(read_metadata(self.files[0]).get("provides_extra", []))
        known = {canonicalize_name(name) for name in provided}
        for extra in extras:
            if canonicalize_name(extra) not in known:
                raise LookupError(f"{self} has no extra {extra!r}; it has: {', '.join(provided) or 'none'}")
        return f"{self.name}[{','.join(extras)}]=={self.version}"

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


def _has_supported_tags(wheel: Path) -> bool:
    """Return whether PyPI accepts the platform tags of a wheel, or its file name is invalid for another reason."""
    from packaging.utils import InvalidWheelFilename, parse_wheel_filename

    try:
        return all(is_supported(tag.platform) for tag in parse_wheel_filename(wheel.name)[3])
    except InvalidWheelFilename:
        return True


def _identity(file: Path) -> tuple[str, str]:
    try:
        metadata = read_metadata(file)
    except UnreadablePackage as error:
        raise StepFailed(f"{file.name} cannot be read: {error.explanation}") from None
    if "name" not in metadata or "version" not in metadata:
        raise StepFailed(f"the metadata of {file.name} has no name or no version")
    return metadata["name"], metadata["version"]


def _key(name: str, version: str) -> tuple[str, str]:
    from packaging.utils import canonicalize_name, canonicalize_version

    return canonicalize_name(name), canonicalize_version(version)
