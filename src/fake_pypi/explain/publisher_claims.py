"""Read the claims of an identity token in the output of a tool, and say which publisher to register for them.

twine, uv and the publishing action print the claims below `invalid-publisher`. PyPI compares them with the
publishers of the project: https://docs.pypi.org/trusted-publishers/troubleshooting/
"""

from __future__ import annotations

import re
from collections.abc import Mapping

CLAIMS = (
    "repository",
    "repository_owner",
    "job_workflow_ref",
    "workflow_ref",
    "environment",
    "project_path",
    "ci_config_ref_uri",
    "email",
    "sub",
    "organization",
    "project",
    "actor",
)
CLAIM = re.compile(
    rf"""(?<![\w.-])["'`]?(?P<name>{"|".join(CLAIMS)})["'`]?\s*[:=]\s*
    (?:Some\(\s*)?(?:"(?P<quoted>[^"\n]*)"|`(?P<code>[^`\n]*)`|(?P<plain>[^\s"'`,{{}}]+))""",
    re.VERBOSE,
)
ABSENT = frozenset({"", "MISSING", "None", "null", "Some("})
SUBJECT_CHANGED = re.compile(r"Check\s+failed\s+for\s+required\s+claim\s+'sub'")
CLAIMS_BEGIN = re.compile(r"claims?\b|\binvalid-(?:pending-)?publisher|\"sub\"", re.IGNORECASE)


def printed_claims(text: str) -> dict[str, str]:
    """Return the claims in an output by name, without those that the tool reports as missing.

    >>> printed_claims('* `repository`: `jane/demo`')
    {'repository': 'jane/demo'}
    """
    begin = CLAIMS_BEGIN.search(text)
    claims: dict[str, str] = {}
    for match in CLAIM.finditer(text, begin.start() if begin else 0):
        value = next((value for value in match.group("quoted", "code", "plain") if value is not None), "")
        if value not in ABSENT:
            claims.setdefault(match["name"], value)
    return claims


def registration(text: str) -> str:
    """Return which publisher to register on PyPI for the claims in an output; "" if it has none."""
    claims = printed_claims(text)
    fields = _github(claims) or _gitlab(claims) or _google(claims) or _activestate(claims)
    if not fields:
        return ""
    site = "test.pypi.org" if "test.pypi.org" in text else "pypi.org"
    listed = "; ".join(f"{name}: {value}" for name, value in fields.items())
    pages = (
        f"https://{site}/manage/project/NAME/settings/publishing/; for a new project: https://{site}/manage/account/"
    )
    values = f"The identity token has these values, so exactly these must be registered: {listed}."
    pages_text = f"For an existing project: {pages}publishing/."
    return " ".join([values, pages_text, *_remarks(claims, text)])


def _github(claims: Mapping[str, str]) -> dict[str, str]:
    owner, _, name = claims.get("repository", "").partition("/")
    if not name or "/" in name:
        return {}
    workflow = claims.get("job_workflow_ref") or claims.get("workflow_ref", "")
    return {
        "publisher": "GitHub",
        "owner": owner,
        "repository": name,
        "workflow": _workflow_file(workflow) or "(not printed; the name of the file in .github/workflows)",
        "environment": _environment(claims),
    }


def _gitlab(claims: Mapping[str, str]) -> dict[str, str]:
    path = claims.get("project_path") or _path_in_subject(claims.get("sub", ""))
    namespace, _, name = path.rpartition("/")
    if not namespace:
        return {}
    pipeline = claims.get("ci_config_ref_uri", "").partition("//")[2].partition("@")[0]
    return {
        "publisher": "GitLab",
        "namespace": namespace,
        "project": name,
        "top-level pipeline file": pipeline or "(not printed; usually .gitlab-ci.yml)",
        "environment": _environment(claims),
    }


def _google(claims: Mapping[str, str]) -> dict[str, str]:
    if "email" not in claims:
        return {}
    subject = claims.get("sub") or "(leave empty)"
    return {"publisher": "Google", "email": claims["email"], "subject": subject}


def _activestate(claims: Mapping[str, str]) -> dict[str, str]:
    if not {"organization", "project", "actor"} <= claims.keys():
        return {}
    names = {"organization": claims["organization"], "project": claims["project"], "actor": claims["actor"]}
    return {"publisher": "ActiveState", **names}


def _environment(claims: Mapping[str, str]) -> str:
    in_subject = re.search(r":environment:(.+)$", claims.get("sub", ""))
    return claims.get("environment") or (in_subject[1] if in_subject else "(leave empty: the job has none)")


def _workflow_file(reference: str) -> str:
    """Return `release.yml` of `owner/name/.github/workflows/release.yml@refs/tags/v1`."""
    return reference.partition("@")[0].rpartition("/")[2]


def _path_in_subject(subject: str) -> str:
    match = re.match(r"project_path:([^:]+)", subject)
    return match[1] if match else ""


def _remarks(claims: Mapping[str, str], text: str) -> list[str]:
    remarks = []
    workflow = claims.get("job_workflow_ref", "")
    repository = f"{claims.get('repository', '')}/".lower()
    if workflow and not workflow.lower().startswith(repository):
        remarks.append(
            "The upload runs in a reusable workflow of another repository, which PyPI does not support: upload in a "
            "workflow of this repository."
        )
    elif claims.get("workflow_ref") and _workflow_file(claims["workflow_ref"]) != _workflow_file(workflow or "/"):
        caller = _workflow_file(claims["workflow_ref"])
        if workflow:
            remarks.append(f"{caller} calls that workflow; register the file that uploads, not the one that calls it.")
    if SUBJECT_CHANGED.search(text) and not claims.get("sub", "repo:").startswith("repo:"):
        remarks.append(
            "The publisher is registered, but GitHub's subject claim is customized (it does not begin with `repo:`), "
            "and PyPI rejects that: restore the default with `gh api -X PUT "
            "repos/OWNER/REPO/actions/oidc/customization/sub -F use_default=true`, and ask the organization's owners "
            "if it is set there."
        )
    return remarks
