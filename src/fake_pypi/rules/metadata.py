"""Metadata that PyPI rejects: versions, summary, classifiers, licence, import names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_pypi.packages.wheel import wheel
from fake_pypi.rules.rule_set import Example, Rejection, Rule

if TYPE_CHECKING:
    from fake_pypi.index import Index
    from fake_pypi.rules.upload import Upload

SEE = " See https://packaging.python.org/specifications/core-metadata for more information."


class MetadataRule(Rule):
    """What rules about metadata share: it is read once, and each tells of its own problems."""

    together = "metadata"

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        """Tell of the first problem that is this rule's subject."""
        return next(iter(self.check_all(upload, index)), None)

    def check_all(self, upload: Upload, index: Index) -> list[Rejection]:
        """Return a rejection for each problem that is this rule's subject, the first one first."""
        return [Rejection(self, problem.facts, rank=problem.rank) for problem in upload.metadata.problems_of(self.id)]


def sending(**form: str | list[str] | None) -> Example:
    """A wheel without any metadata that could be left out, sent with further form fields."""
    bare = wheel("demo", summary=None, description="", description_content_type=None, license=None)
    return Example(bare, form=form)


class MetadataReaderFails(MetadataRule):
    """PyPI itself fails here: the library that it reads metadata with stumbles over a value.

    Braces in a value that it wants to reject (a template that was never filled in), a line break in a
    content type, a licence reference followed by "+". Newer releases of the library reject these in words.
    Thousands of nested parentheses in a requirement, an e-mail address or a content type are the other cause.
    """

    id = "metadata-reader-fails"
    status = 500
    message_template = "Internal Server Error"
    remedy = "Look for braces left over from a template in version, dependencies and licence."
    source = "packaging 26.2, which the recorded server read metadata with"

    def example(self) -> Example:
        """A template that was never filled in."""
        return sending(version="{version}")


class RepeatedField(MetadataRule):
    """The form has a field twice that may come once, or two project URLs with the same label.

    It happens when labels differ in the source file but a build tool cuts or merges them, or when a form is
    written by hand.
    """

    id = "repeated-field"
    message_template = "'{field}' has invalid data." + SEE
    remedy = "Send the field once; give every entry of [project.urls] a label of its own."
    source = "recorded case protocol/duplicate-name"

    def example(self) -> Example:
        """Two versions in one form."""
        return sending(version=["1.0", "2.0"])


class UnknownMetadataVersion(MetadataRule):
    """The metadata is written in a version that PyPI does not know, or does not say in which.

    PyPI learns a new metadata version some time after the specification has it; build backends are at times
    faster. "None" means that the field is missing.
    """

    id = "metadata-version"
    message_template = "{version} is not a valid metadata version." + SEE
    remedy = "Build with a released version of the build backend; PyPI knows 1.0 to 1.2 and 2.1 to 2.5."
    source = "recorded case metadata/version-2.6"

    def example(self) -> Example:
        """A version that is far ahead."""
        return sending(metadata_version="3.0")


class MissingVersion(MetadataRule):
    """The form names no version, so PyPI cannot tell which release the file belongs to."""

    id = "missing-version"
    message_template = "'version' is a required field." + SEE
    remedy = "Give [project] a version, or list it under dynamic and let the build backend find it."
    source = "recorded case form/no-version"

    def example(self) -> Example:
        """A form without version."""
        return sending(version=None)


class InvalidVersion(MetadataRule):
    """The version is not written as PEP 440 wants it, so installers could not put releases in order."""

    id = "invalid-version"
    message_template = "{value} is invalid for 'version'." + SEE
    remedy = "Write it like 1.2.3, 1.2.3a1, 1.2.3rc1, 1.2.3.post1 or 1.2.3.dev1 (0.1.0-test.1 is none of these)."
    source = "recorded case version/03"

    def example(self) -> Example:
        """A version as semantic versioning would have it."""
        return sending(version="0.1.0-test.1")


class LocalVersion(MetadataRule):
    """The version has a local part ("+" and more), which is for builds that stay at home.

    setuptools-scm and its like add one when the tree has changes, or commits after the tag.
    """

    id = "local-version"
    message_template = (
        "The use of local versions in {version!r} is not allowed. "
        "See https://packaging.python.org/en/latest/specifications/version-specifiers/"
        "#local-version-identifiers for more information."
    )
    remedy = 'Build from a clean tag, or tell setuptools-scm `local_scheme = "no-local-version"`.'
    source = "recorded case version/00"

    def example(self) -> Example:
        """A build after the tag."""
        return sending(version="1.0+g1a2b3c4")


