from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from fake_pypi.errors import InvalidScenario, UsageError
from fake_pypi.packages import scenario as scenario_module
from fake_pypi.packages.metadata import read_metadata
from fake_pypi.packages.scenario import load_scenario, parse_scenario

STORY = """
description = "the new b needs a newer a than anybody has"

a = ["1.0", "1.1"]

[b."1.0"]
dependencies = ["a"]

[b."2.0"]
dependencies = ["a>=2"]
requires-python = ">=3.10"
extras = { cli = ["rich"] }
scripts = { b = "b:main" }
files = ["wheel", "sdist"]
yanked = "needs an a that does not exist"

[c."1.0"]
broken = "no-record"
"""


def test_a_scenario_becomes_packages_in_the_order_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "story.toml").write_text(STORY, encoding="utf-8")
    scenario = load_scenario(tmp_path / "story.toml")
    assert scenario.description == "the new b needs a newer a than anybody has"
    assert [package.filename for package in scenario.packages] == [
        "a-1.0-py3-none-any.whl",
        "a-1.1-py3-none-any.whl",
        "b-1.0-py3-none-any.whl",
        "b-2.0-py3-none-any.whl",
        "b-2.0.tar.gz",
        "c-1.0-py3-none-any.whl",
    ]


def test_a_version_says_everything_that_a_recipe_can(tmp_path: Path) -> None:
    release = next(each for each in parse_scenario(STORY).releases if each.version == "2.0")
    assert release.yanked == "needs an a that does not exist"
    metadata = read_metadata(release.packages[0])
    assert metadata["requires_dist"] == ["a>=2", 'rich ; extra == "cli"']
    assert metadata["requires_python"] == ">=3.10"


def test_the_format_in_the_documentation_is_the_format() -> None:
    written = (scenario_module.__doc__ or "").split("\n\n", 1)[1].rsplit("\n\nEvery other key", 1)[0]
    example = "\n".join(line.removeprefix("    ") for line in written.splitlines())
    scenario = parse_scenario(example)
    assert [(each.project, each.version, len(each.packages)) for each in scenario.releases] == [
        ("a", "1.0", 1),
        ("a", "1.1", 1),
        ("b", "1.0", 1),
        ("b", "2.0", 2),
    ]


@pytest.mark.parametrize(
    ("text", "place", "why"),
    [
        ("a = [", "", "it is not TOML"),
        ("description = 1", "description", "must be text"),
        ("a = 1", "a", "a list of versions"),
        ("a = [1.0]", "a", "a list of versions"),
        ("[a.1.0]\n", 'a."1"', "write its version in quotes"),
        ("[a]\nversion = '1.0'", 'a."version"', "write its version in quotes"),
        ('[a."1.0"]\ndependancies = []', 'a."1.0"', "nobody knows dependancies; known are author"),
        ('[a."1.0"]\ndependencies = "b"', 'a."1.0"', "dependencies = 'b' is not what belongs there"),
        ('[a."1.0"]\ndependencies = [1]', 'a."1.0"', "is not what belongs there"),
        ('[a."1.0"]\nextras = ["b"]', 'a."1.0"', "is not what belongs there"),
        ('[a."1.0"]\nextras = { cli = 1 }', 'a."1.0"', ""),
        ('[a."1.0"]\nsummary = 1', 'a."1.0"', "is not what belongs there"),
        ('[a."1.0"]\nheaders = [1]', 'a."1.0"', ""),
        ('[a."1.0"]\nfiles = ["egg"]', 'a."1.0"', "wheel"),
        ('[a."1.0"]\nfiles = "wheel"', 'a."1.0"', "files must be a list"),
        ('[a."1.0"]\nyanked = 1', 'a."1.0"', "yanked must be"),
        ('[a."1.0"]\nbroken = "no-recrod"', 'a."1.0"', "no-record"),
    ],
)
def test_what_nobody_understands_is_named_with_its_place(text: str, place: str, why: str) -> None:
    with pytest.raises(InvalidScenario) as rejected:
        parse_scenario(text, "story.toml")
    assert rejected.value.place == place
    assert why in rejected.value.explanation
    assert str(rejected.value).startswith("story.toml: ")
    assert isinstance(rejected.value, UsageError)


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(InvalidScenario, match="cannot be read"):
        load_scenario(tmp_path / "nothing.toml")


def test_the_error_travels_between_processes() -> None:
    error = InvalidScenario("story.toml", "a", "it is wrong")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
