"""Under pytest-xdist every worker has sockets and indexes of its own, and one summary covers all."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

WORKERS = """
    import pytest

    @pytest.mark.parametrize("number", range(8))
    def test_upload(number, fake_pypi, fake_testpypi, fake_pypi_packages, worker_id, record_property):
        for index in (fake_pypi, fake_testpypi):
            assert index.project("hello") is None
            index.upload(fake_pypi_packages.wheel("hello", "1.0", summary=f"number {number}"))
        (HERE / f"{worker_id}-{number}").write_text(f"{fake_pypi.url} {fake_testpypi.url}")
"""


def test_each_worker_has_its_own_addresses_and_each_test_its_own_indexes(pytester: pytest.Pytester) -> None:
    seen = pytester.mkdir("seen")
    pytester.makepyfile(f"import pathlib\nHERE = pathlib.Path({str(seen)!r})\n" + textwrap.dedent(WORKERS))
    pytester.runpytest_subprocess("-n", "2").assert_outcomes(passed=8)
    addresses: dict[str, set[str]] = {}
    for note in seen.iterdir():
        addresses.setdefault(note.name.partition("-")[0], set()).add(note.read_text(encoding="utf-8"))
    assert [len(each) for each in addresses.values()] == [1] * len(addresses)
    every = [url for each in addresses.values() for line in each for url in line.split()]
    assert len(set(every)) == len(every)


def test_the_summary_lists_the_rejections_of_all_workers(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest
        from fake_pypi import UploadRejected

        @pytest.mark.parametrize("name", ["one", "two", "three", "four"])
        def test_it(name, fake_pypi, fake_pypi_packages):
            fake_pypi.upload(fake_pypi_packages.wheel(name, "1.0"))
            with pytest.raises(UploadRejected):
                fake_pypi.upload(fake_pypi_packages.wheel(name, "1.0", summary="changed"))
        """
    )
    result = pytester.runpytest_subprocess("-n", "2", "-v")
    result.assert_outcomes(passed=4)
    rejected = [line for line in result.stdout.lines if "]: 400 File already exists" in line]
    assert len(rejected) == 4


def test_each_worker_has_its_own_process_environment(pytester: pytest.Pytester) -> None:
    seen = pytester.mkdir("seen")
    pytester.makepyfile(
        f"""
        import os, pathlib, pytest

        @pytest.mark.parametrize("number", range(6))
        def test_it(number, worker_id):
            (pathlib.Path({str(seen)!r}) / f"{{worker_id}}-{{number}}").write_text(os.environ["FAKE_PYPI_URL"])
        """
    )
    pytester.runpytest_subprocess("-n", "2", "--fake-pypi-process-environment").assert_outcomes(passed=6)
    addresses = {(each.name.partition("-")[0], each.read_text(encoding="utf-8")) for each in seen.iterdir()}
    assert len({url for _, url in addresses}) == len({worker for worker, _ in addresses}) == len(addresses)
