"""The client matrix: each cell is a real client, pinned in clients.toml, with indexes of its own.

`make test` runs the newest clients that are quick, and three slower ones on the real hosts; `nox -s clients` runs
all of them, newest and oldest (FAKE_PYPI_CLIENTS chooses).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from fake_pypi.fake import FakeIndexes
from fake_pypi.packages.wheel import wheel
from tests.e2e.bench import Bench, printed
from tests.e2e.cells import ALL, CELLS, INSTALLS, WITHOUT, Cell
from tests.e2e.installers import INSTALLERS
from tests.e2e.provision import PINS, SYSTEM
from tests.e2e.uploaders import UPLOADERS

pytestmark = pytest.mark.slow

QUICK = ("twine", "uv", "flit", "maturin", "pip", "pipx", "build", "curl", "urllib")
ON_REAL_HOSTS = ("poetry", "hatch", "pdm")
MOST_CELLS_WITHOUT = 94


def _chosen() -> list[tuple[str, Cell]]:
    """The ages and cells of this run."""
    wanted = os.environ.get("FAKE_PYPI_CLIENTS", "")
    if not wanted:
        return [("newest", cell) for cell in CELLS if _is_representative(cell)]
    ages = list(PINS) if wanted == "all" else [wanted]
    # What the system brings is of one age.
    return [(age, cell) for age in ages for cell in CELLS if age == "newest" or cell.client not in SYSTEM]


def _is_representative(cell: Cell) -> bool:
    return cell.client in QUICK or (cell.client in ON_REAL_HOSTS and cell.mode == "real")


CHOSEN = _chosen()


def test_every_cell_is_run_or_explained() -> None:
    assert set(CELLS) | set(WITHOUT) == set(ALL)
    assert set(WITHOUT) <= set(ALL)
    assert {cell.client for cell in CELLS} == {*PINS["newest"], *SYSTEM}
    assert PINS["newest"].keys() == PINS["oldest"].keys()


def test_the_cells_that_cannot_be_had_only_become_fewer() -> None:
    assert len(WITHOUT) <= MOST_CELLS_WITHOUT, "lower the number, never raise it"


@pytest.fixture
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    age, cell = request.param
    request.node.user_properties.append(("cell", f"{age} {cell}"))
    with FakeIndexes() as indexes:
        yield Bench(cell, age, indexes, tmp_path)
        assert indexes.servers.errors == []
        assert indexes.blocked_requests == []


def _cells(*scenarios: str) -> pytest.MarkDecorator:
    chosen = [(age, cell) for age, cell in CHOSEN if cell.scenario in scenarios]
    return pytest.mark.parametrize("bench", chosen, indirect=True, ids=[f"{age}-{cell}" for age, cell in chosen])


@_cells("upload", "again", "changed", "bad-token")
def test_uploading(bench: Bench) -> None:
    cell, uploader = bench.cell, UPLOADERS[bench.cell.client]
    command = uploader.commands[cell.mode]
    bench.write_project()
    env = bench.told("pypi-invented" if cell.scenario == "bad-token" else bench.pypi.token.secret)
    if cell.scenario in ("again", "changed"):
        bench.run(command, env)
    if cell.scenario == "changed":
        bench.write_project("A project that was changed")

    done = bench.run(command, env, check=False)

    place = f"{cell.scenario}/{cell.mode}"
    assert re.search(uploader.said.get(place) or uploader.said[cell.scenario], printed(done))
    assert done.returncode == uploader.codes.get(place, uploader.codes.get(cell.scenario, 0))
    statuses = {"upload": [200], "again": [200, 200], "changed": [200, 400], "bad-token": [403]}
    bench.check_uploads(uploader, uploader.posts.get(place, statuses[cell.scenario]))
    if bench.uploads()[-1].status == 400:
        assert bench.pypi.rejections[-1].rule == "duplicate-file"


@_cells("trusted")
def test_trusted_publishing(bench: Bench) -> None:
    uploader = UPLOADERS[bench.cell.client]
    bench.write_project()
    bench.pypi.add(wheel("hello", "0.9"))
    bench.pypi.add_github_publisher("hello", owner="octo", repository="hello", workflow="release.yml")

    env = {**bench.told_without_token(), **bench.pypi.github_oidc()}
    done = bench.run(uploader.trusted[bench.cell.mode], env)

    assert re.search(uploader.said["trusted"], printed(done))
    bench.check_uploads(uploader, [200])
    steps = [each.path.rpartition("/")[2] for each in bench.pypi.requests if "/_/oidc/" in each.path]
    assert steps[:2] == ["audience", "mint-token"]
    assert "octo/hello" in bench.uploads()[0].sender


@_cells(*INSTALLS)
def test_installing(bench: Bench) -> None:
    cell, installer = bench.cell, INSTALLERS[bench.cell.client]
    for name, text in installer.files.items():
        (bench.folder / name).write_text(text, encoding="utf-8")
    bench.offer(installer)
    yanked = bench.yank_a_newer_one(installer) if cell.scenario == "yanked" else None

    plain = cell.mode == "plain" and installer.plain_script
    done = bench.run(plain or installer.script, bench.told(""))

    assert re.search(installer.shows, " ".join(done.stdout.split()))
    fetched = bench.check_fetches(installer)
    assert [name for name in fetched if yanked and yanked in name] == []
