"""Forms that PyPI cannot read at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_pypi.inspection.part_headers import FormProblem, type_problem
from fake_pypi.packages.wheel import wheel
from fake_pypi.rules.rule_set import Example, Rejection, Rule
from fake_pypi.rules.sources import cases, warehouse

if TYPE_CHECKING:
    from fake_pypi.index import Index
    from fake_pypi.rules.upload import Upload


class InvalidFormData(Rule):
    """The form cannot be taken apart, or one of its parts cannot be decoded.

    The request or one part says that it consists of parts (`multipart/form-data`) and not what separates them, or a
    part names a charset that its text is not in. PyPI answers so before it looks at the address or the sender.
    """

    id = "invalid-form-data"
    message_template = "Invalid Form Data."
    remedy = "Send one multipart form with a boundary, text fields in UTF-8, and the file as application/octet-stream."
    source = warehouse("sanity.py", "invalid_forms")
    recorded = cases("differential/1305-0")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        """Look at the types of the files; what is wrong with other parts is found while they are read."""
        return self.reject() if _first_type_problem(upload) is FormProblem.INVALID else None

    def example(self) -> Example:
        """A file that says it is a form."""
        return Example(wheel("demo"), file={"content_type": "multipart/form-data"})


class FormBreaksPyPI(Rule):
    """A part of the form names a charset that does not exist. PyPI itself fails here.

    The same happens when the whole request names a charset other than UTF-8, and when a part with an empty file
    name is to be decoded. No publishing tool sends any of this.
    """

    id = "form-breaks-pypi"
    status = 500
    message_template = "Internal Server Error"
    remedy = "Leave charsets out of the request: every text is UTF-8."
    source = warehouse("sanity.py", "invalid_forms")
    recorded = cases("differential/1353-0")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        """Look at the types of the files; what is wrong with other parts is found while they are read."""
        return self.reject() if _first_type_problem(upload) is FormProblem.UNKNOWN_CHARSET else None

    def example(self) -> Example:
        """A file in a charset that nobody knows."""
        return Example(wheel("demo"), file={"content_type": "application/octet-stream; charset=unheard-of"})


def _first_type_problem(upload: Upload) -> FormProblem | None:
    problems = (type_problem(part.content_type or "") for _, part in upload.form.files())
    return next((problem for problem in problems if problem), None)
