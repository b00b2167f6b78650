from __future__ import annotations

import pytest

from fake_pypi.explain.known_client_errors import advice_on_command


@pytest.mark.parametrize(
    ("command", "advice"),
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
def test_a_command_that_always_fails_is_recognized(command: str | list[str], advice: str) -> None:
    assert advice in advice_on_command(command)


def test_two_errors_get_two_lines() -> None:
    assert advice_on_command("twine check -r testpypi dist/*; twine upload --dry-run dist/*").count("\n") == 1


@pytest.mark.parametrize(
    "command",
    [
        "twine upload dist/*",
        "twine check --strict dist/*",
        "twine upload --repository testpypi dist/*",
        "pip install hello==1.0.0",
        "pip install hello==1.0-1",
        "pip install hello==1.0-rc1",
        "pip install hello==1.0-beta.2",
        "pip index versions hello",
        "python -m build",
        "cat setup.py",
    ],
)
def test_a_valid_command_gets_no_advice(command: str) -> None:
    assert advice_on_command(command) == ""
