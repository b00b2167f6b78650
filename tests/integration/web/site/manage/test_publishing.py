"""The trusted publishers of a project and of an account; each message as recorded from the real server."""

from __future__ import annotations

import pytest

from fake_pypi.index.look_ups import GitHubOwner
from fake_pypi.web.instance import Instance
from tests.integration.web.site.visiting import SiteVisitor

PAGE, PENDING = "/manage/project/demo/settings/publishing/", "/manage/account/publishing/"
TITLE = "Trusted Publisher Management · PyPI"
NOT_REGISTERED = ("error", "The trusted publisher could not be registered")
CHARACTERS = '"\'", """, "`", ",", ";", "\\"'
UNKNOWN = "a1b2c3d4-0000-4000-8000-000000000000"

GITHUB = {"owner": "octo-org", "repository": "sampleproject", "workflow_filename": "release.yml", "environment": ""}
GITLAB = {
    "namespace": "group/sub",
    "project": "proj",
    "workflow_filepath": ".gitlab-ci.yml",
    "environment": "",
    "issuer_url": "https://gitlab.com",
}
GOOGLE = {"email": "svc@proj.iam.gserviceaccount.com", "sub": ""}
ACTIVESTATE = {"organization": "my-org", "project": "my-proj", "actor": "me"}
ALL_KINDS = (GITHUB, GITLAB, GOOGLE, ACTIVESTATE)

EMPTY = [
    (
        dict.fromkeys(GITHUB, ""),
        {
            "owner": ["Specify GitHub repository owner (username or organization)"],
            "repository": ["Specify repository name"],
            "workflow_filename": ["Specify workflow filename"],
        },
    ),
    (
        dict.fromkeys(GITLAB, ""),
        {
            "namespace": ["Specify GitLab namespace (username or group/subgroup)"],
            "project": ["Specify project name"],
            "workflow_filepath": ["Specify top-level pipeline file path"],
        },
    ),
    (dict.fromkeys(GOOGLE, ""), {"email": ["This field is required."]}),
    (
        dict.fromkeys(ACTIVESTATE, ""),
        {
            "organization": ["Specify ActiveState organization name"],
            "project": ["Specify ActiveState project name"],
            "actor": ["Specify the ActiveState actor username"],
        },
    ),
]
INVALID = [
    (GITHUB, "owner", "-bad", "Invalid GitHub user or organization name."),
    (GITHUB, "owner", "nonexistent", "Unknown GitHub user or organization."),
    (GITHUB, "owner", "ratelimited", "GitHub has rate-limited this action. Try again in a few minutes."),
    (GITHUB, "owner", "broken", "Unexpected error from GitHub. Try again."),
    (GITHUB, "owner", "offline", "Unexpected connection error from GitHub. Try again in a few minutes."),
    (GITHUB, "owner", "slow", "Unexpected timeout from GitHub. Try again in a few minutes."),
    (GITHUB, "repository", "a/b", "Invalid repository name"),
    (GITHUB, "workflow_filename", "release", "Workflow name must end with .yml or .yaml"),
    (
        GITHUB,
        "workflow_filename",
        ".github/workflows/release.yml",
        "Workflow filename must be a filename only, without directories",
    ),
    (GITHUB, "environment", "x" * 256, "Environment name is too long (maximum is 255 characters)"),
    (GITHUB, "environment", " pypi", "Environment name may not start with whitespace"),
    (GITHUB, "environment", "pypi ", "Environment name may not end with whitespace"),
    (
        GITHUB,
        "environment",
        "py,pi",
        f"Environment name must not contain non-printable characters or the characters {CHARACTERS}",
    ),
    (GITLAB, "namespace", "-x", "Invalid GitLab username or group/subgroup name."),
    (GITLAB, "namespace", "group.git", "Name ends with .git or .atom"),
    (GITLAB, "namespace", "gr..oup", "Invalid GitLab username or group/subgroup name."),
    (GITLAB, "project", "-p", "Invalid project name"),
    (GITLAB, "project", "p.atom", "Name ends with .git or .atom"),
    (GITLAB, "workflow_filepath", "ci", "Top-level pipeline file path must end with .yml or .yaml"),
    (GITLAB, "workflow_filepath", "/x.yml", "Top-level pipeline file path cannot start or end with /"),
    (GITLAB, "environment", "a,b", "Invalid environment name"),
    (GOOGLE, "email", "nope", "Invalid email address."),
    (ACTIVESTATE, "organization", "nonexistent", "ActiveState organization not found"),
    (ACTIVESTATE, "actor", "nonexistent", "ActiveState actor not found"),
    (ACTIVESTATE, "project", "x", "Invalid ActiveState project name"),
    (ACTIVESTATE, "project", "a--b", "Double dashes are not allowed in the name"),
    (ACTIVESTATE, "project", "-abc", "Leading or trailing dashes are not allowed in the name"),
]
ADDRESS = "https://platform.activestate.com/my-org/my-proj"
GOOD = [
    (GITHUB, "Added release.yml in https://github.com/octo-org/sampleproject to demo", "release.yml"),
    (GITLAB, "Added .gitlab-ci.yml in https://gitlab.com/group/sub/proj to demo", ".gitlab-ci.yml"),
    (GOOGLE, f"Added {GOOGLE['email']} to demo", GOOGLE["email"]),
    (
        ACTIVESTATE,
        f"Added {ADDRESS} in {ADDRESS} to demo",
        "https://platform.activestate.com/my-org/my-proj",
    ),
]


