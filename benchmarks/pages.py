"""How long a project page with a 50 kB README takes: when its README was rendered in this process, and after a restart.

Run it with `python benchmarks/pages.py`. Times are milliseconds of one request without a socket, as medians of some
rounds; Jinja2 and readme_renderer are loaded before. PyPI renders a README when it is uploaded, and so does the check
here; a folder with the index keeps the HTML for the time after a restart.
"""

from __future__ import annotations

import io
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from fake_pypi.inspection.readme import READMES, ReadmeCache
from fake_pypi.operations.actor import ADMINISTRATOR
from fake_pypi.operations.seeding import seed
from fake_pypi.packages.wheel import wheel
from fake_pypi.web.application import Application
from fake_pypi.web.instance import Instance

ROUNDS = 9
SIZE = 50_000
SENTENCE = "A sentence with *emphasis*, `code` and a [link](https://example.com/{number}) in it. "
SECTION = "## Section {number}\n\n" + 6 * SENTENCE + "\n\n- one\n- two\n\n"
CODE = "```python\ndef function_{number}(argument: int = {number}) -> str:\n    return str(argument)\n```\n\n"
RST = (
    "Section {number}\n==============\n\n"
    + 6 * "A sentence with *emphasis* and ``code`` in it. "
    + "\n\n- one\n- two\n\n"
)


def main() -> None:
    """Print one line a figure."""
    readmes = {
        "Markdown": ("text/markdown", _repeated(SECTION + CODE)),
        "Markdown, mostly code": ("text/markdown", _repeated(CODE)),
        "reStructuredText": ("text/x-rst", _repeated(RST)),
    }
    for name, (content_type, readme) in readmes.items():
        folder = tempfile.TemporaryDirectory()
        instance = Instance(data=Path(folder.name))
        try:
            owner = instance.index.accounts.add("alice")
            package = wheel("demo", "1.0", description=readme, description_content_type=content_type)
            seed(instance.index, ADMINISTRATOR, package, owner, files=instance)
            _read(instance)

            def read(index: Instance = instance) -> None:
                _read(index)

            restarted, again = _median(read, _forget), _median(read)
            start = time.perf_counter()
            ReadmeCache().render(readme, content_type)
            rendering = (time.perf_counter() - start) * 1000
        finally:
            instance.close()
            folder.cleanup()
        print(
            f"{name}, {len(readme)} characters: {again:.1f} ms after its upload, {restarted:.1f} ms after a restart; "
            f"rendering takes {rendering:.0f} ms"
        )
    lazily = (
        "import sys, fake_pypi; fake_pypi.FakePyPI().close(); print({'jinja2', 'readme_renderer'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", lazily], check=True, capture_output=True, text=True)
    print("imported by an index that shows no page:", done.stdout.strip().replace("set()", "nothing"))


def _repeated(section: str) -> str:
    text = ""
    number = 0
    while len(text) < SIZE:
        text += section.replace("{number}", str(number))
        number += 1
    return text


def _forget() -> None:
    READMES.__dict__.update(ReadmeCache().__dict__)


def _median(act: Callable[[], None], prepare: Callable[[], None] = lambda: None) -> float:
    times = []
    for _ in range(ROUNDS):
        prepare()
        start = time.perf_counter()
        act()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def _read(instance: Instance) -> None:
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/project/demo/",
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
    }
    statuses: list[str] = []
    body = b"".join(Application(instance)(environ, lambda status, _headers, _error=None: statuses.append(status)))
    if statuses != ["200 OK"] or b"pip install demo" not in body:
        raise SystemExit(f"the page was answered with {statuses}")


if __name__ == "__main__":
    main()
