"""File names that do not agree with the project, the version or the platforms that PyPI accepts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from fake_pypi.index import Index
from fake_pypi.index.names import normalized
from fake_pypi.inspection.distribution_name import (
    InvalidWheelName,
    WheelName,
    WheelNameError,
    sdist_project,
)
from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel
from fake_pypi.rules.dated_change import PULLS
from fake_pypi.rules.message_sources import cases, packaging, warehouse
from fake_pypi.rules.platform_tags import in_any_order, is_supported
from fake_pypi.rules.rule_set import Example, Rejection, Rule
from fake_pypi.rules.upload import Upload


def escaped(name: str) -> str:
    """Return a project's name as it is spelled in file names: `My.Demo` is `my_demo`."""
    return normalized(name).replace("-", "_")


def name_of_wheel(upload: Upload) -> WheelName | None:
    """Return the parts of the wheel's file name; None if the file is no wheel, or its name is invalid."""
    name = upload.wheel_name
    return name if isinstance(name, WheelName) else None


def project_of_sdist(upload: Upload) -> str | None:
    """Return the project's name in the sdist's file name; None if the file is no sdist, or its name is invalid.

    In the name of a post-release the version may have a hyphen, as in `demo-1.0-1.tar.gz`.
    """
    if not upload.is_sdist:
        return None
    name = sdist_project(upload.filename)
    if name is None:
        return None
    post_release = upload.version is not None and upload.version.is_postrelease
    if post_release and normalized(name) != normalized(upload.name) and upload.filename.count("-") > 1:
        return upload.filename.rpartition("-")[0].rpartition("-")[0]
    return name


class InvalidSdistFilename(Rule):
    """The file name is not that of an sdist: a name, a hyphen, a version, and `.tar.gz`."""

    id = "invalid-sdist-filename"
    message_template = "Invalid source distribution filename: {filename}"
    remedy = "Do not rename the file that `python -m build --sdist` made."
    source = warehouse("forklift/legacy.py", "file_upload")
    recorded = cases("filename/sdist-no-version")
    since = "2024-04-22"
    dated_by = f"{PULLS}/15830"

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        if not upload.is_sdist or not upload.filename or sdist_project(upload.filename) is not None:
            return None
        return self.reject(filename=upload.filename)

    def example(self) -> Example:
        """Leave the version out of the name."""
        return Example(sdist("demo").renamed("demo.tar.gz"))


class InvalidWheelFilename(Rule):
    """The file name is not that of a wheel: name-version-python-abi-platform.whl.

    A hyphen in the project's name must be an underscore, and a build number must start with a digit.
    """

    id = "invalid-wheel-filename"
    message_template = "{error}"
    sentences: ClassVar[Mapping[WheelNameError, str]] = {
        WheelNameError.NUMBER_OF_PARTS: "Invalid wheel filename (wrong number of parts): {stem!r}",
        WheelNameError.PROJECT: "Invalid project name: {stem!r}",
        WheelNameError.VERSION: "Invalid wheel filename (invalid version): {stem!r}",
        WheelNameError.BUILD_NUMBER: "Invalid build number: {build} in {stem!r}",
    }
    remedy = "Do not rename wheels; build again with a current build backend."
    source = packaging("utils.py", "parse_wheel_filename")
    recorded = cases("filename/wheel-dash-name")

    @property
    def messages(self) -> tuple[str, ...]:
        return tuple(self.sentences.values())

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        name = upload.wheel_name
        if not isinstance(name, InvalidWheelName):
            return None
        return self.reject(error=self.sentences[name.error].format(stem=name.stem, build=name.build))

    def example(self) -> Example:
        """Leave the Python and ABI tags out of the name."""
        return Example(wheel("demo").renamed("demo-1.0-any.whl"))


