"""Take the recorded steps through the forms of an index."""

from __future__ import annotations

import json
import re
import uuid
from base64 import b32decode
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fake_pypi.index.managed_projects import role_id
from fake_pypi.index.projects import ProjectRow
from fake_pypi.index.second_factors import totp_code
from fake_pypi.operations import deletion, projects, releases
from fake_pypi.operations.actor import ADMINISTRATOR
from fake_pypi.operations.seeding import seed
from fake_pypi.packages.package import Package
from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel
from fake_pypi.sites import SITES
from fake_pypi.web.instance import Instance
from fake_pypi.web.site.search import SEARCHES
from tests.fidelity.site.comparing import differences
from tests.fidelity.site.reading import ReadPage
from tests.integration.asking import upload
from tests.integration.web.site.visiting import PASSWORD, SiteVisitor, Visited

RECORDING = Path(__file__).parent.parent / "recorded" / "extra" / "site.json"
PLACEHOLDER = re.compile(r"\{(\w+)(?::([^}]*))?\}")
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SIGNED = re.compile(
    r"(?<=token=)[\w.-]+|(?<=token%3D)[\w.-]+"
    r"|(?<=^/account/two-factor/\?)[\w.-]+|(?<=^/account/recovery-code/\?)[\w.-]+|^[\w.-]{80,}$"
)
RECOVERY_CODE = re.compile("[0-9a-f]{16}")
FLASHES = "/_includes/unauthed/flash-messages/"
NAME = "walk-71391"
"""The project that the recording calls NAME."""
SUMMARY = "A tiny test project"
HERE = "127.0.0.1"


def recorded_walks() -> dict[str, dict[str, Any]]:
    """Return the recorded walks by name; each starts with an index of its own."""
    walks: list[dict[str, Any]] = json.loads(RECORDING.read_text("utf-8"))
    return {walk["walk"]: walk for walk in walks}


def prepared(site: str = "pypi", *, without: str = "") -> Instance:
    """Return an index with the users and projects of the recording, except the project `without`."""
    instance = Instance(SITES[site])
    index = instance.index
    names = {"alice": "Alice A.", "bob": "Bob"}
    users = {name: index.accounts.add(name, full_name=full, two_factor=True) for name, full in names.items()}
    users["carol"] = index.accounts.add("carol", full_name="Carol", email="unverified")
    for user in users.values():
        index.passwords.set(user.id, PASSWORD)
        index.devices.confirm(user.id, HERE)
        index.second_factors.use_recovery_code(user.id, index.second_factors.generate_recovery_codes(user.id)[0])
    index.prohibited_user_names.add("prohibited-name")
    index.prohibited_names.add("prohibited-project")
    packages: dict[str, tuple[Package, ...]] = {
        "alice": (
            wheel("alpha-pkg", "1.0", summary=SUMMARY),
            wheel("beta-pkg", "1.0", summary=SUMMARY),
            wheel("delta", "1.0a1", summary=SUMMARY),
            wheel("delta", "1.0b1", summary=SUMMARY),
            wheel(NAME, "1.0", summary=SUMMARY),
            sdist(NAME, "1.0", summary=SUMMARY),
            wheel(NAME, "1.1", summary=SUMMARY),
            wheel(NAME, "2.0rc1", summary=SUMMARY),
        ),
        "bob": (wheel("bobs-pkg", "1.0", summary=SUMMARY),),
    }
    for name, owned in packages.items():
        for package in owned:
            if without and package.filename.startswith(without.replace("-", "_")):
                continue
            index.clock.advance(seconds=1)
            seed(index, ADMINISTRATOR, package, users[name], files=instance)
    return instance


