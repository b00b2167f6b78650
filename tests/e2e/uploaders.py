"""The command by which each publishing tool uploads, and what it prints: one value for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

ACCEPTED = "200"


@dataclass(frozen=True)
class Uploader:
    """A tool that uploads `dist/` of the project in the working directory.

    `agent` begins its User-Agent. `commands` has its line for each mode ("real", "plain"); `credentials` the
    variables that carry the token to the real hosts. `said` has, for each scenario, what it prints (a
    regular expression; white space counts as one blank), `codes` the exit code where it is not 0, and `posts`
    the statuses of what it sent, where it did not send the file each time. "again/plain" goes before "again".
    `trusted` has the lines that publish without a token.
    """

    name: str
    agent: str | tuple[str, ...]
    commands: Mapping[str, str]
    credentials: Mapping[str, str]
    said: Mapping[str, str]
    codes: Mapping[str, int]
    posts: Mapping[str, list[int]] = field(default_factory=dict)
    trusted: Mapping[str, str] = field(default_factory=dict)


EXISTS = r"File already exists \('hello-1\.0-py3-none-any\.whl', with blake2_256 hash '[0-9a-f]{64}'\)"
INVALID = "Invalid or non-existent authentication information"


def _both(command: str) -> dict[str, str]:
    return {"real": command, "plain": command}


def _rejected(code: int) -> dict[str, int]:
    return {"changed": code, "bad-token": code}


TWINE = Uploader(
    "twine",
    "twine/",
    _both("twine upload dist/*"),
    {"TWINE_USERNAME": "__token__", "TWINE_PASSWORD": "{token}"},
    {
        "upload": "Uploading hello-1.0-py3-none-any.whl",
        "again": "Uploading hello-1.0-py3-none-any.whl",
        "changed": f"HTTPError: 400 Bad Request from .*/legacy/ {EXISTS}",
        "bad-token": f"HTTPError: 403 Forbidden from .*/legacy/ {INVALID}",
        "trusted": "View at: https://pypi.org/project/hello/1.0/",
    },
    _rejected(1),
    trusted={"real": "twine upload dist/*"},
)
UV = Uploader(
    "uv",
    "uv/",
    _both("uv publish"),
    {"UV_PUBLISH_TOKEN": "{token}"},
    {
        "upload": r"Publishing 1 file to .*/legacy/.* Uploading hello-1.0-py3-none-any.whl",
        "again": r"Uploading hello-1.0-py3-none-any.whl",
        "changed": f"400 Bad Request. Server says: 400 {EXISTS}",
        "bad-token": f"403 Forbidden. Server says: 403 {INVALID}",
        "trusted": "Publishing 1 file to https://upload.pypi.org/legacy/",
    },
    _rejected(2),
    trusted={"real": "uv publish --trusted-publishing always"},
)
POETRY = Uploader(
    "poetry",
    "poetry/",
    {"real": "poetry publish", "plain": "poetry publish -r pypi"},
    {"POETRY_PYPI_TOKEN_PYPI": "{token}"},
    {
        "upload": r"Publishing hello \(1.0\) to .* - Uploading hello-1.0-py3-none-any.whl 100%",
        "again": r"- Uploading hello-1.0-py3-none-any.whl 100%",
        "changed": f"HTTP Error 400: {EXISTS}",
        "bad-token": f"HTTP Error 403: {INVALID}",
    },
    _rejected(1),
)
HATCH = Uploader(
    "hatch",
    ("Hatch/", "python-httpx/"),
    _both("hatch publish"),
    {"HATCH_INDEX_USER": "__token__", "HATCH_INDEX_AUTH": "{token}"},
    {
        "upload": r"dist/hello-1.0-py3-none-any.whl \.\.\. success",
        # On the real hosts it reads the index first, and takes the name for the file.
        "again/real": r"dist/hello-1.0-py3-none-any.whl \.\.\. already exists",
        "again/plain": r"dist/hello-1.0-py3-none-any.whl \.\.\. success",
        "changed/real": r"dist/hello-1.0-py3-none-any.whl \.\.\. already exists",
        "changed/plain": f"Client error '400 {EXISTS}",
        "bad-token": f"Client error '403 {INVALID}",
    },
    {"bad-token": 1, "changed/plain": 1},
    posts={"again/real": [200], "changed/real": [200]},
)
PDM = Uploader(
    "pdm",
    "pdm/",
    _both("pdm publish --no-build"),
    {"PDM_PUBLISH_USERNAME": "__token__", "PDM_PUBLISH_PASSWORD": "{token}"},
    {
        "upload": r"Uploading hello-1.0-py3-none-any.whl .*100%",
        "again": r"Uploading hello-1.0-py3-none-any.whl .*100%",
        "changed": rf"\[PublishError\]: .*'400 (Bad Request|{EXISTS})",
        "bad-token": rf"\[PublishError\]: .*'403 (Forbidden|{INVALID})",
        "trusted": "Uploading hello-1.0-py3-none-any.whl",
    },
    _rejected(1),
    trusted=_both("pdm publish --no-build"),
)
FLIT = Uploader(
    "flit",
    "python-requests/",
    _both("flit publish --format wheel"),
    {"FLIT_USERNAME": "__token__", "FLIT_PASSWORD": "{token}"},
    {
        "upload": r"Uploading .*hello-1.0-py3-none-any.whl\.\.\. .*Package is at .*/project/hello/",
        "again": r"Package is at .*/project/hello/",
        "changed": f"400 Client Error: {EXISTS}",
        "bad-token": f"403 Client Error: {INVALID}",
    },
    _rejected(1),
)
MATURIN = Uploader(
    "maturin",
    "maturin/",
    _both("maturin upload dist/*"),
    {"MATURIN_PYPI_TOKEN": "{token}"},
    {
        "upload": "Packages uploaded successfully",
        "again": "Packages uploaded successfully",
        "changed": f"File already exists: .*{EXISTS}",
        "bad-token": INVALID,
        "trusted": "Packages uploaded successfully",
    },
    _rejected(1),
    trusted=_both("maturin upload dist/*"),
)
_FORM = (
    "curl --silent --show-error --write-out ' %{{http_code}}' --user __token__:$TOKEN"
    " --form :action=file_upload --form protocol_version=1 --form metadata_version=2.4 --form name=hello"
    " --form version=1.0 --form filetype=bdist_wheel --form pyversion=py3 --form license_expression=MIT"
    " --form summary='A package made for a rehearsal' --form sha256_digest=$(sha256sum dist/*.whl | cut -c-64)"
    " --form content=@$(echo dist/*.whl) {}"
)
CURL = Uploader(
    "curl",
    "curl/",
    {
        "real": _FORM.format("https://upload.pypi.org/legacy/"),
        "plain": _FORM.format("$FAKE_PYPI_URL/legacy/"),
    },
    {"TOKEN": "{token}"},
    {"upload": "200$", "again": "200$", "changed": f"{EXISTS}.* 400$", "bad-token": f"{INVALID}.* 403$"},
    {},
)

UPLOADERS = {each.name: each for each in (TWINE, UV, POETRY, HATCH, PDM, FLIT, MATURIN, CURL)}
