"""A shell that can also be a CI job, where there are no tokens but whoever publishes can ask for one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fake_pypi.clients.shell import Shell

CIJob = Callable[..., dict[str, str]]


class IndexShell(Shell):
    """The shell of a pair of indexes.

    >>> job = shell.github_actions(repository="octo/demo", workflow="release.yml")    # doctest: +SKIP
    >>> job.run("twine upload dist/*")    # doctest: +SKIP
    """

    _github_job: CIJob
    _gitlab_job: CIJob

    def with_jobs(self, github: CIJob, gitlab: CIJob) -> IndexShell:
        """Say who knows what a job looks like from inside; return the shell."""
        self._github_job, self._gitlab_job = github, gitlab
        return self

    def github_actions(self, *, secrets: Mapping[str, str] | None = None, **job: Any) -> Shell:
        """Open a shell whose commands run as in a GitHub Actions job, in a home without tokens.

        `repository` ("octo/demo"), `workflow` ("release.yml"), `environment` and `ref` ("refs/tags/v1.0.0")
        say which job; what is not said is that of the publisher registered last. `secrets` are variables that
        the workflow sets from its secrets, as {"TWINE_PASSWORD": token.secret}. Any other claim of the job's
        identity token may be given too.
        """
        return self._job(self._github_job(**job), secrets or {})

    def gitlab_ci(self, *, secrets: Mapping[str, str] | None = None, **job: Any) -> Shell:
        """Open a shell whose commands run as in a GitLab CI/CD job of a `project` ("group/demo"), at a `ref`."""
        return self._job(self._gitlab_job(**job), secrets or {})

    def _job(self, variables: Mapping[str, str], secrets: Mapping[str, str]) -> Shell:
        jobs = self.folders.directory / "jobs"
        number = len(list(jobs.iterdir())) if jobs.is_dir() else 0
        place = jobs / str(number)
        shell = Shell(self.wiring, directory=place, credentials=False, launcher=self.launcher)
        shell.env.update({**variables, **secrets})
        hidden = (value for name, value in variables.items() if "TOKEN" in name and "URL" not in name)
        shell.hide(*hidden, *secrets.values())
        return shell
