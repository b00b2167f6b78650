"""A misspelt setting of a public object is an error that names the right one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import fake_pypi
from fake_pypi.errors import IndexClosed, UnknownSetting
from fake_pypi.fake import FakeIndexes, FakePyPI
from fake_pypi.fixed_attributes import FixedAttributes
from fake_pypi.packages.wheel import wheel


@pytest.fixture(scope="module")
def indexes() -> Iterator[FakeIndexes]:
    with FakeIndexes() as indexes:
        yield indexes


def owner_of(indexes: FakeIndexes, path: str) -> object:
    if path == "shell":
        return indexes.shell()
    if path == "identity provider":
        return indexes.pypi.identity_provider()
    owner: object = indexes
    for name in filter(None, path.split(".")):
        owner = getattr(owner, name)
    return owner


@pytest.mark.parametrize(
    ("path", "misspelt", "right"),
    [
        ("", "pipy", "'pypi'"),
        ("", "server", "'servers'"),
        ("pypi", "verify_attestation", "'verify_attestations'"),
        ("pypi", "rule", "'rules'"),
        ("pypi.limits", "uploads", "it has file_size, "),
        ("pypi.limits", "filesize", "'file_size'"),
        ("pypi.flags", "readonly", "'read_only'"),
        ("pypi.flags", "disallow_new_uploads", "'disallow_new_upload'"),
        ("pypi.clock", "time", "call its methods"),
        ("pypi.prohibited_names", "names", "call its methods"),
        ("pypi.index.rate_limits", "uploads", ""),
        ("identity provider", "issuers", ""),
        ("shell", "launch", "'launcher'"),
    ],
)
def test_a_misspelt_setting_names_the_right_one(indexes: FakeIndexes, path: str, misspelt: str, right: str) -> None:
    owner = owner_of(indexes, path)
    with pytest.raises(AttributeError, match=f"has no setting '{misspelt}'") as caught:
        setattr(owner, misspelt, 1)
    assert right in str(caught.value)
    assert not hasattr(owner, misspelt)


def test_a_setting_that_exists_can_be_assigned(indexes: FakeIndexes) -> None:
    indexes.pypi.limits.file_size = 1024
    indexes.pypi.flags.read_only = True
    indexes.pypi.verify_attestations = False
    assert indexes.pypi.limits.file_size == 1024
    assert indexes.pypi.flags.read_only
    assert indexes.pypi.verify_attestations is False


def test_private_names_and_names_of_the_class_can_be_assigned() -> None:
    class Sizes(FixedAttributes):
        unit = "bytes"

        def __init__(self) -> None:
            self.largest = 10

    sizes = Sizes()
    for name, value in {"unit": "MB", "largest": 20, "_note": "kept"}.items():
        setattr(sizes, name, value)
        assert getattr(sizes, name) == value
    with pytest.raises(UnknownSetting, match="did you mean 'largest'"):
        setattr(sizes, "larges", 5)  # noqa: B010 - mypy would say the same


def test_the_package_lists_its_public_names() -> None:
    assert set(fake_pypi.__all__) <= set(dir(fake_pypi))


def test_an_upload_to_a_closed_index_raises_an_error() -> None:
    with FakePyPI() as pypi:
        pass
    with pytest.raises(IndexClosed, match=r"is closed: use it inside its `with` block") as caught:
        pypi.upload(wheel("demo"))
    assert not isinstance(caught.value, fake_pypi.UploadRejected)
