"""Other people's distributions: a fallback for reading PyPI's simple pages and files, and nothing more."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from fake_pypi.errors import PackageSourceError
from fake_pypi.packages.package_source import FallbackFile
from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel
from fake_pypi.packages.wheelhouse_packages import WheelhousePackages
from fake_pypi.sites import TESTPYPI
from fake_pypi.web.instance import Instance
from tests.integration.asking import ask
from tests.integration.web.conftest import Add
from tests.integration.web.reading import follow, project_json, simple


class Failing:
    """A source that fails."""

    name = "a broken source"

    def files(self, project: str) -> Sequence[FallbackFile]:
        raise PackageSourceError(self.name, f"it does not know what {project} is")

    def find(self, filename: str) -> FallbackFile | None:
        raise PackageSourceError(self.name, f"it does not know what {filename} is")


@pytest.fixture
def wheelhouse(instance: Instance, tmp_path: Path) -> Path:
    """A folder with two files of the project "lib", which is a fallback of the index."""
    for package in (wheel("lib", "1.0", requires_python=">=3.8"), sdist("lib", "1.1")):
        package.write_to(tmp_path)
    instance.sources = (WheelhousePackages(tmp_path),)
    return tmp_path


def test_the_files_of_a_source_are_on_the_simple_page_with_every_attribute_for_installers(
    instance: Instance, wheelhouse: Path
) -> None:
    page = simple(instance, "lib")
    assert [file["filename"] for file in page["files"]] == ["lib-1.0-py3-none-any.whl", "lib-1.1.tar.gz"]
    for file in page["files"]:
        package = wheelhouse / file["filename"]
        assert follow(instance, file["url"]).body == package.read_bytes()
        assert file["size"] == package.stat().st_size
    assert page["files"][0]["requires-python"] == ">=3.8"
    assert follow(instance, page["files"][0]["url"] + ".metadata").status == 200


def test_a_release_of_a_source_has_its_dependencies_in_the_json_that_poetry_reads(
    instance: Instance, wheelhouse: Path
) -> None:
    wheel("needy", "2.0", dependencies=["lib>=1"], requires_python=">=3.9").write_to(wheelhouse)
    instance.sources = (WheelhousePackages(wheelhouse),)
    release = project_json(instance, "needy/2.0")
    info, (file,) = release["info"], release["urls"]
    assert (info["name"], info["version"], info["requires_dist"]) == ("needy", "2.0", ["lib>=1"])
    assert (info["requires_python"], info["yanked"]) == (">=3.9", False)
    assert (file["packagetype"], file["filename"]) == ("bdist_wheel", "needy-2.0-py3-none-any.whl")
    assert follow(instance, file["url"]).body == (wheelhouse / file["filename"]).read_bytes()
    assert project_json(instance, "needy/2")["urls"] == release["urls"]
    assert project_json(instance, "needy/3.0") == 404
    assert project_json(instance, "Needy/2.0") == 404


def test_the_release_of_an_sdist_lists_no_dependencies(instance: Instance, wheelhouse: Path) -> None:
    release = project_json(instance, "lib/1.1")
    assert release["info"]["requires_dist"] is None
    assert [file["packagetype"] for file in release["urls"]] == ["sdist"]


def test_an_uploaded_project_has_its_own_releases_only(instance: Instance, wheelhouse: Path, add: Add) -> None:
    add(wheel("lib", "0.1"))
    assert project_json(instance, "lib/1.0") == 404


def test_a_name_in_another_spelling_leads_to_the_normalized_one(instance: Instance, wheelhouse: Path) -> None:
    got = ask(instance, "GET", "/simple/LIB/")
    assert (got.status, got.headers["Location"]) == (301, "http://127.0.0.1:80/simple/lib/")
    assert ask(instance, "GET", "/simple/NOPE/").status == 404


def test_an_uploaded_project_hides_the_source_and_is_never_hidden(
    instance: Instance, wheelhouse: Path, add: Add
) -> None:
    add(wheel("lib", "0.1"))
    assert simple(instance, "lib")["versions"] == ["0.1"]


def test_sources_own_no_names(instance: Instance, wheelhouse: Path) -> None:
    assert project_json(instance, "lib") == 404
    assert project_json(instance, "nothing/1.0") == 404
    assert b"lib" not in ask(instance, "GET", "/simple/").body
    assert ask(instance, "GET", "/project/lib/").status == 404
    assert instance.index.projects.get("lib") is None


def test_testpypi_has_no_sources(wheelhouse: Path) -> None:
    instance = Instance(TESTPYPI, sources=[WheelhousePackages(wheelhouse)])
    try:
        assert simple(instance, "lib") == 404
        assert ask(instance, "GET", "/packages/offered/lib-1.0-py3-none-any.whl").status == 404
    finally:
        instance.close()


def test_of_two_sources_the_first_one_counts_for_a_file_and_both_for_a_project(
    instance: Instance, wheelhouse: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("other")
    wheel("lib", "1.0", summary="another build").write_to(other)
    wheel("lib", "2.0").write_to(other)
    instance.sources = (WheelhousePackages(wheelhouse), WheelhousePackages(other))
    page = simple(instance, "lib")
    assert page["versions"] == ["1.0", "1.1", "2.0"]
    first = follow(instance, page["files"][0]["url"]).body
    assert first == (wheelhouse / "lib-1.0-py3-none-any.whl").read_bytes()


def test_a_source_that_fails_is_named_where_no_other_one_helps(instance: Instance, wheelhouse: Path) -> None:
    instance.sources = (*instance.sources, Failing())
    assert simple(instance, "lib")["versions"] == ["1.0", "1.1"]
    got = ask(instance, "GET", "/simple/missing/")
    assert (got.status, got.reason.partition(":")[0]) == (424, "a broken source failed")
