"""Tags of versions: which belong to a project, and the one of the next release."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from packaging.version import Version

from fake_pypi.rehearsal.versions.version_tags import TagStyle, VersionTag, next_version
from fake_pypi.rehearsal.versions.version_tools import ProjectFiles

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


@pytest.mark.parametrize(
    ("text", "prefix", "version"),
    [
        ("1.0", "", "1.0"),
        ("v1.0.0-rc.1", "v", "1.0rc1"),
        ("release-2024.1", "release-", "2024.1"),
        ("demo-v1.2", "demo-v", "1.2"),
        ("py3-lib-1.0", "py3-lib-", "1.0"),
        ("packages/demo@0.3", "packages/demo@", "0.3"),
    ],
)
def test_a_tag_is_read(text: str, prefix: str, version: str) -> None:
    assert VersionTag.read(text) == VersionTag(prefix, Version(version))


@pytest.mark.parametrize("text", ["nightly", "build42x", "before-py3"])
def test_other_tags_are_no_versions(text: str) -> None:
    assert VersionTag.read(text) is None


@pytest.mark.parametrize(
    ("last", "following"),
    [
        ("1.4.9", "1.4.10"),
        ("1!2.0", "1!2.1"),
        ("2.0a0", "2.0a1"),
        ("2.0.post1", "2.0.post2"),
        ("2.0rc1.dev2", "2.0rc1"),
    ],
)
def test_the_next_version(last: str, following: str) -> None:
    assert next_version(Version(last)) == Version(following)


def style(text: str, folder: Path = Path("nowhere")) -> TagStyle:
    return TagStyle.of_project("demo", ProjectFiles(folder, tomllib.loads(text)))


def test_tags_of_other_projects_of_the_repository_are_left_out() -> None:
    tags = ["v1.0", "demo-v0.5", "other-v9.0", "demo-v0.6"]
    assert [str(tag) for tag in style("").of(tags)] == ["demo-v0.5", "demo-v0.6"]
    assert [str(tag) for tag in style("").of(["v1.0", "other-v9.0"])] == ["v1.0"]


@pytest.mark.parametrize(
    "settings",
    [
        "[tool.setuptools_scm]\ntag_regex = '^pkg-(?P<version>.*)$'\n",
        "[tool.setuptools_scm]\ngit_describe_command = 'git describe --dirty --tags --long --match \"pkg-*\"'\n",
        "[tool.hatch.version.raw-options.scm.git]\ndescribe_command = ['git', 'describe', '--match', 'pkg-*']\n",
        "[tool.hatch.version]\nsource = 'vcs'\ntag-pattern = '^pkg-(?P<version>.*)$'\n",
        "[tool.pdm.version]\nsource = 'scm'\ntag_filter = 'pkg-*'\n",
        "[tool.versioneer]\nVCS = 'git'\ntag_prefix = 'pkg-'\n",
    ],
)
def test_settings_of_the_version_tool_choose_the_tags_and_write_new_ones(settings: str) -> None:
    (tag,) = style(settings).of(["pkg-1.0", "v2.0", "demo-3.0"])
    assert style(settings).write(next_version(tag.version), tag) == "pkg-1.1"


def test_without_a_tag_the_first_common_style_that_the_settings_accept_is_written() -> None:
    assert style("").write(Version("0.1.0"), None) == "v0.1.0"
    assert style("[tool.pdm.version]\ntag_regex = '^demo-(?P<version>\\d.*)$'\n").write(Version("1"), None) == "demo-1"
    assert style("[tool.versioneer]\nVCS = 'git'\n").write(Version("1.0"), None) == "1.0"


def test_a_tag_regex_that_python_cannot_compile_is_ignored() -> None:
    assert style("[tool.setuptools_scm]\ntag_regex = '('\n").write(Version("1.0"), None) == "v1.0"
