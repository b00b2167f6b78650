"""Find the CI jobs of a project that publish it, for the list of what is left to do on the real site.

The files are read line by line: jobs and their keys in block style, as nearly every workflow has them. A value that is
an expression, or is written in another style, is unknown, and is not guessed.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

PUBLISHES = re.compile(
    r"pypa/gh-action-pypi-publish@|\b(?:uv|hatch|flit|poetry|pdm|maturin)\s+publish\b|\bmaturin\s+upload\b|\btwine\s+upload\b"
)
IDENTITY = re.compile(
    r"(?:^|[{,])\s*id-token:\s*['\"]?write\b|^\s*permissions:\s*['\"]?write-all\b|^\s*id_tokens:", re.MULTILINE
)
SECRET = re.compile(r"\$\{\{\s*secrets\.(?!GITHUB_TOKEN\b)(\w+)")
TESTPYPI = re.compile(r"test\.pypi\.org|--repository[ =]testpypi|-r testpypi|--index[ =]testpypi")
KEY = re.compile(r"^(?P<indent> *)(?P<name>[A-Za-z_][\w. -]*?):(?:\s+(?P<value>.*?))?\s*(?:\s#.*)?$")
SCP_ADDRESS = re.compile(r"(?:[^@/]+@)?(?P<host>[^:/]+):(?!//)(?P<path>.+)")
GIT_SECONDS = 10.0
NOT_JOBS = frozenset(
    {
        "stages",
        "variables",
        "default",
        "workflow",
        "include",
        "image",
        "services",
        "cache",
        "before_script",
        "after_script",
    }
)
"""Keys of .gitlab-ci.yml that are no jobs."""


@dataclass(frozen=True)
class PublishingJob:
    """A CI job that uploads to PyPI or TestPyPI.

    `ci` is "github" or "gitlab", `file` the name of the workflow as the form for publishers wants it. `environment` is
    None if it is not known, "" if the job has none. `has_identity`: whether it can publish without a token. `secrets`
    are the names of the secrets that it uses.
    """

    ci: str
    file: str
    job: str
    environment: str | None
    has_identity: bool
    is_for_testpypi: bool
    secrets: tuple[str, ...] = ()


@dataclass(frozen=True)
class Repository:
    """A repository on a host such as github.com. `owner` may be nested on GitLab: "group/subgroup"."""

    host: str
    owner: str
    name: str


def publishing_jobs(root: Path) -> list[PublishingJob]:
    """Return the jobs that publish, in the workflows of a project's repository; the project may be a folder of it."""
    folder = next((parent for parent in (root, *root.parents) if (parent / ".git").exists()), root)
    jobs: list[PublishingJob] = []
    for file in sorted((folder / ".github" / "workflows").glob("*.y*ml")):
        jobs += _jobs_in(file, "github")
    if (folder / ".gitlab-ci.yml").is_file():
        jobs += _jobs_in(folder / ".gitlab-ci.yml", "gitlab")
    return jobs


def _jobs_in(file: Path, ci: str) -> Iterator[PublishingJob]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return
    lines = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
    top = _children(lines)
    jobs = _children(top.get("jobs", [])) if ci == "github" else {k: v for k, v in top.items() if k not in NOT_JOBS}
    for job, body in jobs.items():
        text = "\n".join(body)
        if not PUBLISHES.search(text):
            continue
        permissions = text if "permissions:" in text or ci == "gitlab" else "\n".join(_without(lines, "jobs"))
        yield PublishingJob(
            ci=ci,
            file=file.name,
            job=job,
            environment=_environment(body),
            has_identity=IDENTITY.search(permissions) is not None,
            is_for_testpypi=TESTPYPI.search(text) is not None,
            secrets=tuple(dict.fromkeys(SECRET.findall(text))),
        )


def _children(lines: list[str]) -> dict[str, list[str]]:
    """Return the keys on the first level of a block, each with the lines below it and its own value."""
    indent = min((len(line) - len(line.lstrip()) for line in lines), default=0)
    children: dict[str, list[str]] = {}
    current: list[str] = []
    for line in lines:
        key = KEY.match(line)
        if key and len(key["indent"]) == indent:
            current = children.setdefault(key["name"], [])
            if key["value"]:
                current.append(" " * (indent + 2) + key["value"])
        else:
            current.append(line)
    return children


def _without(lines: list[str], name: str) -> list[str]:
    """Return the lines of all keys of the first level but one."""
    return [f"{key}: {' '.join(body)}\n" + "\n".join(body) for key, body in _children(lines).items() if key != name]


def _environment(body: list[str]) -> str | None:
    """Return the name of a job's environment, "" if it has none, None if it is not known."""
    keys = _children(body)
    if "environment" not in keys:
        return ""
    value = keys["environment"]
    children = _children(value)
    texts = children.get("name", []) if children else value
    name = texts[0].strip().strip("'\"") if len(texts) == 1 else ""
    return name if name and not re.search(r"[${}\[\]*&|>]", name) else None


def repository_of(root: Path, environ: Mapping[str, str], project_urls: Iterable[str] = ()) -> Repository | None:
    """Return the repository of the CI job, of the remote `origin`, or of an address in the metadata; or None."""
    if environ.get("GITHUB_ACTIONS") == "true" and environ.get("GITHUB_REPOSITORY"):
        return repository_at(f"https://github.com/{environ['GITHUB_REPOSITORY']}")
    addresses = [_origin(root), *project_urls]
    repositories = [repository for address in addresses if (repository := repository_at(address)) is not None]
    return next((repository for repository in repositories if repository.host in {"github.com", "gitlab.com"}), None)


def repository_at(address: str) -> Repository | None:
    """Return the repository at an address; None if it is none.

    >>> repository_at("git@github.com:octo/demo.git")
    Repository(host='github.com', owner='octo', name='demo')
    """
    scp = SCP_ADDRESS.fullmatch(address)
    try:
        parts = urlsplit(f"ssh://{scp['host']}/{scp['path']}" if scp else address)
    except ValueError:
        return None
    path = parts.path.strip("/").removesuffix(".git").split("/")
    if parts.hostname == "github.com":
        path = path[:2]  # the address may be that of a page, such as the issues
    if "-" in path:  # gitlab.com/group/demo/-/issues
        path = path[: path.index("-")]
    *owner, name = path
    if not parts.hostname or not name or not owner or not all(owner):
        return None
    return Repository(parts.hostname, "/".join(owner), name)


def _origin(root: Path) -> str:
    command = ["git", "config", "--get", "remote.origin.url"]
    try:
        result = subprocess.run(
            command, cwd=root, capture_output=True, check=False, timeout=GIT_SECONDS, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return result.stdout.decode("utf-8", "replace").strip()
