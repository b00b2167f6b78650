"""The addresses of the web site."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from fake_pypi.web.not_found import moved_to
from fake_pypi.web.routing import INDEX, UPLOAD, Route
from fake_pypi.web.site import visitors

if TYPE_CHECKING:
    from fake_pypi.web.exchange import Exchange
    from fake_pypi.web.responses import Response


@dataclass(frozen=True)
class PageView:
    """The view of a page, as the name of its module in this package and of the function there.

    It is imported at the first request: most indexes never show a page.
    """

    module: str
    function: str

    def __call__(self, exchange: Exchange, **arguments: str) -> Response:
        """Respond with the view."""
        view = getattr(import_module(f"{__package__}.{self.module}"), self.function)
        response: Response = view(exchange, **arguments)
        return response


NAME, VERSION = r"(?P<name>[^/]+)", r"(?P<version>[^/]+)"
ANY = r"[^/]+"
"""A name or version that the view does not need."""

ACCOUNT_LINKS = r"/account/verify-organization-role/"
"""Pages that the links in e-mails open; a visitor has to log in first."""

READ_ONLY_PAGES = r"/admin/|/manage/account/totp-provision/image"
ACCOUNT_PAGES = "|".join(
    (
        rf"/manage/organization/{ANY}/(?:settings|projects|teams|people|history|publishing)/",
        rf"/project/{ANY}/submit-malware-report/",
    )
)
PROJECT = rf"/manage/project/{NAME}"
PROJECT_ROUTES = (
    Route(r"/manage/projects/", PageView("own_projects", "own_projects"), methods=None),
    Route(r"/manage/organizations/", PageView("organizations", "organizations"), methods=None),
    Route(r"/account/verify-project-role/", PageView("own_projects", "invitation"), methods=None),
    Route(r"/manage/account/publishing/", PageView("managed_publishers", "pending_publishers"), methods=None),
    Route(rf"{PROJECT}/releases/", PageView("managed_releases", "release_list"), methods=None),
    Route(rf"{PROJECT}/release/{VERSION}/", PageView("managed_releases", "release_page"), methods=None),
    Route(rf"{PROJECT}/collaboration/", PageView("managed_collaborators", "collaborators"), methods=None),
    Route(rf"{PROJECT}/collaboration/change/", PageView("managed_collaborators", "change_role"), methods=None),
    Route(rf"{PROJECT}/collaboration/delete/", PageView("managed_collaborators", "remove_role"), methods=None),
    Route(
        rf"{PROJECT}/collaboration/revoke_invite/", PageView("managed_collaborators", "revoke_invitation"), methods=None
    ),
    Route(rf"{PROJECT}/settings/", PageView("managed_settings", "settings"), methods=None),
    Route(rf"{PROJECT}/settings/publishing/", PageView("managed_publishers", "publishers"), methods=None),
    Route(rf"{PROJECT}/documentation/", PageView("managed_settings", "documentation"), methods=None),
    Route(rf"{PROJECT}/archive/", PageView("managed_settings", "archive"), methods=None),
    Route(rf"{PROJECT}/unarchive/", PageView("managed_settings", "unarchive"), methods=None),
    Route(rf"{PROJECT}/delete_project/", PageView("managed_settings", "delete_project"), methods=None),
    Route(rf"{PROJECT}/history/", PageView("managed_history", "history"), methods=None),
)
"""The pages on which users manage their projects."""

WEBAUTHN = r"/manage/account/webauthn-provision"
SECURITY_DEVICE_ROUTES = (
    Route(WEBAUTHN, PageView("security_devices", "provision"), methods=None),
    Route(rf"{WEBAUTHN}/options", PageView("security_devices", "provision_options"), methods=None),
    Route(rf"{WEBAUTHN}/validate", PageView("security_devices", "validate_provision"), methods=None),
    Route(rf"{WEBAUTHN}/delete", PageView("security_devices", "delete"), methods=None),
    Route(
        r"/account/webauthn-authenticate/options",
        PageView("security_devices", "authentication_options"),
        methods=None,
    ),
    Route(
        r"/account/webauthn-authenticate/validate",
        PageView("security_devices", "validate_authentication"),
        methods=None,
    ),
)
"""Security devices as second factor: set up, remove, log in."""

SITE_ROUTES = (
    *PROJECT_ROUTES,
    Route(r"/", PageView("front", "front_page")),
    Route(r"/account/login/", PageView("log_in", "log_in"), methods=None),
    Route(r"/account/two-factor/", PageView("log_in", "two_factor"), methods=None),
    Route(r"/account/recovery-code/", PageView("log_in", "recovery_code"), methods=None),
    Route(r"/account/confirm-login/", PageView("log_in", "confirm_log_in")),
    Route(r"/account/logout/", PageView("log_in", "log_out"), methods=None),
    Route(r"/account/reauthenticate/", PageView("log_in", "reauthenticate"), methods=None),
    Route(r"/account/register/", PageView("account_registration", "registration"), methods=None),
    Route(r"/account/verify-email/", PageView("account_registration", "verify_email"), methods=None),
    Route(r"/account/request-password-reset/", PageView("password_reset", "request_password_reset"), methods=None),
    Route(r"/account/reset-password/", PageView("password_reset", "reset_password"), methods=None),
    Route(r"/manage/unverified-account/", PageView("account_registration", "unverified_account"), methods=None),
    Route(r"/manage/account/", PageView("account_settings", "account"), methods=None),
    Route(r"/manage/account/two-factor/", PageView("two_factor", "methods"), methods=None),
    Route(r"/manage/account/totp-provision", PageView("two_factor", "provision_totp"), methods=None),
    Route(r"/manage/account/recovery-codes/generate", PageView("two_factor", "generate_recovery_codes"), methods=None),
    Route(
        r"/manage/account/recovery-codes/regenerate", PageView("two_factor", "regenerate_recovery_codes"), methods=None
    ),
    Route(r"/manage/account/recovery-codes/burn", PageView("two_factor", "burn_recovery_code"), methods=None),
    *SECURITY_DEVICE_ROUTES,
    Route(r"/manage/account/token/", PageView("api_tokens", "api_token"), methods=None),
    Route(ACCOUNT_PAGES, visitors.for_accounts, methods=None),
    Route(rf"/project/{NAME}/", PageView("project", "latest_release")),
    Route(rf"/project/{NAME}/{VERSION}/", PageView("project", "release")),
    Route(rf"/user/{NAME}/", PageView("user", "profile")),
    Route(r"/search/", PageView("search", "search")),
    Route(r"/classifiers/", PageView("statistics", "classifier_page")),
    Route(r"/stats/", PageView("statistics", "statistics"), methods=None),
    Route(r"/help/", PageView("help", "help_page"), on=(INDEX, UPLOAD)),
    Route(r"/(?P<name>security|sponsors|trademarks)/", PageView("texts", "text_page"), on=(INDEX, UPLOAD)),
    Route(r"/policy/(?P<name>terms-of-use|acceptable-use-policy)/", PageView("texts", "text_page"), on=(INDEX, UPLOAD)),
    Route(r"/sitemap/", PageView("texts", "site_map"), on=(INDEX, UPLOAD)),
    Route(r"/robots\.txt", PageView("machine_files", "robots")),
    Route(r"/\.well-known/security\.txt", PageView("machine_files", "security_txt")),
    Route(r"/opensearch\.xml", PageView("machine_files", "opensearch")),
    Route(r"/favicon\.ico|/static/images/favicon\.[0-9a-f]+\.ico", PageView("machine_files", "icon")),
    Route(r"/locale/", visitors.locale, methods=None),
    Route(r"/sponsor/", moved_to, given={"target": "/sponsors/"}),
    Route(r"/2fa/", moved_to, given={"target": "/manage/account/two-factor/"}),
    Route(rf"/u/{NAME}/", moved_to, given={"target": "/user/{name}/"}),
    Route(rf"/p/{NAME}/{VERSION}/", moved_to, given={"target": "/project/{name}/{version}/"}),
    Route(ACCOUNT_LINKS, visitors.for_accounts),
    Route(READ_ONLY_PAGES, visitors.only_for_readers, methods=None),
    Route(r"/_includes/unauthed/notification-banners/", visitors.empty_part),
    Route(rf"/_includes/authed/edit-project-button/{NAME}", PageView("includes", "edit_project_button")),
    Route(
        rf"/_includes/authed/administer-(?P<kind>project|user)-include/{NAME}",
        PageView("includes", "for_administrators"),
    ),
    Route(rf"/_includes/authed/current-user-profile-(?P<part>callout)/{NAME}", PageView("includes", "profile_part")),
    Route(rf"/_includes/authed/profile-(?P<part>actions|public-email)/{NAME}", PageView("includes", "profile_part")),
    Route(r"/_includes/unauthed/flash-messages/", PageView("includes", "flash_messages")),
    Route(r"/_includes/authed/session-notifications/", PageView("includes", "session_notifications")),
    Route(r"/_includes/authed/current-user-indicator/", PageView("includes", "user_menu")),
    Route(r"/_fake/", PageView("local_pages", "start")),
    Route(r"/_fake/health", PageView("local_pages", "health")),
    Route(r"/_fake/mail", PageView("local_pages", "mail")),
    Route(r"/_fake/totp", PageView("local_pages", "totp")),
    Route(r"/_force-status/(?P<code>[45]\d\d)/", visitors.forced_status, on=(INDEX, UPLOAD)),
)
