"""Descriptions that PyPI rejects: of an unknown type, or not renderable."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from fake_pypi.index import Index
from fake_pypi.inspection.form_metadata import FormMetadata
from fake_pypi.packages.wheel import wheel
from fake_pypi.rules.message_sources import cases, packaging, warehouse
from fake_pypi.rules.metadata_rule import SEE, MetadataRule, Problem, Round, example_with, is_read
from fake_pypi.rules.rule_set import Example, Rejection, Rule
from fake_pypi.rules.upload import Upload

HELP = " See https://pypi.org/help/#description-content-type for more information."
CONTENT_TYPES = ("text/x-rst", "text/markdown", "text/plain")
MARKDOWN_VARIANTS = ("GFM", "CommonMark")


def readable_content_type(metadata: FormMetadata) -> tuple[str, Mapping[str, str]]:
    """Return the description's content type and its parameters; ("", {}) if there is none that can be read."""
    content_type = metadata.content_type if is_read(metadata, "description-content-type") else None
    return content_type or ("", {})


class UnshowableDescription(Rule):
    """The readme cannot be rendered as the content type in the metadata, so PyPI has no page to show.

    In reStructuredText any warning is enough: a directive or role of Sphinx, a substitution that is not
    defined, a title whose line is too short, an include. Markdown fails only when nothing comes out of it.
    """

    id = "invalid-description"
    message_template = "The description failed to render for '{content_type}'." + HELP
    remedy = "Run `twine check dist/*` to find the line. Sphinx roles are not supported."
    source = warehouse("forklift/legacy.py", "file_upload")
    recorded = cases("metadata/description-rst-charset-broken")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        content_type = upload.metadata.text("description-content-type")
        if not content_type or upload.description_renders:
            return None
        return self.reject(content_type=content_type)

    def example(self) -> Example:
        """Use a role that only Sphinx knows."""
        form = {"description": "See :doc:`guide`.", "description_content_type": "text/x-rst"}
        return Example(wheel("demo"), form=form)


class UnshowableDefaultDescription(Rule):
    """The readme has no content type and cannot be rendered as reStructuredText, the default.

    Usually it is Markdown, and its content type is missing in the metadata.
    """

    id = "invalid-description-default"
    message_template = "The description failed to render in the default format of reStructuredText." + HELP
    remedy = 'Name the readme in [project] (readme = "README.md"), or set long_description_content_type.'
    source = warehouse("forklift/legacy.py", "file_upload")
    recorded = cases("metadata/description-rst-default-bad-role")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        content_type = upload.metadata.text("description-content-type")
        return self.reject() if not content_type and not upload.description_renders else None

    def example(self) -> Example:
        """Use a role that only Sphinx knows, without a content type."""
        form = {"description": "See :doc:`guide`.", "description_content_type": None}
        return Example(wheel("demo"), form=form)


class ContentType(MetadataRule):
    """The readme's content type is not one that PyPI can render."""

    id = "content-type"
    message_template = "'description-content-type' must be one of {known}, not {value}." + SEE
    remedy = "Use text/markdown, text/x-rst or text/plain (a readme named .md or .rst gets it by itself)."
    source = packaging("metadata.py", "_Validator._process_description_content_type")
    recorded = cases("metadata/content-type-01")

    def problems(self, metadata: FormMetadata) -> Iterator[Problem]:
        content_type, _ = readable_content_type(metadata)
        text = metadata.text("description-content-type") or ""
        if content_type and (content_type not in CONTENT_TYPES or content_type not in text.lower()):
            facts = {"known": list(CONTENT_TYPES), "value": repr(text)}
            yield Problem(Round.SPECIFICATION, "description-content-type", (0,), facts)

    def example(self) -> Example:
        """Send a word that is not a content type."""
        return example_with(description="# Demo", description_content_type="markdown")


class ContentTypeCharset(MetadataRule):
    """The readme's content type names a character set other than UTF-8, which must be spelled in this way."""

    id = "content-type-charset"
    message_template = "'description-content-type' can only specify the UTF-8 charset, not {charset}." + SEE
    remedy = "Save the readme as UTF-8, and leave the charset out."
    source = packaging("metadata.py", "_Validator._process_description_content_type")
    recorded = cases("metadata/content-type-14")

    def problems(self, metadata: FormMetadata) -> Iterator[Problem]:
        _, parameters = readable_content_type(metadata)
        charset = parameters.get("charset", "UTF-8")
        if charset != "UTF-8":
            yield Problem(Round.SPECIFICATION, "description-content-type", (1,), {"charset": repr(charset)})

    def example(self) -> Example:
        """Another character set."""
        return example_with(description="Demo", description_content_type="text/x-rst; charset=ascii")


class MarkdownVariant(MetadataRule):
    """The readme's content type names a kind of Markdown that PyPI does not know."""

    id = "markdown-variant"
    message_template = "valid Markdown variants for 'description-content-type' are {known}, not {variant}." + SEE
    remedy = "Write variant=GFM or variant=CommonMark, or leave the variant out."
    source = packaging("metadata.py", "_Validator._process_description_content_type")

    def problems(self, metadata: FormMetadata) -> Iterator[Problem]:
        content_type, parameters = readable_content_type(metadata)
        variant = parameters.get("variant", "GFM")
        if content_type == "text/markdown" and variant not in MARKDOWN_VARIANTS:
            known = {"known": list(MARKDOWN_VARIANTS), "variants": ", ".join(MARKDOWN_VARIANTS)}
            facts = {**known, "variant": repr(variant)}
            yield Problem(Round.SPECIFICATION, "description-content-type", (2,), facts)

    def example(self) -> Example:
        """Yet another Markdown."""
        return example_with(description="# Demo", description_content_type="text/markdown; variant=Pandoc")
