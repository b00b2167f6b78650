"""The rule sets of PyPI: every rule, once, in the order in which the real server applies them.

The first rule that rejects an upload decides, so a rule may rely on every rule above it.
"""

from __future__ import annotations

from fake_pypi.rules import (
    account,
    archive_format,
    attestation,
    content,
    core_metadata,
    dependencies,
    description,
    digest,
    existing_files,
    filename,
    filename_parts,
    form_encoding,
    form_fields,
    former_rules,
    identity,
    licenses,
    metadata_reader,
    new_project,
    people_and_links,
    release_version,
    required_files,
    site_flags,
    size,
    unreadable_archive,
    zip_confusion,
)
from fake_pypi.rules.rule_set import Rule, RuleSet

FORM: tuple[Rule, ...] = (
    form_encoding.InvalidFormData(),
    form_encoding.FormBreaksPyPI(),
    form_fields.FieldIsTuple(),
)
SITE_AND_SENDER: tuple[Rule, ...] = (
    site_flags.ReadOnly(),
    site_flags.UploadsDisabled(),
    identity.PasswordNotSupported(),
    former_rules.WrongPassword(),
    identity.NoCredentials(),
    identity.UnknownToken(),
)
REQUEST: tuple[Rule, ...] = (
    form_fields.UnsupportedProtocolVersion(),
    form_fields.MissingName(),
    form_fields.InvalidName(),
    form_fields.InvalidBlake2Digest(),
    form_fields.MissingFileType(),
    form_fields.UnknownFileType(),
    form_fields.InvalidSha256Digest(),
    form_fields.MissingPythonVersion(),
    form_fields.SourcePythonVersion(),
    form_fields.MissingDigest(),
)
METADATA: tuple[Rule, ...] = (
    core_metadata.RepeatedField(),
    metadata_reader.MetadataReaderFails(),
    core_metadata.UnknownMetadataVersion(),
    release_version.MissingVersion(),
    release_version.InvalidVersion(),
    core_metadata.FieldTooNew(),
    description.ContentType(),
    description.ContentTypeCharset(),
    description.MarkdownVariant(),
    core_metadata.InvalidDynamic(),
    core_metadata.InvalidImportName(),
    licenses.InvalidLicenseExpression(),
    licenses.InvalidLicenseFile(),
    dependencies.InvalidExtra(),
    dependencies.InvalidRequirement(),
    dependencies.InvalidRequiresPython(),
    core_metadata.SummaryLines(),
    release_version.LocalVersion(),
    people_and_links.InvalidEmail(),
    core_metadata.UnknownClassifier(),
    core_metadata.DeprecatedClassifier(),
    people_and_links.InvalidUrl(),
    licenses.LicenseTwice(),
    dependencies.InvalidOldRequirement(),
    people_and_links.ProjectUrlLabelMissing(),
    people_and_links.ProjectUrlLabelLength(),
    people_and_links.ProjectUrlMissing(),
    dependencies.DirectDependency(),
    core_metadata.SummaryLength(),
    form_fields.NoFile(),
)
PROJECT: tuple[Rule, ...] = (
    identity.PublisherCannotCreate(),
    account.UnverifiedEmail(),
    account.NoTwoFactor(),
    new_project.TooManyNewProjects(),
    new_project.NewProjectsDisabled(),
    new_project.StandardLibraryName(),
    new_project.ProhibitedName(),
    new_project.SimilarName(),
)
PERMISSION: tuple[Rule, ...] = (
    identity.InvalidToken(),
    identity.NotAllowed(),
    former_rules.PasswordWithTwoFactor(),
    account.OrganizationInactive(),
)
DESCRIPTION: tuple[Rule, ...] = (
    description.UnshowableDescription(),
    description.UnshowableDefaultDescription(),
    existing_files.NulInRelease(),
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
    existing_files.SameFileAgain(),
    existing_files.FileExists(),
    existing_files.FilenameUsedBefore(),
    existing_files.ReleaseClosed(),
    existing_files.SecondSdist(),
)
ARCHIVE: tuple[Rule, ...] = (
    archive_format.ZipAndTar(),
    archive_format.NotAZipfile(),
    archive_format.NotATarfile(),
    archive_format.DecompressionBomb(),
    archive_format.UnsupportedCompression(),
    archive_format.SparseMember(),
    archive_format.SdistTopLevel(),
    archive_format.NoPkgInfo(),
    archive_format.UnparsableWheelName(),
    archive_format.NoWheelFile(),
    unreadable_archive.UnreadableArchive(),
    unreadable_archive.EncryptedMember(),
    unreadable_archive.ArchiveBreaksPypi(),
    unreadable_archive.ArchiveBreaksConnection(),
    unreadable_archive.ArchiveExhaustsPypi(),
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
    filename_parts.InvalidSdistFilename(),
    filename_parts.InvalidWheelFilename(),
    filename_parts.UnsupportedPlatformTag(),
    filename_parts.FilenameOfOtherProject(),
    filename_parts.SdistNotNormalized(),
    filename_parts.WheelNotNormalized(),
    filename_parts.WheelOfOtherVersion(),
    required_files.MissingLicenseFile(),
    required_files.UnreadableWheelFile(),
    required_files.MissingRecord(),
    required_files.BlankLineInRecord(),
    required_files.InvalidEntryPoints(),
    required_files.MissingMetadata(),
    required_files.FilenameTooLong(),
    former_rules.SignatureTooLarge(),
    former_rules.SignatureNotArmored(),
)
ATTESTATION: tuple[Rule, ...] = (
    attestation.AttestationsNeedPublisher(),
    attestation.AttestationsUnsupported(),
    attestation.AttestationsMalformed(),
    attestation.AttestationsEmpty(),
    attestation.AttestationsTooMany(),
    attestation.AttestationsNotOfThisFile(),
    attestation.AttestationsOfSameKind(),
    existing_files.NulInFile(),
)

EVERY_RULE = RuleSet(
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
"""The rules of today and those that PyPI has had since 2023, in order."""
PYPI = RuleSet(rule for rule in EVERY_RULE if not rule.until)
"""The rules of today."""

RULE_SETS = {"warehouse": PYPI}
"""The rule sets that a site may name (`Site.rules`)."""
