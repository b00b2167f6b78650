"""Versions in the metadata that PyPI rejects."""

from __future__ import annotations

from collections.abc import Iterator

from fake_pypi.inspection.form_metadata import FormMetadata
from fake_pypi.rules.message_sources import cases, packaging, warehouse
from fake_pypi.rules.metadata_rule import SEE, MetadataRule, Problem, Round, example_with, unreadable_values
from fake_pypi.rules.rule_set import Example


class MissingVersion(MetadataRule):
    """The form has no version, so PyPI cannot tell which release the file belongs to."""

    id = "missing-version"
    message_template = "'version' is a required field." + SEE
    remedy = "Give [project] a version, or list it under dynamic and let the build backend find it."
    source = packaging("metadata.py", "_Validator._process_version")
    recorded = cases("form/no-version")

    def problems(self, metadata: FormMetadata) -> Iterator[Problem]:
        if "version" not in metadata.texts:
            yield Problem(Round.SPECIFICATION, "version")

    def example(self) -> Example:
        """Leave out the version."""
        return example_with(version=None)


class InvalidVersion(MetadataRule):
    """The version is not valid according to PEP 440, so installers could not sort the releases."""

    id = "invalid-version"
    message_template = "{value} is invalid for 'version'." + SEE
    remedy = "Write it like 1.2.3, 1.2.3a1, 1.2.3rc1, 1.2.3.post1 or 1.2.3.dev1 (0.1.0-test.1 is invalid)."
    source = packaging("metadata.py", "_Validator._process_version")
    recorded = cases("version/03")

    def problems(self, metadata: FormMetadata) -> Iterator[Problem]:
        return unreadable_values(metadata, "version")

    def example(self) -> Example:
        """Send a version that only semantic versioning permits."""
        return example_with(version="0.1.0-test.1")


class LocalVersion(MetadataRule):
    """The version has a local part ("+" and more), which is for builds that are not published.

    setuptools-scm and similar tools add one if the tree has changes, or commits after the tag.
    """

    id = "local-version"
    message_template = (
        "The use of local versions in {version!r} is not allowed. "
        "See https://packaging.python.org/en/latest/specifications/version-specifiers/"
        "#local-version-identifiers for more information."
    )
    remedy = 'Build from a clean tag, or tell setuptools-scm `local_scheme = "no-local-version"`.'
    source = warehouse("forklift/metadata.py", "_validate_metadata")
    recorded = cases("version/00")

    def problems(self, metadata: FormMetadata) -> Iterator[Problem]:
        for position, value in enumerate(metadata.values("version")):
            if getattr(value.parsed, "local", None):
                yield Problem(Round.PYPI, "version", (position,), {"version": str(value.parsed)})

    def example(self) -> Example:
        """Send a version with a local part, as of a build after the last tag."""
        return example_with(version="1.0+g1a2b3c4")
