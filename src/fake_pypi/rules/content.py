"""Content of Python files that PyPI rejects: encrypted code, and API tokens of its own."""

from __future__ import annotations

from collections.abc import Callable

from fake_pypi.index import Index
from fake_pypi.inspection.python_files import PYARMOR_HOOKS, SOURCEDEFENDER_LINES, TOKEN_START, Mark, PythonFile
from fake_pypi.packages.wheel import wheel
from fake_pypi.rules.dated_change import PULLS
from fake_pypi.rules.member_rule import MemberRule
from fake_pypi.rules.message_sources import cases, warehouse
from fake_pypi.rules.rule_set import Example, Rejection
from fake_pypi.rules.upload import Upload


class ContentRule(MemberRule):
    """A rule about the content of Python files; an index can switch these rules off."""

    def reject_where(self, upload: Upload, index: Index, is_rejected: Callable[[PythonFile], bool]) -> Rejection | None:
        """Reject the Python files that a condition holds for, unless the index does not scan uploads at present."""
        if upload.archive is None or index.flags.enabled("disable-upload-scanning"):
            return None
        return self.reject_files(filter(is_rejected, upload.archive.python_files))


class PyArmor(ContentRule):
    """A Python file is encrypted with PyArmor, so its code cannot be reviewed.

    PyPI's acceptable use policy requires code that can be read. Only .py and .pye files are scanned.
    """

    id = "pyarmor-encrypted"
    message_template = (
        "Invalid distribution file. PyArmor-encrypted content is not allowed. "
        "See https://pypi.org/policy/acceptable-use-policy/ for more information."
    )
    remedy = "Publish the source, or distribute the package in another place than PyPI."
    source = warehouse("utils/scanner_rules/pyarmor.yar", "pyarmor_encrypted")
    recorded = cases("archive/sdist-pyarmor")
    since = "2026-04-14"
    dated_by = "https://github.com/dashingsoft/pyarmor/issues/2324"

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        return self.reject_where(upload, index, lambda file: Mark.PYARMOR_HOOK in file.marks)

    def example(self) -> Example:
        """Name one of PyArmor's hooks in a Python file."""
        return Example(wheel("demo", files={"demo/locked.py": PYARMOR_HOOKS[0] + b"\n"}))


class SourceDefender(ContentRule):
    """A Python file is encrypted with SourceDefender, so its code cannot be reviewed."""

    id = "sourcedefender-encrypted"
    message_template = (
        "Invalid distribution file. SourceDefender-encrypted content is not allowed. "
        "See https://pypi.org/policy/acceptable-use-policy/ for more information."
    )
    remedy = "Publish the source, or distribute the package in another place than PyPI."
    source = warehouse("utils/scanner_rules/sourcedefender.yar", "sourcedefender_encrypted")
    recorded = cases("archive/wheel-sourcedefender-in-py")
    since = "2026-04-22"
    dated_by = f"{PULLS}/19927"

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        both = {Mark.SOURCEDEFENDER_BEGIN, Mark.SOURCEDEFENDER_END}
        return self.reject_where(upload, index, lambda file: both <= file.marks)

    def example(self) -> Example:
        """Put SourceDefender's marks into a Python file."""
        return Example(wheel("demo", files={"demo/locked.pye": b"\n".join(SOURCEDEFENDER_LINES)}))


class ExposedToken(ContentRule):
    """A Python file contains an API token of pypi.org, with which everybody who installs the package could publish.

    Other people may have seen the file already, so revoke the token in any case.
    """

    id = "exposed-token"
    message_template = (
        "Invalid distribution file. We have detected a PyPI API token exposed in the uploaded file. "
        "Publishing it would allow anyone to perform actions on your behalf. For your own security, "
        "please revoke the token immediately. "
        "See https://pypi.org/help/#compromised-token for additional help."
    )
    remedy = "Revoke the token, create a new one, and store it in an environment variable or a keyring."
    source = warehouse("utils/scanner_rules/pypi_token.yar", "secrets_pypi_token")
    since = "2026-05-01"
    dated_by = f"{PULLS}/19994"

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        return self.reject_where(upload, index, lambda file: Mark.PYPI_TOKEN in file.marks)

    def example(self) -> Example:
        """Write something with the shape of a token into a Python file."""
        stand_in = f"pypi-{TOKEN_START}{'x' * 150}"
        return Example(wheel("demo", files={"demo/settings.py": f"TOKEN = {stand_in!r}\n"}))
