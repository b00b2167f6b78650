"""Forms that PyPI cannot read at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_pypi.inspection.part_headers import FormProblem, type_problem
from fake_pypi.packages.wheel import wheel
from fake_pypi.rules.message_sources import cases, warehouse
from fake_pypi.rules.rule_set import Example, Rejection, Rule

if TYPE_CHECKING:
    from fake_pypi.index import Index
    from fake_pypi.rules.upload import Upload


class InvalidFormData(Rule):
    """The form cannot be split into its parts, or one of them cannot be decoded.

    The request or one part is announced as `multipart/form-data` without a valid boundary, or a part names a charset in
    which its text is invalid. PyPI checks this before the URL and the sender.
    """

    id = "invalid-form-data"
    message_template = "Invalid Form Data."
    remedy = "Send one multipart form with a boundary, text fields in UTF-8, and the file as application/octet-stream."
    source = warehouse("sanity.py", "invalid_forms")
    recorded = cases("differential/1305-0")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        return self.reject() if _first_type_problem(upload) is FormProblem.INVALID else None

    def example(self) -> Example:
        """Send a file whose content type is that of a form."""
        return Example(wheel("demo"), file={"content_type": "multipart/form-data"})


class FormBreaksPyPI(Rule):
    """A part of the form names a charset that does not exist. PyPI itself fails here.

    The same happens if the whole request names a charset other than UTF-8, or if a part with an empty file name has a
    charset. No publishing tool sends such a form.
    """

    id = "form-breaks-pypi"
    status = 500
    message_template = "Internal Server Error"
    remedy = "Leave charsets out of the request: every text is UTF-8."
    source = warehouse("sanity.py", "invalid_forms")
    recorded = cases("differential/1353-0")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        return self.reject() if _first_type_problem(upload) is FormProblem.UNKNOWN_CHARSET else None

    def example(self) -> Example:
        """Send a file with an unknown charset."""
        return Example(wheel("demo"), file={"content_type": "application/octet-stream; charset=unheard-of"})


def _first_type_problem(upload: Upload) -> FormProblem | None:
    problems = (type_problem(part.content_type or "") for _, part in upload.form.files())
    return next((problem for problem in problems if problem), None)
