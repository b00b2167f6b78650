"""The claims of the identity tokens of a job, and tokens that are meant for another index.

https://docs.gitlab.com/ci/secrets/id_token_authentication/
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from fake_pypi.fake.ci_job import gitlab_claims

if TYPE_CHECKING:
    from fake_pypi.fake import FakePyPI
    from fake_pypi.web.recording.recorded_request import RejectedUpload
    from fake_pypi.workflows.gitlab.pipeline_plan import PipelinePlan

AUDIENCES = {"pypi": "pypi", "testpypi": "testpypi"}
"""The audience of an identity token for each index."""


def pipeline_claims(plan: PipelinePlan, sha: str, job_id: str, environment: str) -> dict[str, Any]:
    """Return the claims of the identity tokens of a job, without the audience."""
    event = plan.context.event
    claims = gitlab_claims(
        project=event.project, workflow=plan.pipeline.file, environment=environment, ref=event.ref, sha=sha
    )
    kind = "tag" if event.tag else "branch"
    claims |= {
        "ref": event.ref_name,
        "sub": f"project_path:{event.project}:ref_type:{kind}:ref:{event.ref_name}",
        "pipeline_source": event.source,
        "pipeline_id": "1",
        "job_id": job_id,
        "ref_protected": event.variables()["CI_COMMIT_REF_PROTECTED"],
    }
    if environment:
        claims |= {"environment_protected": "false", "deployment_tier": "production", "environment_action": "start"}
    return claims


def audience_mistake(index: FakePyPI, rejection: RejectedUpload, variables: Mapping[str, str]) -> str:
    """Return which identity token has an audience that the index does not accept, "" if that is not the mistake."""
    wanted = AUDIENCES.get(index.site.name, index.site.name)
    wrong = [
        f"{name} has the audience {shown}" for name, shown in _audiences(variables) if wanted not in shown.split(", ")
    ]
    if not wrong or "publisher" in rejection.rule:
        return ""
    return f"\n{index.site.title} accepts the audience {wanted}: {'; '.join(wrong)}"


def _audiences(variables: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    for name, value in variables.items():
        if re.fullmatch(r"eyJ[\w-]+\.eyJ[\w-]+\.[\w-]*", value):
            payload = value.split(".")[1]
            claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
            audience = claims.get("aud")
            yield name, ", ".join(audience) if isinstance(audience, list) else str(audience)
