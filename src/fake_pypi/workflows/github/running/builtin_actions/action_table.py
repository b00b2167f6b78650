"""The actions that have a built-in equivalent, and those that are known and skipped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fake_pypi.workflows.github.running.builtin_actions.action_call import ActionCall
from fake_pypi.workflows.github.running.builtin_actions.artifact_actions import (
    cache,
    download_artifact,
    merge_artifacts,
    upload_artifact,
)
from fake_pypi.workflows.github.running.builtin_actions.build_actions import build_and_inspect
from fake_pypi.workflows.github.running.builtin_actions.checkout_action import checkout
from fake_pypi.workflows.github.running.builtin_actions.cibuildwheel_action import cibuildwheel
from fake_pypi.workflows.github.running.builtin_actions.maturin_action import maturin
from fake_pypi.workflows.github.running.builtin_actions.publish_action import publish
from fake_pypi.workflows.github.running.builtin_actions.python_actions import setup_python, setup_uv
from fake_pypi.workflows.github.running.builtin_actions.results_action import judge_results
from fake_pypi.workflows.github.running.builtin_actions.skipped_actions import SKIPPED_ACTIONS
from fake_pypi.workflows.github.running.builtin_actions.source_actions import check_version, checkout_sdist
from fake_pypi.workflows.github.running.builtin_actions.tool_actions import (
    install_hatch,
    install_poetry,
    install_requirements,
    setup_pdm,
)

Function = Callable[[ActionCall], dict[str, str]]


@dataclass(frozen=True)
class BuiltinAction:
    """An action with an equivalent: `description` is what that does, `function` is None for one that is skipped."""

    name: str
    description: str
    function: Function | None = None

    @property
    def is_skipped(self) -> bool:
        """Whether the action does nothing in a rehearsal."""
        return self.function is None


_ALL = (
    BuiltinAction("actions/checkout", "clones the copy of the repository, as deep as `fetch-depth` says", checkout),
    BuiltinAction(
        "actions/setup-python", "makes a virtual environment of that interpreter, or of the running one", setup_python
    ),
    BuiltinAction("astral-sh/setup-uv", "puts the installed uv on PATH", setup_uv),
    BuiltinAction("actions/upload-artifact", "stores files for other jobs of the run", upload_artifact),
    BuiltinAction("actions/download-artifact", "copies stored files into the workspace", download_artifact),
    BuiltinAction("actions/upload-artifact/merge", "makes one artifact of several", merge_artifacts),
    BuiltinAction("actions/cache", "finds nothing in the cache", cache),
    BuiltinAction("actions/cache/restore", "finds nothing in the cache", cache),
    BuiltinAction("actions/cache/save", "stores nothing", cache),
    BuiltinAction(
        "hynek/build-and-inspect-python-package",
        "builds, checks, and uploads the artifact `Packages`",
        build_and_inspect,
    ),
    BuiltinAction(
        "pypa/cibuildwheel", "builds the wheel of this platform, and repairs it with auditwheel", cibuildwheel
    ),
    BuiltinAction(
        "PyO3/maturin-action", "runs maturin for this platform, and repairs the wheel with auditwheel", maturin
    ),
    BuiltinAction(
        "pypa/gh-action-pypi-publish",
        "checks, signs for the session alone, and uploads with twine to the fakes",
        publish,
    ),
    BuiltinAction("re-actors/alls-green", "fails unless the needed jobs have succeeded", judge_results),
    BuiltinAction("re-actors/checkout-python-sdist", "unpacks the sdist of an artifact", checkout_sdist),
    BuiltinAction("py-actions/py-dependency-install", "runs `pip install -r`", install_requirements),
    BuiltinAction("snok/install-poetry", "installs Poetry from the fake index", install_poetry),
    BuiltinAction("abatilo/actions-poetry", "installs Poetry from the fake index", install_poetry),
    BuiltinAction("Gr1N/setup-poetry", "installs Poetry from the fake index", install_poetry),
    BuiltinAction("pdm-project/setup-pdm", "sets up the interpreter, and installs PDM from the fake index", setup_pdm),
    BuiltinAction("pypa/hatch", "installs Hatch from the fake index", install_hatch),
    BuiltinAction("samuelcolvin/check-python-version", "compares the tag with the version in a file", check_version),
    *(BuiltinAction(name, effect) for name, effect in SKIPPED_ACTIONS.items()),
)
BUILTIN_ACTIONS = {action.name.lower(): action for action in _ALL}
"""The built-in actions by lower-case name: GitHub ignores case in names of repositories."""


def split_reference(uses: str) -> tuple[str, str]:
    """Return the action and the version of a key `uses`.

    >>> split_reference("actions/checkout@v4")
    ('actions/checkout', 'v4')
    """
    name, _, version = uses.strip().partition("@")
    return name, version
