"""What the real host names cost a command: the same upload and install by proxy and TLS, and over plain HTTP.

Run it with `python benchmarks/real_hosts.py [ROUNDS]`. The sides take turns, so that a busy machine slows all of
them; every figure is a median in milliseconds. The third side is strict mode, where the kernel has it.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from fake_pypi.clients.shell import Shell
from fake_pypi.errors import UsageError
from fake_pypi.fake import FakeIndexes
from fake_pypi.packages.wheel import wheel

ROUNDS = 15
LIMIT = 60.0
OFF = dict.fromkeys(("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"))
COMMANDS = {
    "twine upload": "twine upload dist/*",
    "uv publish": "uv publish dist/*",
    "pip download": "python -m pip download --quiet --no-cache-dir --no-deps --dest got hello",
    "uv pip install": "uv pip install --quiet --no-cache --target got --upgrade hello",
    "curl": "curl --silent --fail --output got.html $SIMPLE/hello/",
}


def sides(indexes: FakeIndexes) -> dict[str, tuple[Shell, dict[str, str | None]]]:
    """The ways to reach the same index: a shell, and what to change in its environment."""
    token = {"UV_PUBLISH_TOKEN": indexes.pypi.token.secret, "VIRTUAL_ENV": sys.prefix}
    simple = {"SIMPLE": "https://pypi.org/simple"}
    plain = {**OFF, **token, **indexes.pypi.env("twine", "uv", "pip"), "SIMPLE": f"{indexes.pypi.url}/simple"}
    ways: dict[str, tuple[Shell, dict[str, str | None]]] = {
        "plain HTTP": (indexes.shell(), plain),
        "real hosts": (indexes.shell(), {**token, **simple}),
    }
    try:
        ways["strict"] = (indexes.shell(strict=True), {**token, **simple})
    except UsageError as mistake:
        print(f"without strict mode: {mistake}")
    return ways


def milliseconds(action: Callable[[], object]) -> float:
    """How long something takes on the clock."""
    began = time.perf_counter()
    action()
    return (time.perf_counter() - began) * 1000


def main(rounds: int) -> int:
    """Print a line for each command; 1 if the real hosts cost more than the limit."""
    worst = 0.0
    with tempfile.TemporaryDirectory() as place, FakeIndexes() as indexes:
        folder = Path(place)
        wheel("hello", "1.0").write_to(folder / "dist")
        ways = sides(indexes)
        print(f"{'median of ' + str(rounds):<16}" + "".join(f"{name:>14}" for name in ways) + f"{'cost':>10}")
        for name, command in COMMANDS.items():
            runs: dict[str, list[float]] = {way: [] for way in ways}
            for number in range(rounds + 1):
                for way, (shell, env) in ways.items():
                    spent = milliseconds(lambda: shell.run(command, cwd=folder, env=env))  # noqa: B023
                    if number:  # the first round writes caches and bytecode
                        runs[way].append(spent)
            medians = {way: statistics.median(spent) for way, spent in runs.items()}
            cost = medians["real hosts"] - medians["plain HTTP"]
            worst = max(worst, cost)
            print(f"{name:<16}" + "".join(f"{each:14.1f}" for each in medians.values()) + f"{cost:10.1f}")
    print(f"the real hosts cost at most {worst:.0f} ms a command (limit {LIMIT:.0f})")
    return int(worst > LIMIT)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS))
