"""The rule set of PyPI: every rule, once, in the order in which the real server applies them.

The first rule that says no decides, so a rule may rely on every rule above it.
"""

from __future__ import annotations

from fake_pypi.rules import (
    account,
    archive,
    attestation,
    content,
    dependencies,
    description,
    digest,
    filename,
    form,
    identity,
    links,
    metadata,
    naming,
    project,
    release,
    request,
    site,
    size,
    wheel,
    zip_confusion,
)
from fake_pypi.rules.rule_set import Rule, RuleSet

FORM: tuple[Rule, ...] = (
    form.InvalidFormData(),
    form.FormBreaksPyPI(),
    request.FieldIsTuple(),
)
SITE_AND_SENDER: tuple[Rule, ...] = (
    site.ReadOnly(),
    site.UploadsDisabled(),
    identity.PasswordNotSupported(),
    identity.NoCredentials(),
    identity.UnknownToken(),
)
REQUEST: tuple[Rule, ...] = (
    request.UnsupportedProtocolVersion(),
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
    metadata.MetadataReaderFails(),
    metadata.UnknownMetadataVersion(),
    metadata.MissingVersion(),
    metadata.InvalidVersion(),
    metadata.FieldTooNew(),
    description.ContentType(),
    description.ContentTypeCharset(),
    description.MarkdownVariant(),
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
    release.NulInRelease(),
)
FILENAME: tuple[Rule, ...] = (
    filename.ContentIsNoFile(),
    filename.ControlCharacters(),
    filename.PathSeparators(),
    filename.ExtensionOfOtherFiletype(),
    filename.UnknownExtension(),
    filename.InvalidContentType(),
    filename.FilenameTooLongToStore(),
)
SIZE_AND_DIGEST: tuple[Rule, ...] = (
    filename.ContentIsAForm(),
    size.FileTooLarge(),
    size.ProjectTooLarge(),
    digest.DigestNotAscii(),
    digest.DigestMismatch(),
)
RELEASE: tuple[Rule, ...] = (
    release.SameFileAgain(),
    release.FileExists(),
    release.FilenameUsedBefore(),
    release.ReleaseClosed(),
    release.SecondSdist(),
)
ARCHIVE: tuple[Rule, ...] = (
    archive.ZipAndTar(),
    archive.NotAZipfile(),
    archive.NotATarfile(),
    archive.DecompressionBomb(),
    archive.UnsupportedCompression(),
    archive.SparseMember(),
    archive.SdistTopLevel(),
    archive.NoPkgInfo(),
    archive.UnparsableWheelName(),
    archive.NoWheelFile(),
    archive.UnreadableArchive(),
    archive.EncryptedMember(),
    archive.ArchiveBreaksPypi(),
    archive.ArchiveBreaksConnection(),
    archive.ArchiveExhaustsPypi(),
    content.PyArmor(),
    content.ExposedToken(),
    content.SourceDefender(),
    zip_confusion.TrailingData(),
    zip_confusion.UnknownRecord(),
    zip_confusion.DataDescriptor(),
    zip_confusion.DuplicateMember(),
    zip_confusion.MemberName(),
    zip_confusion.MalformedZip(),
    zip_confusion.ViewsDiffer(),
)
WHEEL: tuple[Rule, ...] = (
    naming.InvalidSdistFilename(),
    naming.InvalidWheelFilename(),
    naming.UnsupportedPlatformTag(),
    naming.FilenameOfOtherProject(),
    naming.SdistNotNormalized(),
    naming.WheelNotNormalized(),
    naming.WheelOfOtherVersion(),
    wheel.MissingLicenseFile(),
    wheel.UnreadableWheelFile(),
    wheel.MissingRecord(),
    wheel.BlankLineInRecord(),
    wheel.InvalidEntryPoints(),
    wheel.MissingMetadata(),
    wheel.FilenameTooLong(),
)
ATTESTATION: tuple[Rule, ...] = (
    attestation.AttestationsNeedPublisher(),
    attestation.AttestationsUnsupported(),
    attestation.AttestationsMalformed(),
    attestation.AttestationsEmpty(),
    attestation.AttestationsTooMany(),
    attestation.AttestationsNotOfThisFile(),
    attestation.AttestationsOfSameKind(),
    release.NulInFile(),
)

PYPI = RuleSet(
    (
        *FORM,
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
