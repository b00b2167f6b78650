"""The publisher and the builder of small project trees, with the evidence for each."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from fake_pypi.errors import UsageError
from fake_pypi.rehearsal.project_tools.selection import ReleaseTools, ToolSelection

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FLIT = '[build-system]\nbuild-backend = "flit_core.buildapi"\n[project]\nname = "demo"\n'
HATCHLING = '[build-system]\nbuild-backend = "hatchling.build"\n[project]\nname = "demo"\n'
POETRY = '[build-system]\nbuild-backend = "poetry.core.masonry.api"\n'
MATURIN = '[build-system]\nbuild-backend = "maturin"\n[project]\nname = "demo"\n'
PDM = '[build-system]\nbuild-backend = "pdm.backend"\n[project]\nname = "demo"\n'
WORKFLOW = ".github/workflows/release.yml"


def project(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


def chosen(
    folder: Path,
    files: dict[str, str],
    publisher: str | None = None,
    builder: str | None = None,
    *,
    installed: bool = True,
    built_before: bool = False,
) -> ReleaseTools:
    root = project(folder, files)
    selection = ToolSelection(
        root, tomllib.loads(files.get("pyproject.toml", "")), find_program=lambda name: name if installed else None
    )
    return selection.choose(publisher, builder, built_before=built_before)


CASES: list[tuple[str, dict[str, str], str, str, str]] = [
    ("hatchling alone", {"pyproject.toml": HATCHLING}, "twine", "build", "no file of the project"),
    ("flit's backend alone", {"pyproject.toml": FLIT}, "flit", "flit", "`flit_core.buildapi` in pyproject.toml:2"),
    ("maturin's backend alone", {"pyproject.toml": MATURIN}, "twine", "build", "no file of the project"),
    ("poetry-core with [project]", {"pyproject.toml": POETRY + '[project]\nname = "demo"\n'}, "poetry", "poetry", ""),
    ("uv.lock", {"pyproject.toml": HATCHLING, "uv.lock": ""}, "uv", "uv", "there is uv.lock"),
    (
        "[tool.uv] for uv_build only",
        {"pyproject.toml": '[tool.uv.build-backend]\nmodule-root = ""\n'},
        "twine",
        "build",
        "",
    ),
    (
        "publish-url",
        {"pyproject.toml": HATCHLING + '[tool.uv]\npublish-url = "https://test.pypi.org/legacy/"\n'},
        "uv",
        "uv",
        "`publish-url` in pyproject.toml:6",
    ),
    (
        "[tool.poetry] of poetry 1",
        {"pyproject.toml": POETRY + '[tool.poetry]\nname = "demo"\n'},
        "poetry",
        "poetry",
        "`tool.poetry.name` in pyproject.toml:3",
    ),
    (
        "poetry's packages alone",
        {"pyproject.toml": POETRY + '[project]\nname = "demo"\n[tool.poetry]\npackages = []\n'},
        "poetry",
        "poetry",
        "`poetry.core.masonry.api` in pyproject.toml:2",
    ),
    (
        "hatch environments",
        {"pyproject.toml": HATCHLING + "[tool.hatch.envs.default]\n"},
        "hatch",
        "hatch",
        "`tool.hatch.envs` in pyproject.toml:5",
    ),
    (
        "hatchling's own settings",
        {"pyproject.toml": HATCHLING + '[tool.hatch.version]\npath = "demo.py"\n'},
        "twine",
        "build",
        "",
    ),
    ("pdm.lock", {"pyproject.toml": PDM, "pdm.lock": ""}, "pdm", "pdm", "there is pdm.lock"),
    ("two lock files", {"pyproject.toml": PDM, "pdm.lock": "", "uv.lock": ""}, "pdm", "pdm", "pdm.lock"),
    (
        "old metadata of flit",
        {"pyproject.toml": FLIT.partition("[project]")[0] + '[tool.flit.metadata]\nmodule = "demo"\n'},
        "flit",
        "flit",
        "`tool.flit.metadata` in pyproject.toml:3",
    ),
    (
        "the publishing action outranks a lock file",
        {
            "pyproject.toml": HATCHLING,
            "uv.lock": "",
            WORKFLOW: "steps:\n  - run: uv build\n  - uses: pypa/gh-action-pypi-publish@release/v1\n",
        },
        "twine",
        "uv",
        f"`pypa/gh-action-pypi-publish` in {WORKFLOW}:3",
    ),
    (
        "a publish command in a workflow",
        {"pyproject.toml": FLIT, WORKFLOW: "steps:\n  - run: |\n      uvx flit publish\n"},
        "flit",
        "flit",
        f"`flit publish` in {WORKFLOW}:3",
    ),
    (
        "a workflow outranks a Makefile",
        {
            "pyproject.toml": HATCHLING,
            "Makefile": "release:\n\tpython -m build\n\ttwine upload dist/*\n",
            WORKFLOW: "steps:\n- run: uv build && uv publish\n",
        },
        "uv",
        "uv",
        WORKFLOW,
    ),
    (
        "a Makefile",
        {
            "pyproject.toml": PDM,
            "Makefile": "release:\n\tpython -m build\n\t@python3 -m twine upload dist/*\n",
            "pdm.lock": "",
        },
        "twine",
        "build",
        "`twine upload` in Makefile:3",
    ),
    (
        "tox.ini",
        {"pyproject.toml": FLIT, "tox.ini": "[testenv:release]\ncommands =\n    flit build\n    flit publish\n"},
        "flit",
        "flit",
        "tox.ini:4",
    ),
    (
        "noxfile.py, over several lines",
        {
            "pyproject.toml": FLIT,
            "noxfile.py": 'session.run(\n    "python",\n    "-m",\n    "twine",\n    "upload",\n)\n',
        },
        "twine",
        "build",
        "`twine upload` in noxfile.py:4",
    ),
    (
        "a justfile",
        {"pyproject.toml": HATCHLING, "justfile": "publish:\n    hatch build\n    hatch publish -r test\n"},
        "hatch",
        "hatch",
        "justfile:3",
    ),
    (
        "a script of hatch",
        {"pyproject.toml": HATCHLING + '[tool.hatch.envs.x.scripts]\nrelease = "hatch publish"\n'},
        "hatch",
        "hatch",
        "`hatch publish` in pyproject.toml:6",
    ),
    (
        "a script of pdm",
        {"pyproject.toml": FLIT + '[tool.pdm.scripts]\nrelease = "pdm publish"\n'},
        "pdm",
        "pdm",
        "`pdm publish` in pyproject.toml:6",
    ),
    (
        "a task of poe",
        {"pyproject.toml": FLIT + '[tool.poe.tasks]\nrelease.cmd = "twine upload dist/*"\n'},
        "twine",
        "build",
        "`twine upload` in pyproject.toml:6",
    ),
    (
        "GitLab, with poetry's --build",
        {"pyproject.toml": FLIT, ".gitlab-ci.yml": "publish:\n  script:\n    - poetry publish --build -n\n"},
        "poetry",
        "poetry",
        ".gitlab-ci.yml:3",
    ),
    (
        "maturin's action uploads",
        {
            "pyproject.toml": MATURIN,
            WORKFLOW: (
                "- uses: PyO3/maturin-action@v1\n  with:\n    args: --release\n"
                "- uses: PyO3/maturin-action@v1\n  with:\n    command: upload\n    args: dist/*\n"
            ),
        },
        "maturin",
        "maturin",
        f"`PyO3/maturin-action` in {WORKFLOW}:4",
    ),
    (
        "maturin's action builds only",
        {"pyproject.toml": MATURIN, WORKFLOW: "- uses: PyO3/maturin-action@v1\n  with:\n    command: build\n"},
        "twine",
        "maturin",
        "no file of the project",
    ),
]


@pytest.mark.parametrize(
    ("files", "publisher", "builder", "reason"), [pytest.param(*case[1:], id=case[0]) for case in CASES]
)
def test_tools_are_found(tmp_path: Path, files: dict[str, str], publisher: str, builder: str, reason: str) -> None:
    tools = chosen(tmp_path, files)
    assert (tools.publisher.name, tools.builder.name) == (publisher, builder)
    assert tools.warnings == ()
    assert reason in tools.lines[0]


@pytest.mark.parametrize(
    "line",
    [
        "# run: uv publish",
        "- name: uv publish",
        "  echo uv publish",
        "- run: uv publish --dry-run",
        "- run: make uv-publish",
        "- run: ./uv publishing",
        "- run: true  # not uv publish",
    ],
)
def test_what_only_looks_like_a_command_is_no_evidence(tmp_path: Path, line: str) -> None:
    tools = chosen(tmp_path, {"pyproject.toml": HATCHLING, WORKFLOW: f"steps:\n{line}\n"})
    assert tools.publisher.name == "twine"


def test_a_description_that_mentions_a_command_is_no_evidence(tmp_path: Path) -> None:
    text = '[project]\nname = "demo"\ndescription = "like twine upload, or uv publish"\n'
    assert "the default" in chosen(tmp_path, {"pyproject.toml": text}).lines[0]


def test_the_files_of_the_checkout_count_for_a_project_in_a_folder_of_it(tmp_path: Path) -> None:
    project(tmp_path, {".git/HEAD": "", WORKFLOW: "- run: uv publish\n", "uv.lock": ""})
    tools = chosen(tmp_path / "packages" / "demo", {"pyproject.toml": FLIT})
    assert tools.lines[0] == f"publisher uv, because of `uv publish` in ../../{WORKFLOW}:1"


def test_a_detected_tool_that_is_not_installed_is_replaced_with_a_warning(tmp_path: Path) -> None:
    tools = chosen(tmp_path, {"pyproject.toml": PDM, "pdm.lock": ""}, installed=False)
    assert (tools.publisher.name, tools.builder.name) == ("twine", "build")
    assert len(tools.warnings) == 2
    assert 'install it with `pipx install "pdm[locked]"`' in tools.warnings[0]


def test_the_tool_of_the_backend_has_to_be_installed(tmp_path: Path) -> None:
    tools = chosen(tmp_path, {"pyproject.toml": FLIT}, installed=False)
    assert (tools.publisher.name, tools.builder.name, tools.warnings) == ("twine", "build", ())
    assert tools.lines[0].endswith("(to publish with flit: --publisher flit)")


def test_a_publish_command_that_builds_shows_the_builder_where_its_tool_is_not_installed(tmp_path: Path) -> None:
    files = {"pyproject.toml": POETRY, WORKFLOW: "- run: poetry publish --build\n"}
    tools = chosen(tmp_path, files, installed=False)
    assert tools.lines[1] == "builder build, because poetry is not installed"
    assert "`poetry publish` in" in tools.warnings[1]


def test_a_named_tool_that_is_not_installed_is_an_error_with_the_command_that_installs_it(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"publisher hatch is not installed.*pipx install hatch"):
        chosen(tmp_path, {"pyproject.toml": PDM}, "hatch", installed=False)
    with pytest.raises(UsageError, match=r"builder flit is not installed.*pip install flit"):
        chosen(tmp_path, {"pyproject.toml": PDM}, None, "flit", installed=False)


def test_a_named_tool_is_used_whatever_the_files_say(tmp_path: Path) -> None:
    tools = chosen(tmp_path, {"pyproject.toml": PDM, "pdm.lock": ""}, "uv", "hatch")
    assert tools.lines == ("publisher uv, as requested", "builder hatch, as requested")


def test_flit_cannot_upload_files_that_were_built_before(tmp_path: Path) -> None:
    files = {"pyproject.toml": FLIT, WORKFLOW: "- run: flit publish\n"}
    tools = chosen(tmp_path, files, built_before=True)
    assert tools.publisher.name == "twine"
    assert "flit cannot upload files that were built before" in tools.warnings[0]
    with pytest.raises(UsageError, match="flit cannot upload files that were built before"):
        chosen(tmp_path, files, "flit", built_before=True)


def test_uv_publishes_to_the_indexes_that_the_project_configures(tmp_path: Path) -> None:
    index = '[[tool.uv.index]]\nname = "rehearsal"\nurl = "https://test.pypi.org/simple/"\npublish-url = "https://test.pypi.org/legacy/"\n'
    tools = chosen(tmp_path, {"pyproject.toml": FLIT + index})
    assert tools.publisher.to_testpypi == "uv publish --index rehearsal"
    assert tools.publisher.to_pypi == "uv publish"


def test_poetry_uses_the_name_of_testpypi_in_the_workflow(tmp_path: Path) -> None:
    configure = "- run: poetry config repositories.test-pypi https://test.pypi.org/legacy/\n"
    workflow = f"{configure}- run: poetry publish -r test-pypi\n"
    publisher = chosen(tmp_path, {"pyproject.toml": FLIT, WORKFLOW: workflow}).publisher
    assert publisher.to_testpypi.endswith("&& poetry publish --repository test-pypi")
    assert publisher.testpypi_variables == {"POETRY_PYPI_TOKEN_TEST_PYPI": "{token}"}


def test_cibuildwheel_is_evidence_that_wheels_are_built_elsewhere(tmp_path: Path) -> None:
    tools = chosen(tmp_path, {"pyproject.toml": FLIT + "[tool.cibuildwheel]\n"})
    assert str(tools.wheels_elsewhere) == "`tool.cibuildwheel` in pyproject.toml:5"
