"""What rules about single members of an archive share: of several members PyPI answers for the first."""

from __future__ import annotations

from collections.abc import Iterable

from fake_pypi.inspection.python_files import PythonFile
from fake_pypi.inspection.read_failure import FailureCause
from fake_pypi.rules.rule_set import Rejection, Rule
from fake_pypi.rules.upload import Upload

READ_BEFORE_SCANNING = 50 << 20
"""Bytes of Python files that PyPI reads before it scans any of them; it scans each further file at once."""


class MemberRule(Rule):
    """A rule about single members. Of several members PyPI answers for the first, whichever rule rejects it."""

    together = "members"

    def reject_failures(self, upload: Upload, cause: FailureCause) -> Rejection | None:
        """Reject an archive that cannot be read for a cause, or Python files that cannot be read for it."""
        archive = upload.archive
        if archive is None:
            return None
        if archive.failure is not None:
            members = [archive.failure.member] if archive.failure.member else []
            return self.reject_members(members) if archive.failure.cause is cause else None
        return self.reject_files(file for file in archive.python_files if file.failure and file.failure.cause is cause)

    def reject_files(self, files: Iterable[PythonFile]) -> Rejection | None:
        """Reject the Python files; None if there are none."""
        rejected = list(files)
        if not rejected:
            return None
        return self.reject_members([file.name for file in rejected], rank=min(map(_rank, rejected)))


def _rank(file: PythonFile) -> tuple[int, int]:
    """Return the place of a file in PyPI's order: a file that cannot be read comes before the content of others."""
    if file.bytes_before > READ_BEFORE_SCANNING:
        return (2, file.position)
    return (0 if file.failure else 1, file.position)
