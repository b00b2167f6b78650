"""File names and content types that PyPI rejects before it reads the file."""

from __future__ import annotations

import re

from fake_pypi.index import Index
from fake_pypi.inspection.part_headers import URLENCODED, header_parameters, holds_a_form
from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel
from fake_pypi.rules.dated_change import NO_EGGS
from fake_pypi.rules.message_sources import cases, legacy_cgi, warehouse
from fake_pypi.rules.rule_set import Example, Rejection, Rule
from fake_pypi.rules.upload import Upload

EXTENSIONS = {"sdist": (".tar.gz", ".zip"), "bdist_wheel": (".whl",)}
"""The extensions of each file type in the form (PEP 527)."""
EXTENSION = re.compile(r".+?(\.(?:tar\.gz|zip|whl))$", re.IGNORECASE)
EGG = re.compile(r".+?(\.egg)$", re.IGNORECASE)
LONGEST = 255
"""Bytes that the file system under the real server allows for one name."""


def extension_of(filename: str, as_of: str = "") -> str:
    """Return the extension that makes a file a distribution, as it is spelled; "" for another file.

    >>> extension_of("demo-1.0.TAR.GZ"), extension_of("demo-1.0.egg"), extension_of("demo-1.0.egg", "2023-07-31")
    ('.TAR.GZ', '', '.egg')
    """
    match = EXTENSION.match(filename) or (None if NO_EGGS.is_in_force(as_of) else EGG.match(filename))
    return match[1] if match else ""


class ContentIsNoFile(Rule):
    """The part "content" is text, or a file without a name. PyPI itself fails here.

    The real server assumes that this part is a file with a name. Every publishing tool sends the name; a request that
    was written by hand may not.
    """

    id = "content-is-no-file"
    status = 500
    message_template = "Internal Server Error"
    remedy = "Send the part with a file name: `curl -F content=@dist/demo-1.0.tar.gz`."
    source = warehouse("forklift/legacy.py", "file_upload")
    recorded = cases("protocol/content-not-a-file")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        return self.reject() if upload.content is not None and upload.file is None else None

    def example(self) -> Example:
        """Send text instead of a file."""
        return Example(wheel("demo"), form={"content": "hello"})


class ControlCharacters(Rule):
    """The file name has a control character, which PyPI's storage does not support.

    Tabs and line feeds come from scripts that construct the name, never from a packaging tool.
    """

    id = "filename-control-character"
    message_template = (
        "Cannot upload a file with non-printable characters (ordinals 0-31) "
        "or the DEL character (ordinal 127) in the name."
    )
    remedy = "Use the file name that the build tool made, and look for a tab or line feed in your script."
    source = warehouse("forklift/legacy.py", "_validate_filename")
    recorded = cases("filename/control-char")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        odd = any(ord(character) < 32 or ord(character) == 127 for character in upload.filename)
        return self.reject() if odd else None

    def example(self) -> Example:
        """Put a tab into the name."""
        return Example(wheel("demo"), file={"filename": "demo-1.0\t-py3-none-any.whl"})


class PathSeparators(Rule):
    """The file name is a path, with folders in front of the name.

    Some HTTP libraries send the whole path of an opened file.
    """

    id = "filename-path-separator"
    message_template = "Cannot upload a file with '/' or '\\' in the name."
    remedy = "Send only the name, `demo-1.0.tar.gz` instead of `dist/demo-1.0.tar.gz`."
    source = warehouse("forklift/legacy.py", "_validate_filename")
    recorded = cases("filename/backslash")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        return self.reject() if "/" in upload.filename or "\\" in upload.filename else None

    def example(self) -> Example:
        """Send a path."""
        return Example(wheel("demo"), file={"filename": "dist/demo-1.0-py3-none-any.whl"})


