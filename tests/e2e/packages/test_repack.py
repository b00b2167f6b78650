"""Re-packed distributions can be installed."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

from fake_pypi.packages.installed_packages import InstalledPackages
from fake_pypi.packages.package_source import FallbackFile
from fake_pypi.packages.recipe import Recipe
from fake_pypi.packages.repack import InstalledDistribution
from fake_pypi.packages.wheel import wheel
from tests.e2e.packages.pip import install


def wheel_of(project: str, tmp_path: Path) -> FallbackFile:
    (file,) = InstalledPackages(tmp_path / "cache").files(project)
    return file


def installed(recipe: Recipe, site: Path, *arguments: str) -> InstalledDistribution:
    """The recipe's wheel, installed by the real pip into a folder."""
    install(site, "--no-deps", *arguments, wheel(recipe).write_to(site.parent / "dist"))
    return InstalledDistribution(site / f"{recipe.stem}.dist-info")


def contents(path: Path) -> dict[str, bytes]:
    """Everything in a wheel; of RECORD, whose lines have another order, the sorted lines."""
    with zipfile.ZipFile(path) as archive:
        inside = {name: archive.read(name) for name in archive.namelist()}
    return {
        name: b"\n".join(sorted(content.splitlines())) if name.endswith("RECORD") else content
        for name, content in inside.items()
    }


def test_repacked_backends_install_and_import(tmp_path: Path) -> None:
    source = InstalledPackages(tmp_path / "cache")
    wanted = ["hatchling", "setuptools", "flit-core", "pip", "cryptography"]
    below = [
        "packaging",
        "pathspec",
        "pluggy",
        "trove-classifiers",
        "tomlkit",
        "cffi",
        "pycparser",
        "typing-extensions",
        *(["tomli"] if sys.version_info < (3, 11) else []),  # hatchling asks for it there
    ]
    wheels = [file.path() for project in (*wanted, *below) for file in source.files(project)]
    install(tmp_path / "site", *wheels)
    code = (
        "import hatchling.build, setuptools.build_meta, flit_core.buildapi, pip\n"
        "import hatchling, cryptography.fernet as f\n"
        "assert f.Fernet(f.Fernet.generate_key()).encrypt(b'x')\n"
        "print(hatchling.__file__)"
    )
    said = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path.insert(0, {str(tmp_path / 'site')!r})\n{code}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert said.returncode == 0, said.stderr
    assert Path(said.stdout.strip()).is_relative_to(tmp_path)
    assert (tmp_path / "site" / "bin" / "hatchling").exists() or sys.platform == "win32"


def test_a_program_that_is_no_entry_point_comes_back_too(tmp_path: Path) -> None:
    install(tmp_path / "site", wheel_of("uv", tmp_path).path())
    (program,) = [*(tmp_path / "site" / "bin").glob("uv"), *(tmp_path / "site" / "bin").glob("uv.exe")]
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True, timeout=60)
    assert said.stdout.startswith("uv ")


def test_an_installed_recipe_becomes_its_wheel_again(tmp_path: Path) -> None:
    recipe = Recipe(
        "Demo.Tool",
        "1.0+local.1",
        scripts={"demo": "demo_tool:main"},
        files={"demo_tool/data, more.txt": "text", "single.py": "x = 1\n"},
        license_files={"LICENSE": "free\n"},
    )
    there = installed(recipe, tmp_path / "site")
    there.repack(tmp_path / there.filename)
    assert there.filename == wheel(recipe).filename
    assert there.can_be_repacked
    assert contents(tmp_path / there.filename) == contents(wheel(recipe).write_to(tmp_path / "original"))
