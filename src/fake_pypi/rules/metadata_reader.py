"""Metadata at which the library that PyPI reads it with fails."""

from __future__ import annotations

from collections.abc import Iterator

from fake_pypi.index import Index
from fake_pypi.inspection.form_metadata import FormMetadata
from fake_pypi.rules.core_metadata import (
    FieldTooNew,
    InvalidDynamic,
    InvalidImportName,
    SummaryLines,
    UnknownMetadataVersion,
)
from fake_pypi.rules.dated_change import METADATA_LIBRARY
from fake_pypi.rules.dependencies import InvalidExtra, InvalidRequirement, InvalidRequiresPython
from fake_pypi.rules.description import ContentType, ContentTypeCharset, MarkdownVariant
from fake_pypi.rules.licenses import InvalidLicenseExpression, InvalidLicenseFile
from fake_pypi.rules.message_sources import packaging
from fake_pypi.rules.metadata_rule import (
    MetadataRule,
    Problem,
    Round,
    example_with,
    formatted_facts,
    is_read,
)
from fake_pypi.rules.release_version import InvalidVersion, MissingVersion
from fake_pypi.rules.rule_set import Example, Rejection
from fake_pypi.rules.upload import Upload

RULES_OF_SPECIFICATION: tuple[MetadataRule, ...] = (
    UnknownMetadataVersion(),
    MissingVersion(),
    InvalidVersion(),
    FieldTooNew(),
    SummaryLines(),
    ContentType(),
    ContentTypeCharset(),
    MarkdownVariant(),
    InvalidDynamic(),
    InvalidImportName(),
    InvalidLicenseExpression(),
    InvalidLicenseFile(),
    InvalidExtra(),
    InvalidRequirement(),
    InvalidRequiresPython(),
)
"""The rules whose messages the library makes."""
READ_BY_LIBRARY = ("version", "requires-dist", "requires-python", "license-expression", "provides-extra")
"""Fields whose values the library parses."""
READ_BY_PYPI = ("author-email", "maintainer-email", "provides-dist", "obsoletes-dist", "requires-dist")
"""Fields whose values PyPI parses after the library has accepted the metadata."""


class MetadataReaderFails(MetadataRule):
    """The library with which PyPI reads metadata fails at a value. PyPI itself fails here.

    Braces in a value that it should reject (a template that was never filled in), a line break in a
    content type, a licence reference followed by "+". Newer releases of the library reject these in words.
    Thousands of nested parentheses in a requirement, an e-mail address or a content type are the other cause.
    """

    id = "metadata-reader-fails"
    status = 500
    message_template = "Internal Server Error"
    remedy = "Look for braces left over from a template in version, dependencies and licence."
    source = packaging("metadata.py", "_Validator._invalid_metadata")
    since = "2024-03-19"
    dated_by = METADATA_LIBRARY

    def check_all(self, upload: Upload, index: Index) -> list[Rejection]:
        """Return the failures in PyPI's order: in each round the library fails before PyPI shows any message."""
        return [
            Rejection(self, rank=(problem.in_round, -1, problem.name, *problem.order))
            for problem in sorted(self.problems(upload.metadata), key=lambda problem: problem.rank)
        ]

    def problems(self, metadata: FormMetadata) -> Iterator[Problem]:
        """Yield the values at which the library fails; in the round of the specification it stops at the first."""
        failures = [*self._failures(metadata)]
        if not failures and not metadata.has_braces:  # without these the library fails at no message
            return
        rejected = [problem for rule in RULES_OF_SPECIFICATION for problem in rule.problems(metadata)]
        first: dict[str, Problem] = {}
        for problem in sorted([*failures, *rejected], key=lambda problem: problem.rank):
            if problem.in_round is Round.SPECIFICATION:
                first.setdefault(problem.name, problem)
        yield from (problem for problem in first.values() if problem in failures or formatted_facts(problem) is None)
        yield from (failure for failure in failures if failure.in_round is Round.PYPI)

    def _failures(self, metadata: FormMetadata) -> Iterator[Problem]:
        """Yield the values at which the library fails while it reads them, before it makes a message."""
        if is_read(metadata, "description-content-type") and metadata.content_type == ("", {}):
            yield Problem(Round.SPECIFICATION, "description-content-type")
        for name in READ_BY_LIBRARY:
            if is_read(metadata, name):
                yield from self._failures_in(Round.SPECIFICATION, metadata, name)
        for name in READ_BY_PYPI:
            yield from self._failures_in(Round.PYPI, metadata, name)

    def _failures_in(self, in_round: Round, metadata: FormMetadata, name: str) -> list[Problem]:
        values = enumerate(metadata.values(name))
        return [Problem(in_round, name, (position,)) for position, value in values if value.breaks_library][:1]

    def example(self) -> Example:
        """Send a template with its placeholder."""
        return example_with(version="{version}")
