"""Readmes that PyPI rejects: of a type that it does not know, or that it could not show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_pypi.packages.wheel import wheel
from fake_pypi.rules.metadata import SEE, MetadataRule, sending
from fake_pypi.rules.rule_set import Example, Rejection, Rule

if TYPE_CHECKING:
    from fake_pypi.index import Index
    from fake_pypi.rules.upload import Upload

HELP = " See https://pypi.org/help/#description-content-type for more information."


def renders(description: str, content_type: str | None) -> bool:
    """Whether PyPI's own renderer makes a page of a readme; without a content type it is reStructuredText.

    >>> renders("* a list", "text/markdown")
    True
    """
    from fake_pypi.rules.field_values import content_type_of

    kind, parameters = content_type_of(content_type) if content_type else ("text/x-rst", {})
    return _rendered(description, kind, parameters.get("variant", "GFM")) is not None


def _rendered(description: str, kind: str, variant: str) -> str | None:
    if kind == "text/x-rst":
        from readme_renderer import rst

        return rst.render(description)
    if kind == "text/markdown":
        from readme_renderer import markdown

        return markdown.render(description, variant=variant)
    from readme_renderer import txt

    return txt.render(description)


class UnshowableDescription(Rule):
    """The readme does not render as the type that the metadata names; PyPI shows no half-broken page.

    In reStructuredText any warning is enough: a directive or role of Sphinx, a substitution that is not
    defined, a title whose line is too short, an include. Markdown fails only when nothing comes out of it.
    """

    id = "invalid-description"
    message_template = "The description failed to render for '{content_type}'." + HELP
    remedy = "Run `twine check dist/*`: it says where. Sphinx roles do not work here."
    source = "recorded case metadata/description-rst-charset-broken"

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        """Render the readme, if its type is named."""
        content_type = upload.metadata.text("description-content-type")
        if not content_type or upload.description_renders:
            return None
        return self.reject(content_type=content_type)

    def example(self) -> Example:
        """A role that only Sphinx knows."""
        form = {"description": "See :doc:`guide`.", "description_content_type": "text/x-rst"}
        return Example(wheel("demo"), form=form)


class UnshowableDefaultDescription(Rule):
    """The readme has no content type, is taken for reStructuredText, and does not render as that.

    Mostly it is Markdown whose type got lost on the way.
    """

    id = "invalid-description-default"
    message_template = "The description failed to render in the default format of reStructuredText." + HELP
    remedy = 'Name the readme in [project] (readme = "README.md"), or set long_description_content_type.'
    source = "recorded case metadata/description-rst-default-bad-role"

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        """Render the readme, if its type is not named."""
        content_type = upload.metadata.text("description-content-type")
        return self.reject() if not content_type and not upload.description_renders else None

    def example(self) -> Example:
        """A role that only Sphinx knows, and no word of the type."""
        form = {"description": "See :doc:`guide`.", "description_content_type": None}
        return Example(wheel("demo"), form=form)


class ContentType(MetadataRule):
    """The readme's content type is none that PyPI can show."""

    id = "content-type"
    message_template = "'description-content-type' must be one of {known}, not {value}." + SEE
    remedy = "Use text/markdown, text/x-rst or text/plain (a readme named .md or .rst gets it by itself)."
    source = "recorded case metadata/content-type-01"

    def example(self) -> Example:
        """A word instead of a type."""
        return sending(description="# Demo", description_content_type="markdown")


class ContentTypeCharset(MetadataRule):
    """The readme's content type names a character set; the only one is UTF-8, in just these letters."""

    id = "content-type-charset"
    message_template = "'description-content-type' can only specify the UTF-8 charset, not {charset}." + SEE
    remedy = "Save the readme as UTF-8, and leave the charset out."
    source = "recorded case metadata/content-type-14"

    def example(self) -> Example:
        """Another character set."""
        return sending(description="Demo", description_content_type="text/x-rst; charset=ascii")


class MarkdownVariant(MetadataRule):
    """The readme's content type names a kind of Markdown that PyPI does not know."""

    id = "markdown-variant"
    message_template = "valid Markdown variants for 'description-content-type' are {known}, not {variant}." + SEE
    remedy = "Write variant=GFM or variant=CommonMark, or leave the variant out."
    source = "packaging 26.2, which the recorded server read metadata with"

    def example(self) -> Example:
        """Yet another Markdown."""
        return sending(description="# Demo", description_content_type="text/markdown; variant=Pandoc")
