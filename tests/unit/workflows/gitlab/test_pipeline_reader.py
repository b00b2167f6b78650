from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fake_pypi.workflows.gitlab.job_limits_reader import duration_of
from fake_pypi.workflows.gitlab.pipeline_keys import KEYWORD_PLACES
from fake_pypi.workflows.invalid_workflow import InvalidWorkflow
from tests.unit.workflows.gitlab.pipelines import context, read


def texts(lines: tuple[object, ...]) -> list[str]:
    return [line.text for line in lines]  # type: ignore[attr-defined]


def test_jobs_get_what_they_extend_and_the_defaults(tmp_path: Path) -> None:
    pipeline = read(
        tmp_path,
        """
        default:
          before_script: [echo before]
          image: python:3.12
        .base:
          variables: {A: "1", B: "1"}
          script: [echo base]
        build:
          extends: .base
          variables: {B: "2"}
          after_script: echo after
        other:
          extends: [.base]
          before_script: []
          script: echo own
        """,
    )

    build, other = pipeline.jobs["build"], pipeline.jobs["other"]
    assert list(pipeline.jobs) == ["build", "other"]
    assert (texts(build.before_script), texts(build.script)) == (["echo before"], ["echo base"])
    assert {name: variable.value for name, variable in build.variables.items()} == {"A": "1", "B": "2"}
    assert (texts(other.before_script), texts(other.script), other.image) == ([], ["echo own"], "python:3.12")


def test_references_and_anchors_are_resolved_with_the_lines_of_their_origin(tmp_path: Path) -> None:
    pipeline = read(
        tmp_path,
        """
        .setup: &setup
          script:
            - echo one
        .more:
          script:
            - !reference [.setup, script]
            - echo two
        job:
          <<: *setup
          stage: build
        other:
          script:
            - !reference [.more, script]
            - echo three
        """,
    )

    assert texts(pipeline.jobs["job"].script) == ["echo one"]
    assert texts(pipeline.jobs["other"].script) == ["echo one", "echo two", "echo three"]
    assert [line.place.line for line in pipeline.jobs["other"].script] == [4, 8, 15]


def test_included_files_come_first_and_keep_their_names_in_messages(tmp_path: Path) -> None:
    pipeline = read(
        tmp_path,
        """
        include:
          - local: /ci/*.yml
          - local: ci/deploy/pypi.yml
            rules:
              - if: $CI_COMMIT_TAG == null
        job:
          script: own
        """,
        {"ci/build.yml": "job: {script: [theirs], stage: build}\nbuild: {script: [x]}\n", "ci/deploy/pypi.yml": "a: b"},
    )

    assert pipeline.included == ("ci/build.yml",)
    assert (texts(pipeline.jobs["job"].script), pipeline.jobs["job"].stage) == (["own"], "build")
    assert str(pipeline.jobs["build"].place) == "ci/build.yml:2"


