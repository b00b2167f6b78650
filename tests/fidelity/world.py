"""The world before a recorded case, built with the public interface of `fake_pypi` only.

In the recording, yanks and statuses were set in the database, so they left no journal entries; here neither.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from fake_pypi import FakePyPI

HOSTS = {
    "pypi": {"upload": "upload.pypi.org", "index": "pypi.org", "auth": "pypi.org"},
    "testpypi": {"upload": "test.pypi.org", "index": "test.pypi.org", "auth": "test.pypi.org"},
}
OFF_FROM_THE_START = ("disallow-gitlab-oidc", "disallow-activestate-oidc")
EMAIL_STATES = {"unverified-but-secondary-verified": "secondary-verified"}
GITHUB = "https://token.actions.githubusercontent.com"
ISSUERS = (GITHUB, "https://gitlab.com", "https://accounts.google.com")
RECORDED_LIMITS = {"per_address": 40, "per_user": 20, "window": 3600}
"""New projects, and the seconds in which they are counted, as in the recorded cases: the real server's defaults."""
SOMEBODY_ELSE = "https://other-ci.example"


class World:
    """One fresh index with the users alice and bob; `op` brings about what a case was given.

    >>> world = World()
    >>> world.op({"op": "project", "name": "demo", "owner": "alice", "role": "Owner"})
    >>> world.close()
    """

    def __init__(self, kind: str = "pypi") -> None:
        self.pypi = FakePyPI(kind)
        self._tokens: dict[str, str] = {}
        self.pypi.index.rate_limits.enforce(**RECORDED_LIMITS)
        for user in ("alice", "bob"):
            self.pypi.add_user(user)
        for flag in OFF_FROM_THE_START:
            self.pypi.flags.set(flag, True)

    def address(self, host: str) -> tuple[str, int]:
        """Where to connect for "upload", "index" and "auth": one loopback port answers for all."""
        return self.pypi.host, self.pypi.port

    def host(self, host: str) -> str:
        """The value of the ``Host`` header."""
        return HOSTS[self.pypi.site.name][host]

    def extra_headers(self, host: str, insecure: bool = False) -> list[tuple[str, str]]:
        """What a front server would add: requests count as https unless it says otherwise."""
        return [("X-Forwarded-Proto", "http")] if insecure else []

    def last_rule(self) -> str | None:
        """The id of the rule behind the latest answer, None if no rule rejected it."""
        rule: str | None = self.pypi.requests[-1].rule
        return rule

    def close(self) -> None:
        """Close the index."""
        self.pypi.close()

    def token(self, spec: dict[str, Any]) -> str:
        """The secret for an ``auth`` of kind "token", not yet tampered with; the same one for the same spec."""
        key = json.dumps(spec, sort_keys=True)
        if key not in self._tokens:
            self._tokens[key] = self._new_token(spec)
        return self._tokens[key]

    def _new_token(self, spec: dict[str, Any]) -> str:
        token = self.pypi.add_token(spec["user"], projects=spec.get("projects"))
        if caveats := spec.get("extra_caveats"):
            token = token.attenuated(*(self._caveat(*caveat) for caveat in caveats))
        forged: dict[str, Any] = {name: spec[name] for name in ("identifier", "location") if name in spec}
        if spec.get("unknown_id"):
            forged["identifier"] = "00000000-0000-4000-8000-000000000000"
        if spec.get("wrong_key"):
            forged["key"] = b"somebody else's"
        if spec.get("deleted"):
            self.pypi.revoke(token)
        return str((token.forged(**forged) if forged else token).secret)

    def jwt(self, spec: dict[str, Any]) -> str:
        """The id-token for a ``$jwt``: exactly the claims of the case, at the index's own time."""
        issuer = spec["issuer"]
        provider = self.pypi.identity_provider(issuer if issuer in ISSUERS else GITHUB)
        now = int(self.pypi.clock.now().timestamp())
        moments = {name: now + spec[name] for name in ("iat", "nbf", "exp") if spec.get(name) is not None}
        claims = {"iss": issuer, "aud": spec.get("audience"), **moments, **spec.get("claims", {})}
        signing: dict[str, Any] = {"algorithm": spec.get("alg", "RS256")}
        if spec.get("key") == "other":
            signing["key"] = self.pypi.identity_provider(SOMEBODY_ELSE).key
        if spec.get("key") == "unknown":
            signing["key_id"] = "unknown-kid"
        if "kid" in spec:
            signing["key_id"] = spec["kid"]
        said = {name: value for name, value in claims.items() if name in spec.get("claims", {}) or value is not None}
        return str(provider.token(said, defaults=False, **signing))

    def op(self, op: dict[str, Any]) -> None:
        """Do one OP; "uploaded" is none of them, it goes through HTTP."""
        facts = {name: value for name, value in op.items() if name != "op"}
        getattr(self, f"_{op['op']}")(**facts)

    def _caveat(self, kind: str, *values: Any) -> str:
        if kind == "raw":
            return str(values[0])
        if kind == "expires_in":
            now = int(self.pypi.clock.now().timestamp())
            return json.dumps([0, *(now + value for value in values)], separators=(",", ":"))
        return json.dumps([1, *values], separators=(",", ":"))

    # ------------------------------------------------------------------------------------------- accounts

    def _user_without_2fa(self, user: str) -> None:
        self.pypi.change_user(user, two_factor=False)

    def _user_security_key(self, user: str) -> None:
        self.pypi.change_user(user, two_factor=True)

    def _user_email(self, user: str, state: Any) -> None:
        self.pypi.change_user(user, email=EMAIL_STATES.get(state, state))

    def _user_disabled(self, user: str) -> None:
        self.pypi.change_user(user, state="disabled")

    def _user_frozen(self, user: str) -> None:
        self.pypi.change_user(user, state="frozen")

    # ------------------------------------------------------------------------------------------- the site

    def _flag(self, name: str, on: bool) -> None:
        self.pypi.flags.set(name, on)

    def _prohibited_name(self, name: str) -> None:
        self.pypi.prohibited_names.add(name)

    def _file_size_limit(self, bytes: int) -> None:
        self.pypi.limits.file_size = bytes

    def _project_file_size_limit(self, project: str, bytes: int) -> None:
        self.pypi.limits.for_project(project, file_size=bytes)

    def _project_total_size(self, project: str, bytes: int) -> None:
        self.pypi.limits.for_project(project, used=bytes)

    def _attestations_not_verified(self) -> None:
        self.pypi.verify_attestations = False

    # ------------------------------------------------------------------------------------------- projects

    def _project(self, name: str, owner: str, role: Any) -> None:
        self.pypi.add_project(name, owner=owner, role=role)

    def _project_deleted(self, project: str) -> None:
        self.pypi.delete(project)

    def _role_removed(self, project: str, user: str) -> None:
        self.pypi.remove_role(project, user)

    def _file_deleted(self, filename: str) -> None:
        self.pypi.delete(filename=filename)

    def _release_deleted(self, project: str, version: str) -> None:
        self.pypi.delete(project, version)

    def _release_age_days(self, project: str, version: str, days: float) -> None:
        self.pypi.backdate(project, version, days=days)

    def _release_yanked(self, project: str, version: str, reason: str) -> None:
        self.pypi.index.releases.yank(self.pypi.index.projects[project], version, reason, journal=False)

    def _release_status(self, project: str, version: str, status: Any) -> None:
        index = self.pypi.index
        index.releases.set_status(index.projects[project], version, status, journal=False)

    def _project_status(self, project: str, status: Any) -> None:
        self.pypi.index.projects.set_status(project, status, journal=False)

    def _organization(self, name: str, project: str, **facts: Any) -> None:
        self.pypi.add_organization(name, project=project, **facts)

    # ----------------------------------------------------------------------------------------- publishers

    def _trusted_publisher(self, project: str, issuer: str = "github", **facts: Any) -> None:
        add: dict[str, Callable[..., Any]] = {
            "github": self._add_github,
            "gitlab": self._add_gitlab,
            "google": self.pypi.add_google_publisher,
            "activestate": self.pypi.add_activestate_publisher,
        }
        if not facts.get("pending") and self.pypi.project(project) is None:
            self.pypi.add_project(project, owner="alice")  # a publisher needs a project; the record has none
        if issuer == "google":
            facts["subject"] = facts.pop("sub", "")
        add[issuer](project, **facts)

    def _pending_publisher(self, project: str, **facts: Any) -> None:
        self._trusted_publisher(project, pending=True, **facts)

    def _add_github(self, project: str, repo: str, **facts: Any) -> None:
        self.pypi.add_github_publisher(project, repository=repo, **facts)

    def _add_gitlab(self, project: str, owner: str, repo: str, **facts: Any) -> None:
        self.pypi.add_gitlab_publisher(project, namespace=owner, repository=repo, **facts)
