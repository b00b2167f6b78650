"""Licences in the metadata that PyPI rejects: expressions and paths of licence files (PEP 639)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath, PureWindowsPath

from fake_pypi.inspection.form_metadata import FormMetadata
from fake_pypi.rules.dated_change import LICENSE_EXPRESSIONS
from fake_pypi.rules.message_sources import cases, packaging, warehouse
from fake_pypi.rules.metadata_rule import (
    SEE,
    MetadataRule,
    Problem,
    Round,
    example_with,
    is_read,
    unreadable_values,
)
from fake_pypi.rules.rule_set import Example


class InvalidLicenseExpression(MetadataRule):
    """The licence is not an SPDX expression, as PEP 639 requires for `license = "…"`."""

    id = "license-expression"
    message_template = "{value} is invalid for 'license-expression'." + SEE
    remedy = "Write SPDX identifiers (MIT, BSD-3-Clause, Apache-2.0 OR MIT), or LicenseRef-… for your own."
    source = packaging("metadata.py", "_Validator._process_license_expression")
    recorded = cases("metadata/license-expression-07")
    since = "2024-11-25"
    dated_by = LICENSE_EXPRESSIONS

    def problems(self, metadata: FormMetadata) -> Iterator[Problem]:
        problems = unreadable_values(metadata, "license-expression")
        return (problem for problem in problems if problem.order == (0,))  # further texts: `RepeatedField`

    def example(self) -> Example:
        """Send the name of a licence instead of its identifier."""
        return example_with(license_expression="MIT License")


class LicenseTwice(MetadataRule):
    """The metadata has the old License field and the new License-Expression."""

    id = "license-twice"
    message_template = (
        "License is deprecated when License-Expression is present. Only License-Expression should be present." + SEE
    )
    remedy = 'Keep `license = "MIT"` (an expression), and drop the old field.'
    source = warehouse("forklift/metadata.py", "_validate_metadata")
    since = "2024-11-25"
    dated_by = LICENSE_EXPRESSIONS

    def problems(self, metadata: FormMetadata) -> Iterator[Problem]:
        if any(metadata.texts.get("license", [])) and any(metadata.texts.get("license-expression", [])):
            yield Problem(Round.PYPI, "license")

    def example(self) -> Example:
        """Both fields."""
        return example_with(license="MIT", license_expression="MIT")


class InvalidLicenseFile(MetadataRule):
    """The path of a licence file is invalid. It must be relative, with forward slashes, without ".." and "*"."""

    id = "license-file"
    message_template = "{path} is invalid for 'license-file', {why}." + SEE
    remedy = "Keep licence files inside the project, and let the build backend write the metadata."
    source = packaging("metadata.py", "_Validator._process_license_files")
    recorded = cases("metadata/license-file-bad-00")
    since = "2024-11-25"
    dated_by = LICENSE_EXPRESSIONS

    def problems(self, metadata: FormMetadata) -> Iterator[Problem]:
        paths = metadata.texts["license-file"] if is_read(metadata, "license-file") else []
        for position, path in enumerate(paths):
            reason = self._reason(path)
            if reason:
                facts = {"path": repr(path), "why": reason}
                yield Problem(Round.SPECIFICATION, "license-file", (position,), facts)

    def _reason(self, path: str) -> str:
        """Return why a path is rejected, "" for a path that is accepted."""
        if ".." in path:
            return "parent directory indicators are not allowed"
        if "*" in path:
            return "paths must be resolved"
        if PurePosixPath(path).is_absolute() or PureWindowsPath(path).is_absolute():
            return "paths must be relative"
        return "" if PureWindowsPath(path).as_posix() == path else "paths must use '/' delimiter"

    def example(self) -> Example:
        """Name a file outside of the project."""
        return example_with(license_file="../LICENSE")
