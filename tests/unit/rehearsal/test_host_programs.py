"""The programs that a release extends without requiring them."""

from __future__ import annotations

from pathlib import Path

from fake_pypi import wheel
from fake_pypi.packages.wheelhouse_packages import WheelhousePackages
from fake_pypi.rehearsal.host_programs import HostPrograms
from tests.unit.rehearsal.test_built_release import FINE, built

EXTENSION = {**FINE, "classifiers": ["Framework :: Sphinx", "Framework :: Sphinx :: Extension"]}


def with_sphinx(folder: Path) -> tuple[WheelhousePackages, ...]:
    wheel("sphinx", "8.0", dependencies=["docutils"]).write_to(folder)
    wheel("docutils", "0.21").write_to(folder)
    return (WheelhousePackages(folder),)


def test_a_plugin_need_not_require_what_its_host_installs(tmp_path: Path) -> None:
    release = built(tmp_path, wheel("hello", "1.0", **EXTENSION))
    programs = HostPrograms(release, (), with_sphinx(tmp_path / "wheels"))
    assert programs.host_of("docutils.nodes") == "Sphinx"
    assert programs.host_of("requests") is None


def test_a_host_that_is_not_available_may_install_anything(tmp_path: Path) -> None:
    release = built(tmp_path, wheel("hello", "1.0", **EXTENSION))
    assert HostPrograms(release, (), ()).host_of("docutils") == "Sphinx"


def test_a_host_that_the_release_requires_is_no_reason(tmp_path: Path) -> None:
    release = built(tmp_path, wheel("hello", "1.0", **EXTENSION, dependencies=["sphinx>=8"]))
    assert HostPrograms(release, (), ()).host_of("docutils") is None


def test_a_framework_that_is_no_project_may_install_anything(tmp_path: Path) -> None:
    fields = {**FINE, "classifiers": ["Framework :: Robot Framework :: Library"]}
    release = built(tmp_path, wheel("hello", "1.0", **fields))
    assert HostPrograms(release, (), ()).host_of("robot") == "RobotFramework"


def test_the_extra_that_installs_a_module_is_named(tmp_path: Path) -> None:
    extras = {"test": ["pytest"], "standalone": ["sphinx"]}
    release = built(tmp_path, wheel("hello", "1.0", **FINE, extras=extras))
    programs = HostPrograms(release, (), with_sphinx(tmp_path / "wheels"))
    assert programs.extra_of("docutils") == "standalone"
    assert programs.extra_of("requests") is None
