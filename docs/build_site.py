"""Build the documentation as one version of a site: `python tasks.py site [VERSION]`.

`build/site/VERSION/` gets the pages; `versions.json` lists the versions that are there, newest first, for the list on
each page, and `index.html` leads to the newest release.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from importlib.metadata import version as version_of
from pathlib import Path

from packaging.version import InvalidVersion, Version

DOCS = Path(__file__).resolve().parent
SITE = DOCS.parent / "build" / "site"
STRICT = ("--fail-on-warning", "--nitpicky", "--quiet")
REDIRECT = """\
<!doctype html>
<meta charset="utf-8">
<title>pytest-fake-pypi</title>
<meta http-equiv="refresh" content="0; url={version}/">
<a href="{version}/">pytest-fake-pypi {version}</a>
"""


def key(name: str) -> tuple[bool, Version]:
    """Return what versions are sorted by: releases before branches such as `latest`."""
    try:
        return True, Version(name)
    except InvalidVersion:
        return False, Version("0")


def versions(site: Path) -> list[str]:
    """Return the versions in a site, newest first."""
    return sorted((path.parent.name for path in site.glob("*/index.html")), key=key, reverse=True)


def complete(site: Path) -> None:
    """Write the list of versions and the first page of a site."""
    names = versions(site)
    (site / "versions.json").write_text(json.dumps(names) + "\n", encoding="utf-8")
    (site / "index.html").write_text(REDIRECT.format(version=names[0]), encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Build a version, replacing the one of that name."""
    name = arguments[0] if arguments else version_of("pytest-fake-pypi")
    if not name or "/" in name or name.startswith("."):
        sys.stderr.write(f"site: {name!r} cannot be the name of a folder: give a version such as 0.1.0\n")
        return 2
    shutil.rmtree(SITE / name, ignore_errors=True)
    command = [sys.executable, "-m", "sphinx", *STRICT, "-D", f"release={name}", str(DOCS), str(SITE / name)]
    code = subprocess.run(command, check=False).returncode
    if code == 0:
        complete(SITE)
        sys.stdout.write(f"{SITE.relative_to(DOCS.parent)}: {', '.join(versions(SITE))}\n")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
