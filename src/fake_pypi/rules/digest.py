"""Digests in the form that do not match the file."""

from __future__ import annotations

from fake_pypi.index import Index
from fake_pypi.packages.wheel import wheel
from fake_pypi.rules.message_sources import cases, warehouse
from fake_pypi.rules.rule_set import Example, Rejection, Rule
from fake_pypi.rules.upload import FilePart, Upload


def claimed(upload: Upload) -> dict[str, str]:
    """Return the digests in the form, by algorithm."""
    digests = {name: upload.text(f"{name}_digest") for name in ("md5", "sha256", "blake2_256")}
    return {name: digest for name, digest in digests.items() if digest}


def computed(part: FilePart) -> dict[str, str]:
    """Return the digests of the file, by algorithm."""
    return {"md5": part.md5, "sha256": part.sha256, "blake2_256": part.blake2_256}


class DigestNotAscii(Rule):
    """The MD5 digest has characters that are not ASCII, and comparing it fails. PyPI itself fails here.

    The format of the other digests is checked first, that of MD5 is not.
    """

    id = "digest-not-ascii"
    status = 500
    message_template = "Internal Server Error"
    remedy = "Send the digest in hexadecimal digits, or leave md5_digest out."
    source = warehouse("forklift/legacy.py", "file_upload")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        if upload.file is None:
            return None
        return self.reject() if any(not digest.isascii() for digest in claimed(upload).values()) else None

    def example(self) -> Example:
        """Send a digest with an accent."""
        return Example(wheel("demo"), form={"md5_digest": "é" * 32})


class DigestMismatch(Rule):
    """The file does not have the digest that the form names.

    The file was changed while the request was made or sent. Often it was built again during the upload.
    """

    id = "digest-mismatch"
    message_template = "The digest supplied does not match a digest calculated from the uploaded file."
    remedy = "Upload again; when it happens again, look for a second build that writes to the same dist/ folder."
    source = warehouse("forklift/legacy.py", "file_upload")
    recorded = cases("digest/md5-mismatch")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        if upload.file is None:
            return None
        digests = computed(upload.file)
        differ = any(digest.lower() != digests[name] for name, digest in claimed(upload).items())
        return self.reject() if differ else None

    def example(self) -> Example:
        """Claim the digest of another file."""
        return Example(wheel("demo"), form={"sha256_digest": "0" * 64})
