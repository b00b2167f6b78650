"""Read the actions of the repository itself: `uses: ./path` with an action.yml."""

from __future__ import annotations

from pathlib import Path

from fake_pypi.workflows.github import keys as known
from fake_pypi.workflows.github.expression_places import check_expressions
from fake_pypi.workflows.github.expression_values import to_text
from fake_pypi.workflows.github.job_reader import read_steps
from fake_pypi.workflows.github.section import KeySection
from fake_pypi.workflows.github.workflow import Action, Input
from fake_pypi.workflows.github.yaml_reader import read_yaml
from fake_pypi.workflows.github.yaml_values import Value, YamlMapping
from fake_pypi.workflows.invalid_workflow import InvalidWorkflow

NAMES = ("action.yml", "action.yaml", "Dockerfile")


def read_action(repository: Path, uses: str, file: str = "", line: int = 0) -> Action:
    """Return the action at a path of the repository, as "./.github/actions/build".

    `file` and `line` are those of the step that uses it, for the error when there is no action.
    """
    folder = (repository / uses).resolve()
    if not folder.is_relative_to(repository.resolve()):
        raise InvalidWorkflow(file, line, f"'{uses}' is outside of the repository", "name a folder inside it")
    path = next((folder / name for name in NAMES if (folder / name).is_file()), None)
    if path is None:
        raise InvalidWorkflow(
            file,
            line,
            f"Can't find 'action.yml', 'action.yaml' or 'Dockerfile' under '{uses}'",
            "name the folder of the action, beginning with ./ at the top of the repository",
        )
    name = path.relative_to(repository.resolve()).as_posix()
    if path.name == "Dockerfile":
        return Action(name, path, "docker", 1)
    return _action(read_yaml(path, name), name, path)


def _action(value: Value, file: str, path: Path) -> Action:
    # GitHub ignores other keys of an action, and of its inputs and outputs.
    root = KeySection(value, file, 1, "action")
    runs = root.section("runs", known.RUNS)
    if runs is None:
        raise InvalidWorkflow(file, 1, "Required property is missing: runs", "add runs with using")
    using = runs.required_text("using")
    if using == "composite":
        steps = read_steps(runs.sequence("steps"), file, known.COMPOSITE_STEP, "step of a composite action", root)
        for step in steps:
            if step.run is not None and not step.shell:
                raise InvalidWorkflow(file, step.line, "Required property is missing: shell", "add `shell: bash`")
    else:
        steps = ()
    outputs = YamlMapping(root.line("outputs"))
    for name, inner in root.sections("outputs", None, "output of an action").items():
        if "value" in inner:
            outputs[name] = inner.text("value") or ""
            outputs.lines[name] = inner.line("value")
    action = Action(
        file=file,
        path=path,
        using=using,
        line=runs.line("using"),
        name=root.text("name") or "",
        inputs={name: _input(name, inner) for name, inner in root.sections("inputs", None, "input").items()},
        outputs=outputs,
        steps=steps,
        notes=tuple(root.notes),
    )
    check_expressions(action)
    return action


def _input(name: str, section: KeySection) -> Input:
    default = section.scalar("default")
    return Input(
        name=name,
        line=section.line_of_section,
        required=to_text(section.values.get("required")) == "true",
        default=None if default is None else to_text(default),
    )
