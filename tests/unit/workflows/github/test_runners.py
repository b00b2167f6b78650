"""Labels of runners name an operating system and a CPU."""

from __future__ import annotations

import pytest

from fake_pypi.workflows.github.runners import labels_of, runner_for


@pytest.mark.parametrize(
    ("label", "is_here"),
    [
        ("ubuntu-latest", True),
        ("ubuntu-24.04", True),
        ("ubuntu-24.04-arm", False),
        ("macos-15", False),
        ("windows-2022", False),
        ("depot-ubuntu-22.04-16", True),
        ("my-runner", True),
    ],
)
def test_a_linux_machine_takes_the_jobs_for_linux(label: str, is_here: bool) -> None:
    assert runner_for([label], "Linux", "x86_64").is_here is is_here


def test_a_mac_with_an_arm_cpu_takes_no_job_for_intel() -> None:
    assert runner_for(["macos-latest"], "Darwin", "arm64").is_here
    assert not runner_for(["macos-15-intel"], "Linux", "x86_64").is_here
    assert not runner_for(["macos-latest"], "Darwin", "x86_64").is_here


def test_the_note_says_why_a_job_does_not_run_here() -> None:
    assert runner_for(["windows-latest"], "Linux", "x86_64").note == (
        "it runs on Windows (windows-latest), and this machine is Linux"
    )
    assert "takes its place" in runner_for(["gpu"], "Linux", "x86_64").note


def test_labels_are_a_text_a_list_or_a_mapping() -> None:
    assert labels_of("ubuntu-latest") == ["ubuntu-latest"]
    assert labels_of(["self-hosted", "linux"]) == ["self-hosted", "linux"]
    assert labels_of({"group": "g", "labels": ["linux"]}) == ["linux"]
    assert labels_of(None) == []
