from __future__ import annotations

import base64
import csv
import hashlib
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from packaging.metadata import Metadata
from packaging.utils import parse_wheel_filename
from twine.commands.check import check

from fake_pypi.errors import UsageError
from fake_pypi.packages.package import Package
from fake_pypi.packages.recipe import Recipe
from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel

RICH = Recipe(
    "Demo.Tool",
    "1.0-post1",
    requires_python=">=3.8",
    dependencies=["six>=1 ; python_version < '3'"],
    extras={"cli": ["rich>=13", "colorama ; sys_platform == 'win32' or os_name == 'nt'"]},
    scripts={"demo": "demo_tool:main"},
    entry_points={"pytest11": {"demo": "demo_tool"}},
    files={"demo_tool/data, and more.txt": "text", "demo_tool/raw.bin": b"\x00\xff"},
    classifiers=["Programming Language :: Python :: 3"],
    keywords=["one", "two"],
    project_urls={"Source": "https://example.com/demo"},
    author="Ada",
    author_email="ada@example.com",
    license_files={"LICENSE": "do as you like\n"},
    headers=[("Platform", "any")],
)


def members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_file_name_is_normalized() -> None:
    assert wheel(RICH).filename == "demo_tool-1.0.post1-py3-none-any.whl"
    name, version, build, tags = parse_wheel_filename(wheel(RICH).filename)
    assert (name, str(version), build, [str(tag) for tag in tags]) == (
        "demo-tool",
        "1.0.post1",
        (),
        ["py3-none-any"],
    )


def test_a_version_with_a_local_part_keeps_its_plus() -> None:
    assert wheel("demo", "1.0+ubuntu-1").filename == "demo-1.0+ubuntu.1-py3-none-any.whl"


def test_every_file_is_in_record_with_its_hash_and_size() -> None:
    inside = members(wheel(RICH).read())
    record = inside["demo_tool-1.0.post1.dist-info/RECORD"].decode()
    rows = {path: (digest, size) for path, digest, size in csv.reader(record.splitlines())}
    assert rows.pop("demo_tool-1.0.post1.dist-info/RECORD") == ("", "")
    expected = {
        path: (
            "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("="),
            str(len(content)),
        )
        for path, content in inside.items()
        if not path.endswith("RECORD")
    }
    assert rows == expected


def test_the_metadata_is_valid_and_has_the_fields_of_the_recipe() -> None:
    metadata = Metadata.from_email(members(wheel(RICH).read())["demo_tool-1.0.post1.dist-info/METADATA"])
    assert metadata.name == "Demo.Tool"
    assert str(metadata.version) == "1.0.post1"
    assert str(metadata.requires_python) == ">=3.8"
    assert [str(each) for each in metadata.requires_dist or []] == [
        'six>=1; python_version < "3"',
        'rich>=13; extra == "cli"',
        'colorama; (sys_platform == "win32" or os_name == "nt") and extra == "cli"',
    ]
    assert metadata.provides_extra == ["cli"]
    assert metadata.license_expression == "MIT"
    assert metadata.license_files == ["LICENSE"]
    assert metadata.keywords == ["one", "two"]
    assert metadata.platforms == ["any"]
    assert metadata.project_urls == {"Source": "https://example.com/demo"}
    assert metadata.description_content_type == "text/markdown"
    assert (metadata.description or "").startswith("# Demo.Tool")


def test_metadata_before_2_4_has_the_old_license_field() -> None:
    old = members(wheel("demo", metadata_version="2.1").read())["demo-1.0.dist-info/METADATA"]
    assert b"\nLicense: MIT\n" in old
    assert b"License-Expression" not in old


def test_entry_points_have_the_standard_format() -> None:
    text = members(wheel(RICH).read())["demo_tool-1.0.post1.dist-info/entry_points.txt"].decode()
    assert text == "[console_scripts]\ndemo = demo_tool:main\n\n[pytest11]\ndemo = demo_tool\n"


def test_a_compressed_tag_set_becomes_one_line_for_each_tag() -> None:
    package = wheel("demo", tag="cp311.cp312-abi3-manylinux_2_17_x86_64.manylinux2014_x86_64", build_tag="2")
    assert package.filename == "demo-1.0-2-cp311.cp312-abi3-manylinux_2_17_x86_64.manylinux2014_x86_64.whl"
    lines = members(package.read())["demo-1.0.dist-info/WHEEL"].decode().splitlines()
    assert [line for line in lines if line.startswith(("Tag", "Build", "Root"))] == [
        "Root-Is-Purelib: false",
        "Tag: cp311-abi3-manylinux_2_17_x86_64",
        "Tag: cp311-abi3-manylinux2014_x86_64",
        "Tag: cp312-abi3-manylinux_2_17_x86_64",
        "Tag: cp312-abi3-manylinux2014_x86_64",
        "Build: 2",
    ]


def test_names_that_pypi_rejects_can_be_made() -> None:
    package = wheel("bad name!", "not a version", checked=False)
    assert package.filename == "bad name!-not a version-py3-none-any.whl"
    assert wheel(Recipe("bad name!", "not a version")).filename == package.filename


@pytest.mark.parametrize("make", [wheel, sdist])
@pytest.mark.parametrize(
    ("name", "version", "message"),
    [
        ("hello", "not a version", r"'not a version' is not a version \(PEP 440\): correct it, or pass checked=False"),
        ("hello", "", "'' is not a version"),
        ("bad name!", "1.0", "'bad name!' is not a project name: correct it, or pass checked=False"),
        ("-hello", "1.0", "'-hello' is not a project name"),
    ],
)
def test_an_invalid_name_or_version_is_an_error_unless_checks_are_off(
    make: Callable[..., Package], name: str, version: str, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        make(name, version)
    assert make(name, version, checked=False).filename
    assert wheel("demo", spelled="Demo-01.0").filename == "Demo-01.0-py3-none-any.whl"


def test_an_unknown_field_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="dependancies"):
        wheel("demo", dependancies=[])


def test_a_file_can_replace_the_generated_module() -> None:
    inside = members(wheel("demo", files={"demo/__init__.py": "answer = 42\n"}).read())
    assert inside["demo/__init__.py"] == b"answer = 42\n"


def test_twine_check_passes(tmp_path: Path) -> None:
    assert check([str(wheel(RICH).write_to(tmp_path)), str(wheel("demo").write_to(tmp_path))], strict=True) is False
