"""Addresses that PyPI rejects: of people (e-mail) and of pages (home page, download, project URLs)."""

from __future__ import annotations

from fake_pypi.rules.metadata import SEE, MetadataRule, sending
from fake_pypi.rules.rule_set import Example


class InvalidEmail(MetadataRule):
    """The e-mail address of the author or maintainer cannot be one.

    PyPI does not write to it, but wants a domain that could exist: no "localhost", no "example.test".
    A list of several people is not looked at.
    """

    id = "invalid-email"
    message_template = "{address!r} is not a valid email address: {problem}" + SEE
    remedy = "Correct it, or leave the address out: a name alone is fine."
    source = "recorded case metadata/author-email-08"

    def example(self) -> Example:
        """An address of this machine."""
        return sending(author_email="Alice <alice@localhost>")


class InvalidUrl(MetadataRule):
    """A home page, download page or project URL does not start with http:// or https://."""

    id = "invalid-url"
    message_template = "{url!r} is not a valid url." + SEE
    remedy = "Write the whole address, as https://example.com/."
    source = "recorded case metadata/project-url-06"

    def example(self) -> Example:
        """A host without scheme."""
        return sending(project_urls="Home, example.com")


class ProjectUrlLabelMissing(MetadataRule):
    """A project URL has no label in front of its comma."""

    id = "project-url-label-missing"
    message_template = "Must have a label." + SEE
    remedy = 'Give it one under [project.urls], as Documentation = "https://…".'
    source = "recorded case metadata/project-url-04"

    def example(self) -> Example:
        """Nothing before the comma."""
        return sending(project_urls=", https://example.com/")


class ProjectUrlLabelLength(MetadataRule):
    """The label of a project URL is longer than 32 characters."""

    id = "project-url-label-length"
    message_template = "{label!r} must be {limit} characters or less." + SEE
    remedy = "Shorten the label under [project.urls]."
    source = "recorded case metadata/project-url-10"

    def example(self) -> Example:
        """One character too many."""
        return sending(project_urls=f"{'x' * 33}, https://example.com/")


class ProjectUrlMissing(MetadataRule):
    """A project URL has no address behind its label, or no comma between the two."""

    id = "project-url-missing"
    message_template = "Must have a URL." + SEE
    remedy = 'Write [project.urls] entries as Documentation = "https://…".'
    source = "recorded case metadata/project-url-05"

    def example(self) -> Example:
        """An address without label, which is read as a label without address."""
        return sending(project_urls="https://example.com/")
