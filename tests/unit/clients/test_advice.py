"""Which command lines are known never to work, and what is said about them."""

from __future__ import annotations

import pytest

from fake_pypi.clients.advice import advice_on


@pytest.mark.parametrize(
    ("command", "instead"),
    [
        (["twine", "upload", "--dry-run", "dist/hello-1.0.tar.gz"], "fake-pypi check"),
        ("python -m twine upload --repository testpypi --dry-run dist/*", "fake-pypi check"),
        ("twine yank hello 1.0", "fake-pypi yank"),
        ("twine check -r testpypi dist/*", "twine check dist/*"),
        ("pip3 search hello", "pip index versions"),
        ("python3 setup.py sdist bdist_wheel upload", "python -m build"),
        ("pip install 'hello==1.0-SNAPSHOT'", "PEP 440"),
        ("export TWINE_TEST_TOKEN=x\ntwine upload dist/*", "TWINE_PASSWORD"),
    ],
)
def test_what_never_works_is_known_however_it_is_typed(command: str | list[str], instead: str) -> None:
    assert instead in advice_on(command)


def test_two_mistakes_get_two_lines() -> None:
    assert advice_on("twine check -r testpypi dist/*; twine upload --dry-run dist/*").count("\n") == 1
