"""Extras that cannot be installed as they are declared."""

from __future__ import annotations

from pathlib import Path

import pytest
from packaging.requirements import Requirement

from fake_pypi import wheel
from fake_pypi.packages.wheelhouse_packages import WheelhousePackages
from fake_pypi.rehearsal.extras import broken_extras, contradictions, declared_extras, unavailable_extras
from tests.unit.rehearsal.test_built_release import FINE, built


def test_extras_that_can_be_installed_have_no_warning(tmp_path: Path) -> None:
    extras = {"color": ["rich>=13"], "all": ["hello[Color]", "rich!=13.1"]}
    release = built(tmp_path, wheel("hello", "1.0", **FINE, dependencies=["rich<15"], extras=extras))
    assert declared_extras(release) == ["color", "all"]
    assert broken_extras(release) == []


def test_an_extra_that_names_an_unknown_extra_is_a_warning(tmp_path: Path) -> None:
    extras = {"color": ["rich"], "all": ["hello[colour]"]}
    [warning] = broken_extras(built(tmp_path, wheel("hello", "1.0", **FINE, extras=extras)))
    assert warning.startswith("the extra all requires hello[colour], and hello 1.0 has no such extra: ")


def test_an_extra_that_contradicts_a_requirement_is_a_warning(tmp_path: Path) -> None:
    release = built(tmp_path, wheel("hello", "1.0", **FINE, dependencies=["rich<12"], extras={"color": ["Rich>=13"]}))
    [warning] = broken_extras(release)
    assert "the extra color cannot be installed" in warning
    assert "rich<12 and Rich>=13" in warning


@pytest.mark.parametrize(
    ("first", "second", "possible"),
    [
        (">=1", "<2", True),
        (">1", "<1.1", True),
        (">1.0", "<=1.0", False),
        ("==1.4.*", "~=1.4.2", True),
        ("==1.4.*", ">=1.5", False),
        ("==2.0", "!=2.0", False),
        (">=2.0rc1", "<2.0", False),
        (">=2.0b1", "<2.0rc1", True),
        ("===strange", ">=1", True),
        ("", "", True),
        ("==1.0+local", ">=1", True),
    ],
)
def test_requirements_contradict_each_other_if_no_version_satisfies_both(
    first: str, second: str, possible: bool
) -> None:
    found = list(contradictions([Requirement(f"a{first}"), Requirement("b<1"), Requirement(f"A{second}")]))
    assert (not found) is possible


def test_extras_whose_requirements_are_not_available_are_named(tmp_path: Path) -> None:
    wheel("rich", "13.0").write_to(tmp_path / "wheels")
    sources = (WheelhousePackages(tmp_path / "wheels"),)
    extras = {"color": ["rich>=13"], "test": ["pytest"], "docs": ["sphinx", "rich<12"]}
    extras |= {"other": ["sibling"], "all": ["hello[docs]"]}
    release = built(tmp_path, wheel("hello", "1.0", **FINE, extras=extras))
    [line] = unavailable_extras(release, sources, installed=["Test"], uploaded=["hello", "sibling"])
    assert line == "whether the extra docs can be installed: sphinx, rich<12 are not installed here"
    assert unavailable_extras(release, sources, installed=["docs", "test"], uploaded=["hello", "sibling"]) == []
