"""Problems about the version that is released, and about files that exist already."""

from __future__ import annotations

from collections.abc import Iterator

from fake_pypi.workflows.github.expression_values import to_text
from fake_pypi.workflows.github.problems.problem import Occurrence, ProblemKind, Subject
from fake_pypi.workflows.github.problems.publish_steps import PLATFORM_ACTIONS, action_of, all_steps
from fake_pypi.workflows.tag_versions import tag_mistake
from fake_pypi.workflows.workflow_problem import index_title


def _tag_differs(subject: Subject) -> Iterator[Occurrence]:
    event = subject.plan.event
    mistake = tag_mistake(event.ref_name, subject.version) if event.is_tag and subject.publish_steps else ""
    if mistake:
        trigger = subject.workflow.triggers.get(event.name)
        yield Occurrence(trigger.line if trigger else 1, "", mistake)


def _skips_existing(subject: Subject) -> Iterator[Occurrence]:
    for step in subject.publish_steps:
        by_input = step.is_action and step.input("skip-existing").lower() not in {"", "false"}
        if step.index == "pypi" and (by_input or "--skip-existing" in step.command):
            yield Occurrence(
                step.line_of("skip-existing"), step.job_id, "the upload to PyPI skips files that exist already"
            )


def _not_verbose(subject: Subject) -> Iterator[Occurrence]:
    for step in subject.publish_steps:
        silent = step.is_action and step.input("verbose").lower() in {"", "false"}
        if silent or (
            step.tool == "twine" and "--verbose" not in step.command and "TWINE_VERBOSE" not in step.environment
        ):
            yield Occurrence(step.line, step.job_id, f"{step.tool} is not verbose")


def _in_a_matrix(subject: Subject) -> Iterator[Occurrence]:
    for step in subject.publish_steps:
        entries = step.planned.entries
        strategy = step.planned.job.strategy
        of_platforms = any(action_of(each) in PLATFORM_ACTIONS for each, _ in all_steps(step.planned))
        if strategy and strategy.matrix and not of_platforms and (entries is None or len(entries) > 1):
            count = "each entry" if entries is None else f"each of {len(entries)} entries"
            yield Occurrence(strategy.line, step.job_id, f"{count} of the matrix uploads to {index_title(step.index)}")


def _wrong_address(subject: Subject) -> Iterator[Occurrence]:
    for step in subject.all_publish_steps:
        address = step.input("repository-url") if step.is_action else ""
        if step.index in {"pypi", "testpypi"} and address and "${{" not in address:
            right = {"pypi": "https://upload.pypi.org/legacy/", "testpypi": "https://test.pypi.org/legacy/"}[step.index]
            if to_text(address) != right:
                yield Occurrence(step.line_of("repository-url"), step.job_id, f"{address} is not {right}")


VERSION_PROBLEMS = (
    ProblemKind(
        "tag-differs-from-version",
        "error",
        "PyPI gets the version that the files have, whatever the tag is. A version can be uploaded only once, so the "
        "release with the right tag then fails or is missing.",
        "Change the version or the tag so that both agree, or let the build backend take the version from the tag.",
        _tag_differs,
    ),
    ProblemKind(
        "skip-existing-on-pypi",
        "warning",
        "When the version was not raised, every file exists already, all are skipped, and the job is green although "
        "nothing was released.",
        "Use skip-existing only for TestPyPI.",
        _skips_existing,
    ),
    ProblemKind(
        "not-verbose",
        "hint",
        "Without it the log has only the status of a rejection; PyPI's reason is in the answer that verbose prints.",
        "Add `verbose: true` to the action, or --verbose to twine.",
        _not_verbose,
    ),
    ProblemKind(
        "published-by-a-matrix",
        "warning",
        "Unless each entry builds files of its own, the second one uploads the same sdist or wheel again, and PyPI "
        "rejects it with `File already exists`.",
        "Let the matrix build and upload artifacts, and publish them in one job that needs it.",
        _in_a_matrix,
    ),
    ProblemKind(
        "wrong-upload-address",
        "error",
        "Uploads go to the address that ends in /legacy/; other addresses of the index reject them.",
        "Use https://test.pypi.org/legacy/ for TestPyPI, and leave repository-url out for PyPI.",
        _wrong_address,
    ),
)
