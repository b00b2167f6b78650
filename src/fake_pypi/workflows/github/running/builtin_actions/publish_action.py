"""pypa/gh-action-pypi-publish: check the files, authenticate, sign them, and upload them with twine.

https://github.com/pypa/gh-action-pypi-publish
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from fake_pypi.packages.wheelhouse_packages import parse_filename
from fake_pypi.workflows.github.running.builtin_actions.action_call import ActionCall
from fake_pypi.workflows.github.running.builtin_actions.token_exchange_client import exchange_identity
from fake_pypi.workflows.github.running.running_job import ActionFailed

if TYPE_CHECKING:
    from fake_pypi.fake import FakePyPI

DEFAULT_URL = "https://upload.pypi.org/legacy/"
OLD_SPELLINGS = ("repository_url", "packages_dir", "verify_metadata", "skip_existing", "print_hash")
WITHOUT_ATTESTATIONS = (1, 11)
"""The first version that signs by default."""

INPUTS = """
    user password repository-url packages-dir verify-metadata skip-existing verbose print-hash attestations
    repository_url packages_dir verify_metadata skip_existing print_hash
"""


def publish(call: ActionCall) -> dict[str, str]:
    """Upload the files of `packages-dir`; without a password, with the identity of the job."""
    for old in OLD_SPELLINGS:
        if old in call.inputs:
            call.print(f"warning: the input {old} is deprecated: use {old.replace('_', '-')}")
    call.check_inputs(INPUTS)
    if call.version == "master":
        call.warn(f"{call.action}@master is not updated any more: use @release/v1")
    url = call.text("repository-url", "repository_url", default=DEFAULT_URL)
    folder_name = call.text("packages-dir", "packages_dir", default="dist").rstrip("/")
    folder = call.path(folder_name)
    index = call.job.session.index_at(url)
    if index is None:
        raise ActionFailed(f"{url} is neither PyPI nor TestPyPI, so nothing was uploaded; other indexes are not here")
    files = sorted([*folder.glob("*.tar.gz"), *folder.glob("*.whl")]) if folder.is_dir() else []
    if not files:
        raise ActionFailed(_nothing_to_publish(call, folder, folder_name))
    user, password = call.text("user", default="__token__"), call.text("password")
    trusted = user == "__token__" and not password
    if trusted:
        names = [parsed[0] for file in files if (parsed := parse_filename(file.name))]
        call.job.session.publishers.add_projects(names, call.job.claims)
        password = _trusted_token(call, index)
    elif user == "__token__" and not password.startswith("pypi-"):
        call.print("warning: the password does not begin with pypi-, as API tokens do")
    _check_and_upload(call, files, folder_name, url, (user, password), trusted=trusted)
    return {}


def _check_and_upload(
    call: ActionCall, files: list[Path], folder_name: str, url: str, credentials: tuple[str, str], *, trusted: bool
) -> None:
    twine = [sys.executable, "-m", "twine"]
    if call.flag("verify-metadata", "verify_metadata", default=True):
        call.run(
            [*twine, "check", *_relative(call, files)], cwd=call.job.workspace, shown=f"twine check {folder_name}/*"
        )
    arguments = ["--non-interactive", "--disable-progress-bar", "--config-file", os.devnull]
    if _signs(call, trusted=trusted):
        _sign(call, files)
        arguments.append("--attestations")
    if call.flag("skip-existing", "skip_existing"):
        arguments.append("--skip-existing")
    verbose = call.flag("verbose")
    if verbose:
        arguments.append("--verbose")
    if verbose or call.flag("print-hash", "print_hash"):
        _print_hashes(call, files)
    everything = sorted(path for path in call.path(folder_name).iterdir() if path.is_file())
    call.run(
        [*twine, "upload", *arguments, *_relative(call, everything)],
        cwd=call.job.workspace,
        variables={
            "TWINE_USERNAME": credentials[0],
            "TWINE_PASSWORD": credentials[1],
            "TWINE_REPOSITORY_URL": url,
        },
        shown=" ".join(["twine upload", *arguments[4:], f"{folder_name}/*"]),
    )


def _relative(call: ActionCall, files: list[Path]) -> list[str]:
    root = call.job.workspace
    return [str(file.relative_to(root)) if file.is_relative_to(root) else str(file) for file in files]


def _nothing_to_publish(call: ActionCall, folder: Path, name: str) -> str:
    workspace = call.job.workspace
    built = sorted(
        path.relative_to(workspace).as_posix()
        for pattern in ("**/*.whl", "**/*.tar.gz")
        for path in workspace.glob(pattern)
        if path.is_file()
    )
    if built:
        listed = ", ".join(built[:4])
        parents = sorted({path.rpartition("/")[0] or "." for path in built})
        hint = f"packages-dir: {parents[0]}" if len(parents) == 1 else "merge-multiple: true in download-artifact"
        return f"there is no wheel and no sdist in {name}/; they are elsewhere ({listed}): use `{hint}`"
    stored = sorted(path.name for path in call.job.session.artifacts.iterdir())
    where = (
        f"the artifacts of this run are {', '.join(stored)}: download them with actions/download-artifact"
        if stored
        else ("no artifact was uploaded in this run: build in this job, or download what another job has built")
    )
    return f"there is no wheel and no sdist in {name}/{'' if folder.is_dir() else ', which does not exist'}; {where}"


def _trusted_token(call: ActionCall, index: FakePyPI) -> str:
    claims = call.job.claims
    if claims is None:
        raise ActionFailed(
            "this job has no identity token, which trusted publishing needs, and no password: add `permissions: "
            "id-token: write` to the job, or check the name of the secret in `password`"
        )
    minted = exchange_identity(index, claims)
    if not minted.token:
        raise ActionFailed(f"{index.site.title} did not exchange the identity token: {'; '.join(minted.reasons)}")
    call.job.session.log_secrets.add_mask(minted.token)
    call.print(f"{index.site.title} exchanged the identity token of this job for an API token")
    return minted.token


def _signs(call: ActionCall, *, trusted: bool) -> bool:
    number = tuple(int(part) for part in call.version.lstrip("v").split(".") if part.isdigit())
    by_default = len(number) < 2 or number >= WITHOUT_ATTESTATIONS
    if not call.flag("attestations", default=by_default):
        return False
    if not trusted:
        if call.text("attestations"):
            call.print("warning: attestations need trusted publishing; with a password none are made")
        return False
    return True


def _sign(call: ActionCall, files: list[Path]) -> None:
    authority = call.job.session.authority
    for file in files:
        target = file.with_name(f"{file.name}.publish.attestation")
        if target.exists():
            raise ActionFailed(
                f"{file.name} already has a publish attestation: an earlier step of this job made it. Publish to "
                "TestPyPI and PyPI in two jobs, or set `attestations: false` for one of them"
            )
        target.write_text(json.dumps(authority.sign(file, call.job.claims or {})), encoding="utf-8")
    call.note("attestations are signed by an authority of this rehearsal, which no real index trusts, not by Sigstore")


def _print_hashes(call: ActionCall, files: list[Path]) -> None:
    for file in files:
        data = file.read_bytes()
        call.print(file.name)
        for name, digest in (
            ("SHA256", hashlib.sha256(data)),
            ("MD5", hashlib.md5(data, usedforsecurity=False)),
            ("BLAKE2-256", hashlib.blake2b(data, digest_size=32)),
        ):
            call.print(f"  {name}: {digest.hexdigest()}")
