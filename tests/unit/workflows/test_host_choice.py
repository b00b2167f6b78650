from __future__ import annotations

from pathlib import Path

import pytest

from fake_pypi.errors import UsageError
from fake_pypi.workflows.host_choice import WrittenOptions, open_host_rehearsal


def test_the_name_of_the_file_chooses_the_host(tmp_path: Path) -> None:
    file = tmp_path / ".github" / "workflows" / "release.yml"
    file.parent.mkdir(parents=True)
    file.write_text("on: push\njobs: {a: {runs-on: ubuntu-latest, steps: [{run: x}]}}\n", encoding="utf-8")

    with open_host_rehearsal(file, WrittenOptions(secrets=["A=b", "C"]), repository="octo/demo") as rehearsal:
        assert rehearsal.job_names == ["a"]
        assert rehearsal.noun == "workflow"


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (WrittenOptions(inputs=["x"]), "the input 'x' has no value"),
        (WrittenOptions(variables=["x"]), "the variable 'x' has no value"),
        (WrittenOptions(inputs=["a=b"]), "inputs are for workflows of GitHub"),
        (WrittenOptions(activity="published"), "activity types are for workflows of GitHub"),
        (WrittenOptions(publishers=["demo"]), "'demo' is no publisher"),
    ],
)
def test_wrong_options_are_refused(written: WrittenOptions, message: str, tmp_path: Path) -> None:
    file = tmp_path / ".gitlab-ci.yml"
    file.write_text("job: {script: x}\n", encoding="utf-8")

    with pytest.raises(UsageError, match=message):
        open_host_rehearsal(file, written)
