"""A small set of packages, written down in one TOML file.

    description = "the new b needs a newer a than anybody has"

    a = ["1.0", "1.1"]                    # versions with nothing special about them

    [b."1.0"]
    dependencies = ["a"]

    [b."2.0"]
    dependencies = ["a>=2", "rich; extra == 'cli'"]
    requires-python = ">=3.10"
    files = ["wheel", "sdist"]            # what there is of it; a wheel when nothing is said
    yanked = "needs an a that does not exist"

Every other key of a version is a field of `Recipe` with its underscores written as dashes (`extras`,
`scripts`, `summary`, `tag`, …), or `broken`, a name from `fake_pypi.packages.defects.DEFECTS`. A version must
be in quotes: `[b.1.0]` means something else in TOML.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from fake_pypi.errors import FakePyPIError, InvalidScenario
from fake_pypi.packages.package import Package
from fake_pypi.packages.recipe import Recipe
from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel

RECIPE_KEYS = {each.name.replace("_", "-"): each.name for each in fields(Recipe)}
MADE_BY = {"wheel": wheel, "sdist": sdist}
OF_A_VERSION = sorted({"files", "yanked", "broken", *RECIPE_KEYS} - {"name", "version"})


@dataclass(frozen=True)
class ScenarioRelease:
    """One version of a project: its files, and why it is yanked (True if no reason is given)."""

    project: str
    version: str
    packages: tuple[Package, ...]
    yanked: bool | str = False


@dataclass(frozen=True)
class Scenario:
    """What a scenario file says."""

    description: str
    releases: tuple[ScenarioRelease, ...]

    @property
    def packages(self) -> list[Package]:
        """Every file of every release."""
        return [package for release in self.releases for package in release.packages]


def load_scenario(path: str | Path) -> Scenario:
    """The packages of a scenario file; the module's docstring shows the format.

    `InvalidScenario`, naming the place, if it is not there, is not TOML, or says what nobody understands.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as unreadable:
        raise InvalidScenario(path, "", f"it cannot be read ({unreadable})") from unreadable
    return parse_scenario(text, path)


def parse_scenario(text: str, path: str | Path = "scenario") -> Scenario:
    """The same from text.

    >>> [each.filename for each in parse_scenario('a = ["1.0"]').packages]
    ['a-1.0-py3-none-any.whl']
    """
    content = _toml(text, path)
    description = content.pop("description", "")
    if not isinstance(description, str):
        raise InvalidScenario(path, "description", "it must be text")
    return Scenario(description, tuple(_releases(content, path)))


def _toml(text: str, path: str | Path) -> dict[str, Any]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise InvalidScenario(path, "", f"it is not TOML ({wrong})") from wrong


def _releases(content: dict[str, Any], path: str | Path) -> Iterator[ScenarioRelease]:
    for project, versions in content.items():
        if isinstance(versions, list) and all(isinstance(version, str) for version in versions):
            versions = {version: {} for version in versions}  # noqa: PLW2901 - the short way to write the same
        if not isinstance(versions, dict):
            raise InvalidScenario(path, project, 'it must be a list of versions, or tables like [name."1.0"]')
        for version, said in versions.items():
            yield _release(project, version, said, path)


def _release(project: str, version: str, said: Any, path: str | Path) -> ScenarioRelease:
    place = f'{project}."{version}"'
    if not isinstance(said, dict) or any(isinstance(value, dict) and key.isdigit() for key, value in said.items()):
        raise InvalidScenario(path, place, f'it must be a table; write its version in quotes: [{project}."1.0"]')
    if unknown := sorted(said.keys() - set(OF_A_VERSION)):
        raise InvalidScenario(path, place, f"nobody knows {', '.join(unknown)}; known are {', '.join(OF_A_VERSION)}")
    said = dict(said)
    kinds, yanked, broken = said.pop("files", ["wheel"]), said.pop("yanked", False), said.pop("broken", None)
    for key, value in said.items():
        _check(key, value, InvalidScenario(path, place, f"{key} = {value!r} is not what belongs there"))
    if not isinstance(kinds, list) or not set(map(str, kinds)) <= MADE_BY.keys():
        raise InvalidScenario(path, place, 'files must be a list of "wheel" and "sdist"')
    if not isinstance(yanked, str | bool):
        raise InvalidScenario(path, place, "yanked must be a reason, true or false")
    recipe = Recipe(project, version, **{RECIPE_KEYS[key]: value for key, value in said.items()})
    try:
        made = tuple(MADE_BY[kind](recipe, broken=broken) for kind in kinds)
    except (FakePyPIError, TypeError, AttributeError, ValueError) as wrong:
        raise InvalidScenario(path, place, str(wrong)) from wrong
    return ScenarioRelease(project, version, made, yanked)


def _check(key: str, value: Any, wrong: InvalidScenario) -> None:
    """Whether a value has the shape of the recipe's field: text, a list of text, or a table."""
    declared = str(next(each.type for each in fields(Recipe) if each.name == RECIPE_KEYS[key]))
    if declared.startswith("Sequence"):
        fits = isinstance(value, list) and (key == "headers" or all(isinstance(each, str) for each in value))
    elif declared.startswith(("Mapping", "Files")):
        fits = isinstance(value, dict)
    else:
        fits = isinstance(value, str)
    if not fits:
        raise wrong
