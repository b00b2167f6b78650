"""What is left to do on the real site."""

from __future__ import annotations

from dataclasses import replace

from fake_pypi.report.remaining_tasks import (
    name_task,
    publisher_entries,
    publisher_tasks,
    tasks_of_publishers,
    token_task,
)
from fake_pypi.report.report_content import FormEntry, PublisherReport
from tests.unit.report.sample import INDEX

FACTS = {"owner": "octo", "owner_id": "1", "repository": "demo", "workflow": "release.yml", "environment": "pypi"}


def test_the_entries_of_the_form_are_the_facts_of_the_publisher() -> None:
    assert publisher_entries("github", FACTS) == (
        FormEntry("Owner", "octo"),
        FormEntry("Repository name", "demo"),
        FormEntry("Workflow name", "release.yml"),
        FormEntry("Environment name", "pypi"),
    )


def test_a_field_without_a_value_is_left_empty() -> None:
    assert publisher_entries("github", {**FACTS, "environment": ""})[-1].value == "(leave empty)"


def test_a_self_managed_gitlab_has_an_issuer() -> None:
    facts = {"namespace": "group", "repository": "demo", "workflow": ".gitlab-ci.yml", "environment": ""}
    assert publisher_entries("gitlab", facts, "https://gitlab.com")[-1].label == "Environment name"
    assert publisher_entries("gitlab", facts, "https://git.example.com")[-1] == FormEntry(
        "Issuer", "https://git.example.com"
    )


def test_a_publisher_is_registered_and_its_environment_created() -> None:
    publisher = PublisherReport("github", ("demo",), publisher_entries("github", FACTS))
    register, environment = publisher_tasks("demo", publisher, site="PyPI", host="pypi.org")
    assert register.address == "https://pypi.org/manage/account/publishing/"
    assert register.entries[0] == FormEntry("PyPI Project Name", "demo")
    assert "https://pypi.org/manage/project/demo/settings/publishing/" in register.explanation
    assert environment.address == "https://github.com/octo/demo/settings/environments"


def test_a_publisher_without_environment_has_one_task() -> None:
    for facts in ({**FACTS, "environment": ""}, FACTS):
        kind = "github" if not facts["environment"] else "google"
        publisher = PublisherReport(kind, ("demo",), publisher_entries(kind, facts))
        assert len(publisher_tasks("demo", publisher, site="PyPI", host="pypi.org")) == 1


def test_the_tasks_for_the_publishers_of_indexes_come_once() -> None:
    [task] = tasks_of_publishers([INDEX, INDEX])
    assert task.title == "Register the GitHub publisher of demo on PyPI"


def test_an_index_that_was_not_used_has_no_tasks() -> None:
    assert tasks_of_publishers([replace(INDEX, request_count=0)]) == ()


def test_the_names_of_secrets_are_in_the_task_for_a_token() -> None:
    task = token_task("demo", site="PyPI", host="pypi.org", secrets=["PYPI_API_TOKEN"])
    assert task.entries[-1] == FormEntry("Store it as the secret", "PYPI_API_TOKEN")


def test_an_unknown_repository_has_no_address() -> None:
    facts = {**FACTS, "owner": "(the owner of the repository)"}
    publisher = PublisherReport("github", ("demo",), publisher_entries("github", facts))
    _, environment = publisher_tasks("demo", publisher, site="PyPI", host="pypi.org")
    assert environment.address == ""


def test_name_and_token_have_pages_of_the_real_site() -> None:
    assert name_task("demo", site="TestPyPI", host="test.pypi.org").address == "https://test.pypi.org/project/demo/"
    token = token_task("demo", site="PyPI", host="pypi.org")
    assert token.address == "https://pypi.org/manage/account/token/"
    assert token.entries[-1].value == "Project: demo"
