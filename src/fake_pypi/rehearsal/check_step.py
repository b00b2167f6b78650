"""The step `check`: check the files against PyPI's rules without a server, and collect warnings."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from fake_pypi.rehearsal.extras import unavailable_extras
from fake_pypi.rehearsal.failure import RejectedFile, StepFailed
from fake_pypi.rehearsal.lint import lint
from fake_pypi.rehearsal.output import plain
from fake_pypi.rehearsal.source_comparison import compare_sources
from fake_pypi.rules.new_project import ProhibitedName, SimilarName, StandardLibraryName

if TYPE_CHECKING:
    from fake_pypi.rehearsal.step import StepRun
    from fake_pypi.rules.rule_set import RuleSet

FOR_NEW_PROJECTS = {StandardLibraryName.id, ProhibitedName.id, SimilarName.id}
"""Rules that do not apply to projects that exist on the real PyPI."""
WARNING = re.compile(r"^WARNING +(.*(?:\n {2,}\S.*)*)", re.MULTILINE)
REMEDY_FOR_WHEELS = (
    "rehearse with `--build sdist`, or with repaired wheels: `--dist DIR` for those of another build, "
    "`--repair-wheels` to run auditwheel here"
)
CONTENT_TYPE = "`long_description_content_type` missing"


def check(step: StepRun) -> None:
    """Check every file with every rule that needs no server, and with `twine check`."""
    resources = step.resources
    release, tools = resources.release, resources.tools
    twine = step.start(tools.check_command, cwd=release.folder, env=tools.check_variables)
    rejected = rejections(release.files, resources.indexes.pypi.rules)
    step.warnings += [*lint(release), *compare_sources(release, resources.project.root)]
    completed = twine.result()
    left_out = rejections(release.left_out, resources.indexes.pypi.rules)
    if rejected:
        files = ", ".join(dict.fromkeys(file.filename for file in rejected))
        command, output = (tools.check_command, plain(completed)) if completed.returncode else ("", "")
        raise StepFailed(
            f"PyPI would reject {files}",
            rejected=[*left_out, *rejected],
            command=command,
            output=output,
            advice=[
                f"only new projects are rejected for their name: rehearse one that exists with `--without {rule}`"
                for rule in dict.fromkeys(file.rule for file in rejected)
                if rule in FOR_NEW_PROJECTS
            ],
        )
    if completed.returncode:
        raise StepFailed.from_output(tools.check_command, plain(completed), "`twine check` failed")
    step.warnings += [f"twine check: {text}" for text in twine_warnings(plain(completed))]
    resources.check_siblings()
    step.not_checked += unavailable_extras(
        release,
        resources.indexes.pypi.instance.sources,
        installed=resources.settings.extras,
        uploaded=[release.normalized, *resources.group.names],
    )
    if left_out:
        _report_left_out(step, left_out)


def _report_left_out(step: StepRun, rejected: list[RejectedFile]) -> None:
    """Warn of wheels that another tool builds for the real release; else fail, but let the later steps run."""
    release, elsewhere = step.resources.release, step.resources.tools.release_tools.wheels_elsewhere
    wheels = ", ".join(wheel.name for wheel in release.left_out)
    if elsewhere is None:
        raise StepFailed(
            f"PyPI would reject {wheels}",
            rejected=rejected,
            advice=[REMEDY_FOR_WHEELS, "the later steps rehearse the sdist without the wheel"],
            later_steps_run=True,
        )
    step.warnings.append(
        f"PyPI would reject {wheels}, which was built here and left out: {elsewhere.tool} builds the wheels "
        f"({elsewhere}); {REMEDY_FOR_WHEELS}"
    )


def twine_warnings(output: str) -> list[str]:
    """Return the warnings of `twine check`, each once and on one line.

    A missing description and its content type are left out, because `lint` has one warning for all files.
    """
    messages = [" ".join(text.split()) for text in WARNING.findall(output)]
    if any(text.startswith("`long_description` missing") for text in messages):
        messages = [text for text in messages if not text.startswith(("`long_description` missing", CONTENT_TYPE))]
    return list(dict.fromkeys(messages))


def rejections(files: tuple[Path, ...], rule_set: RuleSet) -> list[RejectedFile]:
    """Return all reasons for which PyPI would reject the files."""
    from fake_pypi.rules.offline_check import check_files

    return [
        RejectedFile.from_rule(rejection.rule, checked.path.name, rejection.status, rejection.message)
        for checked in check_files(files, rule_set)
        for rejection in checked.rejections
    ]
