"""The Python code on the pages does what they say, and the tutorial can be followed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterable
from pathlib import Path

import pytest

from fake_pypi import wheel
from tests.project.code_blocks import PROJECT, CodeBlock, code_blocks

BLOCKS = list(code_blocks())
PYTHON = [block for block in BLOCKS if block.language == "python"]
OTHERS = {
    "CONTRIBUTING.md": "tests/project/test_contributing_rules.py",
    "README.md": "tests/e2e/test_readme.py",  # the session for nox
    "docs/how-to/browser.md": "tests/browser/test_real_hosts.py",
    "docs/how-to/ci.md": "tests/e2e/test_readme.py",  # the session for nox
    "docs/how-to/recipes.md": "tests/e2e/recipes.py",  # the session for nox
    "docs/reference/web-site.md": "tests/browser/test_reference_page.py",
    "docs/tutorial.md": "tests/e2e/test_pages.py",
}
"""The tests that run the blocks of a page which are neither tests nor programs by themselves."""
PAGES_WITH_TESTS = sorted({block.page for block in PYTHON if block.is_test} - {"docs/reference/web-site.md"})
OF_SESSION = {
    "docs/errors/invalid-authentication.md",
    "docs/errors/invalid-publisher.md",
    "docs/errors/linux-x86-64.md",
    "docs/errors/readme-does-not-render.md",
    "docs/errors/testpypi-dependencies.md",
    "docs/errors/too-many-new-projects.md",
    "docs/errors/too-similar.md",
    "docs/reference/other-servers.md",
}
"""Pages of the session `nox -s pages`, which runs all of them and the tutorial; the suite runs the others."""
EVERY_PAGE = bool(os.environ.get("FAKE_PYPI_EVERY_PAGE"))
RUN_PAGES = PAGES_WITH_TESTS if EVERY_PAGE else sorted(set(PAGES_WITH_TESTS) - OF_SESSION)
SCRIPTS = [block for block in PYTHON if block.is_script and block.page != "docs/how-to/browser.md"]
CONFTEST = """
import re

import pytest

PROJECT = {project!r}

@pytest.fixture
def project(fake_pypi_packages):
    name, version, facts = PROJECT
    folder = fake_pypi_packages.project(name, version)
    if facts:
        file = folder / "pyproject.toml"
        text = re.sub("(?m)^(description|license|classifiers) = .*$", "", file.read_text(encoding="utf-8"))
        file.write_text(text.replace("[project]", "[project]\\n" + facts), encoding="utf-8")
    return folder
"""
HELLO = ("hello", "1.0", "")
PROJECTS = {
    "docs/how-to/test-a-publishing-tool.md": ("hello", "1.0", 'description = "Says hello"'),
    "docs/reference/requests.md": ("demo", "1.0", 'license = "MIT"\nclassifiers = ["Framework :: Pytest"]'),
}
"""The project that the fixture `project` of readers makes, where its name or metadata matters on a page."""
FIXTURE = re.compile(r"\b(fake_pypi\w*|fake_testpypi|tmp_path|monkeypatch|project)\b(?!\s+import)")


def of_page(blocks: Iterable[CodeBlock], page: str) -> list[CodeBlock]:
    return [block for block in blocks if block.page == page]


def as_test(block: CodeBlock) -> str:
    """Return lines that use fixtures as the body of a test."""
    fixtures = ", ".join(dict.fromkeys(FIXTURE.findall(block.text)))
    return f"def test_block_{block.number}({fixtures}):\n{textwrap.indent(block.text, '    ')}"


def add_my_tool(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Add the module and the command of a reader's own publishing tool."""
    module = Path(__file__).with_name("my_tool.py")
    shutil.copy(module, folder)
    command = folder / "bin" / "my-tool"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{module}"\n', encoding="utf-8")
    command.chmod(0o755)
    own_programs = Path(sys.executable).parent  # such as uv
    monkeypatch.setenv("PATH", os.pathsep.join([str(command.parent), str(own_programs), os.environ["PATH"]]))


@pytest.mark.parametrize("page", RUN_PAGES)
def test_the_tests_on_the_page_pass(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, page: str) -> None:
    pytester.makeconftest(CONFTEST.format(project=PROJECTS.get(page, HELLO)))
    add_my_tool(pytester.path, monkeypatch)
    shown = [
        block.text if "def " in block.text else as_test(block)
        for block in of_page(PYTHON, page)
        if not block.is_script and (block.is_test or page not in OTHERS)
    ]
    pytester.makepyfile("\n\n".join(shown))
    for block in of_page(BLOCKS, page):
        if block.language == "toml":
            (pytester.path / "diamond.toml").write_text(block.text, encoding="utf-8")
    result = pytester.runpytest_subprocess("-p", "no:randomly", timeout=200)
    outcomes = result.parseoutcomes()
    assert set(outcomes) == {"passed"}
    assert outcomes["passed"] >= sum(text.count("def test_") for text in shown)


@pytest.mark.parametrize("script", [pytest.param(block, id=str(block)) for block in SCRIPTS])
def test_the_program_on_the_page_runs(script: CodeBlock, tmp_path: Path) -> None:
    wheel("my-project", "1.0").write_to(tmp_path / "my-project" / "dist")
    command = [sys.executable, "-W", "error", "-c", script.text]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_each_block_is_a_test_or_a_program_or_run_by_another_test() -> None:
    other = {block.page for block in PYTHON if not block.is_script and block.page not in PAGES_WITH_TESTS}
    assert other <= set(OTHERS)
    assert set(OTHERS) <= {block.page for block in PYTHON}
    assert [test for test in OTHERS.values() if not (PROJECT / test).is_file()] == []


@pytest.mark.slow
def test_the_tutorial_can_be_followed(tmp_path: Path) -> None:
    blocks = of_page(BLOCKS, "docs/tutorial.md")
    [settings] = [block.text for block in blocks if block.language == "toml"]
    [module] = [block.text for block in blocks if block.language == "python"]
    (tmp_path / "hello").mkdir()
    (tmp_path / "hello" / "pyproject.toml").write_text(settings, encoding="utf-8")
    (tmp_path / "hello" / "hello_from_here.py").write_text(module, encoding="utf-8")
    commands = [
        line.removeprefix("$ ")
        for block in blocks
        if block.language == "console"
        for line in block.text.splitlines()
        if line.startswith("$ ") and "pip install" not in line and "venv" not in line
    ]
    shell = commands.index("fake-pypi run")
    inside, last = commands[shell + 1 : -1], commands[-1]
    (tmp_path / "hello" / "shell.txt").write_text("\n".join(inside), encoding="utf-8")
    script = ["set -e", *commands[:shell], "fake-pypi run < shell.txt || echo rejected", "rm shell.txt", f"{last} -q"]
    folder = Path(sys.executable).parent
    done = subprocess.run(
        ["bash", "-c", f'PATH="{folder}:$PATH"\n' + "\n".join(script)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "400 Bad Request from https://upload.pypi.org/legacy/" in done.stdout
    assert "File already exists" in done.stdout
    assert "8 passed" in done.stdout
    shutil.rmtree(tmp_path)
