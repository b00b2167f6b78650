"""The page about limits: of PyPI, which the rules check, and of this program."""

from __future__ import annotations

from collections.abc import Iterator

from docs.generators.markdown import table
from fake_pypi.index import Index
from fake_pypi.inspection import tar_archive, zip_directory, zip_members
from fake_pypi.rules import archive_format, core_metadata, filename, people_and_links
from fake_pypi.rules.order import PYPI as RULES
from fake_pypi.sites import SITES
from fake_pypi.web import form

INTRODUCTION = """\
# Limits

<!-- Written by docs/generate.py from the constants in the code. -->

## Of PyPI

An upload beyond one of these is rejected by the rule. Those with a name in the last column can be set for an index, in
Python or over the [control API](control-api.md); smaller ones make tests fast.
"""
OWN = """\
## Of this program

They protect the machine that the tests run on. PyPI's own limits of this kind are not known, or it has none.
"""


def pages() -> dict[str, str]:
    """Return the page."""
    of_pypi = table(["what", "limit", "rule", "set by"], limits_of_pypi())
    own = table(["what", "limit"], limits_of_this_program())
    return {"reference/limits.md": f"{INTRODUCTION}\n{of_pypi}\n\n{OWN}\n{own}\n"}


def limits_of_pypi() -> Iterator[list[str]]:
    """Yield the limits with the rules that check them."""
    index = Index()
    try:
        file_size, project_size = index.limits.file_size, index.limits.project_size
    finally:
        index.close()
    pypi = SITES["pypi"].new_projects
    yield ["size of one file", size(file_size), rule("file-too-large"), "`limits.file_size` (bytes)"]
    yield [
        "size of all files of a project",
        size(project_size),
        rule("project-too-large"),
        "`limits.project_size` (bytes)",
    ]
    hours = pypi.window // 3600
    yield [
        f"new projects of one user, and of one address, in {hours} hours",
        f"{pypi.per_user}; counted, and enforced where it is set",
        rule("rate-limited"),
        "`limits.new_projects_per_day`, `--new-projects-per-day`",
    ]
    yield ["age of a release that accepts new files", "14 days", rule("release-closed"), "`clock`, `backdate`"]
    yield ["sdists of a release", "1", rule("duplicate-sdist"), ""]
    yield ["length of a file name", f"{filename.LONGEST} characters", rule("filename-too-long"), ""]
    yield ["length of the summary", f"{core_metadata.MOST_SUMMARY_CHARACTERS} characters", rule("summary-length"), ""]
    label = people_and_links.MOST_LABEL_CHARACTERS
    yield ["length of the label of a project URL", f"{label} characters", rule("project-url-label-length"), ""]
    ratio = f"{archive_format.MOST_RATIO} times, above {size(archive_format.SMALL_ENOUGH)}"
    yield ["unpacked size compared with the file", ratio, rule("decompression-bomb"), ""]
    yield ["attestations of a file", "2", rule("attestations-too-many"), ""]


def limits_of_this_program() -> Iterator[list[str]]:
    """Yield the limits that protect the machine."""
    yield ["text fields of an upload form together", f"{size(form.MOST_TEXT)}; above it 413"]
    yield ["parts of an upload form", f"{form.MOST_PARTS:,}"]
    yield ["members of a zip archive", f"{zip_directory.MOST_MEMBERS:,}"]
    yield ["unpacked bytes that are read of an archive", size(zip_members.MOST_UNPACKED)]
    yield ["unpacked bytes that are read of one member", size(zip_members.LARGEST_CONTENT)]
    yield ["header of a member of a tar archive", size(tar_archive.LARGEST_HEADER)]


def rule(rule_id: str) -> str:
    """Return a link to the page of a rule; `UnknownRule` if there is none."""
    return f"[{RULES[rule_id].id}](rules/{rule_id}.md)"


def size(number: int) -> str:
    """Return a number of bytes in the largest unit that divides it."""
    for unit, factor in (("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)):
        if number % factor == 0:
            return f"{number // factor} {unit}"
    return f"{number} bytes"
