"""Messages of the upload form of pypi.org, which checked metadata until the library `packaging` took over in 2024."""

from __future__ import annotations

from fake_pypi.rules.account import UnverifiedEmail
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
from fake_pypi.rules.filename import UnknownExtension
from fake_pypi.rules.filename_parts import FilenameOfOtherProject
from fake_pypi.rules.form_fields import InvalidName, MissingDigest, UnknownFileType
from fake_pypi.rules.identity import NotAllowed
from fake_pypi.rules.metadata_rule import SEE
from fake_pypi.rules.new_project import NewProjectsDisabled, ProhibitedName, StandardLibraryName
from fake_pypi.rules.people_and_links import (
    InvalidEmail,
    InvalidUrl,
    ProjectUrlLabelLength,
    ProjectUrlLabelMissing,
    ProjectUrlMissing,
)
from fake_pypi.rules.release_version import InvalidVersion, LocalVersion, MissingVersion
from fake_pypi.rules.rule_set import Rule, Wording
from fake_pypi.rules.size import FileTooLarge

INVALID_VALUE = "{sent!r} is an invalid value for "
CONTENT_TYPE = INVALID_VALUE + "Description-Content-Type. Error: Invalid description content type: "
VERSION = INVALID_VALUE + "Version. Error: "
NAME_RULE = "Start and end with a letter or numeral containing only ASCII numeric and '.', '_' and '-'."
CLASSIFIERS = "Invalid value for classifiers. Error: "
URLS = "Invalid value for project_urls. Error: "

FORM: tuple[tuple[type[Rule], Wording], ...] = (
    (LocalVersion, Wording(VERSION + "Can't use PEP 440 local versions." + SEE)),
    (InvalidVersion, Wording(VERSION + NAME_RULE + SEE)),
    (InvalidVersion, Wording(VERSION + "Can't have leading or trailing whitespace." + SEE)),
    (MissingVersion, Wording("'' is an invalid value for Version. Error: This field is required." + SEE)),
    (
        UnknownMetadataVersion,
        Wording(INVALID_VALUE + "Metadata-Version. Error: Use a known metadata version." + SEE),
    ),
    (SummaryLines, Wording(INVALID_VALUE + "Summary. Error: Use a single line only." + SEE)),
    (
        SummaryLength,
        Wording(INVALID_VALUE + "Summary. Error: Field cannot be longer than {limit} characters." + SEE),
    ),
    (ContentType, Wording(CONTENT_TYPE + "type/subtype is not valid" + SEE)),
    (ContentTypeCharset, Wording(CONTENT_TYPE + "Use a valid charset" + SEE)),
    (MarkdownVariant, Wording(CONTENT_TYPE + "Use a valid variant, expected one of {variants}" + SEE)),
    (InvalidEmail, Wording(INVALID_VALUE + "{title}. Error: Use a valid email address" + SEE)),
    (InvalidUrl, Wording(INVALID_VALUE + "{title}. Error: Invalid URI" + SEE, fields=("home-page", "download-url"))),
    (InvalidUrl, Wording(URLS + "Use valid URL.", fields=("project-url",))),
    (
        InvalidRequiresPython,
        Wording(INVALID_VALUE + "Requires-Python. Error: Invalid specifier in requirement." + SEE),
    ),
    (UnknownClassifier, Wording(CLASSIFIERS + "Classifier {classifier!r} is not a valid classifier.", number="one")),
    (
        UnknownClassifier,
        Wording(CLASSIFIERS + "Classifiers {classifiers} are not valid classifiers.", number="several"),
    ),
    (DeprecatedClassifier, Wording(CLASSIFIERS + "Classifier {classifier!r} has been deprecated{replacement}")),
    (ProjectUrlMissing, Wording(URLS + "Use both a label and an URL.")),
    (ProjectUrlMissing, Wording(URLS + "Use an URL.")),
    (ProjectUrlLabelMissing, Wording(URLS + "Use a label.")),
    (ProjectUrlLabelLength, Wording(URLS + "Use {limit} characters or less.")),
    (DirectDependency, Wording("Invalid value for requires_dist. Error: Can't have direct dependency: {value!r}")),
    (InvalidRequirement, Wording("Invalid value for requires_dist. Error: Invalid requirement: {value}.")),
    *(
        (
            InvalidOldRequirement,
            Wording(
                f"Invalid value for {name}_dist. Error: Invalid requirement: {{value!r}}.", fields=(f"{name}-dist",)
            ),
        )
        for name in ("provides", "obsoletes")
    ),
)
"""Messages of the upload form, until the library `packaging` took over."""

FORM_CUT: tuple[tuple[type[Rule], str], ...] = (
    (UnknownClassifier, INVALID_VALUE + "Classifier. Error: {value!r} is not a valid choice for"),
    (UnknownClassifier, CLASSIFIERS + "{value!r} is not a valid choice for this field"),
)
"""Messages of the upload form of which only the beginning is known, or the time."""

FIRST: tuple[tuple[type[Rule], str], ...] = (
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
