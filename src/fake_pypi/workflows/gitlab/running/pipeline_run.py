"""Run the jobs of a pipeline in order, with the results of the jobs before."""

from __future__ import annotations

from fake_pypi.workflows.gitlab.pipeline_plan import PlannedPipelineJob, place_of_when, selected_jobs
from fake_pypi.workflows.gitlab.running.job_instance import JobInstance, instances_of
from fake_pypi.workflows.gitlab.running.pipeline_job_runner import PipelineJobRunner
from fake_pypi.workflows.gitlab.running.pipeline_session import PipelineSession
from fake_pypi.workflows.running.run_report import JobReport

FAILED, SUCCEEDED, NOT_RUN = "failed", "success", "skipped"


class PipelineRun:
    """The run of a pipeline; `named` are the jobs that the user names, which may be manual ones."""

    def __init__(self, session: PipelineSession, named: tuple[str, ...] = ()) -> None:
        self.session = session
        self.named = named
        self.selected = selected_jobs(session.plan, named)
        self._results: dict[str, str] = {}
        self._blocking: dict[str, str] = {}
        self._number = 0

    def run(self) -> None:
        """Run the jobs, and add them to the report."""
        for planned in self.session.plan.in_order():
            if self.selected is None or planned.job.name in self.selected:
                self.run_job(planned)

    def run_job(self, planned: PlannedPipelineJob) -> None:
        """Run a job after those that it waits for, unless it has run, and add it to the report."""
        if planned.job.name in self._results:
            return
        for before in self.session.plan.before(planned):
            if self.selected is None or before.job.name in self.selected:
                self.run_job(before)
        reason = self._reason_to_skip(planned)
        if reason:
            self._skip(planned, reason)
        else:
            results = [self._run_instance(instance) for instance in instances_of(planned)]
            self._results[planned.job.name] = FAILED if FAILED in results else SUCCEEDED

    def _reason_to_skip(self, planned: PlannedPipelineJob) -> str:
        """Return why a job does not run, "" if it does."""
        if planned.presence == "unavailable":
            return f"it cannot be rehearsed: {planned.reason}"
        if planned.presence == "waits" and planned.job.name not in self.named:
            return f"it waits to be started by hand ({place_of_when(planned)}): run it with --job '{planned.job.name}'"
        jobs = self.session.plan.before(planned)
        before = [each.job.name for each in jobs if self.selected is None or each.job.name in self.selected]
        blocked = next((name for name in before if name in self._blocking), None)
        if blocked:
            return f"{blocked} {self._blocking[blocked]}"
        return self._reason_of_results(planned, before)

    def _reason_of_results(self, planned: PlannedPipelineJob, before: list[str]) -> str:
        """Return why the results of the jobs before keep a job from running, "" if they do not."""
        failed = next((name for name in before if self._results.get(name) == FAILED), None)
        if planned.when == "on_failure":
            return "" if failed else "no job before it failed (`when: on_failure`)"
        if planned.when == "always":
            return ""
        if failed:
            return f"{failed} failed"
        skipped = next((name for name in before if self._results.get(name) == NOT_RUN), None)
        return f"{skipped}, which it needs, did not run" if skipped and planned.needs is not None else ""

    def _skip(self, planned: PlannedPipelineJob, reason: str) -> None:
        job = planned.job
        report = JobReport(job.name, job.name, "skipped", reason)
        self.session.report.jobs.append(report)
        self.session.on_job(report)
        self._results[job.name] = NOT_RUN
        is_manual = planned.presence == "waits"
        if (
            planned.presence == "unavailable"
            or (is_manual and not planned.allow_failure)
            or job.name in self._blocked_by(planned)
        ):
            self._blocking[job.name] = "cannot be rehearsed" if not is_manual else "waits to be started by hand"
        if planned.presence == "unavailable":
            self.session.report.add_mistake(f"{job.place}: {job.name} cannot be rehearsed: {planned.reason}")

    def _blocked_by(self, planned: PlannedPipelineJob) -> set[str]:
        """Return the job itself if a job before it blocks the pipeline."""
        blocks = any(each.job.name in self._blocking for each in self.session.plan.before(planned))
        return {planned.job.name} if blocks else set()

    def _run_instance(self, instance: JobInstance) -> str:
        planned = instance.planned
        self._number += 1
        runner = PipelineJobRunner(self.session, instance, self._number, self._artifact_jobs(planned))
        report = runner.run()
        self.session.report.jobs.append(report)
        if report.result != "failure":
            return SUCCEEDED
        if planned.allow_failure or runner.exit_code in planned.job.allowed_exit_codes:
            self.session.report.add_warning(
                f"{instance.title} failed, and `allow_failure` hides that ({planned.job.place}): {report.reason}"
            )
            report.result = "success"
            return SUCCEEDED
        return FAILED

    def _artifact_jobs(self, planned: PlannedPipelineJob) -> list[str]:
        """Return the jobs whose artifacts a job gets."""
        names = [each.job.name for each in self.session.plan.before(planned)]
        if planned.needs is not None:
            names = [need.job for need in planned.needs if need.artifacts and need.job in names]
        if planned.job.dependencies is not None:
            names = [name for name in names if name in planned.job.dependencies]
        return names
