"""Forms that PyPI rejects: an unknown protocol, fields sent as files, names, file types, digests, no file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel
from fake_pypi.rules.dated_change import NO_EGGS
from fake_pypi.rules.message_sources import cases, warehouse
from fake_pypi.rules.metadata_rule import SEE
from fake_pypi.rules.rule_set import Example, Rejection, Rule

if TYPE_CHECKING:
    from fake_pypi.index import Index
    from fake_pypi.rules.upload import Upload

FILE_TYPES = ("sdist", "bdist_wheel")
EGG = "bdist_egg"
MAY_BE_FILES = ("content", "gpg_signature")
SHOWN_LENGTH = 60
"""Characters of a name that PyPI repeats in full; of a longer one it shows the first and the last thirty."""


def is_project_name(text: str) -> bool:
    """Return whether a text can be the name of a project: ASCII letters, digits, and ".", "_", "-" in between.

    >>> is_project_name("Demo.Tool"), is_project_name("_demo")
    (True, False)
    """
    return re.fullmatch(r"[a-z0-9]|[a-z0-9][a-z0-9._-]*[a-z0-9]", text, re.IGNORECASE | re.ASCII) is not None


class UnsupportedProtocolVersion(Rule):
    """The form has a version of the upload protocol other than "1", the only one."""

    id = "unsupported-protocol-version"
    message_template = "Unknown protocol version."
    remedy = 'Send protocol_version "1", or leave the field out.'
    source = warehouse("forklift/legacy.py", "file_upload")
    recorded = cases("protocol/version-2")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        return self.reject() if upload.fields.get("protocol_version", ["1"])[-1] != "1" else None

    def example(self) -> Example:
        """Send a protocol version that does not exist."""
        return Example(wheel("demo"), form={"protocol_version": "2"})


class FieldIsTuple(Rule):
    """A field of the form was sent as a file. Only the distribution (and in earlier years its signature) may be a file.

    An HTTP library sends a field in this way if it gets a tuple of name and text, hence the message.
    """

    id = "field-is-tuple"
    message_template = "{field}: Should not be a tuple."
    remedy = "Send metadata as plain form fields, and the distribution as `content`."
    source = warehouse("forklift/decorators.py", "sanitize")
    recorded = cases("protocol/field-as-file-name")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        named = (name for name, part in upload.form.files() if part.filename and name not in MAY_BE_FILES)
        field = next(named, None)
        return None if field is None else self.reject(field=field)

    def example(self) -> Example:
        """Send the distribution under the name of another field."""
        return Example(wheel("demo"), file={"sent_as": "file"})


class MissingName(Rule):
    """The form has no project name."""

    id = "missing-name"
    message_template = "'' is an invalid value for Name. Error: This field is required." + SEE
    remedy = "Give [project] a name; a form written by hand needs the field `name`."
    source = warehouse("forklift/forms.py", "UploadForm")
    recorded = cases("form/no-name")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        return None if upload.name else self.reject()

    def example(self) -> Example:
        """Leave out the name."""
        return Example(wheel("demo"), form={"name": None})


class InvalidName(Rule):
    """The project's name has invalid characters, or starts or ends with ".", "_" or "-"."""

    id = "invalid-name"
    message_template = (
        "{name!r} is an invalid value for Name. Error: Start and end with a letter or numeral "
        "containing only ASCII numeric and '.', '_' and '-'." + SEE
    )
    remedy = 'Choose a [project] name of ASCII letters, digits, ".", "_" and "-", without blanks.'
    source = warehouse("forklift/forms.py", "UploadForm")
    recorded = cases("names/invalid-05")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        name = upload.name
        if not name or is_project_name(name):
            return None
        return self.reject(name=f"{name[:30]}...{name[-30:]}" if len(name) > SHOWN_LENGTH else name)

    def example(self) -> Example:
        """Send a name with a blank in it."""
        return Example(wheel("demo"), form={"name": "de mo"})


class InvalidBlake2Digest(Rule):
    """The BLAKE2 digest in the form is not 64 hexadecimal digits."""

    id = "invalid-blake2-digest"
    message_template = "Invalid value for blake2_256_digest. Error: Use a valid, hex-encoded, BLAKE2 message digest."
    remedy = "Send the digest of the file in hexadecimal, or leave the field out."
    source = warehouse("forklift/forms.py", "UploadForm")
    recorded = cases("digest/blake2-short")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        return None if _is_digest(upload.text("blake2_256_digest")) else self.reject()

    def example(self) -> Example:
        """Send a digest of one letter."""
        return Example(wheel("demo"), form={"blake2_256_digest": "x"})


