"""Tell from the labels of `runs-on` whether a job would run on a machine like this one."""

from __future__ import annotations

import platform
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fake_pypi.workflows.github.expression_values import to_text
from fake_pypi.workflows.github.yaml_values import Value

SYSTEMS = {"Linux": ("ubuntu", "linux"), "Darwin": ("macos",), "Windows": ("windows",)}
NAMES = {"Linux": "Linux", "Darwin": "macOS", "Windows": "Windows"}
ARM_LABEL = re.compile(r"\barm(?:64)?\b|aarch64", re.IGNORECASE)
INTEL_MAC = re.compile(r"macos-(?:\d+-(?:large|intel)|13)\b")
ARM = {"arm64", "aarch64"}


@dataclass(frozen=True)
class Runner:
    """Whether a job runs on this machine, and a note: why not, or what differs."""

    is_here: bool
    note: str = ""


def labels_of(runs_on: Value) -> list[str]:
    """Return the labels of an evaluated `runs-on`: a text, a list, or a mapping with `labels`."""
    if isinstance(runs_on, Mapping):
        return labels_of(runs_on.get("labels"))
    if isinstance(runs_on, list):
        return [to_text(label) for label in runs_on]
    return [to_text(runs_on)] if runs_on is not None else []


def runner_for(labels: Sequence[str], system: str | None = None, machine: str | None = None) -> Runner:
    """Return whether a job with these labels runs on this machine, by its operating system and its CPU."""
    here = system or platform.system()
    shown = ", ".join(labels)
    wanted = next(
        (name for name, words in SYSTEMS.items() if any(word in label.lower() for word in words for label in labels)),
        None,
    )
    if wanted is None:
        return Runner(is_here=True, note=f"the runner '{shown}' is not one of GitHub's: this machine takes its place")
    if wanted != here:
        return Runner(
            is_here=False, note=f"it runs on {NAMES[wanted]} ({shown}), and this machine is {NAMES.get(here, here)}"
        )
    is_arm = (machine or platform.machine()).lower() in ARM
    wants_arm = any(ARM_LABEL.search(label) for label in labels)
    if wanted == "Darwin" and not wants_arm:
        wants_arm = not any(INTEL_MAC.search(label) for label in labels)
    if wants_arm and not is_arm:
        return Runner(is_here=False, note=f"it runs on a CPU with the ARM architecture ({shown})")
    return Runner(is_here=True)
