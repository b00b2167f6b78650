"""Nothing that is stored in an index runs in a browser, or makes it leave this machine."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from fake_pypi.packages.wheel import wheel
from fake_pypi.web.instance import Instance
from tests.integration.web.conftest import Add
from tests.integration.web.site.conftest import Read
from tests.integration.web.site.markup import Page, parsed

ATTACK = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'><svg/onload=alert(1)>{{7*7}}"
PATHS = ("/", "/project/demo/", "/project/demo/1.0/", "/user/alice/", "/search/?q=demo", "/help/", "/stats/", "/nope/")
READMES = {
    "text/markdown": (
        f"{ATTACK}\n\n[a](javascript:alert(1)) [b](data:text/html,<script>) <a href='JaVaScRiPt:alert(1)'>c</a>\n\n"
        "<iframe src=https://example.com></iframe> ![x](https://example.com/x.png) ![y](javascript:alert(1))\n\n"
        "<style>body{display:none}</style> <form action=https://example.com><input></form> <p style='color:red'>d</p>"
    ),
    "text/x-rst": (
        "`a <javascript:alert(1)>`_\n\n.. image:: https://example.com/x.png\n   :alt: <script>alert(1)</script>\n\n"
        "<script>alert(1)</script>\n"
    ),
    "text/plain": ATTACK,
}


def stored(instance: Instance, **fields: Any) -> None:
    """Change the metadata of every release, past every rule."""
    for row in instance.index.db.rows("SELECT id, metadata FROM releases"):
        metadata = json.dumps({**json.loads(row["metadata"]), **fields})
        instance.index.db.change("UPDATE releases SET metadata = ? WHERE id = ?", metadata, row["id"])


def assert_harmless(body: bytes) -> Page:
    """No script but the page's own, no handler, no address that is not of the web, nothing that is fetched."""
    page = parsed(body)
    scripts = page.all("script")
    assert len(scripts) == 1
    assert "alert" not in scripts[0].text
    assert len(page.all("style")) == 1
    for element in page.elements:
        assert element.name not in {"iframe", "object", "embed", "svg", "img", "base"}
        for name, value in element.attributes.items():
            assert not name.startswith("on")
            assert name not in {"style", "src", "srcset"}
            if name in {"href", "action"}:
                assert re.match(r"(https?://|mailto:|/|#|$)", value), value
    for form in page.all("form"):
        assert form.attributes.get("action", "/").startswith("/")
    return page


@pytest.mark.parametrize("content_type", READMES)
def test_a_readme_cannot_run_anything(instance: Instance, add: Add, read: Read, content_type: str) -> None:
    add(wheel("demo", "1.0"))
    stored(instance, description=READMES[content_type], description_content_type=content_type)
    page = assert_harmless(read("/project/demo/").body)
    assert "alert(1)" in page.by_id("description").text


def test_metadata_cannot_run_anything(instance: Instance, add: Add, read: Read) -> None:
    add(wheel("demo", "1.0"))
    stored(
        instance,
        **dict.fromkeys(("summary", "author", "maintainer", "license", "keywords", "requires_python"), ATTACK),
        author_email=f"{ATTACK} <a@example.com>",
        project_urls={"Homepage": "javascript:alert(1)", ATTACK: "https://example.com/\"onmouseover='alert(1)'"},
        classifiers=[f"Topic :: {ATTACK}"],
        provides_extra=[ATTACK],
        requires_dist=[ATTACK],
    )
    for path in PATHS:
        page = assert_harmless(read(path).body)
        assert "{{7*7}}" in page.by_id("content").text or path not in {"/", "/project/demo/", "/search/?q=demo"}
    assert "Homepage" in parsed(read("/project/demo/").body).by_id("content").text


def test_names_reasons_and_users_cannot_run_anything(instance: Instance, add: Add, read: Read) -> None:
    add(wheel("demo", "1.0"))
    db = instance.index.db
    instance.index.releases.yank(instance.index.projects["demo"], "1.0", ATTACK)
    db.change("UPDATE projects SET name = ?", "demo")
    db.change("UPDATE users SET name = ?", ATTACK.replace("/", ""))
    db.change("UPDATE projects SET organization = ?", ATTACK)
    for path in ("/project/demo/", "/", "/search/?q=demo"):
        assert_harmless(read(path).body)
    db.change("UPDATE projects SET name = ?", ATTACK)
    for path in ("/", "/search/?q=alert", "/stats/"):
        assert_harmless(read(path).body)


@pytest.mark.parametrize("path", ["/search/?q=%s", "/search/?c=%s", "/search/?q=x&o=%s", "/%s", "/user/%s/"])
def test_an_address_cannot_run_anything(read: Read, path: str) -> None:
    assert_harmless(read(path % ATTACK.replace("/", "%2F").replace("{", "%7B")).body)


def test_no_page_may_fetch_anything_from_elsewhere(instance: Instance, add: Add, read: Read) -> None:
    add(wheel("demo", "1.0"))
    for path in (*PATHS, "/classifiers/", "/account/login/"):
        policy = read(path).headers["Content-Security-Policy"].split("; ")
        assert "default-src 'none'" in policy
        assert "base-uri 'none'" in policy
        assert not [
            directive for directive in policy if "unsafe" in directive or "http" in directive or "*" in directive
        ]


def test_the_policy_allows_the_style_and_the_script_of_the_page(read: Read) -> None:
    import base64
    import hashlib

    response = read("/")
    for name in ("style", "script"):
        text = parsed(response.body).one(name).text
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in response.headers["Content-Security-Policy"]


def test_a_login_never_leads_to_another_host(read: Read) -> None:
    response = read("//example.com/..")
    assert response.status in {303, 404}
    assert response.headers.get("Location", "https://pypi.org/").startswith("https://pypi.org/")
