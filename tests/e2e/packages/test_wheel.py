"""Wheels are installed by pip, and are the same in another process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from fake_pypi.packages.recipe import Recipe
from fake_pypi.packages.wheel import wheel
from tests.e2e.packages.pip import install

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


def test_the_same_recipe_makes_the_same_bytes_in_another_process() -> None:
    code = "from fake_pypi.packages.wheel import wheel; print(wheel('demo', scripts={'a': 'demo:main'}).sha256)"
    there = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert there.stdout.strip() == wheel("demo", scripts={"a": "demo:main"}).sha256


def test_pip_installs_it_and_its_script_runs(tmp_path: Path) -> None:
    wheel(RICH).write_to(tmp_path / "links")
    wheel("rich", "13.5").write_to(tmp_path / "links")
    install(tmp_path / "site", "--find-links", tmp_path / "links", "demo-tool[cli]")
    said = subprocess.run(
        [sys.executable, "-c", "import demo_tool, rich; demo_tool.main(); rich.main()"],
        cwd=tmp_path / "site",
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert said.stdout.split("\n")[:2] == ["Demo.Tool 1.0-post1", "rich 13.5"]
    assert list((tmp_path / "site" / "bin").glob("demo*")) or sys.platform == "win32"
