"""The code on the reference page about the web site works in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from fake_pypi import FakePyPI
from tests.browser.conftest import Visit
from tests.project.code_blocks import texts_on


def test_the_code_on_the_page_logs_in_and_adds_a_security_device(visit: Visit) -> None:
    shown_test, device = texts_on("docs/reference/web-site.md", "python")
    names: dict[str, object] = {}
    exec(compile(shown_test, "web-site.md", "exec"), names)
    with FakePyPI() as pypi:
        visit.address = pypi.browser_url
        cast("Callable[..., Any]", names["test_settings"])(visit.page, pypi)
        assert visit.page.title().startswith("Account settings")
        exec(compile(device, "web-site.md", "exec"), {"page": visit.page})
        assert visit.page.evaluate("PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable()") in {
            True,
            False,
        }
