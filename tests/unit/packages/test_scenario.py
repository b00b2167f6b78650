from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from fake_pypi.errors import InvalidScenario, UsageError
from fake_pypi.packages import scenario as scenario_module
from fake_pypi.packages.distribution_metadata import read_metadata
from fake_pypi.packages.scenario import load_scenario, parse_scenario

SCENARIO = """
description = "the new b needs a newer a than the index has"

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
    (tmp_path / "scenario.toml").write_text(SCENARIO, encoding="utf-8")
    scenario = load_scenario(tmp_path / "scenario.toml")
    assert scenario.description == "the new b needs a newer a than the index has"
    assert [package.filename for package in scenario.packages] == [
        "a-1.0-py3-none-any.whl",
        "a-1.1-py3-none-any.whl",
        "b-1.0-py3-none-any.whl",
        "b-2.0-py3-none-any.whl",
        "b-2.0.tar.gz",
        "c-1.0-py3-none-any.whl",
    ]


def test_a_version_can_have_every_key_of_a_recipe(tmp_path: Path) -> None:
    release = next(release for release in parse_scenario(SCENARIO).releases if release.version == "2.0")
    assert release.yanked == "needs an a that does not exist"
    metadata = read_metadata(release.packages[0])
    assert metadata["requires_dist"] == ["a>=2", 'rich ; extra == "cli"']
    assert metadata["requires_python"] == ">=3.10"


def test_the_example_in_the_docstring_is_valid() -> None:
    written = (scenario_module.__doc__ or "").split("\n\n", 1)[1].rsplit("\n\nEvery other key", 1)[0]
    example = "\n".join(line.removeprefix("    ") for line in written.splitlines())
    scenario = parse_scenario(example)
    assert [(release.project, release.version, len(release.packages)) for release in scenario.releases] == [
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
        ('[a."1.0"]\ndependancies = []', 'a."1.0"', "it has no key dependancies; the keys are author"),
        ('[a."1.0"]\ndependencies = "b"', 'a."1.0"', "dependencies = 'b': it must be a list of strings"),
        ('[a."1.0"]\ndependencies = [1]', 'a."1.0"', "it must be a list of strings"),
        ('[a."1.0"]\nextras = ["b"]', 'a."1.0"', "it must be a table"),
        ('[a."1.0"]\nextras = { cli = 1 }', 'a."1.0"', ""),
        ('[a."1.0"]\nsummary = 1', 'a."1.0"', "it must be a string"),
        ('[a."1.0"]\nheaders = [1]', 'a."1.0"', ""),
        ('[a."1.0"]\nfiles = ["egg"]', 'a."1.0"', "wheel"),
        ('[a."1.0"]\nfiles = "wheel"', 'a."1.0"', "files must be a list"),
        ('[a."1.0"]\nyanked = 1', 'a."1.0"', "yanked must be"),
        ('[a."1.0"]\nbroken = "no-recrod"', 'a."1.0"', "no-record"),
    ],
)
def test_an_error_names_its_place_in_the_file(text: str, place: str, why: str) -> None:
    with pytest.raises(InvalidScenario) as rejected:
        parse_scenario(text, "scenario.toml")
    assert rejected.value.place == place
    assert why in rejected.value.explanation
    assert str(rejected.value).startswith("scenario.toml: ")
    assert isinstance(rejected.value, UsageError)


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InvalidScenario, match="cannot be read"):
        load_scenario(tmp_path / "nothing.toml")


def test_the_error_can_be_pickled() -> None:
    error = InvalidScenario("scenario.toml", "a", "it is wrong")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
