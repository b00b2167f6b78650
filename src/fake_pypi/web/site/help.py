"""`/help/`: what the messages of rejections link to, made from the rules themselves."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fake_pypi.web.rendering import page

if TYPE_CHECKING:
    from fake_pypi.rules.rule_set import Rule, RuleSet
    from fake_pypi.web.exchange import Exchange
    from fake_pypi.web.responses import Response

LINK = re.compile(r"/help/?#([\w-]+)")
PLACEHOLDER = re.compile(r"\{(\w+)[^}]*\}")

TITLES = {
    "project-name": "Why can I not use this project name?",
    "file-name-reuse": "Why can I not upload this file again?",
    "invalid-auth": "Why is my token rejected?",
    "apitoken": "How do I authenticate with an API token?",
    "trusted-publishers": "What is a trusted publisher?",
    "description-content-type": "Why is my description not rendered?",
    "verified-email": "Why do I need a verified e-mail address?",
    "two-factor-authentication": "Why do I need two-factor authentication?",
    "admin-intervention": "Why is this disabled at the moment?",
    "compromised-token": "Why does a file with a token in it matter?",
}
ABOUT = {
    "project-name": (
        "A name is compared in its normalized form: upper case, lower case, and runs of dots, hyphens and underscores "
        "make no difference. Names that could be mistaken for another project are not available either."
    ),
    "file-name-reuse": (
        "A file name belongs to one content for ever, also after the file, its release or its project was deleted. "
        "Installers and lock files rely on it. Publish a new version instead, or yank the release."
    ),
    "invalid-auth": (
        "The user name is always __token__, and the password is the whole token with its prefix pypi-. A token of one "
        "index is unknown to the other, and a token for one project is not accepted for another."
    ),
    "apitoken": (
        "Uploads are authenticated by an API token, never by the password of an account. The user name is __token__, "
        "the password is the token."
    ),
    "trusted-publishers": (
        "A trusted publisher is a CI job that a project has registered. The job exchanges its identity token for an "
        "API token that is valid for fifteen minutes, so no token has to be stored."
    ),
    "description-content-type": (
        "The field Description-Content-Type names the markup of the description: text/markdown, text/x-rst or "
        "text/plain. Without it, a description is read as reStructuredText."
    ),
    "verified-email": "Uploads need a verified primary e-mail address, so that maintainers can be reached.",
    "two-factor-authentication": (
        "Every account needs a second factor, an authentication application or a security key, before it can upload "
        "or manage projects."
    ),
    "admin-intervention": (
        "The administrators of an index can disable registrations, new projects or uploads for a while. On this "
        "machine that is done with the flags of the index."
    ),
    "compromised-token": "A token that was published is deleted. Create a new one, and keep it out of your files.",
}
FURTHER = {
    "yanked": (
        "What is a yanked release?",
        (
            "A yanked release stays available, but installers ignore it unless a requirement names exactly that "
            "version with == or ===. The reason that its maintainers gave is on the release's page."
        ),
    ),
    "pre-release-versioning": (
        "What is a pre-release?",
        (
            "A version with a, b, rc or dev in it is a pre-release (PEP 440). Installers choose it only on request, "
            "or when a project has no other release."
        ),
    ),
    "project_in_quarantine": (
        "What is a project in quarantine?",
        "While administrators review a project, installers find no file of it, and its maintainers cannot change it.",
    ),
    "archived": (
        "What is an archived project?",
        "An archived project receives no more releases. Its files can still be installed.",
    ),
    "compromised-password": (
        "Why is my password rejected as compromised?",
        (
            "Passwords that were published in a breach of another site are rejected. On this machine the look-up is "
            "replaced: nothing leaves it."
        ),
    ),
}


@dataclass(frozen=True)
class LinkedRule:
    """A rule on the help page. `message` is PyPI's, with the names of what is filled in: "The name NAME …"."""

    id: str
    status: int
    message: str
    explanation: str
    remedy: str


@dataclass(frozen=True)
class Section:
    """One question of the help page: its anchor, its title, its text, and the rules whose messages link to it."""

    anchor: str
    title: str
    text: str
    rules: tuple[LinkedRule, ...] = ()


def help_page(exchange: Exchange) -> Response:
    """Return the help page."""
    return page(
        exchange, "help.html", sections=sections(exchange.instance.rule_set, exchange.instance.site.hosts.index)
    )


def sections(rule_set: RuleSet, host: str) -> list[Section]:
    """Return a section for every anchor that a rule's message links to, and the other ones of the site.

    `host` is the index's own, to which the links in the messages lead.
    """
    rules: dict[str, list[LinkedRule]] = {anchor: [] for anchor in TITLES}
    for rule in rule_set:
        for anchor in dict.fromkeys(LINK.findall(rule.message_template)):
            rules.setdefault(anchor, []).append(_linked(rule, host))
    of_rules = [
        Section(anchor, TITLES.get(anchor, anchor), ABOUT.get(anchor, ""), tuple(of_anchor))
        for anchor, of_anchor in rules.items()
    ]
    return of_rules + [Section(anchor, title, text) for anchor, (title, text) in FURTHER.items()]


def _linked(rule: Rule, host: str) -> LinkedRule:
    message = PLACEHOLDER.sub(lambda field: field[1].upper(), rule.message_template)
    message = message.replace("https://pypi.org/", f"https://{host}/")
    return LinkedRule(rule.id, rule.status, message, rule.explanation, rule.remedy)
