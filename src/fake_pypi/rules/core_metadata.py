"""The core metadata in an upload form: its fields, what is wrong with them, what a release keeps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

METADATA_VERSIONS = ("1.0", "1.1", "1.2", "2.1", "2.2", "2.3", "2.4", "2.5")
FIRST_OF_ALL = ("metadata-version", "name", "version")
"""PyPI shows a mistake in one of these before all others, which it sorts by field name."""


@dataclass(frozen=True)
class Field:
    """One field of the core metadata specification.

    `sent_as` is its name in the upload form, `since` the metadata version that brought it,
    `many` whether it may come more than once.
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
class Problem:
    """One thing that is wrong with the metadata: the rule that tells of it, and the facts for its words.

    The problem with the smallest `rank` is the one that PyPI shows.
    """

    rule: str
    rank: tuple[int, int, str, int]
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Metadata:
    """The metadata of one upload: the texts that were sent, by the field's own name.

    >>> metadata = Metadata.of({"metadata_version": ["2.1"], "name": ["demo"], "version": ["1.0 beta x"]})
    >>> [problem.rule for problem in metadata.problems]
    ['invalid-version']

    Source: the core metadata specification, and the recorded answers of family ``metadata``.
    """

    sent: Mapping[str, list[str]]

    @classmethod
    def of(cls, fields: Mapping[str, list[str]]) -> Metadata:
        """Read the metadata out of the form. One empty text counts as a field that was not sent."""
        given = ((each.name, fields.get(each.sent_as, [""])) for each in FIELDS)
        return cls({name: texts for name, texts in given if texts != [""]})

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that is wrong, in the order in which PyPI would show it."""
        return tuple(sorted(self._found(), key=lambda problem: problem.rank))

    def problems_of(self, rule: str) -> list[Problem]:
        """Return the problems of one rule, in the order in which PyPI would show them."""
        return [problem for problem in self.problems if problem.rule == rule]

    def text(self, name: str) -> str | None:
        """Return the text of a field, None if it was not sent."""
        return next(iter(self.sent.get(name, [])), None)

    def _found(self) -> Iterator[Problem]:
        """PyPI looks in three rounds, and stops after the first that finds anything."""
        from fake_pypi.rules import field_checks

        rounds = (field_checks.counted, field_checks.standard, field_checks.additional)
        for number, look in enumerate(rounds):
            for count, (name, rule, facts) in enumerate(look(self.sent)):
                importance = -1 if rule == "metadata-reader-fails" else _importance(name)
                yield Problem(rule, (number, importance, name, count), facts)

    def as_release(self) -> dict[str, Any]:
        """Return what a release keeps: `info` of PyPI's JSON API, without what the index adds to it.

        Values are in normal form; what cannot be read (a rule was left out) stays as it was sent.
        """
        return {
            **{name.replace("-", "_"): self.text(name) or None for name in AS_SENT},
            "classifiers": list(dict.fromkeys(self.sent.get("classifier", []))),
            "description": self.text("description") or "",
            "dynamic": [name.title() for name in self.sent.get("dynamic", [])] or None,
            "keywords": ", ".join(self.keywords) if "keywords" in self.sent else None,
            "license_expression": _normal("license-expression", self.text("license-expression")),
            "license_files": self.sent.get("license-file"),
            "platform": self.text("platform"),
            "project_urls": self._shown_urls() or None,
            "provides_extra": self._normals("provides-extra"),
            "requires_dist": self._normals("requires-dist"),
            "requires_python": _normal("requires-python", self.text("requires-python")) or None,
        }

    @property
    def keywords(self) -> list[str]:
        """The keywords, which are sent with commas between them."""
        text = self.text("keywords")
        return [] if text is None else [word.strip() for word in text.split(",")]

    @property
    def project_urls(self) -> dict[str, str]:
        """The address behind each label; of a label that came twice, the first."""
        urls: dict[str, str] = {}
        for label, address in map(labelled, self.sent.get("project-url", [])):
            urls.setdefault(label, address)
        return urls

    def _shown_urls(self) -> dict[str, str]:
        """Home page and download address are links too, unless a project URL says the same again."""
        special = {"Homepage": self.text("home-page"), "Download": self.text("download-url")}
        shown = {label: address for label, address in special.items() if address}
        known = {("homepage", shown.get("Homepage")), ("downloadurl", shown.get("Download"))}
        for label, address in self.project_urls.items():
            bare = label.casefold().replace("-", "").replace("_", "").replace(" ", "")
            if (bare, address) not in known:
                shown[label] = address
        return shown

    def _normals(self, name: str) -> list[str] | None:
        texts = self.sent.get(name)
        return None if texts is None else [str(_normal(name, text)) for text in texts]


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


def labelled(text: str) -> tuple[str, str]:
    """Return label and address of a project URL; the address is "" when there is no comma.

    >>> labelled("Docs, https://example.com/")
    ('Docs', 'https://example.com/')
    """
    label, _, address = text.partition(",")
    return label.strip(), address.strip()


def _importance(name: str) -> int:
    return FIRST_OF_ALL.index(name) if name in FIRST_OF_ALL else len(FIRST_OF_ALL)


def _normal(name: str, text: str | None) -> str | None:
    """Return the text in the form that the JSON API shows."""
    from fake_pypi.rules.field_values import read

    if text is None:
        return None
    try:
        value = read(name, text)
    except RecursionError:  # nested too deeply, and the rule that says so was left out
        value = None
    return text if value is None else str(value)