class FieldTooNew(MetadataRule):
    """The metadata says it is of an older version than one of its fields.

    Often an old tool rewrote metadata that a newer one had written; a licence file is the usual field.
    """

    id = "field-too-new"
    message_template = "{field} introduced in metadata version {since}, not {version}." + SEE
    remedy = "Upgrade the build backend (setuptools, hatchling, wheel) and twine, remove dist/, and build again."
    source = "recorded case metadata/license-file-in-2.3"

    def example(self) -> Example:
        """A licence expression in metadata 2.3."""
        return sending(metadata_version="2.3", license_expression="MIT")


class SummaryLines(MetadataRule):
    """The summary has more than one line; it is the one-line description of the project."""

    id = "summary-lines"
    message_template = "'summary' must be a single line." + SEE
    remedy = "Write [project] description in one line; longer text belongs into the readme."
    source = "recorded case metadata/summary-newline"

    def example(self) -> Example:
        """Two lines."""
        return sending(summary="first\nsecond")


class SummaryLength(MetadataRule):
    """The summary is longer than 512 characters."""

    id = "summary-length"
    message_template = "'summary' field must be {limit} characters or less." + SEE
    remedy = "Shorten [project] description; longer text belongs into the readme."
    source = "recorded case metadata/summary-513"

    def example(self) -> Example:
        """One character too many."""
        return sending(summary="s" * 513)


class UnknownClassifier(MetadataRule):
    """A classifier is not on PyPI's list. "Private :: …" is on none on purpose: it keeps packages home."""

    id = "unknown-classifier"
    message_template = "{classifier!r} is not a valid classifier." + SEE
    remedy = "Copy classifiers letter by letter from https://pypi.org/classifiers/."
    source = "recorded case metadata/classifier-unknown"

    def example(self) -> Example:
        """The classifier that guards private packages."""
        return sending(classifiers="Private :: Do Not Upload")


class DeprecatedClassifier(MetadataRule):
    """A classifier has been taken out of use. What was uploaded with it before stays as it is."""

    id = "deprecated-classifier"
    message_template = "The classifier {classifier!r} has been deprecated{advice}." + SEE
    remedy = "Use the classifier that is named instead, or leave it out."
    source = "recorded case metadata/classifier-deprecated-with-replacement"

    def example(self) -> Example:
        """A misspelled language."""
        return sending(classifiers="Natural Language :: Ukranian")


class InvalidDynamic(MetadataRule):
    """The metadata calls a field dynamic that cannot be."""

    id = "dynamic"
    message_template = "{what} is not {why}." + SEE
    remedy = "List fields of the core metadata only; name, version and metadata version are always fixed."
    source = "recorded case metadata/dynamic-07"

    def example(self) -> Example:
        """A field that does not exist."""
        return sending(dynamic="Colour")


class InvalidLicenseExpression(MetadataRule):
    """The licence is no SPDX expression, which is what `license = "…"` means since PEP 639."""

    id = "license-expression"
    message_template = "{value} is invalid for 'license-expression'." + SEE
    remedy = "Write SPDX identifiers (MIT, BSD-3-Clause, Apache-2.0 OR MIT), or LicenseRef-… for your own."
    source = "recorded case metadata/license-expression-07"

    def example(self) -> Example:
        """The name of the licence, not its identifier."""
        return sending(license_expression="MIT License")


class LicenseTwice(MetadataRule):
    """The metadata has the old License field and the new License-Expression."""

    id = "license-twice"
    message_template = (
        "License is deprecated when License-Expression is present. Only License-Expression should be present." + SEE
    )
    remedy = 'Keep `license = "MIT"` (an expression), and drop the old field.'
    source = "https://peps.python.org/pep-0639/#deprecate-license-field"

    def example(self) -> Example:
        """Both fields."""
        return sending(license="MIT", license_expression="MIT")


class InvalidLicenseFile(MetadataRule):
    """The path of a licence file is not plain: relative, with forward slashes, without ".." and "*"."""

    id = "license-file"
    message_template = "{path} is invalid for 'license-file', {why}." + SEE
    remedy = "Keep licence files inside the project, and let the build backend write the metadata."
    source = "recorded case metadata/license-file-bad-00"

    def example(self) -> Example:
        """A file outside of the project."""
        return sending(license_file="../LICENSE")


class InvalidImportName(MetadataRule):
    """An import name is no dotted name that `import` could take (PEP 794)."""

    id = "import-name"
    message_template = "{value} is invalid for '{field}'; {why}." + SEE
    remedy = 'Name importable packages, as "demo" or "demo.plugins"; only "; private" may follow.'
    source = "recorded case metadata/import-name-06"

    def example(self) -> Example:
        """The project's name where the package's belongs."""
        return sending(metadata_version="2.5", import_name="de-mo")
