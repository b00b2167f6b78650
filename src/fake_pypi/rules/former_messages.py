"""Messages that PyPI gave for a rule in earlier years, and gives no longer.

They are still found in logs, guides and issues, and an index with the rules of an earlier day gives them. `until` is
the first day on which a public thread or PyPI's source shows the next message. A date without a day is less exact (""
is unknown): such a message is only recognized.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fake_pypi.rules.account import NoTwoFactor, UnverifiedEmail
from fake_pypi.rules.archive_format import (
    DecompressionBomb,
    NoPkgInfo,
    NotATarfile,
    NotAZipfile,
    NoWheelFile,
    UnsupportedCompression,
)
from fake_pypi.rules.attestation import AttestationsNeedPublisher, AttestationsNotOfThisFile, AttestationsTooMany
from fake_pypi.rules.dated_change import (
    ISSUES,
    METADATA_LIBRARY,
    NO_EGGS,
    PULLS,
    STRICTER_ARCHIVES,
)
from fake_pypi.rules.existing_files import FileExists, FilenameUsedBefore
from fake_pypi.rules.filename import UnknownExtension
from fake_pypi.rules.filename_parts import UnsupportedPlatformTag
from fake_pypi.rules.form_messages import FIRST, FORM, FORM_CUT
from fake_pypi.rules.identity import NotAllowed
from fake_pypi.rules.metadata_rule import SEE
from fake_pypi.rules.release_version import LocalVersion
from fake_pypi.rules.rule_set import Rule, Wording
from fake_pypi.rules.size import FileTooLarge

EXACT = 10
"""Characters of a date with its day."""


FIRST_SOURCE = "warehouse/forklift/legacy.py of 2018"
SOURCES_2018_TO_2024 = "warehouse/forklift/legacy.py of 2018 to 2024"


@dataclass(frozen=True)
class FormerMessage:
    """A message that PyPI no longer gives. Facts stand in braces, as in `Rule.message_template`.

    >>> next(former_messages(FilenameUsedBefore())).until
    '2025-09-10'

    `is_complete` is False if only its beginning is known.
    """

    rule: type[Rule]
    wording: Wording
    since: str
    until: str
    source: str
    is_complete: bool = True

    @property
    def message(self) -> str:
        """The message."""
        return self.wording.message

    @property
    def is_reproduced(self) -> bool:
        """Whether an index with the rules of that time gives it: its date has a day, and all of it is known."""
        return self.is_complete and len(self.until) == EXACT

    def was_given_on(self, day: str) -> bool:
        """Return whether PyPI gave it on a day, as far as the dates are known."""
        return self.since <= day < self.until


_UNTIL_STRICTER_ARCHIVES = (
    NotAZipfile,
    NotATarfile,
    NoPkgInfo,
    NoWheelFile,
    DecompressionBomb,
    UnsupportedCompression,
)

_EXACT: tuple[tuple[type[Rule], Wording, str, str, str], ...] = (
    (
        LocalVersion,
        Wording("The use of local versions in <Version({version!r})> is not allowed." + SEE),
        "2024-03-19",
        "2026-02-26",
        f"{PULLS}/19576",
    ),
    (
        UnverifiedEmail,
        Wording(
            "User {user!r} does not have a verified primary email address. Please add a verified primary email before "
            "attempting to upload to PyPI. See https://pypi.org/help/#verified-email for more information."
        ),
        "2018-07-13",
        "2026-05-03",
        "https://github.com/theRealCarneiro/pulsemeeter/pull/196",
    ),
    (
        NoTwoFactor,
        Wording(
            "User {user!r} does not have two-factor authentication enabled. Please enable two-factor authentication "
            "before attempting to upload to PyPI. See https://pypi.org/help/#two-factor-authentication for more "
            "information."
        ),
        "2024-07-30",
        "2026-05-03",
        "https://github.com/theRealCarneiro/pulsemeeter/pull/196",
    ),
    (
        FileExists,
        Wording("File already exists. See https://pypi.org/help/#file-name-reuse for more information."),
        "2018-03-20",
        "2024-08-15",
        f"{PULLS}/16488",
    ),
    (
        FilenameUsedBefore,
        Wording(
            "This filename has already been used, use a different version. "
            "See https://pypi.org/help/#file-name-reuse for more information."
        ),
        "2018-09-04",
        "2025-09-10",
        f"{ISSUES}/18662",
    ),
    (
        UnknownExtension,
        Wording(
            "Invalid file extension: Use .egg, .tar.gz, .whl or .zip extension. "
            "See https://www.python.org/dev/peps/pep-0527 for more information."
        ),
        "2018",
        NO_EGGS.date,
        NO_EGGS.source,
    ),
)
"""Messages of which the day of the change is known."""

_OTHERS: tuple[tuple[type[Rule], str, str, str, str], ...] = (
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
    (FileExists, "File already exists.", "2016", "2018", "pypa/packaging-problems#295 (2019)"),
    (
        FileExists,
        "A file named {filename} already exists for {project}. To fix problems with that file you should",
        "",
        "2017",
        "pypa/twine#199",
    ),
    (
        FilenameUsedBefore,
        "This filename has previously been used, you should use a different version.",
        "2016",
        "2018",
        "pypi/legacy#763",
    ),
    (FileTooLarge, "File too large.", "2016", "2017", "pypi/warehouse#2483"),
    (UnsupportedPlatformTag, "Binary wheel for an unsupported platform", "", "2016", "meshy/pythonwheels#46"),
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

_FORM_ENDED = "2024-03-19"

FORMER_MESSAGES: tuple[FormerMessage, ...] = (
    *(FormerMessage(*facts) for facts in _EXACT),
    *(
        FormerMessage(rule, Wording("Invalid distribution file."), "2018", "2024-11-18", STRICTER_ARCHIVES)
        for rule in _UNTIL_STRICTER_ARCHIVES
    ),
    *(FormerMessage(rule, wording, "2018", _FORM_ENDED, METADATA_LIBRARY) for rule, wording in FORM),
    *(
        FormerMessage(rule, Wording(message), "2018", _FORM_ENDED, SOURCES_2018_TO_2024, is_complete=False)
        for rule, message in FORM_CUT
    ),
    *(
        FormerMessage(rule, Wording(message), "2016", "2018", FIRST_SOURCE, is_complete=False)
        for rule, message in FIRST
    ),
    *(
        FormerMessage(rule, Wording(message), since, until, source, is_complete=False)
        for rule, message, since, until, source in _OTHERS
    ),
)


def former_messages(rule: Rule) -> Iterator[FormerMessage]:
    """Yield the messages that PyPI gave for a rule in earlier years, those with exact dates first."""
    return (former for former in FORMER_MESSAGES if former.rule.id == rule.id)


def wordings_on(rule: Rule, day: str) -> tuple[Wording, ...]:
    """Return the messages that a rule had on a day and does not have today."""
    given = (former for former in former_messages(rule) if former.is_reproduced and former.was_given_on(day))
    return tuple(former.wording for former in given)
