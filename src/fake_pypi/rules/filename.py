"""The name of the uploaded file, before anything is read from it."""

from __future__ import annotations

import re

from fake_pypi.index import Index
from fake_pypi.inspection.part_headers import URLENCODED, header_parameters, holds_a_form
from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel
from fake_pypi.rules.rule_set import Example, Rejection, Rule
from fake_pypi.rules.sources import cases, warehouse
from fake_pypi.rules.upload import Upload

EXTENSIONS = {"sdist": (".tar.gz", ".zip"), "bdist_wheel": (".whl",)}
"""What a file may end with, by the kind of file that the form says it is (PEP 527)."""
EXTENSION = re.compile(r".+?(\.(?:tar\.gz|zip|whl))$", re.IGNORECASE)
LONGEST = 255
"""Bytes that the file system under the real server allows for one name."""


class ContentIsNoFile(Rule):
    """The part called "content" came as text, or as a file without a name. PyPI itself fails here.

    The real server takes for granted that this part is a named file. Only a hand-made request is different:
    every publishing tool sends the name of the file along.
    """

    id = "content-is-no-file"
    status = 500
    message_template = "Internal Server Error"
    remedy = "Send the part with a file name: `curl -F content=@dist/demo-1.0.tar.gz`."
    source = warehouse("forklift/legacy.py", "file_upload")
    recorded = cases("protocol/content-not-a-file")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        """Say no when there is a content, and no file name."""
        return self.reject() if upload.content is not None and upload.file is None else None

    def example(self) -> Example:
        """Send text instead of a file."""
        return Example(wheel("demo"), form={"content": "hello"})


class ControlCharacters(Rule):
    """The file name has a control character, which the storage behind PyPI cannot keep.

    Tabs, line feeds and the like come from scripts that build the name, never from a packaging tool.
    """

    id = "filename-control-character"
    message_template = (
        "Cannot upload a file with non-printable characters (ordinals 0-31) "
        "or the DEL character (ordinal 127) in the name."
    )
    remedy = "Rename the file to what the build made, and look for a stray tab or line feed in your script."
    source = warehouse("forklift/legacy.py", "_validate_filename")
    recorded = cases("filename/control-char")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        """Say no to characters 0 to 31 and 127."""
        odd = any(ord(character) < 32 or ord(character) == 127 for character in upload.filename)
        return self.reject() if odd else None

    def example(self) -> Example:
        """Put a tab into the name."""
        return Example(wheel("demo"), file={"filename": "demo-1.0\t-py3-none-any.whl"})


class PathSeparators(Rule):
    """The file name is a path. Only the last part of it is a file name.

    Some HTTP libraries send the whole path of an opened file.
    """

    id = "filename-path-separator"
    message_template = "Cannot upload a file with '/' or '\\' in the name."
    remedy = "Send the name alone, as in `demo-1.0.tar.gz`, not `dist/demo-1.0.tar.gz`."
    source = warehouse("forklift/legacy.py", "_validate_filename")
    recorded = cases("filename/backslash")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        """Say no to slashes of both kinds."""
        return self.reject() if "/" in upload.filename or "\\" in upload.filename else None

    def example(self) -> Example:
        """Send a path."""
        return Example(wheel("demo"), file={"filename": "dist/demo-1.0-py3-none-any.whl"})


class UnknownExtension(Rule):
    """The file is neither a wheel nor a source distribution.

    PyPI keeps `.whl` and `.tar.gz` files only. Eggs, installers and signatures were given up one after the
    other.
    """

    id = "unknown-extension"
    message_template = (
        "Invalid file extension: Use .tar.gz, .whl or .zip extension. "
        "See https://www.python.org/dev/peps/pep-0527 and https://peps.python.org/pep-0715/ "
        "for more information"
    )
    remedy = "Upload what `python -m build` puts into dist/, and nothing else that lies there."
    source = warehouse("forklift/legacy.py", "_validate_filename")
    recorded = cases("filename/ext-wheel.exe")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        """Say no to every other ending; what stands before it must be something."""
        return self.reject() if upload.filename and not EXTENSION.match(upload.filename) else None

    def example(self) -> Example:
        """Send an egg."""
        package = wheel("demo")
        return Example(package, file={"filename": "demo-1.0-py3.11.egg"})


class ExtensionOfOtherFiletype(Rule):
    """The form calls the file an sdist and its name a wheel, or the other way round; case counts, too.

    The kind is read off the file name by publishing tools, so this is a hand-made form or a renamed file.
    """

    id = "extension-not-for-filetype"
    message_template = (
        "Invalid file extension: Extension {extension} is invalid for filetype {filetype}. "
        "See https://www.python.org/dev/peps/pep-0527 for more information."
    )
    remedy = "Send `filetype=bdist_wheel` for .whl, `filetype=sdist` for .tar.gz, and lower-case endings."
    source = warehouse("forklift/legacy.py", "_validate_filename")
    recorded = cases("filename/wheel-as-sdist")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        """Say no when the ending is not one of the filetype's."""
        match = EXTENSION.match(upload.filename)
        allowed = EXTENSIONS.get(upload.filetype)
        if match is None or allowed is None or match[1] in allowed:
            return None
        return self.reject(extension=match[1], filetype=upload.filetype)

    def example(self) -> Example:
        """Call a wheel an sdist."""
        return Example(wheel("demo"), form={"filetype": "sdist", "pyversion": "source"})


class InvalidContentType(Rule):
    """The part's Content-Type is empty, or says that the file is an image.

    The real server looks at nothing else in it; publishing tools send `application/octet-stream`.
    """

    id = "invalid-content-type"
    message_template = "Invalid distribution file."
    remedy = "Send the part as application/octet-stream."
    source = warehouse("forklift/legacy.py", "file_upload")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        """Say no to an empty type and to images; no header at all counts as text/plain."""
        if upload.file is None or upload.file.content_type is None:
            return None
        kind, _ = header_parameters(upload.file.content_type)
        return self.reject() if not kind or kind.startswith("image/") else None

    def example(self) -> Example:
        """Call the sdist a picture."""
        return Example(sdist("demo"), file={"content_type": "image/png"})


class ContentIsAForm(Rule):
    """The file's own Content-Type is that of a form, so PyPI reads it as one. PyPI itself fails here.

    What is left then is a part without a file in it. Only a hand-made request is like that.
    """

    id = "content-is-a-form"
    status = 500
    message_template = "Internal Server Error"
    remedy = "Send the part as application/octet-stream."
    source = "https://github.com/jackrosenthal/legacy-cgi (FieldStorage)"

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        """Say no to the types of forms."""
        return self.reject() if upload.file and holds_a_form(upload.file.content_type or "") else None

    def example(self) -> Example:
        """Call the wheel a form."""
        return Example(wheel("demo"), file={"content_type": URLENCODED})


class FilenameTooLongToStore(Rule):
    """The file name has more than 255 bytes, too many for the real server. PyPI itself fails here.

    It closes the connection without an answer, so a publishing tool reports a connection error and tries
    again. A wheel with very many compressed tags can get there.
    """

    id = "filename-breaks-connection"
    status = 0
    message_template = ""
    remedy = "Shorten the name: fewer tags in one wheel, or a shorter project name."
    source = warehouse("forklift/legacy.py", "file_upload")
    recorded = cases("filename/too-long")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        """Hang up on names of more than 255 bytes."""
        return self.reject() if len(upload.filename.encode("utf-8", "surrogatepass")) > LONGEST else None

    def example(self) -> Example:
        """Repeat a platform tag until the name is too long."""
        return Example(wheel("demo", tag="py3-none-" + ".".join(["any"] * 64)))
