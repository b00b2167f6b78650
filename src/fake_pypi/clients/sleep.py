"""A `sleep` that advances the clocks of the fakes and returns at once.

Guides wait a minute before they verify what they have published. As with the real command, numbers may have the
suffixes s, m, h and d, and several are added. It is run by the interpreter that runs the tests.
"""

from __future__ import annotations

import json
import math
import os
import re
import sys
from urllib.request import ProxyHandler, Request, build_opener

SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
INTERVAL = re.compile(r"((?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)([smhd]?)")


def seconds_of(words: list[str]) -> float:
    """Return the number of seconds to sleep. Raises ValueError with the message of the real command.

    >>> seconds_of(["1m", "30"])
    90.0
    """
    if not words:
        raise ValueError("missing operand")
    matches = [(word, INTERVAL.fullmatch(word)) for word in words]
    for word, match in matches:
        if match is None:
            raise ValueError(f"invalid time interval '{word}'")
    return math.fsum(float(match[1]) * SECONDS[match[2]] for _, match in matches if match)


def main(words: list[str]) -> int:
    """Advance the clocks of both indexes; return 1 if the arguments are invalid, as the real command does."""
    try:
        seconds = seconds_of(words)
    except ValueError as error:
        sys.stderr.write(f"sleep: {error}\n")
        return 1
    # Never through the proxy that the shell sets.
    opener = build_opener(ProxyHandler({}))
    headers = {
        "Authorization": f"Bearer {os.environ['FAKE_PYPI_CONTROL_SECRET']}",
        "Content-Type": "application/json",
    }
    indexes = f"{os.environ['FAKE_PYPI_CONTROL']}indexes/{os.environ['FAKE_PYPI_INDEXES']}"
    body = json.dumps({"seconds": seconds}).encode()
    for site in ("pypi", "testpypi"):
        address = f"{indexes}/{site}/clock/advance"
        try:
            opener.open(Request(address, body, headers, method="POST"), timeout=30).close()
        except OSError as error:
            sys.stderr.write(f"sleep: the fake indexes do not respond ({error}): keep them open\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
