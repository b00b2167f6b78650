"""Uploads without HTTP: judged, stored, and what they use."""

from __future__ import annotations

from pathlib import Path

import pytest

from fake_pypi.errors import UsageError
from fake_pypi.index import Index
from fake_pypi.index.macaroons import Token
from fake_pypi.operations.uploading import UploadResult, upload
from fake_pypi.packages.package import Package
from fake_pypi.packages.wheel import wheel
from fake_pypi.rules.examples import file_part, sent_by_twine
from fake_pypi.rules.order import PYPI
from fake_pypi.rules.rule_set import RuleSet
from fake_pypi.rules.upload import Form
from tests.unit.operations.conftest import Folder


def send(
    index: Index, files: Folder, token: Token, package: Package, *, rule_set: RuleSet = PYPI, **replaced: str
) -> UploadResult:
    folder = files.spool / str(len(list(files.spool.iterdir())))
    fields = [(name, replaced.get(name, value)) for name, value in sent_by_twine(package)]
    form = Form((*fields, (":action", "file_upload"), ("content", file_part(package, folder))))
    return upload(index, index.tokens.identify(f"Bearer {token.secret}"), form, rule_set=rule_set, files=files)


def rule_of(result: UploadResult) -> str | None:
    return result.verdict.rejection.rule.id if result.verdict.rejection else None


@pytest.fixture
def token(index: Index) -> Token:
    return index.tokens.mint(index.accounts["alice"])


def test_an_accepted_upload_is_stored_with_the_name_of_its_sender(index: Index, files: Folder, token: Token) -> None:
    assert rule_of(send(index, files, token, wheel("demo", "2.0"))) is None

    stored = index.releases.file("demo-2.0-py3-none-any.whl")
    assert stored is not None
    assert (stored.sender, index.releases.core_metadata(stored.filename)) != ("alice", None)
    assert (files.stored / stored.path).is_file()
    assert [path.parent.parent for path in files.synced] == [files.spool]


def test_a_rejected_upload_leaves_nothing_but_its_serials(index: Index, files: Folder, token: Token) -> None:
    before, serial = files.filenames, index.journal.last_serial
    result = send(index, files, token, wheel("fresh", "1.0"), sha256_digest="0" * 64)

    assert rule_of(result) == "digest-mismatch"
    assert (index.projects.get("fresh"), files.filenames, index.journal.last_serial) == (None, before, serial)
    send(index, files, token, wheel("demo", "2.0"))
    assert index.journal.last_serial == serial + 3 + 2  # creation, owner and release of "fresh"; release and file


def test_the_use_of_a_token_is_recorded_once_its_caveats_hold(index: Index, files: Folder, token: Token) -> None:
    assert index.tokens.last_used(token) is None
    assert rule_of(send(index, files, token, wheel("demo", "2.0"), sha256_digest="0" * 64)) == "digest-mismatch"
    assert index.tokens.last_used(token) is not None

    index.projects.create("other", index.accounts["alice"])
    scoped = index.tokens.mint(index.accounts["alice"], projects=["other"])
    assert rule_of(send(index, files, scoped, wheel("demo", "2.0"))) == "invalid-api-token"
    assert index.tokens.last_used(scoped) is None


def test_a_new_project_is_counted_against_the_limits_and_an_existing_one_is_not(
    index: Index, files: Folder, token: Token
) -> None:
    first = send(index, files, token, wheel("one", "1.0")).quotas
    second = send(index, files, token, wheel("two", "1.0")).quotas

    assert first is not None
    assert second is not None
    assert [quota.remaining for quota in second] == [quota.remaining - 1 for quota in first]
    assert send(index, files, token, wheel("demo", "2.0")).quotas is None


def test_an_upload_without_a_file_cannot_be_stored_without_rules(index: Index, files: Folder, token: Token) -> None:
    sender = index.tokens.identify(f"Bearer {token.secret}")
    with pytest.raises(UsageError, match="an upload has no file"):
        upload(index, sender, Form((("name", "demo"),)), rule_set=RuleSet(()), files=files)


def test_a_file_that_cannot_be_stored_leaves_no_row(
    index: Index, files: Folder, token: Token, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: str, spooled: Path) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(files, "put", full)
    with pytest.raises(OSError, match="no space left"):
        send(index, files, token, wheel("fresh", "1.0"))
    assert index.projects.get("fresh") is None


def test_an_upload_is_in_the_security_history_of_its_project(index: Index, files: Folder, token: Token) -> None:
    send(index, files, token, wheel("fresh", "1.0"))
    send(index, files, token, wheel("fresh", "1.1"))

    events = index.events.of(index.projects["fresh"].id)
    assert [event.tag for event in reversed(events)] == [
        "project:create",
        "project:role:add",
        "project:release:add",
        "file:add",
        "project:release:add",
        "file:add",
    ]
    assert events[0].facts == {
        "submitted_by": "alice",
        "canonical_version": "1.1",
        "uploaded_via_trusted_publisher": False,
        "filename": "fresh-1.1-py3-none-any.whl",
        "project_id": index.projects["fresh"].id,
    }
    assert index.events.of(index.accounts["alice"].id, limit=1)[0].tag == "account:role:add"