def ids(browser: SiteVisitor, page: str = PAGE) -> list[str]:
    return browser.get(page).values("publisher_id")


def test_the_page_has_a_form_for_each_kind(alice: SiteVisitor) -> None:
    shown = alice.get(PAGE)
    assert (shown.status, shown.title) == (200, TITLE)
    assert shown.words("h1") == ["demo", "Trusted Publisher Management"]
    assert shown.words("h2") == ["Manage current publishers", "Add a new publisher"]
    for kind in ("github", "gitlab", "google", "activestate"):
        form = shown.page.by_id(f"{kind}-publisher-form")
        assert form.attributes["action"] == f"{PAGE}#errors"


@pytest.mark.parametrize(("fields", "errors"), EMPTY, ids=["github", "gitlab", "google", "activestate"])
def test_an_empty_form_names_what_is_missing(
    alice: SiteVisitor, fields: dict[str, str], errors: dict[str, list[str]]
) -> None:
    shown = alice.post(PAGE, **fields)
    assert (shown.status, shown.title, shown.flashes) == (200, TITLE, [NOT_REGISTERED])
    assert shown.errors == errors


@pytest.mark.parametrize(("form", "name", "value", "message"), INVALID)
def test_a_wrong_value_is_rejected_and_shown_again(
    alice: SiteVisitor, form: dict[str, str], name: str, value: str, message: str
) -> None:
    shown = alice.post(PAGE, **{**form, name: value})
    assert (shown.status, shown.flashes, shown.errors) == (200, [NOT_REGISTERED], {name: [message]})
    assert value in shown.values(name)
    assert ids(alice) == []


def test_another_issuer_than_gitlab_is_rejected(alice: SiteVisitor) -> None:
    shown = alice.post(PAGE, **{**GITLAB, "issuer_url": "https://gitlab.example"})
    assert (shown.flashes, shown.errors) == ([NOT_REGISTERED], {})


@pytest.mark.parametrize(("form", "message", "name"), GOOD, ids=["github", "gitlab", "google", "activestate"])
def test_a_publisher_is_added_once(
    alice: SiteVisitor, instance: Instance, form: dict[str, str], message: str, name: str
) -> None:
    shown = alice.post(PAGE, **form)
    assert (shown.status, shown.location, shown.flashes) == (303, PAGE, [("success", message)])
    assert [mail.subject for mail in instance.index.mailbox] == ["[PyPI] Trusted publisher added to demo"]
    again = alice.post(PAGE, **form)
    assert (again.status, again.errors) == (200, {})
    assert again.flashes == [("error", f"{name} is already registered with demo")]


def test_upper_case_does_not_make_another_publisher_but_an_environment_does(alice: SiteVisitor) -> None:
    alice.post(PAGE, **GITHUB)
    shown = alice.post(PAGE, **{**GITHUB, "owner": "Octo-Org"})
    assert shown.flashes[-1] == ("error", "release.yml is already registered with demo")
    assert alice.post(PAGE, **{**GITHUB, "environment": "PyPI"}).status == 303
    assert "pypi" in alice.get(PAGE).words("code")


def test_the_table_describes_publishers_of_every_kind(alice: SiteVisitor) -> None:
    for form in ALL_KINDS:
        alice.post(PAGE, **form)
    shown = alice.get(PAGE)
    assert [each.words for each in shown.page.all("th", scope="row")] == ["GitHub", "GitLab", "Google", "ActiveState"]
    assert shown.words("td")[::2] == [
        "Repository: octo-org/sampleproject Workflow: release.yml Environment name: (Any)",
        "Project: group/sub/proj Top-level pipeline: .gitlab-ci.yml Environment name: (Any) Issuer: https://gitlab.com",
        "Email: svc@proj.iam.gserviceaccount.com Subject: (Any)",
        "Organization: my-org ActiveState Project: my-proj Actor: me",
    ]
    first = ids(alice)[0]
    assert shown.page.by_id(f"remove-publisher-{first}-title").words == "Remove trusted publisher ?"


