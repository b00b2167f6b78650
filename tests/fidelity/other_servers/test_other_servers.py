"""Our other servers against the real ones: devpi as it was recorded, pypiserver as it runs here."""

from __future__ import annotations

import json
import logging
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from fake_pypi import FakePyPI
from tests.fidelity.other_servers.steps import STEPS, Server, send

MISSING = {
    "devpi": "/maintainer/missing/",
    "pypiserver": "/other/",
    "gitlab": "/api/v4/projects/2/packages/pypi",
    "nexus": "/repository/missing/",
}
USER, PASSWORD = "maintainer", "a password of this test"


def answers_of(server: Server) -> dict[str, Any]:
    return {step.label: send(server, step) for step in STEPS}


def our_answers(name: str) -> dict[str, Any]:
    with FakePyPI(name) as fake:
        server = Server(fake.upload_url, fake.simple_url, fake.url + MISSING[name], fake.username, fake.password)
        answers = answers_of(server)
        assert not fake.errors
    return answers


def differences(ours: dict[str, Any], real: dict[str, Any]) -> dict[str, Any]:
    return {label: (ours[label], answer) for label, answer in real.items() if ours[label] != answer}


def test_devpi_answers_as_it_was_recorded() -> None:
    recording = json.loads(Path(__file__).with_name("devpi.json").read_text(encoding="utf-8"))["answers"]
    ours = our_answers("devpi")
    assert list(recording) == [step.label for step in STEPS], "record devpi again: nox -s other_servers"
    for answers in (ours, recording):
        del answers["project by another spelling"]["body"]  # the words of a redirect are those of the framework
        for label in ("project", "project without a slash"):  # devpi lists files in no order
            answers[label]["body"] = sorted(answers[label]["body"].splitlines())
        files = json.loads(answers["project as JSON"]["body"])["files"]
        answers["project as JSON"]["body"] = sorted(map(json.dumps, files))
    assert differences(ours, recording) == {}


class Quiet(WSGIRequestHandler):
    def log_message(self, *_arguments: object) -> None:
        """Write nothing."""


@contextmanager
def real_pypiserver(folder: Path) -> Iterator[Server]:
    """Start pypiserver itself over a folder, as `pypi-server run --authenticate update --disable-fallback`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pypiserver
        from pypiserver.config import Config

        options = ["run", "--backend", "simple-dir", "--disable-fallback", "-P", ".", "-a", ".", str(folder)]
        config = Config.from_args(options)
        config.authenticate, config.auther = ["update"], lambda *pair: pair == (USER, PASSWORD)
        app = pypiserver.app_from_config(config)
    with make_server("127.0.0.1", 0, app, handler_class=Quiet) as httpd:
        thread = threading.Thread(target=httpd.serve_forever)
        thread.start()
        try:
            url = f"http://127.0.0.1:{httpd.server_port}"
            yield Server(f"{url}/", f"{url}/simple/", url + MISSING["pypiserver"], USER, PASSWORD)
        finally:
            httpd.shutdown()
            thread.join()


def test_pypiserver_answers_as_the_real_one(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, "pypiserver")
    with real_pypiserver(tmp_path) as server:
        real = answers_of(server)
    assert differences(our_answers("pypiserver"), real) == {}


SOURCED = {
    "gitlab": {
        "no credentials, as uv": (401, '{"message": "401 Unauthorized"}'),
        "wrong credentials, as uv": (401, '{"message": "401 Unauthorized"}'),
        "missing repository": (404, '{"message": "404 Not Found"}'),
        "no file": (400, '{"error": "content is missing"}'),
        "no name": (400, '{"error": "name is missing"}'),
        "no version": (400, '{"error": "version is missing"}'),
        "same again, as uv": (
            400,
            '{"message": "400 Bad request - Validation failed: File name has already been taken"}',
        ),
        "wrong digest": (201, '{"message": "201 Created"}'),
        "missing project": (404, '{"message": "404 Package Not Found"}'),
    },
    "nexus": {
        "no credentials, as uv": (401, ""),
        "wrong credentials, as uv": (401, ""),
        "missing repository": (404, "Not Found"),
        "upload": (200, ""),
        "same again, as uv": (400, "pypi-hosted/packages/demo/1.0/demo-1.0-py3-none-any.whl cannot be updated"),
        "missing project": (404, "Not Found"),
    },
}
"""What the public sources state, which the docstrings of the modules name."""


@pytest.mark.parametrize("name", SOURCED)
def test_a_server_that_was_not_recorded_answers_as_its_sources_state(name: str) -> None:
    ours = our_answers(name)
    wrong = {
        label: ours[label]
        for label, (status, text) in SOURCED[name].items()
        if ours[label]["status"] != status or text not in ours[label]["body"]
    }
    assert wrong == {}


def test_nexus_gives_the_message_about_a_duplicate_in_the_status_line() -> None:
    assert our_answers("nexus")["other content, as twine"]["reason"].endswith(".whl cannot be updated")


@pytest.mark.parametrize("name", MISSING)
def test_a_package_is_uploaded_listed_and_downloaded(name: str) -> None:
    from urllib.parse import urljoin
    from urllib.request import urlopen

    from fake_pypi import wheel

    package = wheel("hello", "1.0", requires_python=">=3.9")
    with FakePyPI(name) as fake:
        fake.upload(package)
        page_url = f"{fake.simple_url}hello/"
        with urlopen(page_url) as answer:
            page = answer.read().decode()
        links = [part.partition('"')[0] for part in page.split('href="')[1:]]
        with urlopen(urljoin(page_url, links[0])) as answer:
            assert answer.read() == package.open().read()
        project = fake.project("hello")
        assert project is not None
        assert project.releases["1.0"].filenames == [package.filename]
        assert [request.status for request in fake.requests] == [201 if name == "gitlab" else 200, 200, 200]
        assert fake.requests[0].filename == package.filename
        assert fake.requests[0].sender == fake.username


def test_a_file_can_be_removed_from_pypiserver_with_its_old_action() -> None:
    from fake_pypi import wheel
    from fake_pypi.fake.http_upload import post

    with FakePyPI("pypiserver") as fake:
        fake.upload(wheel("hello", "1.0"))
        fields = [(":action", "remove_pkg"), ("name", "hello"), ("version", "1.0")]
        status, _ = post(fake.upload_url, fields, fake.username, fake.password)
        assert (status, fake.index.releases.filenames()) == (200, [])


def test_the_variables_of_clients_have_user_name_and_password() -> None:
    with FakePyPI("devpi") as fake:
        variables = fake.env("twine")
        assert variables["TWINE_REPOSITORY_URL"] == fake.upload_url
        assert (variables["TWINE_USERNAME"], variables["TWINE_PASSWORD"]) == (fake.username, fake.password)
