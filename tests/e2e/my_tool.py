"""A publishing tool of readers, for pages about testing one: the functions `upload` and `publish`, and a command."""

from __future__ import annotations

import configparser
import sys
from base64 import b64encode
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from fake_pypi import Package, sdist
from fake_pypi.rules.examples import sent_by_twine

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

BOUNDARY = "boundary-of-my-tool"


class UploadFailed(Exception):
    """The index rejected the upload."""


def upload(file: Path, *, url: str, token: str) -> None:
    """Upload a file; raises `UploadFailed` with the message of the index."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in sent_by_twine(Package.at(file))
    ]
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="content"; filename="{file.name}"\r\n\r\n'
    body = b"".join([*parts, head.encode(), file.read_bytes(), f"\r\n--{BOUNDARY}--\r\n".encode()])
    headers = {
        "Authorization": "Basic " + b64encode(f"__token__:{token}".encode()).decode(),
        "Accept": "application/json",
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
        "User-Agent": "my-tool/1.0",
    }
    try:
        with urlopen(Request(url, body, headers)):
            pass
    except HTTPError as error:
        with error:
            raise UploadFailed(error.reason) from error


def publish(project: Path, *, url: str, token: str) -> None:
    """Build the sdist of a project and upload it."""
    facts = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    metadata = {
        "summary": facts.get("description"),
        "license": facts.get("license"),
        "classifiers": facts.get("classifiers", ()),
    }
    package = sdist(facts["name"], facts["version"], **{name: value for name, value in metadata.items() if value})
    upload(package.write_to(project / "dist"), url=url, token=token)


if __name__ == "__main__":
    settings = configparser.ConfigParser(interpolation=None)
    settings.read(Path.home() / ".pypirc")
    publish(Path(), url="https://upload.pypi.org/legacy/", token=settings["pypi"]["password"])