class UnknownExtension(Rule):
    """The file is neither a wheel nor a source distribution.

    PyPI stores `.whl` and `.tar.gz` files only. It accepted eggs, installers and signatures in earlier years.
    """

    id = "unknown-extension"
    message_template = (
        "Invalid file extension: Use .tar.gz, .whl or .zip extension. "
        "See https://www.python.org/dev/peps/pep-0527 and https://peps.python.org/pep-0715/ "
        "for more information"
    )
    remedy = "Upload only the files that `python -m build` puts into dist/."
    source = warehouse("forklift/legacy.py", "_validate_filename")
    recorded = cases("filename/ext-wheel.exe")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        return self.reject() if upload.filename and not extension_of(upload.filename, self.as_of) else None

    def example(self) -> Example:
        """Send an installer for Windows."""
        package = wheel("demo")
        return Example(package, file={"filename": "demo-1.0.win-amd64-py3.11.exe"})


class ExtensionOfOtherFiletype(Rule):
    """The file type in the form does not belong to the extension of the file name, which must be in lower case.

    Publishing tools derive the file type from the name, so the form was written by hand or the file was renamed.
    """

    id = "extension-not-for-filetype"
    message_template = (
        "Invalid file extension: Extension {extension} is invalid for filetype {filetype}. "
        "See https://www.python.org/dev/peps/pep-0527 for more information."
    )
    remedy = "Send `filetype=bdist_wheel` for .whl, `filetype=sdist` for .tar.gz, and extensions in lower case."
    source = warehouse("forklift/legacy.py", "_validate_filename")
    recorded = cases("filename/wheel-as-sdist")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        extension = extension_of(upload.filename, self.as_of)
        allowed = {**EXTENSIONS, "bdist_egg": (".egg",)}.get(upload.filetype)
        if not extension or allowed is None or extension in allowed:
            return None
        return self.reject(extension=extension, filetype=upload.filetype)

    def example(self) -> Example:
        """Call a wheel an sdist."""
        return Example(wheel("demo"), form={"filetype": "sdist", "pyversion": "source"})


class InvalidContentType(Rule):
    """The part's Content-Type is empty, or that of an image.

    The real server checks nothing else in it; publishing tools send `application/octet-stream`.
    """

    id = "invalid-content-type"
    message_template = "Invalid distribution file."
    remedy = "Send the part as application/octet-stream."
    source = warehouse("forklift/legacy.py", "file_upload")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        if upload.file is None or upload.file.content_type is None:
            return None
        kind, _ = header_parameters(upload.file.content_type)
        return self.reject() if not kind or kind.startswith("image/") else None

    def example(self) -> Example:
        """Call the sdist a picture."""
        return Example(sdist("demo"), file={"content_type": "image/png"})


class ContentIsAForm(Rule):
    """The Content-Type of the part is that of a form, so PyPI reads the file as a form. PyPI itself fails here.

    No file is left then. No publishing tool sends such a request.
    """

    id = "content-is-a-form"
    status = 500
    message_template = "Internal Server Error"
    remedy = "Send the part as application/octet-stream."
    source = legacy_cgi("cgi.py", "FieldStorage")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        return self.reject() if upload.file and holds_a_form(upload.file.content_type or "") else None

    def example(self) -> Example:
        """Call the wheel a form."""
        return Example(wheel("demo"), file={"content_type": URLENCODED})


class FilenameTooLongToStore(Rule):
    """The file name has more than 255 bytes, which the real server cannot store. PyPI itself fails here.

    It closes the connection without an answer, so a publishing tool reports a connection error and tries again. The
    name of a wheel with many compressed tags can be that long.
    """

    id = "filename-breaks-connection"
    status = 0
    message_template = ""
    remedy = "Shorten the name: fewer tags in one wheel, or a shorter project name."
    source = warehouse("forklift/legacy.py", "file_upload")
    recorded = cases("filename/too-long")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        return self.reject() if len(upload.filename.encode("utf-8", "surrogatepass")) > LONGEST else None

    def example(self) -> Example:
        """Repeat a platform tag until the name is too long."""
        return Example(wheel("demo", tag="py3-none-" + ".".join(["any"] * 64)))
