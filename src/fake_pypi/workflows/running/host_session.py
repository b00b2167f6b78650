"""What all jobs of a run share on either host: the indexes, the repository, secrets, publishers, and the report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Generic

from fake_pypi.clients.passed_variables import is_ci_variable
from fake_pypi.workflows.running.log_secrets import LogSecrets
from fake_pypi.workflows.running.registered_publishers import Form
from fake_pypi.workflows.running.run_report import JobReport, WorkflowReport, WorkflowStepReport

if TYPE_CHECKING:
    from fake_pypi.clients.shell import Shell
    from fake_pypi.fake import FakeIndexes
    from fake_pypi.workflows.running.origin_repository import OriginRepository
    from fake_pypi.workflows.running.registered_publishers import RegisteredPublishers
    from fake_pypi.workflows.running.run_secrets import RunSecrets


@dataclass(kw_only=True)
class HostSession(Generic[Form]):
    """The shared parts of a run.

    `folder` is a temporary folder. `any_python` lets jobs have interpreters of other versions. `strict` lets commands
    run in a network that has only the indexes, `timeout` is the limit of a command in seconds. `on_job`, `on_start`
    and `on_step` are called when a job begins, and when a step begins and has ended.
    """

    indexes: FakeIndexes
    origin: OriginRepository
    folder: Path
    secrets: RunSecrets
    publishers: RegisteredPublishers[Form]
    log_secrets: LogSecrets
    report: WorkflowReport
    any_python: bool = False
    strict: bool = False
    timeout: float = 1800.0
    on_job: Callable[[JobReport], None] = field(default=lambda _job: None)
    on_start: Callable[[JobReport, str], None] = field(default=lambda _job, _title: None)
    on_step: Callable[[JobReport, WorkflowStepReport], None] = field(default=lambda _job, _step: None)

    def new_shell(self) -> Shell:
        """Open a shell with a home of its own, as each job has a machine of its own.

        It has no tokens, and no variables of the CI service, virtual environment or rehearsal around it.
        """
        shell = self.indexes.shell(credentials=False, strict=self.strict)
        shell.env["PYTHONIOENCODING"] = "utf-8"
        for name in [name for name in shell.env if is_ci_variable(name) or name.startswith("FAKE_PYPI_CONTROL")]:
            del shell.env[name]
        for name in ("VIRTUAL_ENV", "FAKE_PYPI_INDEXES"):
            shell.env.pop(name, None)
        return shell
