from __future__ import annotations

from typing import Any

import pytest

from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel
from fake_pypi.rules.filename import LONGEST


@pytest.mark.parametrize("sent", ["hello", "", " "])
def test_text_in_the_place_of_the_file_makes_the_real_server_fail(rejection_of: Any, sent: str) -> None:
    rejection = rejection_of(wheel("demo"), form={"content": sent})
    assert (rejection.rule.id, rejection.status, rejection.message) == (
        "content-is-no-file",
        500,
        "Internal Server Error",
    )


@pytest.mark.parametrize("filename", [None, ""])
def test_so_does_a_file_without_a_name(rule_of: Any, filename: str | None) -> None:
    assert rule_of(wheel("demo"), file={"filename": filename}) == "content-is-no-file"


def test_the_word_unknown_is_no_content_at_all(rule_of: Any) -> None:
    assert rule_of(wheel("demo"), form={"content": "UNKNOWN"}) == "no-file"


@pytest.mark.parametrize("character", [*map(chr, range(32)), "\x7f"])
def test_control_characters_are_rejected(rule_of: Any, character: str) -> None:
    filename = f"demo-1.0{character}-py3-none-any.whl"
    assert rule_of(wheel("demo"), file={"filename": filename}) == "filename-control-character"


@pytest.mark.parametrize("character", [" ", "\x80", "é", "☃"])
def test_other_odd_characters_are_for_later_rules(rule_of: Any, character: str) -> None:
    filename = f"demo-1.0{character}-py3-none-any.whl"
    assert rule_of(wheel("demo"), file={"filename": filename}) == "no-wheel-file"


@pytest.mark.parametrize("filename", ["dist/demo-1.0.tar.gz", "..\\demo-1.0.tar.gz", "/", "\\.whl"])
def test_a_path_is_no_file_name(rule_of: Any, filename: str) -> None:
    assert rule_of(sdist("demo"), file={"filename": filename}) == "filename-path-separator"


@pytest.mark.parametrize("ending", ["egg", "exe", "tar", "tar.bz2", "tar.gz.asc", "whl.asc", "rpm", "7z"])
def test_other_endings_are_unknown(rule_of: Any, ending: str) -> None:
    assert rule_of(sdist("demo"), file={"filename": f"demo-1.0.{ending}"}) == "unknown-extension"


@pytest.mark.parametrize("filename", [".whl", ".tar.gz", ".zip", "demo"])
def test_there_must_be_something_before_the_ending(rule_of: Any, filename: str) -> None:
    assert rule_of(sdist("demo"), file={"filename": filename}) == "unknown-extension"


@pytest.mark.parametrize(
    ("filename", "filetype"),
    [
        ("demo-1.0.whl", "sdist"),
        ("demo-1.0.tar.gz", "bdist_wheel"),
        ("demo-1.0.zip", "bdist_wheel"),
        ("demo-1.0.TAR.GZ", "sdist"),
        ("demo-1.0-py3-none-any.WHL", "bdist_wheel"),
    ],
)
def test_the_ending_must_suit_the_file_type(rejection_of: Any, filename: str, filetype: str) -> None:
    form = {"filetype": filetype, "pyversion": "source" if filetype == "sdist" else "py3"}
    rejection = rejection_of(sdist("demo"), form=form, file={"filename": filename})
    extension = filename.removeprefix("demo-1.0").removeprefix("-py3-none-any")
    assert rejection.message.startswith(
        f"Invalid file extension: Extension {extension} is invalid for filetype {filetype}."
    )


@pytest.mark.parametrize("content_type", ["image/png", "image/", "", " ", "; charset=utf-8"])
def test_images_and_nothing_are_no_content_type(rejection_of: Any, content_type: str) -> None:
    rejection = rejection_of(sdist("demo"), file={"content_type": content_type})
    assert (rejection.rule.id, rejection.message) == ("invalid-content-type", "Invalid distribution file.")


@pytest.mark.parametrize("content_type", ["text/html", "IMAGE/png", "application/image", None])
def test_any_other_content_type_will_do(rule_of: Any, content_type: str | None) -> None:
    assert rule_of(sdist("demo"), file={"content_type": content_type}) is None


@pytest.mark.parametrize(
    ("length", "rule"), [(LONGEST, "filename-too-long"), (LONGEST + 1, "filename-breaks-connection")]
)
def test_from_256_bytes_on_the_connection_is_closed(rule_of: Any, length: int, rule: str) -> None:
    plain = wheel("demo").filename
    package = wheel("demo", tag="py3-none-" + "a" * (length - len(plain)) + "any")
    assert len(package.filename) == length
    expected = "unsupported-platform-tag" if rule == "filename-too-long" else rule
    assert rule_of(package) == expected


def test_a_wheel_whose_metadata_has_no_room_for_a_name_is_rejected_last(rejection_of: Any) -> None:
    package = wheel("demo", tag="py3-none-" + ".".join(["any"] * 58))
    rejection = rejection_of(package)
    assert (rejection.rule.id, rejection.message) == (
        "filename-too-long",
        f"Filename is too long: '{package.filename}'",
    )
