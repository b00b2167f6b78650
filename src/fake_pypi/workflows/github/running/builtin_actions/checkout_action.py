"""actions/checkout: clone the repository of the run into the workspace.

https://github.com/actions/checkout
"""

from __future__ import annotations

from pathlib import Path

from fake_pypi.workflows.github.running.builtin_actions.action_call import ActionCall
from fake_pypi.workflows.github.running.running_job import ActionFailed


def checkout(call: ActionCall) -> dict[str, str]:
    """Fetch the ref as the action does: one commit and no tags, unless `fetch-depth` or `fetch-tags` say otherwise."""
    session, origin = call.job.session, call.job.session.origin
    repository = call.text("repository", default=session.repository)
    if repository.lower() != session.repository.lower():
        raise ActionFailed(f"the repository {repository} is not on this machine, so it is not checked out")
    wanted = call.text("ref", default=str(session.github["ref"]))
    folder = call.path(call.text("path", default="."))
    folder.mkdir(parents=True, exist_ok=True)
    depth = _depth(call)
    public = f"https://github.com/{session.repository}"
    _git(call, folder, "-c", "init.defaultBranch=main", "init", "--quiet", ".")
    _git(call, folder, "config", "remote.origin.url", public)
    _git(call, folder, "config", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*")
    # A later `git fetch` or `git push` of the job reaches the copy, never GitHub.
    _git(call, folder, "config", f"url.{origin.url}.insteadOf", public)
    commit, fetched, branch = _target(call, wanted)
    tags = "--tags" if call.flag("fetch-tags") or depth == 0 else "--no-tags"
    fetch = ["fetch", "--quiet", "--force"]
    if depth == 0:
        every = ["+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"]
        _git(call, folder, *fetch, "--no-tags", "origin", *every)
        if not fetched.startswith("refs/tags/"):
            _git(call, folder, "update-ref", fetched, commit)
    else:
        if tags == "--tags":
            _git(call, folder, *fetch, f"--depth={depth}", "origin", "+refs/tags/*:refs/tags/*")
        _git(call, folder, *fetch, "--no-tags", f"--depth={depth}", "origin", f"+{commit}:{fetched}")
    where = ["-B", branch, fetched] if branch else [fetched]
    _git(call, folder, "checkout", "--quiet", "--force", *where)
    amount = "one commit" if depth == 1 else f"{depth} commits" if depth else "all commits"
    call.print(f"{session.repository} at {wanted} ({commit[:12]}), {amount}, {_tags_text(tags, fetched)}")
    if call.text("submodules", default="false").lower() != "false":
        call.note("submodules are not checked out: their repositories are not on this machine")
    session.report.notes.extend(note for note in origin.notes if note not in session.report.notes)
    return {"ref": wanted, "commit": commit}


def _git(call: ActionCall, folder: Path, *arguments: str) -> None:
    command = ["git", *arguments]
    outcome = call.job.run(command, variables=call.variables, cwd=folder, timeout=call.timeout)
    if outcome.exit_code:
        raise ActionFailed(f"`{' '.join(command)}` failed: {outcome.output.strip()}")


def _tags_text(option: str, fetched: str) -> str:
    if option == "--tags":
        return "all tags"
    return "no other tags" if fetched.startswith("refs/tags/") else "no tags"


def _depth(call: ActionCall) -> int:
    text = call.text("fetch-depth", default="1")
    if not text.isdigit():
        raise ActionFailed(f"fetch-depth is {text!r}, which is no number")
    return int(text)


def _target(call: ActionCall, wanted: str) -> tuple[str, str, str]:
    """Return the commit of a ref, the ref that it gets in the clone, and the local branch ("" for none)."""
    github, origin = call.job.session.github, call.job.session.origin
    if wanted == github["ref"]:
        commit, name = origin.sha, wanted
    else:
        candidates = [f"refs/heads/{wanted}", f"refs/tags/{wanted}", wanted]
        listed = call.job.run(
            ["git", "ls-remote", origin.url, *candidates], variables=call.variables, cwd=call.job.workspace
        ).output
        refs = {name: commit for commit, _, name in (line.partition("\t") for line in listed.splitlines())}
        name = next((candidate for candidate in candidates if candidate in refs), "")
        commit = refs.get(name, wanted)
        if not name and not (len(wanted) == len(origin.sha) and set(wanted) <= set("0123456789abcdef")):
            raise ActionFailed(f"there is no branch and no tag {wanted!r} in the repository")
    if name.startswith("refs/heads/"):
        branch = name.removeprefix("refs/heads/")
        return commit, f"refs/remotes/origin/{branch}", branch
    if name.startswith("refs/pull/"):
        return commit, f"refs/remotes/{name.removeprefix('refs/')}", ""
    return commit, name or f"refs/remotes/origin/{commit}", ""
