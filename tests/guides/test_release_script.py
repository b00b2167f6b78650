"""`publish_to_pypi.sh`: one script that builds, checks, uploads to both indexes and verifies what it did."""

from __future__ import annotations

from pathlib import Path

import pytest

from fake_pypi.clients.shell import Shell
from fake_pypi.fake import FakeIndexes
from tests.guides.screen import shown

pytestmark = pytest.mark.slow

SCRIPT = """\
#!/bin/bash
set -euo pipefail
VERSION=$(grep -m1 '^version' pyproject.toml | cut -d'"' -f2)
NAME=tide-tables

echo "==> cleaning"
rm -rf dist build *.egg-info
echo "==> building"
python -m build
echo "==> checking"
python -m twine check --strict dist/*
echo "==> TestPyPI"
python -m twine upload --repository testpypi --skip-existing dist/*
echo "==> waiting for the index"
sleep 60
echo "==> verifying TestPyPI"
curl -sSf "https://test.pypi.org/pypi/$NAME/$VERSION/json" > /dev/null
rm -rf verify && virtualenv --quiet verify
verify/bin/pip install --quiet --index-url https://test.pypi.org/simple/ \
    --extra-index-url https://pypi.org/simple/ "$NAME==$VERSION"
verify/bin/tide-tables
echo "==> PyPI"
python -m twine upload dist/*
sleep 1m 30s
curl -sSf "https://pypi.org/pypi/$NAME/json" \
    | python -c "import json, sys; print('latest:', json.load(sys.stdin)['info']['version'])"
echo "==> done: https://pypi.org/project/$NAME/$VERSION/"
"""


def test_the_script_publishes_once(indexes: FakeIndexes, project: Path) -> None:
    (project / "publish_to_pypi.sh").write_text(SCRIPT, encoding="utf-8")
    shell = indexes.shell(fake_sleep=True)
    told = shell.run("chmod +x publish_to_pypi.sh && ./publish_to_pypi.sh", cwd=project).stdout
    assert "tide-tables 1.0.0, idna 3\n==> PyPI" in told
    assert told.endswith("latest: 1.0.0\n==> done: https://pypi.org/project/tide-tables/1.0.0/\n")


def test_a_changed_file_ends_the_script_with_pypis_message(indexes: FakeIndexes, project: Path) -> None:
    (project / "publish.sh").write_text(
        "#!/bin/bash\nset -e\nrm -rf dist\nuv build --quiet\ntwine upload dist/*\necho published\n",
        encoding="utf-8",
    )
    shell = indexes.shell()
    assert shell.run("bash publish.sh", cwd=project).stdout.endswith("published\n")
    with (project / "tide_tables.py").open("a", encoding="utf-8") as module:
        module.write("# one more line\n")
    again = shell.run("bash publish.sh", cwd=project, check=False)
    assert again.returncode == 1
    assert "File already exists ('tide_tables-1.0.0-py3-none-any.whl'" in shown(again)
    assert "published" not in again.stdout


def test_sleeping_moves_the_clocks_of_both_indexes(indexes: FakeIndexes) -> None:
    shell = indexes.shell(fake_sleep=True)
    before = [index.clock.now() for index in indexes.all]
    shell.run("sleep 1h 30")
    moved = [(index.clock.now() - then).total_seconds() for index, then in zip(indexes.all, before, strict=True)]
    assert [3630 <= seconds < 3660 for seconds in moved] == [True, True]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("sleep", "sleep: missing operand\n"),
        ("sleep soon", "sleep: invalid time interval 'soon'\n"),
        ("sleep 1 2x", "sleep: invalid time interval '2x'\n"),
    ],
)
def test_a_sleep_that_makes_no_sense_fails_as_the_real_one(shell: Shell, typed: str, said: str) -> None:
    rejected = shell.run(typed, check=False)
    assert (rejected.returncode, rejected.stderr) == (1, said)


def test_sleep_is_that_of_the_system_unless_requested(indexes: FakeIndexes) -> None:
    before = indexes.pypi.clock.now()
    indexes.shell().run("sleep 0")
    assert (indexes.pypi.clock.now() - before).total_seconds() < 30
    assert "fake-pypi-shell" not in indexes.shell().run("command -v sleep").stdout
