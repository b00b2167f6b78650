"""E-mail addresses and URLs in the metadata that PyPI rejects."""

from __future__ import annotations

from collections.abc import Iterator

from fake_pypi.inspection.field_values import is_web_url, lone_address
from fake_pypi.inspection.form_metadata import FormMetadata, label_and_url
from fake_pypi.rules.message_sources import cases, warehouse
from fake_pypi.rules.metadata_rule import SEE, MetadataRule, Problem, Round, example_with, sentence
from fake_pypi.rules.rule_set import Example

MOST_LABEL_CHARACTERS = 32


def labelled_urls(metadata: FormMetadata) -> Iterator[tuple[int, str, str]]:
    """Yield position, label and URL of each project URL."""
    for position, text in enumerate(metadata.texts.get("project-url", [])):
        yield (position, *label_and_url(text))


def is_label(text: str) -> bool:
    """Return whether PyPI accepts a text as the label of a project URL."""
    return 0 < len(text) <= MOST_LABEL_CHARACTERS


class InvalidEmail(MetadataRule):
    """The e-mail address of the author or maintainer is invalid.

    PyPI sends no mail to it, but requires a domain that could exist: not "localhost", not "example.test".
    It does not check a list of several people.
    """

    id = "invalid-email"
    message_template = "{address!r} is not a valid email address: {problem}" + SEE
    remedy = "Correct the address, or leave it out: a name without an address is accepted."
    source = warehouse("forklift/metadata.py", "_validate_metadata")
    recorded = cases("metadata/author-email-08")

    def problems(self, metadata: FormMetadata) -> Iterator[Problem]:
        for name in ("author-email", "maintainer-email"):
            for position, value in enumerate(metadata.values(name)):
                if value.breaks_library:
                    break
                if value.parsed is None:
                    facts = {"field": name, "address": lone_address(value.text), "problem": sentence(value.problem)}
                    yield Problem(Round.PYPI, name, (position,), facts)

    def example(self) -> Example:
        """Send an address at the local machine."""
        return example_with(author_email="Alice <alice@localhost>")


class InvalidUrl(MetadataRule):
    """A home page, download page or project URL does not start with http:// or https://."""

    id = "invalid-url"
    message_template = "{url!r} is not a valid url." + SEE
    remedy = "Write the complete URL, as https://example.com/."
    source = warehouse("forklift/metadata.py", "_validate_metadata")
    recorded = cases("metadata/project-url-06")

    def problems(self, metadata: FormMetadata) -> Iterator[Problem]:
        for name in ("home-page", "download-url"):
            for position, text in enumerate(metadata.texts.get(name, [])):
                if not is_web_url(text):
                    yield Problem(Round.PYPI, name, (position,), {"url": text})
        for position, label, url in labelled_urls(metadata):
            if is_label(label) and url and not is_web_url(url):
                yield Problem(Round.PYPI, "project-url", (position,), {"url": url})

    def example(self) -> Example:
        """Send a host without a scheme."""
        return example_with(project_urls="Home, example.com")


class ProjectUrlLabelMissing(MetadataRule):
    """A project URL has no label in front of its comma."""

    id = "project-url-label-missing"
    message_template = "Must have a label." + SEE
    remedy = 'Give it one under [project.urls], as Documentation = "https://…".'
    source = warehouse("forklift/metadata.py", "_validate_metadata")
    recorded = cases("metadata/project-url-04")

    def problems(self, metadata: FormMetadata) -> Iterator[Problem]:
        for position, label, _ in labelled_urls(metadata):
            if not label:
                yield Problem(Round.PYPI, "project-url", (position,))

    def example(self) -> Example:
        """Nothing before the comma."""
        return example_with(project_urls=", https://example.com/")


class ProjectUrlLabelLength(MetadataRule):
    """The label of a project URL is longer than 32 characters."""

    id = "project-url-label-length"
    message_template = "{label!r} must be {limit} characters or less." + SEE
    remedy = "Shorten the label under [project.urls]."
    source = warehouse("forklift/metadata.py", "_validate_metadata")
    recorded = cases("metadata/project-url-10")

    def problems(self, metadata: FormMetadata) -> Iterator[Problem]:
        for position, label, _ in labelled_urls(metadata):
            if label and not is_label(label):
                facts = {"label": label, "limit": MOST_LABEL_CHARACTERS}
                yield Problem(Round.PYPI, "project-url", (position,), facts)

    def example(self) -> Example:
        """Send one character too many."""
        return example_with(project_urls=f"{'x' * 33}, https://example.com/")


class ProjectUrlMissing(MetadataRule):
    """A project URL has no address behind its label, or no comma between the two."""

    id = "project-url-missing"
    message_template = "Must have a URL." + SEE
    remedy = 'Write [project.urls] entries as Documentation = "https://…".'
    source = warehouse("forklift/metadata.py", "_validate_metadata")
    recorded = cases("metadata/project-url-05")

    def problems(self, metadata: FormMetadata) -> Iterator[Problem]:
        for position, label, url in labelled_urls(metadata):
            if is_label(label) and not url:
                yield Problem(Round.PYPI, "project-url", (position,))

    def example(self) -> Example:
        """Send an address without a label, which is read as a label without an address."""
        return example_with(project_urls="https://example.com/")
