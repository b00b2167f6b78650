"""Dependencies that PyPI rejects: invalid requirements, requirements with a URL, invalid names of extras."""

from __future__ import annotations

from collections.abc import Iterator

from fake_pypi.inspection.form_metadata import FormMetadata
from fake_pypi.rules.dated_change import METADATA_LIBRARY
from fake_pypi.rules.message_sources import cases, packaging, warehouse
from fake_pypi.rules.metadata_rule import (
    SEE,
    MetadataRule,
    Problem,
    Round,
    example_with,
    sentence,
    unreadable_values,
)
from fake_pypi.rules.rule_set import Example

OLD_FIELDS = ("provides-dist", "obsoletes-dist")


class InvalidRequirement(MetadataRule):
    """A dependency is not a valid requirement (PEP 508): a name, extras, versions, a marker."""

    id = "requires-dist"
    message_template = "{value} is invalid for 'requires-dist'." + SEE
    remedy = "Write it as \"requests>=2.31; python_version < '3.13'\"."
    source = packaging("metadata.py", "_Validator._process_requires_dist")
    recorded = cases("metadata/requires-dist-03")

    def problems(self, metadata: FormMetadata) -> Iterator[Problem]:
        return unreadable_values(metadata, "requires-dist")

    def example(self) -> Example:
        """Send a name with a blank in it."""
        return example_with(requires_dist="req uests")


class DirectDependency(MetadataRule):
    """A dependency has a URL ("name @ https://…", "name @ git+…"); PyPI accepts names and versions only.

    Everything that a project on PyPI depends on must be on PyPI too, where files cannot be replaced. This includes the
    dependencies of extras.
    """

    id = "direct-dependency"
    message_template = "Can't have direct dependency: {requirement}" + SEE
    remedy = "Depend on a released version; put URLs into a requirements file or a dependency group."
    source = warehouse("forklift/metadata.py", "_validate_metadata")
    recorded = cases("metadata/requires-dist-04")

    def problems(self, metadata: FormMetadata) -> Iterator[Problem]:
        for name in ("requires-dist", *OLD_FIELDS):
            for position, value in enumerate(metadata.values(name)):
                if value.breaks_library:
                    break
                if getattr(value.parsed, "url", None) is not None:
                    requirement = str(value.parsed) if name == "requires-dist" else repr(value.text)
                    facts = {"requirement": sentence(requirement), "value": value.text}
                    yield Problem(Round.PYPI, name, (position,), facts)

    def example(self) -> Example:
        """Depend on a repository."""
        return example_with(requires_dist="requests @ git+https://github.com/psf/requests")


class InvalidOldRequirement(MetadataRule):
    """Provides-Dist or Obsoletes-Dist is not a valid requirement. No installer uses these fields."""

    id = "invalid-dist"
    message_template = "{value!r} is invalid: {problem}" + SEE
    remedy = "Leave Provides-Dist and Obsoletes-Dist out."
    source = warehouse("forklift/metadata.py", "_validate_metadata")
    recorded = cases("metadata/obsoletes-dist-bad")

    def problems(self, metadata: FormMetadata) -> Iterator[Problem]:
        for name in OLD_FIELDS:
            for position, value in enumerate(metadata.values(name)):
                if value.breaks_library:
                    break
                if value.parsed is None:
                    facts = {"field": name, "value": value.text, "problem": sentence(value.problem)}
                    yield Problem(Round.PYPI, name, (position,), facts)

    def example(self) -> Example:
        """Send a value without a name."""
        return example_with(obsoletes_dist="!!")


class InvalidRequiresPython(MetadataRule):
    """The Python versions are not a list of valid version specifiers: ">=3.9.*" is invalid, "==3.*" is valid."""

    id = "requires-python"
    message_template = "{value} is invalid for 'requires-python'." + SEE
    remedy = 'Write requires-python = ">=3.10".'
    source = packaging("metadata.py", "_Validator._process_requires_python")
    recorded = cases("metadata/requires-python-06")

    def problems(self, metadata: FormMetadata) -> Iterator[Problem]:
        return unreadable_values(metadata, "requires-python")

    def example(self) -> Example:
        """Send a wildcard where none is allowed."""
        return example_with(requires_python=">=3.9.*")


class InvalidExtra(MetadataRule):
    """The name of an extra is invalid. It may have ASCII letters, digits, ".", "_" and "-", as a project's name."""

    id = "provides-extra"
    message_template = "{value} is invalid for 'provides-extra'." + SEE
    remedy = "Rename the extra under [project.optional-dependencies]."
    source = packaging("metadata.py", "_Validator._process_provides_extra")
    recorded = cases("metadata/provides-extra-02")
    since = "2024-03-19"
    dated_by = METADATA_LIBRARY

    def problems(self, metadata: FormMetadata) -> Iterator[Problem]:
        return unreadable_values(metadata, "provides-extra")

    def example(self) -> Example:
        """Send a name with a blank in it."""
        return example_with(provides_extra="a b")
