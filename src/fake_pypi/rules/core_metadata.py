"""Metadata that PyPI rejects: repeated and too new fields, summary, classifiers, dynamic fields, import names."""

from __future__ import annotations

import keyword
from collections.abc import Iterator
from typing import ClassVar

from fake_pypi.inspection.form_metadata import FIELDS, FormMetadata, label_and_url
from fake_pypi.reference_data import classifiers
from fake_pypi.rules.dated_change import METADATA_LIBRARY
from fake_pypi.rules.message_sources import cases, packaging, warehouse
from fake_pypi.rules.metadata_rule import (
    SEE,
    MetadataRule,
    Problem,
    Round,
    example_with,
    is_read,
    is_too_new,
    known_versions,
)
from fake_pypi.rules.rule_set import Example

MOST_SUMMARY_CHARACTERS = 512
NEVER_DYNAMIC = ("metadata-version", "name", "version")
FIELD_NAMES = frozenset(field.name for field in FIELDS)


class RepeatedField(MetadataRule):
    """The form has a field twice that may be sent once, or two project URLs with the same label.

    This happens if a build tool shortens or merges labels that differ in the source file, or if a form is written by
    hand.
    """

    id = "repeated-field"
    message_template = "'{field}' has invalid data." + SEE
    remedy = "Send the field once; give every entry of [project.urls] a label of its own."
    source = warehouse("forklift/metadata.py", "parse_form_metadata")
    recorded = cases("protocol/duplicate-name")
    since = "2024-03-19"
    dated_by = METADATA_LIBRARY

    def problems(self, metadata: FormMetadata) -> Iterator[Problem]:
        for field in FIELDS:
            if not field.many and len(metadata.texts.get(field.name, [])) > 1:
                yield Problem(Round.COUNT, field.sent_as, facts={"field": field.sent_as})
        labels = [label_and_url(text)[0] for text in metadata.texts.get("project-url", [])]
        if len(set(labels)) < len(labels):
            yield Problem(Round.COUNT, "project_urls", facts={"field": "project_urls"})

    def example(self) -> Example:
        """Send two versions in one form."""
        return example_with(version=["1.0", "2.0"])


class UnknownMetadataVersion(MetadataRule):
    """The metadata has a metadata version that PyPI does not know, or none.

    PyPI supports a new metadata version some time after it is specified; build backends are sometimes faster. "None"
    means that the field is missing.
    """

    id = "metadata-version"
    message_template = "{version} is not a valid metadata version." + SEE
    remedy = "Build with a released version of the build backend; today PyPI knows 1.0 to 1.2 and 2.1 to 2.5."
    source = packaging("metadata.py", "_Validator._process_metadata_version")
    recorded = cases("metadata/version-2.6")

    def problems(self, metadata: FormMetadata) -> Iterator[Problem]:
        version = metadata.text("metadata-version")
        if version not in known_versions(self.as_of):
            yield Problem(Round.SPECIFICATION, "metadata-version", facts={"version": repr(version)})

    def example(self) -> Example:
        """Claim a metadata version that does not exist."""
        return example_with(metadata_version="3.0")


class FieldTooNew(MetadataRule):
    """A field was introduced after the metadata version that the metadata claims to have.

    Often an old tool has rewritten metadata of a newer one; the field is usually a licence file.
    """

    id = "field-too-new"
    message_template = "{field} introduced in metadata version {since}, not {version}." + SEE
    remedy = "Upgrade the build backend (setuptools, hatchling, wheel) and twine, remove dist/, and build again."
    source = packaging("metadata.py", "Metadata.from_raw")
    recorded = cases("metadata/license-file-in-2.3")
    since = "2024-03-19"
    dated_by = METADATA_LIBRARY

    def problems(self, metadata: FormMetadata) -> Iterator[Problem]:
        version, known = metadata.text("metadata-version"), known_versions(self.as_of)
        for field in FIELDS:
            if field.since in known and field.name in metadata.texts and is_too_new(metadata, field.name):
                facts = {"field": field.name, "since": field.since, "version": version}
                yield Problem(Round.SPECIFICATION, field.name, facts=facts)

    def example(self) -> Example:
        """Send a list of dynamic fields in metadata 2.1."""
        return example_with(metadata_version="2.1", dynamic="Summary")


class SummaryLines(MetadataRule):
    """The summary has more than one line; it is the one-line description of the project."""

    id = "summary-lines"
    message_template = "'summary' must be a single line." + SEE
    remedy = "Write [project] description in one line; longer text belongs into the readme."
    source = packaging("metadata.py", "_Validator._process_summary")
    recorded = cases("metadata/summary-newline")

    def problems(self, metadata: FormMetadata) -> Iterator[Problem]:
        if "\n" in (metadata.text("summary") or ""):
            yield Problem(Round.SPECIFICATION, "summary")

    def example(self) -> Example:
        """Two lines."""
        return example_with(summary="first\nsecond")


class SummaryLength(MetadataRule):
    """The summary is longer than 512 characters."""

    id = "summary-length"
    message_template = "'summary' field must be {limit} characters or less." + SEE
    remedy = "Shorten [project] description; longer text belongs into the readme."
    source = warehouse("forklift/metadata.py", "_validate_metadata")
    recorded = cases("metadata/summary-513")

    def problems(self, metadata: FormMetadata) -> Iterator[Problem]:
        if any(len(text) > MOST_SUMMARY_CHARACTERS for text in metadata.texts.get("summary", [])):
            yield Problem(Round.PYPI, "summary", facts={"limit": MOST_SUMMARY_CHARACTERS})

    def example(self) -> Example:
        """Send one character too many."""
        return example_with(summary="s" * 513)


