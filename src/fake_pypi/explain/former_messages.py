"""Messages that PyPI gave for a rule in earlier years, and gives no longer.

They are still found in logs, guides and issues. `since` and `until` are the first and the last month in which a
public thread or PyPI's source shows the message ("" where that is not known).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fake_pypi.rules.account import NoTwoFactor, UnverifiedEmail
from fake_pypi.rules.archive_format import NoPkgInfo, NotATarfile, NotAZipfile, NoWheelFile
from fake_pypi.rules.attestation import AttestationsNeedPublisher, AttestationsNotOfThisFile, AttestationsTooMany
from fake_pypi.rules.core_metadata import (
    DeprecatedClassifier,
    SummaryLength,
    SummaryLines,
    UnknownClassifier,
    UnknownMetadataVersion,
)
from fake_pypi.rules.dependencies import (
    DirectDependency,
    InvalidOldRequirement,
    InvalidRequirement,
    InvalidRequiresPython,
)
from fake_pypi.rules.description import ContentType, ContentTypeCharset, MarkdownVariant
from fake_pypi.rules.existing_files import FileExists, FilenameUsedBefore
from fake_pypi.rules.filename import UnknownExtension
from fake_pypi.rules.filename_parts import FilenameOfOtherProject, UnsupportedPlatformTag
from fake_pypi.rules.form_fields import InvalidName, MissingDigest, UnknownFileType
from fake_pypi.rules.identity import NotAllowed, PasswordNotSupported
from fake_pypi.rules.new_project import NewProjectsDisabled, ProhibitedName, StandardLibraryName
from fake_pypi.rules.people_and_links import (
    InvalidEmail,
    InvalidUrl,
    ProjectUrlLabelLength,
    ProjectUrlLabelMissing,
    ProjectUrlMissing,
)
from fake_pypi.rules.release_version import InvalidVersion, LocalVersion, MissingVersion
from fake_pypi.rules.rule_set import Rule
from fake_pypi.rules.size import FileTooLarge


@dataclass(frozen=True)
class FormerMessage:
    """A message that PyPI no longer gives. Facts stand in braces, as in `Rule.message_template`; "See …" is left out.

    >>> next(former_messages(FilenameReuse())).until
    '2025'
    """

    rule: type[Rule]
    message: str
    since: str
    until: str
    source: str


FORM_SOURCE = "warehouse/forklift/legacy.py of 2018 to 2024; pypi/warehouse#15628 shows the next message"
FIRST_SOURCE = "warehouse/forklift/legacy.py of 2018"
CONTENT_TYPE = "{value!r} is an invalid value for Description-Content-Type. Error: Invalid description content type:"

_FORM = (
    (LocalVersion, "{value!r} is an invalid value for Version. Error: Can't use PEP 440 local versions."),
    (InvalidVersion, "{value!r} is an invalid value for Version. Error: Start and end with a letter or numeral"),
    (InvalidVersion, "{value!r} is an invalid value for Version. Error: Can't have leading or trailing whitespace."),
    (MissingVersion, "'' is an invalid value for Version. Error: This field is required."),
    (
        UnknownMetadataVersion,
        "{value!r} is an invalid value for Metadata-Version. Error: Use a known metadata version.",
    ),
    (SummaryLines, "{value!r} is an invalid value for Summary. Error: Use a single line only."),
    (
        SummaryLength,
        "{value!r} is an invalid value for Summary. Error: Field cannot be longer than {limit} characters.",
    ),
    (ContentType, CONTENT_TYPE + " type/subtype is not valid"),
    (ContentTypeCharset, CONTENT_TYPE + " Use a valid charset"),
    (MarkdownVariant, CONTENT_TYPE + " Use a valid variant, expected one of {known}"),
    (InvalidEmail, "{value!r} is an invalid value for Author-email. Error: Use a valid email address"),
    (InvalidEmail, "{value!r} is an invalid value for Maintainer-email. Error: Use a valid email address"),
    (InvalidUrl, "{value!r} is an invalid value for Home-Page. Error: Invalid URI"),
    (InvalidUrl, "{value!r} is an invalid value for Download-URL. Error: Invalid URI"),
    (
        InvalidRequiresPython,
        "{value!r} is an invalid value for Requires-Python. Error: Invalid specifier in requirement.",
    ),
    (UnknownClassifier, "{values} is an invalid value for Classifier. Error: {value!r} is not a valid choice for"),
    (UnknownClassifier, "Invalid value for classifiers. Error: {value!r} is not a valid choice for this field"),
    (UnknownClassifier, "Invalid value for classifiers. Error: Classifier {value!r} is not a valid classifier."),
    (UnknownClassifier, "Invalid value for classifiers. Error: Classifiers {values} are not valid classifiers."),
    (DeprecatedClassifier, "Invalid value for classifiers. Error: Classifier {value!r} has been deprecated"),
    (ProjectUrlMissing, "Invalid value for project_urls. Error: Use an URL."),
    (ProjectUrlMissing, "Invalid value for project_urls. Error: Use both a label and an URL."),
    (ProjectUrlLabelMissing, "Invalid value for project_urls. Error: Use a label."),
    (ProjectUrlLabelLength, "Invalid value for project_urls. Error: Use 32 characters or less."),
    (InvalidUrl, "Invalid value for project_urls. Error: Use valid URL."),
    (DirectDependency, "Invalid value for requires_dist. Error: Can't have direct dependency: {value!r}"),
    (InvalidRequirement, "Invalid value for requires_dist. Error: Invalid requirement: {value!r}."),
    (InvalidOldRequirement, "Invalid value for provides_dist. Error: Invalid requirement: {value!r}."),
    (InvalidOldRequirement, "Invalid value for obsoletes_dist. Error: Invalid requirement: {value!r}."),
)
"""Messages of the upload form, from 2018 until the library `packaging` took over in March 2024."""

_FIRST = (
    (LocalVersion, "version: Cannot use PEP 440 local versions."),
    (InvalidVersion, "version: Must start and end with a letter or numeral and contain only ascii numeric"),
    (InvalidName, "name: Must start and end with a letter or numeral and contain only ascii numeric"),
    (UnknownMetadataVersion, "metadata_version: Unknown Metadata Version"),
    (SummaryLines, "summary: Multiple lines are not allowed."),
    (InvalidUrl, "home_page: Invalid URI"),
    (InvalidUrl, "download_url: Invalid URI"),
    (InvalidEmail, "author_email: Invalid email address"),
    (InvalidEmail, "maintainer_email: Invalid email address"),
    (UnknownFileType, "filetype: Unknown type of file."),
    (InvalidRequirement, "requires_dist: Invalid requirement: {value!r}"),
    (DirectDependency, "requires_dist: Cannot have direct dependency: {value!r}"),
    (InvalidRequiresPython, "requires_python: Invalid specifier in requirement."),
    (UnknownClassifier, "classifiers: {value!r} is not a valid choice for this field"),
    (UnknownClassifier, 'Invalid classifier "{value}"'),
    (UnverifiedEmail, "User {user!r} has no verified email addresses, please verify at least one address"),
    (NotAllowed, "The user {user!r} is not allowed to upload to project {project!r}."),
    (NewProjectsDisabled, "New Project Registration Temporarily Disabled"),
    (ProhibitedName, "The name {name!r} is not allowed."),
    (StandardLibraryName, "The name {name!r} is not allowed (conflict with Python Standard Library module name)"),
    (UnknownExtension, "Invalid file extension. PEP 527 requires one of: {extensions}"),
    (UnknownFileType, "Unknown type of file."),
    (FileTooLarge, "File too large. Limit for project {name!r} is {limit}MB."),
    (FilenameOfOtherProject, "The filename for {name!r} must start with {start!r}."),
    (MissingDigest, "Must include at least one message digest."),
)
"""Messages of the first years of pypi.org; those of the form begin with the name of the field."""

_OTHERS = (
    (
        LocalVersion,
        "The use of local versions in <Version({version!r})> is not allowed.",
        "2024-03",
        "2026-02",
        "pypi/warehouse#19576",
    ),
    (
        UnverifiedEmail,
        "User {user!r} does not have a verified primary email address. Please add a verified primary email",
        "2019",
        "2025-08",
        "blue-yonder/urlquote#14",
    ),
    (
        UnverifiedEmail,
        "User {user!r} does not have a verified primary email address.",
        "2019",
        "2025-08",
        "blue-yonder/urlquote#14",
    ),
    (
        NoTwoFactor,
        "User {user!r} does not have two-factor authentication enabled.",
        "2023",
        "2025",
        "warehouse/forklift/legacy.py of 2024",
    ),
    (
        PasswordNotSupported,
        "User {user} has two factor auth enabled, an API Token or Trusted Publisher must be used",
        "2023-06",
        "2024-01",
        "pypa/hatch#1013",
    ),
    (
        NotAllowed,
        "You are not allowed to store {project!r} package information",
        "",
        "2018",
        "the first PyPI, before pypi.org",
    ),
    (
        NotAllowed,
        "You are not allowed to edit {project!r} package information",
        "",
        "2018",
        "the first PyPI, before pypi.org",
    ),
    (FileExists, "File already exists.", "2016", "2024", "pypa/packaging-problems#295 (2019)"),
    (
        FileExists,
        "A file named {filename} already exists for {project}. To fix problems with that file you should",
        "",
        "2017",
        "pypa/twine#199",
    ),
    (
        FilenameUsedBefore,
        "This filename has already been used, use a different version.",
        "2018",
        "2025",
        "pypi/warehouse#4664 (2018), WenjieDu/BenchPOTS#25 (2025)",
    ),
    (
        FilenameUsedBefore,
        "This filename has previously been used, you should use a different version.",
        "2016",
        "2018",
        "pypi/legacy#763",
    ),
    (
        UnknownExtension,
        "Invalid file extension: Use .egg, .tar.gz, .whl or .zip extension.",
        "2018",
        "2023",
        "warehouse/forklift/legacy.py of 2021",
    ),
    (FileTooLarge, "File too large.", "2016", "2017", "pypi/warehouse#2483"),
    (UnsupportedPlatformTag, "Binary wheel for an unsupported platform", "", "2016", "meshy/pythonwheels#46"),
    (NotAZipfile, "Invalid distribution file.", "2016", "2024", "warehouse/forklift/legacy.py of 2018 to 2024"),
    (NotATarfile, "Invalid distribution file.", "2016", "2024", "warehouse/forklift/legacy.py of 2018 to 2024"),
    (NoPkgInfo, "Invalid distribution file.", "2018", "2024", "warehouse/forklift/legacy.py of 2018 to 2024"),
    (NoWheelFile, "Invalid distribution file.", "2016", "2024", "warehouse/forklift/legacy.py of 2018 to 2024"),
    (
        AttestationsNotOfThisFile,
        "Could not verify the uploaded artifact using the included attestation",
        "2024-05",
        "2024-11",
        "DiamondLightSource/python-copier-template#210",
    ),
    (
        AttestationsNotOfThisFile,
        "Unknown error while trying to verify included attestations",
        "2024-05",
        "2024-11",
        "pypi/warehouse#17914 shows the next message",
    ),
    (
        AttestationsNeedPublisher,
        "Attestations are only supported when using Trusted Publishing",
        "2024-05",
        "2024-11",
        "pypi/warehouse#17312 shows the next message",
    ),
    (
        AttestationsTooMany,
        "Only a single attestation per-file is supported",
        "2024-05",
        "2024-10",
        "pypi/warehouse#15952",
    ),
)

FORMER_MESSAGES: tuple[FormerMessage, ...] = (
    *(FormerMessage(rule, message, "2018", "2024-03", FORM_SOURCE) for rule, message in _FORM),
    *(FormerMessage(rule, message, "2016", "2018", FIRST_SOURCE) for rule, message in _FIRST),
    *(FormerMessage(*facts) for facts in _OTHERS),
)


def former_messages(rule: Rule) -> Iterator[FormerMessage]:
    """Yield the messages that PyPI gave for a rule in earlier years."""
    return (former for former in FORMER_MESSAGES if former.rule.id == rule.id)
