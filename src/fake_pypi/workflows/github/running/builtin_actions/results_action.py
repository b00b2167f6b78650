"""re-actors/alls-green: one job that fails unless the jobs that it needs have succeeded.

https://github.com/re-actors/alls-green
"""

from __future__ import annotations

import json

from fake_pypi.workflows.github.running.builtin_actions.action_call import ActionCall
from fake_pypi.workflows.github.running.running_job import ActionFailed


def judge_results(call: ActionCall) -> dict[str, str]:
    """Fail for a needed job that failed or was skipped, unless the inputs allow that."""
    try:
        jobs = json.loads(call.text("jobs"))
    except ValueError:
        raise ActionFailed("the input `jobs` is no JSON: write ${{ toJSON(needs) }}") from None
    failures, skips = _names(call, "allowed-failures"), _names(call, "allowed-skips")
    bad = []
    for name, job in jobs.items():
        result = job["result"]
        call.print(f"{name}: {result}")
        allowed = name in failures or (result == "skipped" and name in skips)
        if result != "success" and not allowed:
            bad.append(f"{name} ({result})")
    if bad:
        raise ActionFailed(f"not all jobs have succeeded: {', '.join(bad)}")
    return {}


def _names(call: ActionCall, name: str) -> list[str]:
    text = call.text(name)
    if text.startswith("["):
        return [str(each) for each in json.loads(text)]
    return [each.strip() for each in text.split(",") if each.strip()]
