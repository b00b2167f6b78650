from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fake_pypi.index import Index
from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel
from fake_pypi.rules.examples import upload_of
from fake_pypi.rules.form_fields import NoFile
from fake_pypi.rules.metadata_rule import SEE
from fake_pypi.rules.order import FORM as READING
from fake_pypi.rules.order import REQUEST
from fake_pypi.rules.rule_set import Example, RuleSet

FORM = RuleSet((*READING, *REQUEST, NoFile()))


@pytest.fixture
def message_for(uploads: Path) -> Any:
    """Returns the message by which the form's rules reject a wheel that is sent with other fields, or None."""

    def judge(package: Any = None, file: dict[str, Any] | None = None, **form: Any) -> Any:
        example = Example(package or wheel("demo"), form=form, file=file or {})
        index = Index()
        rejection = FORM.judge(upload_of(example, index, uploads), index).rejection
        return rejection and rejection.message

    return judge


def test_an_ordinary_form_is_fine(message_for: Any) -> None:
    assert message_for() is None
    assert message_for(sdist("demo")) is None


@pytest.mark.parametrize("name", ["a", "A1", "a--b", "a-_.b", "1", "Demo.Tool_2"])
def test_a_name_of_letters_digits_and_marks_in_between_is_fine(message_for: Any, name: str) -> None:
    assert message_for(name=name) is None


@pytest.mark.parametrize("name", ["-a", "a-", "_a", "a.", "a b", " a", "a ", "a!", "é", "\u212aelvin", "demo\n"])
def test_any_other_name_is_rejected(message_for: Any, name: str) -> None:
    assert f"{name!r} is an invalid value for Name. Error: Start and end with a letter" in message_for(name=name)


def test_a_long_name_is_shown_by_its_ends(message_for: Any) -> None:
    name = "a" * 40 + "!" + "b" * 40

    assert message_for(name=name).startswith(f"'{'a' * 30}...{'b' * 30}' is an invalid value for Name.")


def test_a_name_of_sixty_characters_is_shown_in_full(message_for: Any) -> None:
    assert message_for(name="!" * 60).startswith(f"'{'!' * 60}' is an invalid value")


def test_the_name_is_reported_first_then_the_other_fields_by_their_names(message_for: Any) -> None:
    wrong: dict[str, Any] = {"name": None, "blake2_256_digest": "x", "filetype": None, "sha256_digest": "x"}

    words = []
    for field in wrong:
        words.append(message_for(**wrong))
        wrong = {**wrong, field: {"name": "demo", "filetype": "bdist_wheel"}.get(field)}
    words.append(message_for(**wrong))

    assert words == [
        "'' is an invalid value for Name. Error: This field is required." + SEE,
        "Invalid value for blake2_256_digest. Error: Use a valid, hex-encoded, BLAKE2 message digest.",
        "Invalid value for filetype. Error: This field is required.",
        "Invalid value for sha256_digest. Error: Use a valid, hex-encoded, SHA256 message digest.",
        "Error: Include at least one message digest.",
    ]


def test_digests_may_be_written_in_capitals_and_may_be_blank(message_for: Any) -> None:
    assert message_for(sha256_digest="AB" * 32, blake2_256_digest="  ") is None


def test_one_digest_of_any_kind_is_enough(message_for: Any) -> None:
    assert message_for(sha256_digest=None, blake2_256_digest=None, md5_digest="anything") is None


@pytest.mark.parametrize("kind", ["bdist_egg", "bdist_wininst", "BDIST_WHEEL", " "])
def test_only_sdists_and_wheels_are_known(message_for: Any, kind: str) -> None:
    assert message_for(filetype=kind) == "Invalid value for filetype. Error: Use a known file type."


def test_an_sdist_is_for_no_python_in_particular(message_for: Any) -> None:
    rejection = "Invalid value for pyversion. Error: Use 'source' as Python version for an sdist."

    assert message_for(sdist("demo"), pyversion="3.12") == rejection
    assert message_for(sdist("demo"), pyversion=None) is None


def test_a_wheel_may_be_for_any_python_version_but_must_name_it(message_for: Any) -> None:
    rejection = "Invalid value for pyversion. Error: Python version is required for binary distribution uploads."

    assert message_for(pyversion="whatever") is None
    assert message_for(pyversion="") == rejection


def test_a_field_with_the_value_unknown_counts_as_missing(message_for: Any) -> None:
    assert message_for(protocol_version=" UNKNOWN ") is None
    assert "This field is required" in message_for(name="UNKNOWN")


def test_of_a_field_that_came_twice_the_last_decides_whether_it_is_unknown(message_for: Any) -> None:
    assert message_for(protocol_version=["2", "1"]) is None
    assert message_for(protocol_version=["1", "2"]) == "Unknown protocol version."
    assert "This field is required" in message_for(name=["demo", "UNKNOWN"])


def test_a_signature_may_be_a_file_and_nothing_else(message_for: Any) -> None:
    assert message_for(file={"sent_as": "gpg_signature"}) == "Upload payload does not have a file."
    assert message_for(file={"sent_as": "summary"}) == "summary: Should not be a tuple."


def test_a_part_without_file_name_is_text(message_for: Any) -> None:
    assert message_for(file={"sent_as": "summary", "filename": ""}) == "Upload payload does not have a file."


def test_text_under_the_name_of_the_file_is_not_the_forms_business(message_for: Any) -> None:
    assert message_for(content="hello") is None
    assert message_for(content="UNKNOWN") == "Upload payload does not have a file."


@pytest.mark.parametrize(
    ("content_type", "message"),
    [
        ("application/octet-stream", None),
        ("text/plain; charset=utf-8", None),
        ("multipart/form-data; boundary=b", None),
        ("Multipart/form-data", None),
        ("multipart/form-data", "Invalid Form Data."),
        ("multipart/mixed; boundary=", "Invalid Form Data."),
        ("text/plain; charset=foo", "Internal Server Error"),
        ("text/plain; charset=hex", "Internal Server Error"),
    ],
)
def test_the_type_of_a_file_must_be_one_that_pypi_can_read(
    message_for: Any, content_type: str, message: str | None
) -> None:
    assert message_for(file={"content_type": content_type}) == message
