"""The core metadata that an upload form carries: its fields, their values, and what a release keeps of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from fake_pypi.inspection.field_values import Value, content_type_of, read_value

METADATA_VERSIONS = ("1.0", "1.1", "1.2", "2.1", "2.2", "2.3", "2.4", "2.5")


@dataclass(frozen=True)
class Field:
    """One field of the core metadata specification.

    `sent_as` is its name in the upload form, `since` the metadata version that introduced it, `many` whether it may
    be sent more than once.
    """

    sent_as: str
    name: str
    since: str = "1.0"
    many: bool = False


FIELDS = (
    Field("metadata_version", "metadata-version"),
    Field("name", "name"),
    Field("version", "version"),
    Field("platform", "platform", many=True),
    Field("supported_platform", "supported-platform", "1.1", many=True),
    Field("summary", "summary"),
    Field("description", "description"),
    Field("description_content_type", "description-content-type", "2.1"),
    Field("keywords", "keywords"),
    Field("home_page", "home-page"),
    Field("download_url", "download-url", "1.1"),
    Field("author", "author"),
    Field("author_email", "author-email"),
    Field("maintainer", "maintainer", "1.2"),
    Field("maintainer_email", "maintainer-email", "1.2"),
    Field("license", "license"),
    Field("license_expression", "license-expression", "2.4"),
    Field("license_file", "license-file", "2.4", many=True),
    Field("classifiers", "classifier", "1.1", many=True),
    Field("requires_dist", "requires-dist", "1.2", many=True),
    Field("requires_python", "requires-python", "1.2"),
    Field("requires_external", "requires-external", "1.2", many=True),
    Field("project_urls", "project-url", "1.2", many=True),
    Field("provides_extra", "provides-extra", "2.1", many=True),
    Field("provides_dist", "provides-dist", "1.2", many=True),
    Field("obsoletes_dist", "obsoletes-dist", "1.2", many=True),
    Field("dynamic", "dynamic", "2.2", many=True),
    Field("import_name", "import-name", "2.5", many=True),
    Field("import_namespace", "import-namespace", "2.5", many=True),
    Field("requires", "requires", "1.1", many=True),
    Field("provides", "provides", "1.1", many=True),
    Field("obsoletes", "obsoletes", "1.1", many=True),
)


@dataclass(frozen=True)
class FormMetadata:
    """The metadata of one upload: the texts that were sent, by the field's own name.

    >>> metadata = FormMetadata.of({"metadata_version": ["2.1"], "name": ["demo"], "version": ["1.0.0"]})
    >>> metadata.values("version")[0].parsed
    <Version('1.0.0')>

    Source: the core metadata specification, and the recorded answers of family ``metadata``.
    """

    texts: Mapping[str, list[str]]
    _values: dict[str, tuple[Value, ...]] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, fields: Mapping[str, list[str]]) -> FormMetadata:
        """Read the metadata of a form. One empty text counts as a field that was not sent."""
        values = ((field.name, fields.get(field.sent_as, [""])) for field in FIELDS)
        return cls({name: texts for name, texts in values if texts != [""]})

    def text(self, name: str) -> str | None:
        """Return the first text of a field, None if it was not sent."""
        texts = self.texts.get(name)
        return texts[0] if texts else None

    @cached_property
    def has_braces(self) -> bool:
        """Whether a text has a brace, as one that was never filled in, or an encoded parameter of the content type."""
        kind, parameters = self.content_type or ("", {})
        decoded = (kind, *parameters.values())
        return any("{" in text or "}" in text for texts in (*self.texts.values(), decoded) for text in texts)

    def values(self, name: str) -> tuple[Value, ...]:
        """Return the texts of a field that has a grammar (`field_values.GRAMMARS`), each with its value."""
        if name not in self._values:
            self._values[name] = tuple(read_value(name, text) for text in self.texts.get(name, []))
        return self._values[name]

    @cached_property
    def content_type(self) -> tuple[str, Mapping[str, str]] | None:
        """The description's content type and its parameters; None if none was sent, ("", {}) if it cannot be read."""
        text = self.text("description-content-type")
        return None if text is None else content_type_of(text)

    def as_release(self) -> dict[str, Any]:
        """Return what a release keeps: `info` of PyPI's JSON API, without what the index adds to it.

        Values are normalized; a value that cannot be read (because a rule was left out) stays as it was sent.
        """
        return {
            **{name.replace("-", "_"): self.text(name) or None for name in AS_SENT},
            "classifiers": list(dict.fromkeys(self.texts.get("classifier", []))),
            "description": self.text("description") or "",
            "dynamic": [name.title() for name in self.texts.get("dynamic", [])] or None,
            "keywords": ", ".join(self.keywords) if "keywords" in self.texts else None,
            "license_expression": self._normalized("license-expression"),
            "license_files": self.texts.get("license-file"),
            "platform": self.text("platform"),
            "project_urls": self._listed_urls() or None,
            "provides_extra": self._all_normalized("provides-extra"),
            "requires_dist": self._all_normalized("requires-dist"),
            "requires_python": self._normalized("requires-python") or None,
        }

    @property
    def keywords(self) -> list[str]:
        """The keywords, which are sent with commas between them."""
        text = self.text("keywords")
        return [] if text is None else [word.strip() for word in text.split(",")]

    @property
    def project_urls(self) -> dict[str, str]:
        """The URL of each label; of a label that was sent twice, the first."""
        urls: dict[str, str] = {}
        for label, url in map(label_and_url, self.texts.get("project-url", [])):
            urls.setdefault(label, url)
        return urls

    def _listed_urls(self) -> dict[str, str]:
        """Return project URLs together with home page and download URL, unless a project URL repeats these."""
        special = {"Homepage": self.text("home-page"), "Download": self.text("download-url")}
        urls = {label: url for label, url in special.items() if url}
        duplicates = {("homepage", urls.get("Homepage")), ("downloadurl", urls.get("Download"))}
        for label, url in self.project_urls.items():
            bare = label.casefold().replace("-", "").replace("_", "").replace(" ", "")
            if (bare, url) not in duplicates:
                urls[label] = url
        return urls

    def _all_normalized(self, name: str) -> list[str] | None:
        """Return the values of a field as the JSON API shows them, None if it was not sent."""
        values = self.values(name)
        return [value.text if value.parsed is None else str(value.parsed) for value in values] if values else None

    def _normalized(self, name: str) -> str | None:
        return next(iter(self._all_normalized(name) or []), None)


AS_SENT = (
    "author",
    "author-email",
    "description-content-type",
    "download-url",
    "home-page",
    "license",
    "maintainer",
    "maintainer-email",
    "summary",
)


def label_and_url(text: str) -> tuple[str, str]:
    """Return label and URL of a project URL; the URL is "" when there is no comma.

    >>> label_and_url("Docs, https://example.com/")
    ('Docs', 'https://example.com/')
    """
    label, _, url = text.partition(",")
    return label.strip(), url.strip()
