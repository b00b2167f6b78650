"""The files of one release, as they lie in a `dist` folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fake_pypi.errors import UnreadablePackage
from fake_pypi.packages.metadata import read_metadata
from fake_pypi.rehearsal.failure import StepFailed

ENDINGS = (".whl", ".tar.gz", ".zip")


@dataclass(frozen=True)
class Release:
    """What is published: a name and a version as the metadata spell them, and the files, sorted by name.

    `folder` is the one from where `dist/*` means these files.
    """

    name: str
    version: str
    folder: Path
    files: tuple[Path, ...]

    @classmethod
    def in_folder(cls, folder: Path) -> Release:
        """Read what lies in `folder`/dist; a `StepFailed` if it is nothing, or not of one release only."""
        files = [each for each in sorted((folder / "dist").glob("*")) if each.name.endswith(ENDINGS)]
        if not files:
            raise StepFailed("there is no wheel and no sdist in dist/")
        found: dict[tuple[str, str], str] = {}
        for file in files:
            name, version = _identity(file)
            found.setdefault(_key(name, version), f"{name} {version}")
        if len(found) > 1:
            raise StepFailed(
                f"dist/ holds files of {', '.join(found.values())}: `twine upload dist/*` would send them all",
                advice=["remove the files that do not belong to this release"],
            )
        name, version = _identity(files[0])
        return cls(name, version, folder, tuple(files))

    @property
    def wheels(self) -> tuple[Path, ...]:
        """The files that are wheels."""
        return tuple(each for each in self.files if each.suffix == ".whl")

    @property
    def sdists(self) -> tuple[Path, ...]:
        """The files that are source distributions."""
        return tuple(each for each in self.files if each.suffix != ".whl")

    @property
    def has_wheel_for_this_python(self) -> bool:
        """Whether one of the wheels could be installed here."""
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
        """The name as index pages spell it."""
        from packaging.utils import canonicalize_name

        return canonicalize_name(self.name)

    @property
    def pinned(self) -> str:
        """The requirement that means exactly this release."""
        return f"{self.name}=={self.version}"

    def requires(self, extras: Sequence[str] = ()) -> list[str]:
        """Return what the release requires here, with these extras."""
        from packaging.requirements import InvalidRequirement, Requirement

        needed = []
        for text in read_metadata(self.files[0]).get("requires_dist", []):
            try:
                requirement = Requirement(text)
            except InvalidRequirement:  # a rule rejects it
                continue
            marker = requirement.marker
            if marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *extras)):
                requirement.marker = None
                needed.append(str(requirement))
        return needed

    def with_extras(self, extras: Sequence[str]) -> str:
        """Return the requirement that means this release with extras; `LookupError` if it has no such extra."""
        if not extras:
            return self.pinned
        from packaging.utils import canonicalize_name

        there = list(read_metadata(self.files[0]).get("provides_extra", []))
        known = {canonicalize_name(each) for each in there}
        for extra in extras:
            if canonicalize_name(extra) not in known:
                raise LookupError(f"{self} has no extra {extra!r}; it has: {', '.join(there) or 'none'}")
        return f"{self.name}[{','.join(extras)}]=={self.version}"

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


def _identity(file: Path) -> tuple[str, str]:
    try:
        metadata = read_metadata(file)
    except UnreadablePackage as broken:
        raise StepFailed(f"{file.name} cannot be read: {broken.explanation}") from None
    if "name" not in metadata or "version" not in metadata:
        raise StepFailed(f"{file.name} does not say its name and version")
    return metadata["name"], metadata["version"]


def _key(name: str, version: str) -> tuple[str, str]:
    from packaging.utils import canonicalize_name, canonicalize_version

    return canonicalize_name(name), canonicalize_version(version)
