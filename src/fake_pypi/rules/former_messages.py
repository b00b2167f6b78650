"""Messages that PyPI gave for a rule in earlier years, and gives no longer.

They are still found in logs, guides and issues. `since` and `until` are the first and the last month in which a
public thread or PyPI's source shows the message ("" where that is not known).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class FormerMessage:
    """A message that PyPI no longer gives. Facts stand in braces, as in `Rule.message_template`; "See …" is left out.

    >>> next(former_messages("filename-reuse")).until
    '2025'
    """

    rule_id: str
    message: str
    since: str
    until: str
    source: str


FORM_SOURCE = "warehouse/forklift/legacy.py of 2018 to 2024; pypi/warehouse#15628 shows the next message"
FIRST_SOURCE = "warehouse/forklift/legacy.py of 2018"
CONTENT_TYPE = "{value!r} is an invalid value for Description-Content-Type. Error: Invalid description content type:"

_FORM = (
    ("local-version", "{value!r} is an invalid value for Version. Error: Can't use PEP 440 local versions."),
    ("invalid-version", "{value!r} is an invalid value for Version. Error: Start and end with a letter or numeral"),
    ("invalid-version", "{value!r} is an invalid value for Version. Error: Can't have leading or trailing whitespace."),
    ("missing-version", "'' is an invalid value for Version. Error: This field is required."),
    ("metadata-version", "{value!r} is an invalid value for Metadata-Version. Error: Use a known metadata version."),
    ("summary-lines", "{value!r} is an invalid value for Summary. Error: Use a single line only."),
    (
        "summary-length",
        "{value!r} is an invalid value for Summary. Error: Field cannot be longer than {limit} characters.",
    ),
    ("content-type", CONTENT_TYPE + " type/subtype is not valid"),
    ("content-type-charset", CONTENT_TYPE + " Use a valid charset"),
    ("markdown-variant", CONTENT_TYPE + " Use a valid variant, expected one of {known}"),
    ("invalid-email", "{value!r} is an invalid value for Author-email. Error: Use a valid email address"),
    ("invalid-email", "{value!r} is an invalid value for Maintainer-email. Error: Use a valid email address"),
    ("invalid-url", "{value!r} is an invalid value for Home-Page. Error: Invalid URI"),
    ("invalid-url", "{value!r} is an invalid value for Download-URL. Error: Invalid URI"),
    ("requires-python", "{value!r} is an invalid value for Requires-Python. Error: Invalid specifier in requirement."),
    ("unknown-classifier", "{values} is an invalid value for Classifier. Error: {value!r} is not a valid choice for"),
    ("unknown-classifier", "Invalid value for classifiers. Error: {value!r} is not a valid choice for this field"),
    ("unknown-classifier", "Invalid value for classifiers. Error: Classifier {value!r} is not a valid classifier."),
    ("unknown-classifier", "Invalid value for classifiers. Error: Classifiers {values} are not valid classifiers."),
    ("deprecated-classifier", "Invalid value for classifiers. Error: Classifier {value!r} has been deprecated"),
    ("project-url-missing", "Invalid value for project_urls. Error: Use an URL."),
    ("project-url-missing", "Invalid value for project_urls. Error: Use both a label and an URL."),
    ("project-url-label-missing", "Invalid value for project_urls. Error: Use a label."),
    ("project-url-label-length", "Invalid value for project_urls. Error: Use 32 characters or less."),
    ("invalid-url", "Invalid value for project_urls. Error: Use valid URL."),
    ("direct-dependency", "Invalid value for requires_dist. Error: Can't have direct dependency: {value!r}"),
    ("requires-dist", "Invalid value for requires_dist. Error: Invalid requirement: {value!r}."),
    ("invalid-dist", "Invalid value for provides_dist. Error: Invalid requirement: {value!r}."),
    ("invalid-dist", "Invalid value for obsoletes_dist. Error: Invalid requirement: {value!r}."),
)
"""Messages of the upload form, from 2018 until the library `packaging` took over in March 2024."""

_FIRST = (
    ("local-version", "version: Cannot use PEP 440 local versions."),
    ("invalid-version", "version: Must start and end with a letter or numeral and contain only ascii numeric"),
    ("invalid-name", "name: Must start and end with a letter or numeral and contain only ascii numeric"),
    ("metadata-version", "metadata_version: Unknown Metadata Version"),
    ("summary-lines", "summary: Multiple lines are not allowed."),
    ("invalid-url", "home_page: Invalid URI"),
    ("invalid-url", "download_url: Invalid URI"),
    ("invalid-email", "author_email: Invalid email address"),
    ("invalid-email", "maintainer_email: Invalid email address"),
    ("unknown-filetype", "filetype: Unknown type of file."),
    ("requires-dist", "requires_dist: Invalid requirement: {value!r}"),
    ("direct-dependency", "requires_dist: Cannot have direct dependency: {value!r}"),
    ("requires-python", "requires_python: Invalid specifier in requirement."),
    ("unknown-classifier", "classifiers: {value!r} is not a valid choice for this field"),
    ("unknown-classifier", 'Invalid classifier "{value}"'),
    ("unverified-email", "User {user!r} has no verified email addresses, please verify at least one address"),
    ("permission-denied", "The user {user!r} is not allowed to upload to project {project!r}."),
    ("new-projects-disabled", "New Project Registration Temporarily Disabled"),
    ("prohibited-name", "The name {name!r} is not allowed."),
    ("standard-library-name", "The name {name!r} is not allowed (conflict with Python Standard Library module name)"),
    ("unknown-extension", "Invalid file extension. PEP 527 requires one of: {extensions}"),
    ("unknown-filetype", "Unknown type of file."),
    ("file-too-large", "File too large. Limit for project {name!r} is {limit}MB."),
    ("invalid-filename-normalized", "The filename for {name!r} must start with {start!r}."),
    ("missing-digest", "Must include at least one message digest."),
)
"""Messages of the first years of pypi.org; those of the form begin with the name of the field."""

_OTHERS = (
    (
        "local-version",
        "The use of local versions in <Version({version!r})> is not allowed.",
        "2024-03",
        "2026-02",
        "pypi/warehouse#19576",
    ),
    (
        "unverified-email",
        "User {user!r} does not have a verified primary email address. Please add a verified primary email",
        "2019",
        "2025-08",
        "blue-yonder/urlquote#14",
    ),
    (
        "unverified-email",
        "User {user!r} does not have a verified primary email address.",
        "2019",
        "2025-08",
        "blue-yonder/urlquote#14",
    ),
    (
        "no-2fa",
        "User {user!r} does not have two-factor authentication enabled.",
        "2023",
        "2025",
        "warehouse/forklift/legacy.py of 2024",
    ),
    (
        "password-not-supported",
        "User {user} has two factor auth enabled, an API Token or Trusted Publisher must be used",
        "2023-06",
        "2024-01",
        "pypa/hatch#1013",
    ),
    (
        "permission-denied",
        "You are not allowed to store {project!r} package information",
        "",
        "2018",
        "the first PyPI, before pypi.org",
    ),
    (
        "permission-denied",
        "You are not allowed to edit {project!r} package information",
        "",
        "2018",
        "the first PyPI, before pypi.org",
    ),
    ("duplicate-file", "File already exists.", "2016", "2024", "pypa/packaging-problems#295 (2019)"),
    (
        "duplicate-file",
        "A file named {filename} already exists for {project}. To fix problems with that file you should",
        "",
        "2017",
        "pypa/twine#199",
    ),
    (
        "filename-reuse",
        "This filename has already been used, use a different version.",
        "2018",
        "2025",
        "pypi/warehouse#4664 (2018), WenjieDu/BenchPOTS#25 (2025)",
    ),
    (
        "filename-reuse",
        "This filename has previously been used, you should use a different version.",
        "2016",
        "2018",
        "pypi/legacy#763",
    ),
    (
        "unknown-extension",
        "Invalid file extension: Use .egg, .tar.gz, .whl or .zip extension.",
        "2018",
        "2023",
        "warehouse/forklift/legacy.py of 2021",
    ),
    ("file-too-large", "File too large.", "2016", "2017", "pypi/warehouse#2483"),
    ("unsupported-platform-tag", "Binary wheel for an unsupported platform", "", "2016", "meshy/pythonwheels#46"),
    ("not-a-zipfile", "Invalid distribution file.", "2016", "2024", "warehouse/forklift/legacy.py of 2018 to 2024"),
    ("not-a-tarfile", "Invalid distribution file.", "2016", "2024", "warehouse/forklift/legacy.py of 2018 to 2024"),
    ("no-pkg-info", "Invalid distribution file.", "2018", "2024", "warehouse/forklift/legacy.py of 2018 to 2024"),
    ("no-wheel-file", "Invalid distribution file.", "2016", "2024", "warehouse/forklift/legacy.py of 2018 to 2024"),
    (
        "attestations-do-not-verify",
        "Could not verify the uploaded artifact using the included attestation",
        "2024-05",
        "2024-11",
        "DiamondLightSource/python-copier-template#210",
    ),
    (
        "attestations-do-not-verify",
        "Unknown error while trying to verify included attestations",
        "2024-05",
        "2024-11",
        "pypi/warehouse#17914 shows the next message",
    ),
    (
        "attestations-need-trusted-publishing",
        "Attestations are only supported when using Trusted Publishing",
        "2024-05",
        "2024-11",
        "pypi/warehouse#17312 shows the next message",
    ),
    (
        "attestations-too-many",
        "Only a single attestation per-file is supported",
        "2024-05",
        "2024-10",
        "pypi/warehouse#15952",
    ),
)

FORMER_MESSAGES: tuple[FormerMessage, ...] = (
    *(FormerMessage(rule_id, message, "2018", "2024-03", FORM_SOURCE) for rule_id, message in _FORM),
    *(FormerMessage(rule_id, message, "2016", "2018", FIRST_SOURCE) for rule_id, message in _FIRST),
    *(FormerMessage(*facts) for facts in _OTHERS),
)


def former_messages(rule_id: str) -> Iterator[FormerMessage]:
    """Yield the messages that PyPI gave for a rule in earlier years."""
    return (former for former in FORMER_MESSAGES if former.rule_id == rule_id)
