from __future__ import annotations

from pathlib import Path

import pytest

from fake_pypi.errors import UsageError
from fake_pypi.packages.requirements import RequirementsNotInstalled, load_requirements, read_requirements, resolve
from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel
from fake_pypi.packages.wheelhouse_packages import WheelhousePackages


@pytest.fixture
def house(tmp_path: Path) -> WheelhousePackages:
    for package in (
        wheel("app", "1.0", dependencies=["lib>=1", "old ; python_version < '3'"], extras={"cli": ["nice"]}),
        wheel("lib", "1.0"),
        wheel("lib", "2.0", dependencies=["app"]),
        sdist("lib", "2.0"),
        wheel("nice", "0.5", dependencies=["gone>=3", "gone>=3"]),
    ):
        package.write_to(tmp_path / "house")
    return WheelhousePackages(tmp_path / "house")


def test_all_dependencies_are_resolved_to_the_newest_versions_and_cycles_end(house: WheelhousePackages) -> None:
    resolution = resolve(["app"], [house])
    assert [file.filename for file in resolution.files] == [
        "app-1.0-py3-none-any.whl",
        "lib-2.0-py3-none-any.whl",
    ]
    assert resolution.missing == ()


def test_an_extra_adds_its_requirements_and_a_missing_requirement_is_listed_once(house: WheelhousePackages) -> None:
    resolution = resolve(["App[cli]"], [house])
    assert [file.project for file in resolution.files] == ["app", "lib", "nice"]
    assert resolution.missing == ("gone>=3",)


def test_a_version_that_no_source_has_is_missing(house: WheelhousePackages) -> None:
    assert resolve(["lib>=3", "lib<2"], [house]).missing == ("lib>=3",)


def test_the_first_source_with_a_matching_version_is_used(house: WheelhousePackages, tmp_path: Path) -> None:
    wheel("lib", "9.0").write_to(tmp_path / "second")
    second = WheelhousePackages(tmp_path / "second")
    assert [file.version for file in resolve(["lib"], [house, second]).files] == ["2.0", "1.0"]
    assert [file.version for file in resolve(["lib>5"], [house, second]).files] == ["9.0"]


def test_a_requirements_file_is_read_with_the_files_that_it_includes(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "requirements.txt").write_text(
        "# build\n-r sub/more.txt\n--index-url https://example.com/simple  # not for us\n"
        "\nlib==1.0 \\\n    --hash=sha256:00 \\\n    --hash=sha256:11\napp  # the app\n",
        encoding="utf-8",
    )
    (tmp_path / "sub" / "more.txt").write_text("nice ; python_version > '3'\n", encoding="utf-8")
    assert read_requirements(tmp_path / "requirements.txt") == [
        "nice ; python_version > '3'",
        "lib==1.0",
        "app",
    ]


def test_loading_returns_packages_or_an_error_with_the_next_step(house: WheelhousePackages, tmp_path: Path) -> None:
    file = tmp_path / "requirements.txt"
    file.write_text("lib\n", encoding="utf-8")
    assert next(package.filename for package in load_requirements(file, [house])) == "lib-2.0-py3-none-any.whl"
    file.write_text("lib\nhatchling>=1.26\n", encoding="utf-8")
    with pytest.raises(RequirementsNotInstalled, match=r"^hatchling>=1.26 is not installed here: install it"):
        load_requirements(file, [house])


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("-r requirements.txt\n", "includes itself"),
        ("-r nothing.txt\n", "cannot be read"),
        ("???\n", "is not a requirement"),
    ],
)
def test_an_unreadable_file_is_a_usage_error(text: str, why: str, tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=why):
        load_requirements(tmp_path / "requirements.txt", [])