def test_a_publisher_is_removed(alice: SiteVisitor, instance: Instance) -> None:
    alice.post(PAGE, **GITHUB)
    assert alice.post(PAGE, publisher_id="x").status == 200
    shown = alice.post(PAGE, publisher_id=UNKNOWN)
    assert (shown.status, shown.flashes) == (200, [("error", "Invalid publisher for project")])
    (publisher,) = ids(alice)
    shown = alice.post(PAGE, publisher_id=publisher)
    assert shown.location == PAGE
    assert shown.flashes == [("success", "Removed trusted publisher for project 'demo'")]
    assert ids(alice) == []
    assert instance.index.mailbox[-1].subject == "[PyPI] Trusted publisher removed from demo"


def test_a_publisher_is_limited_to_an_environment(alice: SiteVisitor) -> None:
    for form in (GITHUB, GOOGLE):
        alice.post(PAGE, **form)
    github, google = ids(alice)

    def constrain(publisher: str, environment: str) -> list[tuple[str, str]]:
        return alice.post(PAGE, constrained_publisher_id=publisher, constrained_environment_name=environment).flashes

    assert constrain("x", "") == [("error", "The trusted publisher could not be constrained")]
    assert constrain(UNKNOWN, "pypi") == [("error", "Invalid publisher for project")]
    only = "Can only constrain the environment for GitHub and GitLab publishers"
    assert constrain(google, "pypi") == [("error", only)]
    message = "Trusted publisher for project 'demo' has been constrained to environment 'pypi'"
    assert constrain(github, "pypi") == [("success", message)]
    limited = next(each for each in ids(alice) if each != google)
    assert constrain(limited, "pypi") == [("error", "release.yml is already registered with demo")]
    configured = "Can only constrain the environment for publishers without an environment configured"
    assert constrain(limited, "other") == [("error", configured)]


def test_parameters_of_the_address_fill_in_a_form(alice: SiteVisitor) -> None:
    shown = alice.get(f"{PAGE}?provider=github&owner=foo&repository=bar")
    assert (shown.values("owner"), shown.values("repository")) == (["foo"], ["bar"])


def test_a_form_of_no_kind_is_not_found(alice: SiteVisitor) -> None:
    assert alice.post(PAGE, owner="octo-org").status == 404
    assert alice.post(PENDING, **{**GITLAB, "project_name": "new", "issuer_url": ""}).status == 200
    without_issuer = {name: value for name, value in GITLAB.items() if name != "issuer_url"}
    assert alice.post(PENDING, project_name="new", **without_issuer).status == 404
    assert alice.post(PENDING, **GITHUB).status == 404


def test_nothing_is_registered_while_trusted_publishing_is_disabled(alice: SiteVisitor, instance: Instance) -> None:
    instance.index.flags.disallow_github_oidc = True
    why = "trusted publishing is temporarily disabled. See https://pypi.org/help#admin-intervention for details."
    one = f"GitHub-based {why}"
    assert alice.post(PAGE, **GITHUB).flashes == [("error", one)]
    assert alice.post(PENDING, project_name="new", **GITHUB).flashes == [("error", one)]
    instance.index.flags.disallow_oidc = True
    assert alice.get(PAGE).flashes == [("error", why.replace("trusted", "Trusted", 1))]


def test_look_ups_can_be_replaced(alice: SiteVisitor, instance: Instance) -> None:
    instance.index.look_ups.github_owner = lambda name: GitHubOwner(name.upper(), "7")
    shown = alice.post(PAGE, **GITHUB)
    assert shown.flashes == [("success", "Added release.yml in https://github.com/OCTO-ORG/sampleproject to demo")]


def test_the_page_of_the_account_has_pending_publishers_and_projects_with_publishers(alice: SiteVisitor) -> None:
    alice.post(PAGE, **GITHUB)
    shown = alice.get(PENDING)
    assert (shown.status, shown.title) == (200, TITLE)
    assert shown.words("h1", "h2") == [
        "Trusted Publisher Management",
        "Manage publishers",
        "Add a new pending publisher",
    ]
    assert {"Projects with active publishers", "Pending publishers"} <= set(shown.words("h3"))
    assert PAGE in shown.page.links
    for kind in ("github", "gitlab", "google", "activestate"):
        form = shown.page.by_id(f"pending-{kind}-publisher-form")
        assert form.attributes["action"] == f"{PENDING}#errors"


def test_an_empty_pending_form_also_names_the_project(alice: SiteVisitor) -> None:
    shown = alice.post(PENDING, project_name="", **dict.fromkeys(GITHUB, ""))
    assert (shown.status, shown.title, shown.flashes) == (200, TITLE, [NOT_REGISTERED])
    assert shown.errors["project_name"] == ["Specify project name"]
    assert shown.errors["owner"] == ["Specify GitHub repository owner (username or organization)"]


