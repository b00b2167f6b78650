"""Hooks of projects and plugins that read what a test function has meet release steps too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.plugin.test_rehearsal import IDS, a_project, ids

if TYPE_CHECKING:
    import pytest

READS = {
    "fixture names": "'db' in item.fixturenames",
    "a class": "item.cls is not None and item.cls.__name__",
    "an instance": "item.instance is not None and item.instance.name",
    "a docstring": "len(item.function.__doc__)",
    "a coroutine": "__import__('inspect').iscoroutinefunction(item.obj)",
    "a signature": "assert_empty(__import__('inspect').signature(item.function).parameters)",
    "a source file": "__import__('inspect').getsourcefile(item.function)",
    "a function's name": "item.function.__qualname__ + item.originalname",
    "a module": "(item.module.__name__ + item.function.__module__ + item.module.__file__).lower()",
    "a marker": "item.get_closest_marker('slow') or list(item.iter_markers())",
    "keywords": "'slow' in item.keywords",
    "fixture values": "item.funcargs.get('db')",
    "parameters": "hasattr(item, 'callspec') and item.callspec.params",
    "where it is": "item.path.name + item.nodeid + item.location[0] + str(item.location[1] + 1) + item.fspath.basename",
}


HELPER = "def assert_empty(value): assert not value\n"


def test_hooks_that_read_a_test_function_can_read_a_step(pytester: pytest.Pytester) -> None:
    a_project(pytester.path, requires=repr("no-such-backend"))
    lines = "".join(f"    {read}\n" for read in READS.values())
    pytester.makeconftest(
        f"{HELPER}def read(item):\n{lines}"
        "def pytest_collection_modifyitems(items):\n    for item in items: read(item)\n"
        "def pytest_runtest_setup(item): read(item)\n"
        "def pytest_runtest_teardown(item): read(item)\n"
    )
    pytester.makepyfile("def test_own():\n    'Pass.'")
    pytester.runpytest_subprocess("--fake-pypi", "-q").assert_outcomes(passed=1, failed=1, skipped=7)


def test_a_hook_that_adds_and_removes_markers_and_items_acts_on_steps(pytester: pytest.Pytester) -> None:
    a_project(pytester.path)
    pytester.makeconftest(
        """
        import pytest

        def pytest_collection_modifyitems(config, items):
            for item in items:
                if item.function.__name__ == "upload_to_PyPI":
                    item.add_marker(pytest.mark.slow)
            items.sort(key=lambda item: (item.module.__name__, item.name), reverse=True)
        """
    )
    pytester.makeini("[pytest]\nmarkers = slow\naddopts = --strict-markers\n")
    result = pytester.runpytest_subprocess("--fake-pypi", "--collect-only", "-q", "-m", "slow")
    assert ids(result) == ["pyproject.toml::release::upload to PyPI"]
    result = pytester.runpytest_subprocess("--fake-pypi", "--collect-only", "-q")
    assert ids(result) == IDS
