"""A report with something in every part of it."""

from __future__ import annotations

from datetime import datetime, timezone

from fake_pypi.report.report_content import (
    ArchiveMember,
    CommandReport,
    FileReport,
    FormEntry,
    IndexReport,
    ProjectReport,
    PublisherReport,
    RejectionReport,
    ReleaseReport,
    RemainingTask,
    Report,
    RequestReport,
    RunReport,
    StepReport,
)

MOMENT = datetime(2026, 11, 21, 9, 30, 5, 123456, tzinfo=timezone.utc)
REJECTION = RejectionReport(
    filename="demo-1.0.tar.gz",
    status=400,
    message="File already exists <&>.",
    rule="duplicate-file",
    explanation="PyPI never replaces a file.",
    remedy="Give the release a new version, or use `--skip-existing`.",
)
WHEEL = FileReport(
    filename="demo-1.0-py3-none-any.whl",
    kind="bdist_wheel",
    size=1234,
    sha256="a" * 64,
    blake2_256="b" * 64,
    members=(ArchiveMember("demo/__init__.py", 12),),
    member_count=3,
    metadata={"name": ["demo"], "requires_dist": ["rich", "click"]},
    uploaded=MOMENT,
    uploader="maintainer",
)
INDEX = IndexReport(
    site="pypi",
    title="PyPI",
    host="pypi.org",
    projects=(
        ProjectReport(
            "demo", "active", (ReleaseReport("1.0", MOMENT, True, "broken", (WHEEL,), "<!DOCTYPE html><p>Page"),)
        ),
    ),
    requests=(
        RequestReport(
            MOMENT,
            "POST",
            "https://upload.pypi.org/legacy/",
            "twine 7.0.0",
            400,
            "File already exists",
            "maintainer",
            "demo",
            "demo-1.0.tar.gz",
            "duplicate-file",
            "503 times=1",
            0.25,
        ),
    ),
    request_count=2,
    rejections=(REJECTION,),
    rejection_count=1,
    faults=("503 times=1, used 1 time",),
    publishers=(PublisherReport("github", ("demo",), (FormEntry("Owner", "octo"),), is_pending=True),),
    left_out=("All requests but the newest 1.",),
)
STEPS = (
    StepReport(
        "build",
        "Build the release.",
        "passed",
        "",
        MOMENT,
        2.5,
        (),
        (),
        (CommandReport("python -m build", 0, "\x1b[32mSuccessfully built\x1b[0m demo", MOMENT, 2.4),),
    ),
    StepReport(
        "upload to PyPI",
        "Upload.",
        "failed",
        "PyPI rejected the upload",
        MOMENT,
        1.25,
        (REJECTION,),
        ("read `fake-pypi rules`",),
        (CommandReport("twine upload dist/*", 1, "400 Bad Request", MOMENT, 1.0),),
    ),
    StepReport("yank", "Yank.", "skipped", "upload to PyPI failed"),
)
RUN = RunReport(
    "rehearsal",
    "demo",
    "1.0",
    "failed",
    message="upload to PyPI: PyPI rejected the upload",
    started=MOMENT,
    seconds=3.75,
    steps=STEPS,
    built=(WHEEL,),
    indexes=(INDEX,),
    published=("demo 1.0 on PyPI: demo-1.0-py3-none-any.whl",),
    notes=("the version 1.0 of the tag",),
    warnings=("demo-1.0.tar.gz contains compiled files",),
    not_checked=("whether the name demo is free",),
    blocked_requests=("example.com:443 by pip, 1 time",),
    remaining=(
        RemainingTask(
            "Register the publisher",
            "As a pending one.",
            "https://pypi.org/manage/account/publishing/",
            (FormEntry("Owner", "octo"), FormEntry("Environment name", "pypi")),
        ),
    ),
)
REPORT = Report(MOMENT, "pytest-fake-pypi 0.1.0", "CPython 3.11.7", "Linux", (RUN,))