class MissingFileType(Rule):
    """The form has no file type: "sdist" or "bdist_wheel"."""

    id = "missing-filetype"
    message_template = "Invalid value for filetype. Error: This field is required."
    remedy = "Send filetype sdist or bdist_wheel."
    source = warehouse("forklift/forms.py", "UploadForm")
    recorded = cases("form/many-errors")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        return None if upload.filetype else self.reject()

    def example(self) -> Example:
        """Leave out the file type."""
        return Example(wheel("demo"), form={"filetype": None})


class UnknownFileType(Rule):
    """The file type is neither sdist nor wheel. PyPI no longer accepts eggs, RPMs, MSIs and Windows installers."""

    id = "unknown-filetype"
    message_template = "Invalid value for filetype. Error: Use a known file type."
    remedy = "Build an sdist and wheels with `python -m build`; upload dist/*.tar.gz and dist/*.whl only."
    source = warehouse("forklift/forms.py", "UploadForm")
    recorded = cases("form/filetype-bdist_egg")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        known = ("", *FILE_TYPES) if NO_EGGS.is_in_force(self.as_of) else ("", *FILE_TYPES, EGG)
        return None if upload.filetype in known else self.reject()

    def example(self) -> Example:
        """Send an RPM package."""
        return Example(wheel("demo"), form={"filetype": "bdist_rpm"})


class InvalidSha256Digest(Rule):
    """The SHA256 digest in the form is not 64 hexadecimal digits."""

    id = "invalid-sha256-digest"
    message_template = "Invalid value for sha256_digest. Error: Use a valid, hex-encoded, SHA256 message digest."
    remedy = "Send the digest of the file in hexadecimal, or leave the field out."
    source = warehouse("forklift/forms.py", "UploadForm")
    recorded = cases("digest/sha256-short")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        return None if _is_digest(upload.text("sha256_digest")) else self.reject()

    def example(self) -> Example:
        """Send a digest of one letter."""
        return Example(wheel("demo"), form={"sha256_digest": "x"})


class MissingPythonVersion(Rule):
    """The form has a wheel and no Python version. Any text is accepted; twine sends the tag."""

    id = "missing-pyversion"
    message_template = "Invalid value for pyversion. Error: Python version is required for binary distribution uploads."
    remedy = "Send pyversion, as py3 or cp312."
    source = warehouse("forklift/forms.py", "UploadForm.full_validate")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        return self.reject() if upload.filetype and not (upload.is_sdist or upload.text("pyversion")) else None

    def example(self) -> Example:
        """Send a wheel without a Python version."""
        return Example(wheel("demo"), form={"pyversion": None})


class SourcePythonVersion(Rule):
    """The form has an sdist and a Python version other than "source"."""

    id = "source-pyversion"
    message_template = "Invalid value for pyversion. Error: Use 'source' as Python version for an sdist."
    remedy = 'Send pyversion "source" with an sdist.'
    source = warehouse("forklift/forms.py", "UploadForm.full_validate")
    recorded = cases("form/pyversion-py3-sdist")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        return self.reject() if upload.is_sdist and upload.text("pyversion") not in ("", "source") else None

    def example(self) -> Example:
        """Send an sdist with the Python version of a wheel."""
        return Example(sdist("demo"), form={"pyversion": "py3"})


class MissingDigest(Rule):
    """The form has no digest with which PyPI could check that the file arrived completely."""

    id = "missing-digest"
    message_template = "Error: Include at least one message digest."
    remedy = "Send sha256_digest or blake2_256_digest (md5_digest is accepted as well)."
    source = warehouse("forklift/forms.py", "UploadForm.full_validate")
    recorded = cases("form/empty-digests")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        digests = (upload.text(f"{name}_digest") for name in ("md5", "sha256", "blake2_256"))
        return None if any(digests) else self.reject()

    def example(self) -> Example:
        """Leave out all digests."""
        return Example(wheel("demo"), form={"sha256_digest": None, "blake2_256_digest": None})


class NoFile(Rule):
    """The form has no file."""

    id = "no-file"
    message_template = "Upload payload does not have a file."
    remedy = "Send the distribution as the file `content`."
    source = warehouse("forklift/legacy.py", "file_upload")
    recorded = cases("protocol/no-content")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        return None if upload.content is not None else self.reject()

    def example(self) -> Example:
        """Leave out the file."""
        return Example(wheel("demo"), form={"content": None})


def _is_digest(text: str) -> bool:
    """Return whether a text can be a digest of 256 bits: blanks (no digest) can, and one line feed may follow."""
    return not text.strip() or re.match(r"[A-F0-9]{64}$", text, re.IGNORECASE) is not None