@dataclass
class Walk:
    """A walk through an index. `user` is the present one, `codes` and `token` are what a page has shown once."""

    instance: Instance
    user: str = "alice"
    second_step: str = ""
    browsers: dict[str, SiteVisitor] = field(default_factory=dict)
    codes: list[str] = field(default_factory=list)
    token: str = ""

    @property
    def browser(self) -> SiteVisitor:
        """The browser of the present user. Who has an account is logged in."""
        if self.user not in self.browsers:
            self.new_browser(self.user)
            if self.instance.index.accounts.get(self.user) is not None:
                self.log_in(self.user)
        return self.browsers[self.user]

    def take(self, step: dict[str, Any]) -> list[str]:
        """Take a step; return the differences from the recording."""
        return differences(step, self.after(step))

    def after(self, step: dict[str, Any]) -> dict[str, Any]:
        """Take a step, after what happens before it; return what the index shows."""
        self.user = step.get("by", self.user)
        for name, *arguments in step.get("before", ()):
            getattr(self, name)(*arguments)
        return self.seen(self._visit(step), with_flashes="flash" in step)

    def _visit(self, step: dict[str, Any]) -> Visited:
        path, browser = self.resolved(step["path"]), self.browser
        usual_host, browser.host = browser.host, step.get("host", browser.host)
        headers = {"HTTP_REFERER": f"https://{browser.host}{step['referer']}"} if "referer" in step else {}
        if "referer_url" in step:
            headers = {"HTTP_REFERER": step["referer_url"], "HTTP_ORIGIN": ""}
        if step["method"] == "GET":
            visited = browser.get(path)
        else:
            fields = step["fields"]
            pairs = fields.items() if isinstance(fields, dict) else fields
            visited = browser.post(path, [(name, self.resolved(value)) for name, value in pairs], **headers)
        browser.host = usual_host
        shown = list(ReadPage(visited.body).main.all("code"))
        self.codes = [node.text for node in shown if RECOVERY_CODE.fullmatch(node.text)] or self.codes
        self.token = next((node.text for node in shown if node.attributes.get("id") == "provisioned-key"), self.token)
        return visited

    def seen(self, visited: Visited, *, with_flashes: bool) -> dict[str, Any]:
        """Return the parts of an answer, with the placeholders of the recording for what differs in each index."""
        page = ReadPage(visited.body)
        later = ReadPage(self.browser.get(FLASHES).body).flashes if with_flashes else []
        return {
            "status": visited.status,
            "location": same(visited.location),
            "title": same(page.title),
            "text": same(page.body_text),
            "errors": same(page.errors),
            "flash": same(page.flashes + later),
            "headings": same(page.headings),
            "tabs": same(page.links),
            "tables": same(page.tables),
            "forms": same(page.forms),
            "dialogs": same(page.dialog_parts),
            "project": page.project,
        }

    # ------------------------------------------------------------------------------- what happens before a step

    def new_browser(self, name: str, address: str = HERE) -> None:
        self.user = name
        host = self.instance.site.hosts.index
        self.browsers[name] = SiteVisitor(self.instance, host=host, scheme="https", address=address)

    def use(self, user: str) -> None:
        """Open the browser of a user."""
        self.user = user
        self.browser.get("/_health/")

    def advance(self, seconds: float) -> None:
        self.instance.index.clock.advance(seconds=seconds)

    def log_in(self, user: str) -> None:
        self.advance(30)
        self.browsers[self.user].log_in(user)

    def type_password(self, user: str, next: str = "") -> None:
        """Go to the second step of the log-in."""
        fields = {"username": user, "password": PASSWORD, **({"next": next} if next else {})}
        location = self.browser.post("/account/login/", fields).location
        assert location is not None
        self.second_step = location.partition("?")[2]

    def request_reset(self, user: str) -> None:
        self.browser.post("/account/request-password-reset/", {"username_or_email": user})

    def repeat(self, path: str, fields: dict[str, str], times: int) -> None:
        for _ in range(times):
            self.browser.post(path, fields)

    def use_up_searches(self) -> None:
        for _ in range(SEARCHES.quota):
            self.instance.index.rate_limits.hit(SEARCHES, HERE)

    def make_codes(self, user: str) -> None:
        index = self.instance.index
        self.codes = index.second_factors.generate_recovery_codes(index.accounts[user].id)

    def burn(self, user: str, number: int) -> None:
        index = self.instance.index
        assert index.second_factors.use_recovery_code(index.accounts[user].id, self.codes[number])

    def set_flag(self, name: str, value: bool) -> None:
        self.instance.index.flags.set(name, value)

    def add_user(self, name: str) -> None:
        index = self.instance.index
        index.passwords.set(index.accounts.add(name, two_factor=True).id, PASSWORD)

    def add_token(self, description: str) -> None:
        index = self.instance.index
        index.tokens.mint(index.accounts["alice"], description=description)

    def show_email(self, user: str) -> None:
        """Show the address of a user on the public profile."""
        self.use(user)
        account = self.instance.index.accounts[user]
        self.browser.post("/manage/account/", {"name": account.full_name, "public_email": f"{user}@example.com"})
        self.browser.get(FLASHES)

    def add_publisher(self) -> None:
        fields = {"owner": "other-org", "repository": "x", "workflow_filename": "x.yml", "environment": ""}
        self.browser.post(f"/manage/project/{NAME}/settings/publishing/", fields)
        self.browser.get(FLASHES)

    def add_package(self, name: str, version: str) -> None:
        self._seed(wheel(name, version, summary=SUMMARY))

    def add_classified(self) -> None:
        """Add a project with classifiers."""
        classifiers = [
            "Development Status :: 4 - Beta",
            "License :: OSI Approved :: GNU General Public License (GPL)",
            "Programming Language :: Python :: 3",
        ]
        self._seed(wheel("classified", "1.0", summary=SUMMARY, classifiers=classifiers))

    def _seed(self, package: Package) -> None:
        index = self.instance.index
        index.clock.advance(seconds=1)
        seed(index, ADMINISTRATOR, package, index.accounts["alice"], files=self.instance)

    def add_gamma(self) -> None:
        """Add the project of which the recording has every kind of release."""
        for version in ("1.0", "1.1", "1.2", "2.0rc1"):
            self._seed(wheel("Gamma.Pkg", version, summary=SUMMARY))
        self._seed(sdist("Gamma.Pkg", "1.0", summary=SUMMARY))
        self.yank("Gamma.Pkg", "1.1", "Broken wheel")

    def publish(self, version: str) -> None:
        """Upload a wheel of NAME with the token that a page has shown last."""
        uploaded = upload(self.instance, wheel(NAME, version, summary=SUMMARY), self.token)
        assert uploaded.status == 200, uploaded.reason

    def yank(self, project: str, version: str, reason: str = "") -> None:
        releases.yank(self.instance.index, ADMINISTRATOR, project, version, reason)

    def archive(self, project: str) -> None:
        projects.set_status(self.instance.index, ADMINISTRATOR, project, "archived")

    def delete_release(self, project: str, version: str) -> None:
        deletion.delete_release(self.instance.index, ADMINISTRATOR, project, version, files=self.instance)

    def delete_files(self, project: str) -> None:
        index = self.instance.index
        for filename in [filename for filename, _ in self._files(project)]:
            deletion.delete_file(index, ADMINISTRATOR, filename, project, files=self.instance)

    # ------------------------------------------------------------------------------------------------ placeholders

    def resolved(self, text: str) -> str:
        """Return a text of the recording with the values of this index."""
        return PLACEHOLDER.sub(lambda match: self._value(match[1], match[2] or ""), text).replace("NAME", NAME)

    def _value(self, kind: str, detail: str) -> str:
        return {
            "second_step": lambda _: self.second_step,
            "uuid": lambda _: str(uuid.uuid4()),
            "x": lambda length: "x" * int(length),
            "totp": self._totp,
            "new_totp": self._new_totp,
            "code": lambda number: self.codes[int(number)],
            "email": self._email,
            "token": self._token,
            "user": lambda name: self.instance.index.accounts[name].id,
            "role": lambda name: role_id(self._project(NAME).id, self.instance.index.accounts[name].id),
            "file": lambda end: next(form_id for filename, form_id in self._files(NAME) if filename.endswith(end)),
            "publisher": lambda number: self.instance.index.publishers.of(self._project(NAME))[int(number)].id,
            "pending": self._pending,
            "link": self._link,
        }[kind](detail)

    def _totp(self, user: str) -> str:
        """The code that the application of a user shows."""
        index = self.instance.index
        secret = index.second_factors.totp_secret(index.accounts[user].id)
        assert secret is not None
        return totp_code(secret, index.clock.timestamp())

    def _new_totp(self, late: str) -> str:
        """The code, some seconds late, of an application that has read the key on the page."""
        page = ReadPage(self.browser.get("/manage/account/totp-provision").body)
        key = next(node.text for node in page.main.all("code") if node.attributes.get("id") == "totp-key")
        return totp_code(b32decode(key), self.instance.index.clock.timestamp() + float(late or 0))

    def _email(self, address: str) -> str:
        index = self.instance.index
        emails = index.emails.of(index.accounts[self.user].id)
        return str(next(email.id for email in emails if email.address == address))

    def _token(self, description: str) -> str:
        index = self.instance.index
        tokens = index.tokens.of(index.accounts[self.user])
        return next(token.id for token in tokens if token.description == description)

    def _pending(self, project: str) -> str:
        index = self.instance.index
        pending = index.publishers.pending_of(index.accounts[self.user])
        return next(publisher.id for publisher in pending if publisher.project_name == project)

    def _link(self, subject: str) -> str:
        """Path and query of the link in the newest e-mail with that subject."""
        message = [message for message in self.instance.index.mailbox if subject in message.subject][-1]
        return re.sub(r"^https?://[^/]*", "", message.links[0])

    def _project(self, name: str) -> ProjectRow:
        project = self.instance.index.projects.get(name)
        assert project is not None
        return project

    def _files(self, name: str) -> list[tuple[str, str]]:
        """The files of a project: (name, id in forms)."""
        project, stored = self._project(name), self.instance.index.releases
        return [
            (file.filename, file.form_id) for release in stored.of(project) for file in stored.files(project, release)
        ]


def same(value: Any) -> Any:
    """Return a value with the placeholders of the recording for what differs in each index."""
    if isinstance(value, str):
        return SIGNED.sub(
            "TOKEN", UUID.sub("UUID", value.replace(NAME, "NAME").replace(NAME.replace("-", "_"), "NAME"))
        )
    if isinstance(value, list):
        return [same(part) for part in value]
    if isinstance(value, dict):
        return {same(name): same(part) for name, part in value.items()}
    return value