class UnsupportedPlatformTag(Rule):
    """The wheel is for a platform whose wheels PyPI does not accept, usually `linux_x86_64`.

    A plain Linux tag does not tell which system libraries the wheel needs, so it may run only on the machine that built
    it. `manylinux` and `musllinux` tags name the libraries that it may need.
    """

    id = "unsupported-platform-tag"
    message_template = "Binary wheel '{filename}' has an unsupported platform tag '{tag}'."
    remedy = "Build with cibuildwheel, or repair the wheel with auditwheel, or upload only the sdist."
    source = warehouse("forklift/legacy.py", "file_upload")
    recorded = cases("archive/order-bad-platform-and-wrong-name")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        name = name_of_wheel(upload)
        unknown = [tag for tag in in_any_order(name.platforms) if not is_supported(tag, self.as_of)] if name else []
        return self.reject(filename=upload.filename, tag=unknown[0]) if unknown else None

    def example(self) -> Example:
        """Build an extension on Linux and upload it as it is."""
        return Example(wheel("demo", tag="cp313-cp313-linux_x86_64"))


class FilenameOfOtherProject(Rule):
    """The file name has the name of another project than the metadata."""

    id = "invalid-filename-normalized"
    message_template = "Start filename for {name!r} with {start!r}."
    remedy = "Rename the project in pyproject.toml, not the file, and build again."
    source = warehouse("forklift/legacy.py", "file_upload")
    recorded = cases("filename/wheel-other-project-prefix")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        parts = name_of_wheel(upload)
        for spelled in (project_of_sdist(upload), parts.project if parts else None):
            if spelled is not None and normalized(spelled) != normalized(upload.name):
                return self.reject(name=upload.name, start=escaped(upload.name))
        return None

    def example(self) -> Example:
        """Send the file of another project."""
        return Example(wheel("other"), form={"name": "demo"})


class SdistNotNormalized(Rule):
    """The source distribution's file name is not spelled exactly as its name and version require.

    It has the normalized name with underscores, a hyphen, and the normalized version: `My.Demo` 1.0.0-RC1 is
    `my_demo-1.0.0rc1.tar.gz`. Old build backends keep capitals and dots. This rule rejects a `.zip` as well.
    """

    id = "invalid-sdist-filename-normalization"
    message_template = "Filename {filename!r} is invalid, should be {expected!r}."
    remedy = "Update the build backend (setuptools 69.3 or newer, for instance) and build again."
    source = warehouse("forklift/legacy.py", "file_upload")
    recorded = cases("duplicate/equivalent-version-sdist-old-name")
    since = "2025-12-04"
    dated_by = "https://github.com/openslide/openslide-bin/pull/414"

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        expected = f"{escaped(upload.name)}-{upload.version}.tar.gz"
        if project_of_sdist(upload) is None or upload.version is None or upload.filename == expected:
            return None
        return self.reject(filename=upload.filename, expected=expected)

    def example(self) -> Example:
        """Keep the dot of the name, as setuptools did for a long time."""
        return Example(sdist("my.demo", spelled="my.demo-1.0"))


class WheelNotNormalized(Rule):
    """The project's name in the wheel's file name is not normalized: it has capitals or dots."""

    id = "invalid-filename-projectname"
    message_template = "Filename {filename!r} should contain the normalized project name {wanted!r}, not {found!r}."
    remedy = "Update the build backend and build again."
    source = warehouse("forklift/legacy.py", "file_upload")
    recorded = cases("filename/wheel-mixed-case")
    since = "2026-01-29"
    dated_by = "https://github.com/mottosso/Qt.py/pull/453"

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        name = name_of_wheel(upload)
        if name is None or not upload.name or name.project == escaped(upload.name):
            return None
        return self.reject(filename=upload.filename, wanted=escaped(upload.name), found=name.project)

    def example(self) -> Example:
        """Keep the capital of the name."""
        return Example(wheel("Demo", spelled="Demo-1.0"))


class WheelOfOtherVersion(Rule):
    """The wheel's file name has another version than the metadata; another spelling of the same version is accepted."""

    id = "invalid-filename-version"
    message_template = "Version in filename should be {wanted!r} not {found!r}."
    remedy = "Build again: the file was renamed, or its metadata was changed after the build."
    source = warehouse("forklift/legacy.py", "file_upload")
    recorded = cases("filename/wheel-other-version")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        name = name_of_wheel(upload)
        if name is None or upload.version is None or name.version == upload.version:
            return None
        return self.reject(wanted=str(upload.version), found=str(name.version))

    def example(self) -> Example:
        """Send the wheel of version 2.0 for version 1.0."""
        return Example(wheel("demo", "2.0"), form={"version": "1.0"})
