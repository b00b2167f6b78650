"""What was uploaded to an index, for the assertions of tests."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from fake_pypi.web.recording import mismatch
from fake_pypi.web.recording.conditions import RequestConditions, checked, meets

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from fake_pypi.web.recording.recorded_request import RecordedRequest
    from fake_pypi.web.recording.requests import RecordedRequests


class FakeUploads:
    """The uploads that an index received over HTTP. What `add` puts on an index is not among them."""

    def __init__(self, requests: RecordedRequests, title: str) -> None:
        self._requests = requests
        self._title = title

    def assert_uploaded(
        self, file: str | Path | None = None, *, times: int | None = None, **conditions: Unpack[RequestConditions]
    ) -> RecordedRequest:
        """Check that a file was uploaded and accepted, and return the newest such upload.

        >>> pypi.assert_uploaded("demo-1.0*.whl", client="twine")           # doctest: +SKIP
        >>> pypi.assert_uploaded(Path("dist/demo-1.0.tar.gz"))              # doctest: +SKIP
        >>> pypi.assert_uploaded(project="demo", form={"license_expression": "MIT"})   # doctest: +SKIP

        `file` is a file name, with the wildcards of a shell, or the path of a file (`Path`, or a text with a slash)
        that must have the same bytes. `times` is the number of such uploads. A file that is on the index counts
        although its client received no response. Raises `UnexpectedRequests`, an `AssertionError` that shows the other
        uploads, how close they were and why they do not match.
        """
        wanted = _conditions(file, conditions)
        uploads = self._requests.matching(**wanted)
        if not uploads:
            attempts = [request for request in self._requests if request.is_upload]
            what = f"{self._title} accepted no upload"
            if attempts or not self._requests:
                raise mismatch.missing(what, wanted, attempts, "uploads")
            raise mismatch.missing(what, wanted, list(self._requests), "requests, none of them an upload")
        if times is not None and len(uploads) != times:
            raise mismatch.unwanted(f"{self._title} accepted {len(uploads)} such uploads, not {times}:", uploads)
        return uploads[-1]

    def assert_not_uploaded(self, file: str | Path | None = None, **conditions: Unpack[RequestConditions]) -> None:
        """Check that no such file was uploaded and accepted. Raises `UnexpectedRequests`, an `AssertionError`."""
        wanted = _conditions(file, conditions)
        uploads = [request for request in self._requests if meets(request, wanted)]
        if uploads:
            raise mismatch.unwanted(f"{self._title} accepted {len(uploads)} uploads that it should not have:", uploads)


def _conditions(file: str | Path | None, conditions: RequestConditions) -> RequestConditions:
    wanted = checked({"accepted": True, **conditions})
    if isinstance(file, Path) or (file is not None and ("/" in file or "\\" in file)):
        path = Path(file)
        wanted["filename"] = path.name
        wanted["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    elif file is not None:
        wanted["filename"] = file
    return wanted
