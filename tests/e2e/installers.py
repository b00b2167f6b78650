"""The command by which each installer installs `hello`, and how to see that it did: one value for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

SHOW = "python -c \"import sys; sys.path.insert(0, 'lib'); import hello; hello.main()\""


@dataclass(frozen=True)
class Installer:
    """A tool that installs from an index.

    `agent` begins the User-Agent of whoever fetches for it. `script` are its lines, in a folder that holds
    `files`; `shows` is what they print (a regular expression; white space counts as one blank). `fetches` is
    the project whose file must have been fetched. `plain_script` is for tools that are told addresses only
    where they are called.
    """

    name: str
    agent: str | tuple[str, ...]
    script: str
    shows: str = r"hello 1\.0$"
    files: Mapping[str, str] = field(default_factory=dict)
    fetches: str = "hello"
    plain_script: str = ""


_PROJECT = """\
[project]
name = "user-of-hello"
version = "0.1"
requires-python = ">=3.10"
"""
_HATCH = f"""\
{_PROJECT}
[tool.hatch.envs.default]
skip-install = true
dependencies = ["hello"]
"""
_BUILD = """\
[build-system]
requires = ["flit_core", "hello"]
build-backend = "flit_core.buildapi"
[project]
name = "user_of_hello"
version = "0.1"
description = "Needs hello to be built"
"""
_TOX = """\
[tox]
no_package = true
env_list = only
[testenv]
deps = hello
commands = hello
"""
_URLLIB = """\
import json, os, sys, urllib.request
simple = os.environ.get("SIMPLE", "https://pypi.org/simple/")
page = urllib.request.Request(simple + "hello/", headers={"Accept": "application/vnd.pypi.simple.v1+json"})
files = [each for each in json.load(urllib.request.urlopen(page))["files"] if not each["yanked"]]
urllib.request.urlretrieve(files[-1]["url"], files[-1]["filename"])
sys.path.insert(0, files[-1]["filename"])
import hello
hello.main()
"""
_CURL = """\
address=$(curl --fail --silent --show-error $SIMPLE/hello/ | grep -v data-yanked | grep -o 'http[^"#]*whl' | tail -1)
curl --fail --silent --show-error --remote-name $address
python -c "import sys; sys.path.insert(0, '$(basename $address)'); import hello; hello.main()"
"""

PIP = Installer("pip", "pip/", f"python -m pip install --quiet --target lib hello\n{SHOW}")
UV = Installer(
    "uv",
    "uv/",
    f"uv pip install --quiet --target lib hello\n{SHOW}\nuvx --quiet hello\nuv tool install --quiet hello\nhello\n"
    "uv add --quiet hello\nuv run --quiet hello",
    r"hello 1\.0 hello 1\.0 hello 1\.0 hello 1\.0$",
    {"pyproject.toml": _PROJECT},
)
POETRY = Installer(
    "poetry",
    "poetry/",
    "poetry add --quiet hello\npoetry run hello",
    files={"pyproject.toml": f"{_PROJECT}[tool.poetry]\npackage-mode = false\n"},
)
HATCH = Installer("hatch", ("pip/", "uv/"), "hatch run hello", files={"pyproject.toml": _HATCH})
PDM = Installer(
    "pdm",
    "pdm/",
    "pdm add --quiet hello\npdm run hello",
    files={"pyproject.toml": f"{_PROJECT}[tool.pdm]\ndistribution = false\n"},
)
# It takes uv where it finds one, and so does hatch.
PIPX = Installer(
    "pipx", ("pip/", "uv/"), "pipx install --quiet hello\nhello\npipx run hello", r"hello 1\.0 hello 1\.0$"
)
PIPENV = Installer("pipenv", "pip/", "pipenv install --quiet hello\npipenv run hello")
TOX = Installer("tox", "pip/", "tox --quiet run", r"hello 1\.0 .*congratulations", {"tox.ini": _TOX})
BUILD = Installer(
    "build",
    "pip/",
    "python -m build --wheel",
    r"Successfully built user_of_hello-0\.1-py2\.py3-none-any\.whl",
    {"pyproject.toml": _BUILD, "user_of_hello.py": '"""Nothing."""\n'},
)
VIRTUALENV = Installer(
    "virtualenv",
    "pip/",
    "virtualenv --quiet --download fresh\nfresh/bin/python -m pip --version",
    r"pip [0-9.]+ from .*fresh",
    fetches="pip",
)
CURL = Installer(
    "curl",
    "curl/",
    f"SIMPLE=https://pypi.org/simple\n{_CURL}",
    plain_script=f"SIMPLE=$FAKE_PYPI_URL/simple\n{_CURL}",
)
URLLIB = Installer(
    "urllib",
    "Python-urllib/",
    "python fetch.py",
    files={"fetch.py": _URLLIB},
    plain_script="SIMPLE=$FAKE_PYPI_URL/simple/ python fetch.py",
)

INSTALLERS = {
    each.name: each for each in (PIP, UV, POETRY, HATCH, PDM, PIPX, PIPENV, TOX, VIRTUALENV, BUILD, CURL, URLLIB)
}