def test_what_depends_on_a_file_that_is_not_available_says_so(tmp_path: Path) -> None:
    pipeline = read(
        tmp_path,
        """
        include:
          - template: Jobs/Build.gitlab-ci.yml
          - project: group/ci
            file: [/a.yml]
        fine: {script: x}
        extending: {extends: .theirs, script: x}
        referring: {script: [!reference [.theirs, script]]}
        needing: {script: x, needs: [theirs]}
        """,
    )

    assert [include.text for include in pipeline.missing_includes] == [
        "template Jobs/Build.gitlab-ci.yml",
        "project group/ci (/a.yml)",
    ]
    assert not pipeline.jobs["fine"].not_supported
    for name in ("extending", "referring", "needing"):
        assert "project group/ci (/a.yml) (.gitlab-ci.yml:4)" in pipeline.jobs[name].not_supported


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "job: {scripts: x}",
            ".gitlab-ci.yml:1: jobs:job config contains unknown keys: scripts: did you mean 'script'?",
        ),
        ("job: {stage: test}", "should implement the script:, run:, or trigger: keyword"),
        (".hidden: {script: x}", "jobs config should contain at least one visible job"),
        ("job: {script: x, stage: nowhere}", "chosen stage nowhere does not exist; available stages are .pre, build"),
        ("job: {script: x, needs: [other]}", "job job: undefined need: other"),
        ("job: {script: x, extends: .other}", "unknown keys in `extends` (.other)"),
        ("a: {extends: b, script: x}\nb: {extends: a, script: x}", "circular dependency detected in `extends`"),
        ("job: {script: x, rules: [{if: '$A = 1'}]}", "jobs:job:rules:rule if invalid expression syntax"),
        (
            "job:\n  script: x\n  only: [tags]\n  rules: [{when: always}]",
            ":3: jobs:job config key may not be used with",
        ),
        ("job: {script: x, rules: [{if: $A, whem: never}]}", "unknown keys: whem: did you mean 'when'?"),
        ("job: {script: x, when: never}", "jobs:job when should be one of: on_success"),
        ("job: {script: [{echo: x}]}", "put the command in quotes"),
        ("job: {script: x, id_tokens: {T: {}}}", "config missing required keys: aud"),
        ("job: {script: x, variables: {A: true}}", 'put it in quotes: A: "true"'),
        ("job: {script: x, retry: 3}", "must be less than or equal to 2"),
        ("job: {script: x, parallel: {matrix: [{A: []}]}}", "should be an array of strings"),
        ("job: {script: [!reference [.a, script]]}", "!reference [.a, script] could not be found"),
        (".a: {script: [!reference [.a, script]]}\njob: {script: [!reference [.a, script]]}", "circular chain"),
        ("include: none.yml\njob: {script: x}", "Local file `none.yml` does not exist!"),
        ("include: .gitlab-ci.yml\njob: {script: x}", "includes itself"),
        (
            "job: {script: x}\nother: {script: x, needs: [late]}\nlate: {script: x, stage: deploy}",
            "current or prior stages",
        ),
        ("- a", "a mapping of jobs is expected"),
        ("a: [", "Invalid configuration format"),
        ("spec: {}\n---\njob: {script: x}", "a file with a header (`spec`) is not supported"),
        ("a: !other x", "Unknown tag '!other'"),
        ("", "Please provide content"),
    ],
)
def test_an_invalid_file_names_the_file_and_what_to_do(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidWorkflow) as caught:
        read(tmp_path, text)

    assert message in str(caught.value)


def test_keywords_that_are_refused_keep_only_their_job_from_running(tmp_path: Path) -> None:
    pipeline = read(tmp_path, "fine: {script: x}\nchild:\n  trigger: group/other\n")

    assert not pipeline.jobs["fine"].not_supported
    assert pipeline.jobs["child"].not_supported == ".gitlab-ci.yml:3: `trigger`: other pipelines are not started"


def test_noted_keywords_and_duplicate_keys_are_in_the_notes(tmp_path: Path) -> None:
    pipeline = read(tmp_path, "job:\n  script: x\n  services: [postgres]\n  script: y\n")

    assert [str(note) for note in pipeline.notes] == [
        ".gitlab-ci.yml:4: the key 'script' replaces that of line 2; GitLab does not report it",
        ".gitlab-ci.yml:3: `services` has no effect here: no container is started, so its services do not exist",
    ]


def test_a_matrix_makes_an_instance_of_each_combination(tmp_path: Path) -> None:
    job = read(tmp_path, "job: {script: x, parallel: {matrix: [{A: [1, 2], B: x}, {A: 3}]}}").jobs["job"]

    assert list(job.matrix) == [{"A": "1", "B": "x"}, {"A": "2", "B": "x"}, {"A": "3"}]


@pytest.mark.parametrize(("text", "seconds"), [("30 minutes", 1800), ("1h 30m", 5400), ("2 days", 172800), ("x", None)])
def test_durations_are_read_as_gitlab_writes_them(text: str, seconds: float | None) -> None:
    assert duration_of(text) == seconds


NAMES = sorted({name for keywords in KEYWORD_PLACES.values() for name in keywords} | {"job", ".base", "$schema"})
SCALARS = st.sampled_from(
    ["x", "1", "true", "null", "~", "'$A'", "$A == 1", "[]", "{}", "3.10", "!reference [job, script]", "*a"]
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3).map(
            lambda pairs: "{" + ", ".join(f"{name}: {value}" for name, value in pairs.items()) + "}"
        )
    ),
    max_leaves=6,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(content=st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=4) | st.text(max_size=40))
def test_any_file_is_read_or_rejected_with_a_sentence(content: dict[str, str] | str, tmp_path: Path) -> None:
    text = content if isinstance(content, str) else "".join(f"{name}: {value}\n" for name, value in content.items())
    (tmp_path / ".gitlab-ci.yml").write_text(text, encoding="utf-8")
    with contextlib.suppress(InvalidWorkflow):
        read(tmp_path, text, rules=context(tag="v1"))
