"""For every rule an upload that nearly meets it: one character, one byte or one day on the accepted side.

A new rule needs an entry. `test_rule_set.py` checks that the rule set comes past the rule.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from typing import Any

from fake_pypi.index import Index
from fake_pypi.inspection.python_files import PYARMOR_HOOKS, SOURCEDEFENDER_LINES, TOKEN_START
from fake_pypi.packages.package import Package
from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel
from fake_pypi.rules.existing_files import keep
from fake_pypi.rules.metadata_rule import example_with
from fake_pypi.rules.rule_set import Example
from tests.unit.rules.archives import OddMember, wheel_with

WHEEL = wheel("demo")
MATERIAL = {"certificate": "AAAA", "transparency_entries": [{}]}


def form(**fields: Any) -> Example:
    return Example(WHEEL, form=fields)


def file(**facts: Any) -> Example:
    return Example(WHEEL, file=facts)


def prepared(*steps: Callable[[Index], object], package: Package = WHEEL, **more: Any) -> Example:
    def prepare(index: Index) -> None:
        for step in steps:
            step(index)

    return Example(package, prepare=prepare, **more)


def owner(**state: Any) -> Example:
    return prepared(lambda index: index.accounts.change("owner", **state))


def project(index: Index, name: str = "demo") -> None:
    index.projects.create(name, index.accounts.get("owner") or index.accounts.add("owner"))


def attested(attestations: object) -> Example:
    return prepared(project, sender="publisher", form={"attestations": json.dumps(attestations)})


def attestation(kind: str = "https://docs.pypi.org/attestations/publish/v1") -> dict[str, Any]:
    from base64 import b64encode

    subject = [{"name": WHEEL.filename, "digest": {"sha256": WHEEL.sha256}}]
    statement = {"_type": "https://in-toto.io/Statement/v1", "subject": subject, "predicateType": kind}
    envelope = {"statement": b64encode(json.dumps(statement).encode()).decode(), "signature": "AAAA"}
    return {"version": 1, "verification_material": MATERIAL, "envelope": envelope}


BOTH_KINDS = [attestation(), attestation("https://slsa.dev/provenance/v1")]
HALF_A_TOKEN = f"pypi-{TOKEN_START}{'x' * 149}"

FORM = {
    "invalid-form-data": file(content_type="multipart/form-data; boundary=b"),
    "form-breaks-pypi": file(content_type="application/octet-stream; charset=latin-1"),
    "field-is-tuple": file(sent_as="gpg_signature"),
    "unsupported-protocol-version": form(protocol_version="1"),
    "missing-name": form(name="a"),
    "invalid-name": form(name="d.e-m_o"),
    "invalid-blake2-digest": form(blake2_256_digest="A" * 64),
    "missing-filetype": form(filetype="bdist_egg"),
    "unknown-filetype": form(filetype="bdist_wheel"),
    "invalid-sha256-digest": form(sha256_digest="A" * 64),
    "missing-pyversion": form(pyversion="whatever"),
    "source-pyversion": Example(sdist("demo"), form={"pyversion": None}),
    "missing-digest": form(sha256_digest=None, blake2_256_digest=None, md5_digest="x"),
    "no-file": form(content=""),
}
SITE_AND_SENDER = {
    "read-only": prepared(lambda index: index.flags.set("read-only", on=False)),
    "uploads-disabled": prepared(lambda index: index.flags.set("disallow-new-project-registration")),
    "password-not-supported": Example(WHEEL, sender="nobody"),
    "no-identity": Example(WHEEL, sender="unknown"),
    "unknown-token": Example(WHEEL, sender="expired-token"),
    "publisher-cannot-create-project": prepared(project, sender="publisher"),
    "unverified-email": owner(email="verified"),
    "no-2fa": owner(two_factor=True),
    "invalid-api-token": Example(WHEEL),
    "permission-denied": prepared(project),
    "organization-inactive": prepared(
        project, lambda index: index.projects.add_organization("acme", project="demo", active=True)
    ),
}
NEW_PROJECT = {
    "rate-limited": prepared(lambda index: setattr(index.limits, "new_projects_per_day", 1)),
    "new-projects-disabled": prepared(project, lambda index: index.flags.set("disallow-new-project-registration")),
    "standard-library-name": Example(wheel("jsons")),
    "prohibited-name": Example(
        wheel("requirement-txt", spelled="requirement_txt-1.0"), form={"name": "requirement-txt"}
    ),
    "similar-name": prepared(lambda index: index.projects.create("demon", None)),
}
METADATA = {
    "repeated-field": example_with(platform=["a", "a"]),
    "metadata-reader-fails": example_with(version="1.0", summary="{version}"),
    "metadata-version": example_with(metadata_version="2.5"),
    "missing-version": example_with(version="0"),
    "invalid-version": example_with(version="v1.0-RC.1"),
    "local-version": example_with(version="1.0.post1.dev1"),
    "field-too-new": example_with(metadata_version="2.4", license_expression="MIT"),
    "content-type": example_with(description="x", description_content_type="Text/Plain"),
    "content-type-charset": example_with(description="x", description_content_type="text/plain; charset=UTF-8"),
    "markdown-variant": example_with(description="x", description_content_type="text/markdown; variant=CommonMark"),
    "dynamic": example_with(dynamic="Summary"),
    "import-name": example_with(metadata_version="2.5", import_name="de_mo.x; private"),
    "license-expression": example_with(metadata_version="2.4", license_expression="mit OR LicenseRef-own"),
    "license-twice": example_with(metadata_version="2.4", license="", license_expression="MIT"),
    "license-file": example_with(metadata_version="2.4", license_file="a/.b/LICENSE"),
    "provides-extra": example_with(provides_extra="a.b"),
    "requires-dist": example_with(requires_dist="req_uests [a] >=1; python_version<'4'"),
    "direct-dependency": example_with(requires_dist="requests>=2"),
    "invalid-dist": example_with(obsoletes_dist="old"),
    "requires-python": example_with(requires_python="==3.*"),
    "summary-lines": example_with(summary="one line"),
    "summary-length": example_with(summary="s" * 512),
    "unknown-classifier": example_with(classifiers="Programming Language :: Python"),
    "deprecated-classifier": example_with(classifiers="Natural Language :: Ukrainian"),
    "invalid-email": example_with(author_email="a@localhost, b@localhost"),
    "invalid-url": example_with(home_page="http://x"),
    "project-url-label-missing": example_with(project_urls="x, https://example.com/"),
    "project-url-label-length": example_with(project_urls=f"{'x' * 32}, https://example.com/"),
    "project-url-missing": example_with(project_urls="x, https://example.com/"),
    "invalid-description": example_with(description="*x*", description_content_type="text/x-rst"),
    "invalid-description-default": example_with(description="*x*"),
    "nul-breaks-pypi": form(platform=["any", "\0"]),
    "nul-in-file-breaks-pypi": form(comment="\0"),
}
FILENAME = {
    "content-is-no-file": file(filename="x"),
    "filename-control-character": file(filename="demo-1.0-py3-none-\x80any.whl"),
    "filename-path-separator": file(filename="demo-1.0-py3-none-any:.whl"),
    "unknown-extension": file(filename="x.WHL"),
    "extension-not-for-filetype": file(filename="x.whl"),
    "invalid-content-type": file(content_type="application/image"),
    "content-is-a-form": file(content_type="application/x-www-form"),
    "filename-breaks-connection": file(filename="d" * 251 + ".whl"),
    "filename-too-long": Example(wheel("demo", tag="py3-none-" + ".".join(["any"] * 56))),
    "invalid-sdist-filename": Example(sdist("demo").renamed("demo-1.0-1.tar.gz")),
    "invalid-wheel-filename": Example(wheel("demo").renamed("demo-1.0-1-py3-none-any.whl")),
    "unsupported-platform-tag": Example(wheel("demo", tag="cp313-cp313-manylinux_2_28_x86_64")),
    "invalid-filename-normalized": Example(wheel("Demo", spelled="Demo-1.0")),
    "invalid-sdist-filename-normalization": Example(sdist("my.demo", spelled="my_demo-1.0")),
    "invalid-filename-projectname": Example(wheel("My.Demo", spelled="my_demo-1.0")),
    "invalid-filename-version": Example(wheel("demo", spelled="demo-1.0.0")),
}
SIZE_AND_DIGEST = {
    "file-too-large": prepared(lambda index: setattr(index.limits, "file_size", WHEEL.size)),
    "project-too-large": prepared(lambda index: setattr(index.limits, "project_size", WHEEL.size)),
    "digest-not-ascii": form(md5_digest="x"),
    "digest-mismatch": form(sha256_digest=WHEEL.sha256.upper()),
}
EXISTING_FILES = {
    "same-file-again": prepared(lambda index: keep(index, wheel("demo", summary="Another"))),
    "duplicate-file": prepared(lambda index: keep(index, sdist("demo"))),
    "filename-reuse": prepared(
        lambda index: keep(index, sdist("demo")),
        lambda index: index.releases.delete_file(index.projects["demo"], "demo-1.0.tar.gz"),
    ),
    "release-closed": prepared(
        lambda index: keep(index, sdist("demo")),
        lambda index: index.releases.make_older(index.projects["demo"], "1.0", 13),
    ),
    "duplicate-sdist": prepared(lambda index: keep(index, WHEEL), package=sdist("demo")),
}
ARCHIVE = {
    "zip-and-tar": Example(Package(WHEEL.filename, bytes(511) + WHEEL.read())),
    "not-a-zipfile": Example(wheel("demo", broken="trailing-data")),
    "not-a-tarfile": Example(Package("demo-1.0.tar.gz", gzip.decompress(sdist("demo").read()))),
    "decompression-bomb": Example(wheel("demo", files={"demo/zeros.bin": bytes(63 << 20)})),
    "unsupported-compression": Example(WHEEL),
    "tar-sparse-member": Example(sdist("demo")),
    "sdist-top-level": Example(sdist("demo", broken="sdist-without-pkg-info")),
    "no-pkg-info": Example(sdist("demo")),
    "unparsable-wheel-name": Example(wheel("demo").renamed("demo-1.0-any.whl")),
    "no-wheel-file": Example(wheel("demo", broken="no-record")),
    "unreadable-archive": Example(Package("demo-1.0.tar.gz", sdist("demo").read() + b"behind the archive")),
    "encrypted-member": Example(OddMember(name=b"demo/extra.txt", flags=1).in_wheel()),
    "archive-breaks-pypi": Example(OddMember(name=b"demo/extra.txt", method=99).in_wheel()),
    "archive-breaks-connection": Example(Package(WHEEL.filename, b"#!/bin/sh\n" + WHEEL.read())),
    "archive-exhausts-pypi": Example(wheel("demo", files={f"demo/{number}.txt": b"" for number in range(100)})),
    "pyarmor-encrypted": Example(wheel("demo", files={"demo/locked.txt": PYARMOR_HOOKS[0]})),
    "exposed-token": Example(wheel("demo", files={"demo/settings.py": HALF_A_TOKEN})),
    "sourcedefender-encrypted": Example(wheel("demo", files={"demo/locked.pye": SOURCEDEFENDER_LINES[0]})),
    "zip-trailing-data": Example(wheel("demo", broken="prepended-data")),
    "zip-unknown-record": Example(wheel("demo", broken="data-descriptor")),
    "zip-data-descriptor": Example(wheel("demo", broken="control-character")),
    "zip-duplicate-member": Example(wheel("demo", files={"demo/A.txt": b"", "demo/a.txt": b""})),
    "zip-member-name": Example(wheel("demo", files={"demo/é.txt": b""})),
    "zip-malformed": Example(OddMember(local_extra=b"\x99\x99\x00\x00").in_wheel()),
    "zip-views-differ": Example(WHEEL),
}
REQUIRED_FILES = {
    "missing-license-file": Example(wheel("demo", license_files={"LICENSE": "MIT"})),
    "wheel-file-breaks-pypi": Example(wheel("demo", broken="bad-entry-points")),
    "missing-record-file": Example(wheel_with(RECORD=b"demo")),
    "record-blank-line": Example(wheel_with(RECORD=b"demo/__init__.py,,\n")),
    "invalid-entry-points": Example(wheel("demo", scripts={"de.mo-1_x": "demo:main"})),
    "missing-metadata-file": Example(wheel_with(METADATA=b"x")),
}
ATTESTATION = {
    "attestations-need-trusted-publishing": attested([attestation()]),
    "attestations-unsupported-publisher": attested([]),
    "attestations-malformed": attested([]),
    "attestations-empty": attested([attestation()]),
    "attestations-too-many": attested(BOTH_KINDS),
    "attestations-do-not-verify": attested([attestation()]),
    "attestations-duplicate-predicate": attested(BOTH_KINDS),
}

NEAR_MISSES: dict[str, Example] = {
    **FORM,
    **SITE_AND_SENDER,
    **NEW_PROJECT,
    **METADATA,
    **FILENAME,
    **SIZE_AND_DIGEST,
    **EXISTING_FILES,
    **ARCHIVE,
    **REQUIRED_FILES,
    **ATTESTATION,
}