class UnknownClassifier(MetadataRule):
    """A classifier is not on PyPI's list. "Private :: …" never is, so that it prevents an upload by accident."""

    id = "unknown-classifier"
    message_template = "{classifier!r} is not a valid classifier." + SEE
    remedy = "Copy classifiers exactly from https://pypi.org/classifiers/."
    source = warehouse("forklift/metadata.py", "_validate_metadata")
    recorded = cases("metadata/classifier-unknown")

    def problems(self, metadata: FormMetadata) -> Iterator[Problem]:
        texts = metadata.texts.get("classifier")
        if not texts:
            return
        known = classifiers()
        unknown = sorted(set(texts).difference(known.valid, known.deprecated))
        for position, text in enumerate(unknown):
            yield Problem(Round.PYPI, "classifier", (0, position), {"classifier": text, "classifiers": unknown})

    def example(self) -> Example:
        """Send the classifier that protects private packages from an upload."""
        return example_with(classifiers="Private :: Do Not Upload")


class DeprecatedClassifier(MetadataRule):
    """A classifier is deprecated. Releases that were uploaded with it before stay as they are."""

    id = "deprecated-classifier"
    message_template = "The classifier {classifier!r} has been deprecated{advice}." + SEE
    remedy = "Use the classifier that is named instead, or leave it out."
    source = warehouse("forklift/metadata.py", "_validate_metadata")
    recorded = cases("metadata/classifier-deprecated-with-replacement")

    def problems(self, metadata: FormMetadata) -> Iterator[Problem]:
        texts = metadata.texts.get("classifier")
        if not texts:
            return
        deprecated = classifiers().deprecated
        for position, text in enumerate(sorted(set(texts) & deprecated.keys())):
            replacements = deprecated[text]
            facts = {
                "classifier": text,
                "advice": f", use one of {replacements} instead" if replacements else "",
                "replacement": f", use the following classifier(s) instead: {replacements}" if replacements else ".",
            }
            yield Problem(Round.PYPI, "classifier", (1, position), facts)

    def example(self) -> Example:
        """Misspell a language."""
        return example_with(classifiers="Natural Language :: Ukranian")


class InvalidDynamic(MetadataRule):
    """The metadata lists a field as dynamic that cannot be dynamic."""

    id = "dynamic"
    message_template = "{what} is not {why}." + SEE
    reasons: ClassVar[tuple[str, str]] = ("a valid dynamic field", "allowed as a dynamic field")
    remedy = "List fields of the core metadata only; name, version and metadata version are always fixed."
    source = packaging("metadata.py", "_Validator._process_dynamic")
    recorded = cases("metadata/dynamic-07")
    since = "2024-02-27"
    dated_by = "https://github.com/pypa/flit/issues/675"

    @property
    def messages(self) -> tuple[str, ...]:
        return tuple(self.message_template.replace("{why}", reason) for reason in self.reasons)

    def problems(self, metadata: FormMetadata) -> Iterator[Problem]:
        invalid, not_allowed = self.reasons
        if is_read(metadata, "dynamic"):
            for position, name in enumerate(map(str.lower, metadata.texts["dynamic"])):
                if name in NEVER_DYNAMIC:
                    facts = {"what": repr(name), "why": not_allowed}
                    yield Problem(Round.SPECIFICATION, "dynamic", (position,), facts)
                elif name not in FIELD_NAMES:
                    facts = {"what": repr(name), "why": invalid}
                    yield Problem(Round.SPECIFICATION, "dynamic", (position,), facts)
        if any(name.lower() == "dynamic" for name in metadata.texts.get("dynamic", [])):
            facts = {"what": "Dynamic field 'dynamic'", "why": invalid}
            yield Problem(Round.PYPI, "dynamic", facts=facts)

    def example(self) -> Example:
        """Name a field that does not exist."""
        return example_with(dynamic="Colour")


class InvalidImportName(MetadataRule):
    """An import name is not a dotted name that `import` accepts (PEP 794)."""

    id = "import-name"
    message_template = "{value} is invalid for '{field}'; {why}." + SEE
    remedy = 'Name importable packages, as "demo" or "demo.plugins"; only "; private" may follow.'
    source = packaging("metadata.py", "_Validator._process_import_names")
    recorded = cases("metadata/import-name-06")
    since = "2026-05-02"
    dated_by = "https://github.com/python-poetry/poetry-core/pull/894"

    def problems(self, metadata: FormMetadata) -> Iterator[Problem]:
        for name in ("import-name", "import-namespace"):
            texts = metadata.texts[name] if is_read(metadata, name) else []
            reasons = [reason for text in texts for reason in self._reasons(text)]
            for position, (value, reason) in enumerate(reasons):
                facts = {"field": name, "value": repr(value), "why": reason}
                yield Problem(Round.SPECIFICATION, name, (position,), facts)

    def _reasons(self, text: str) -> Iterator[tuple[str, str]]:
        """Yield why an import name is rejected, each with the part of the text that is."""
        dotted, semicolon, option = text.partition(";")
        dotted = dotted.rstrip()
        for part in dotted.split("."):
            if not part.isidentifier():
                yield dotted, f"{part!r} is not a valid identifier"
            elif keyword.iskeyword(part):
                yield dotted, f"{part!r} is a keyword"
        if semicolon and option.lstrip() != "private":
            yield text, "the only valid option is 'private'"

    def example(self) -> Example:
        """Send the name of the project instead of that of the package."""
        return example_with(metadata_version="2.5", import_name="de-mo")
