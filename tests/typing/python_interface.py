"""Types of the interface of docs/reference/python.md. mypy reads this file as part of lint; nothing runs it.

Each `type: ignore` is an error that mypy has to report: without the error, the ignore itself is reported.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from typing_extensions import assert_type

from fake_pypi import (
    FakeIndexes,
    FakePyPI,
    File,
    Package,
    Project,
    Release,
    RuleSet,
    Shell,
    Token,
    UploadRejected,
    User,
    sdist,
    wheel,
)


def construction() -> None:
    with FakePyPI() as pypi:
        assert_type(pypi, FakePyPI)
    FakePyPI("testpypi", port=8080, data=Path("data"), wheelhouse=["wheels"], without=["duplicate-file"])
    FakePyPI(port="8080")  # type: ignore[arg-type]
    FakePyPI(no_such_setting=True)  # type: ignore[call-arg]


def addresses(pypi: FakePyPI) -> None:
    assert_type(pypi.url, str)
    assert_type(pypi.upload_url, str)
    assert_type(pypi.simple_url, str)
    assert_type(pypi.host, str)
    assert_type(pypi.port, int)
    assert_type(pypi.env("twine", token=pypi.token), dict[str, str])
    pypi.url = "https://pypi.org/"  # type: ignore[misc]


def accounts(pypi: FakePyPI) -> None:
    assert_type(pypi.user, User)
    assert_type(pypi.token, Token)
    assert_type(pypi.token.secret, str)
    jane = pypi.add_user("jane", email="unverified", two_factor=False)
    assert_type(jane, User)
    token = pypi.add_token(jane, projects=["demo"], expires_in=3600)
    assert_type(token, Token)
    assert_type(pypi.last_used(token), datetime | None)
    assert_type(pypi.adopt_token("any text"), Token)
    pypi.add_project("demo", owner=jane, role="Maintainer")
    pypi.add_project("demo", role="Reader")  # type: ignore[arg-type]
    pypi.add_user("joe", email="perhaps")  # type: ignore[arg-type]
    pypi.add_user("joe", "verified")  # type: ignore[call-arg]


def trusted_publishing(pypi: FakePyPI) -> None:
    pypi.add_github_publisher("demo", owner="octo", repository="demo", workflow="release.yml", pending=True)
    pypi.add_github_publisher("demo")  # type: ignore[call-arg]
    assert_type(pypi.github_oidc(repository="octo/demo"), dict[str, str])
    assert_type(pypi.identity_provider().url, str)
    assert_type(pypi.identity_provider().token({}), str)
    assert_type(pypi.verify_attestations, bool | None)


def projects(pypi: FakePyPI) -> None:
    pypi.add(wheel("demo", "1.0"), Path("dist/demo-1.0.tar.gz"), "dist")
    assert_type(wheel("demo", "1.0", dependencies=["rich"]), Package)
    assert_type(sdist("demo", "1.0"), Package)
    try:
        pypi.upload("dist", token=pypi.token)
    except UploadRejected as rejected:
        assert_type(rejected.status, int)
        assert_type(rejected.message, str)
        assert_type(rejected.rule, str | None)
    project = pypi.project("demo")
    assert_type(project, Project | None)
    pypi.project("demo").name  # type: ignore[union-attr]  # noqa: B018 - only its type counts
    assert project is not None
    assert_type(project.releases, dict[str, Release])
    assert_type(project.releases["1.0"].files, tuple[File, ...])
    assert_type(project.releases["1.0"].filenames, list[str])
    assert_type(project.releases["1.0"].created, datetime)
    pypi.yank("demo", "1.0", "broken")
    pypi.delete("demo", "1.0")
    pypi.set_status("demo", "archived")
    pypi.set_status("demo", "sleeping")  # type: ignore[arg-type]
    pypi.backdate("demo", "1.0", days=30)
    assert_type(pypi.prune(older_than=90), list[str])


def behaviour(pypi: FakePyPI) -> None:
    assert_type(pypi.rules, RuleSet)
    pypi.rules = pypi.rules.without("duplicate-file")
    pypi.rules = ["duplicate-file"]  # type: ignore[assignment]
    pypi.flags.read_only = True
    pypi.limits.file_size = 1024
    pypi.limits.file_size = "large"  # type: ignore[assignment]
    pypi.clock.advance(days=15)
    assert_type(pypi.clock.now(), datetime)
    pypi.faults.add("stale", pages="list", seconds=30, when={"project": "demo"})
    pypi.faults.add("reset", when="method=POST")  # type: ignore[arg-type]
    assert_type(pypi.faults.used, dict[str, int])
    pypi.faults.clear()


def records(pypi: FakePyPI) -> None:
    assert_type(pypi.requests[-1].method, str)
    assert_type(pypi.requests[-1].status, int)
    assert_type(pypi.requests[-1].rule, str | None)
    assert_type(pypi.requests.total, int)
    assert_type(pypi.requests[-1].form["name"], str)
    assert_type(pypi.requests.wait_for(method="POST", timeout=1).client, str)
    assert_type(pypi.assert_uploaded("demo-1.0*", client="twine").files[0].read_bytes(), bytes)
    assert_type(pypi.rejections[-1].rule, str)


def both_indexes() -> None:
    with FakeIndexes(testpypi_port=0) as indexes:
        assert_type(indexes.pypi, FakePyPI)
        assert_type(indexes.all, tuple[FakePyPI, ...])
        assert_type(indexes.shell(strict=True, pass_env=["DEMO"]), Shell)
        assert_type(indexes.redact("text"), str)
        assert_type(indexes.notices, list[str])
        assert_type(indexes.environment(), dict[str, str | None])
        assert_type(indexes.control, str)
        indexes.shell(True)  # type: ignore[call-arg]
