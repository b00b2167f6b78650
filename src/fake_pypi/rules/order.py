"""The book of PyPI: every rule, once, in the order in which the real server asks.

The first rule that says no decides, so a rule may rely on every rule above it.
"""

from __future__ import annotations

from fake_pypi.rules import (
    account,
    dependencies,
    description,
    identity,
    links,
    metadata,
    project,
    request,
    site,
)
from fake_pypi.rules.book import Rule, RuleBook

SITE_AND_SENDER: tuple[Rule, ...] = (
    site.ReadOnly(),
    site.UploadsDisabled(),
    identity.PasswordNotSupported(),
    identity.NoCredentials(),
    identity.UnknownToken(),
)
REQUEST: tuple[Rule, ...] = (
    request.UnsupportedProtocolVersion(),
    request.FieldIsTuple(),
    request.MissingName(),
    request.InvalidName(),
    request.InvalidBlake2Digest(),
    request.MissingFileType(),
    request.UnknownFileType(),
    request.InvalidSha256Digest(),
    request.MissingPythonVersion(),
    request.SourcePythonVersion(),
    request.MissingDigest(),
)
METADATA: tuple[Rule, ...] = (
    metadata.RepeatedField(),
    metadata.UnknownMetadataVersion(),
    metadata.MissingVersion(),
    metadata.InvalidVersion(),
    metadata.FieldTooNew(),
    metadata.ContentType(),
    metadata.ContentTypeCharset(),
    metadata.MarkdownVariant(),
    metadata.InvalidDynamic(),
    metadata.InvalidImportName(),
    metadata.InvalidLicenseExpression(),
    metadata.InvalidLicenseFile(),
    dependencies.InvalidExtra(),
    dependencies.InvalidRequirement(),
    dependencies.InvalidRequiresPython(),
    metadata.SummaryLines(),
    metadata.LocalVersion(),
    links.InvalidEmail(),
    metadata.UnknownClassifier(),
    metadata.DeprecatedClassifier(),
    links.InvalidUrl(),
    metadata.LicenseTwice(),
    dependencies.InvalidOldRequirement(),
    links.ProjectUrlLabelMissing(),
    links.ProjectUrlLabelLength(),
    links.ProjectUrlMissing(),
    dependencies.DirectDependency(),
    metadata.SummaryLength(),
    request.NoFile(),
)
PROJECT: tuple[Rule, ...] = (
    identity.PublisherCannotCreate(),
    account.UnverifiedEmail(),
    account.NoTwoFactor(),
    project.TooManyNewProjects(),
    project.NewProjectsDisabled(),
    project.StandardLibraryName(),
    project.ProhibitedName(),
    project.SimilarName(),
)
PERMISSION: tuple[Rule, ...] = (
    identity.InvalidToken(),
    identity.NotAllowed(),
    account.OrganizationInactive(),
)
DESCRIPTION: tuple[Rule, ...] = (
    description.UnshowableDescription(),
    description.UnshowableDefaultDescription(),
)
FILENAME: tuple[Rule, ...] = ()
SIZE_AND_DIGEST: tuple[Rule, ...] = ()
RELEASE: tuple[Rule, ...] = ()
ARCHIVE: tuple[Rule, ...] = ()
WHEEL: tuple[Rule, ...] = ()
ATTESTATION: tuple[Rule, ...] = ()

PYPI = RuleBook(
    (
        *SITE_AND_SENDER,
        *REQUEST,
        *METADATA,
        *PROJECT,
        *PERMISSION,
        *DESCRIPTION,
        *FILENAME,
        *SIZE_AND_DIGEST,
        *RELEASE,
        *ARCHIVE,
        *WHEEL,
        *ATTESTATION,
    )
)