@pytest.mark.parametrize(
    ("name", "messages"),
    [
        ("-x-", ["Invalid project name"] * 2),
        ("json", ["This project name isn't allowed (conflict with the Python standard library module name)"]),
        ("prohibited-project", ["This project name isn't allowed"]),
        ("bobs-pkg", ["This project already exists."]),
        ("dem0", ["This project name is too similar to an existing project"]),
    ],
)
def test_a_name_that_cannot_be_registered_is_rejected(
    alice: SiteVisitor, instance: Instance, name: str, messages: list[str]
) -> None:
    instance.index.prohibited_names.add("prohibited-project")
    instance.index.projects.create("bobs-pkg", instance.index.accounts["bob"])
    shown = alice.post(PENDING, project_name=name, **GITHUB)
    assert (shown.status, shown.flashes, shown.errors) == (200, [NOT_REGISTERED], {"project_name": messages})


def test_an_own_project_is_linked_with_the_form_filled_in(alice: SiteVisitor) -> None:
    shown = alice.post(PENDING, project_name="demo", **GITHUB)
    message = (
        "This project already exists: use the project's publishing settings here to create a Trusted Publisher for it."
    )
    assert shown.errors == {"project_name": [message]}
    link = (
        "https://pypi.org/manage/project/demo/settings/publishing/?project_name=demo&owner=octo-org"
        "&repository=sampleproject&workflow_filename=release.yml&provider=github"
    )
    assert link in shown.page.links


def test_pending_publishers_are_registered_and_removed(alice: SiteVisitor, bob: SiteVisitor) -> None:
    shown = alice.post(PENDING, project_name="new-demo", **GITHUB)
    registered = "Registered a new pending publisher to create the project 'new-demo'."
    assert (shown.status, shown.location, shown.flashes) == (303, PENDING, [("success", registered)])
    contact = "Please contact PyPI's admins if this wasn't intentional."
    again = f"This trusted publisher has already been registered. {contact}"
    assert alice.post(PENDING, project_name="new-demo", **GITHUB).flashes == [("error", again)]
    other = (
        "A pending trusted publisher matching this configuration has already been registered for a different project "
        f"name. {contact}"
    )
    assert alice.post(PENDING, project_name="new-2", **GITHUB).flashes == [("error", other)]

    assert alice.post(PENDING, project_name="newgl", **GITLAB).status == 303
    assert alice.post(PENDING, project_name="newgo", **GOOGLE).status == 303
    shown = alice.post(PENDING, project_name="newas", **ACTIVESTATE)
    most = "You can't register more than 3 pending trusted publishers at once."
    assert (shown.status, shown.flashes[-1]) == (200, ("error", most))
    assert [each.words for each in alice.get(PENDING).page.all("th", scope="row")] == ["new-demo", "newgl", "newgo"]

    first, *_ = ids(alice, PENDING)
    for wrong in ("x", UNKNOWN):
        assert alice.post(PENDING, publisher_id=wrong).flashes == [("error", "Invalid publisher ID")]
    assert bob.post(PENDING, publisher_id=first).flashes == [("error", "Invalid publisher ID")]
    shown = alice.post(PENDING, publisher_id=first)
    assert shown.location == PENDING
    assert shown.flashes == [("success", "Removed trusted publisher for project 'new-demo'")]


def test_publishers_are_part_of_the_security_history_of_the_project(alice: SiteVisitor) -> None:
    for form in (GITHUB, ACTIVESTATE, GOOGLE):
        alice.post(PAGE, **form)
    alice.post(PAGE, publisher_id=ids(alice)[2])
    described = alice.get("/manage/project/demo/history/").words("td")[::3][:4]
    address = "https://platform.activestate.com/my-org/my-proj"
    assert described == [
        "Trusted publisher removed Publisher: Google Specifier: svc@proj.iam.gserviceaccount.com Removed by: alice",
        "Trusted publisher added Publisher: Google Specifier: svc@proj.iam.gserviceaccount.com Added by: alice",
        f"Trusted publisher added Publisher: ActiveState URL: {address} Specifier: {address} Added by: alice",
        (
            "Trusted publisher added Publisher: GitHub URL: https://github.com/octo-org/sampleproject "
            "Workflow: release.yml Added by: alice"
        ),
    ]


def test_registrations_are_limited_on_the_clock_of_the_index(alice: SiteVisitor, instance: Instance) -> None:
    wrong = {**GITHUB, "owner": ""}
    for _ in range(100):
        assert alice.post(PAGE, **wrong).status == 200
    for path, fields in ((PAGE, GITHUB), (PENDING, {**GITHUB, "project_name": "new-one"})):
        rejected = alice.post(path, **fields)
        assert rejected.status == 429
        assert b"There have been too many attempted trusted publisher registrations. Try again later." in rejected.body
    instance.index.clock.advance(days=1)
    assert instance.index.rate_limits.in_use == []
