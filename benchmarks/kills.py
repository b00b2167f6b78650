"""Kill `run`, `rehearse` and `serve` at random moments, and count what stays: `python benchmarks/kills.py [NUMBER]`.

Each of NUMBER (200) commands gets SIGTERM, SIGHUP or SIGKILL after a random time. Then no process may have a path of
the temporary folder in its environment, and after the next start no folder may be left. Linux only.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

COMMAND = [sys.executable, "-m", "fake_pypi"]
SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGKILL)
SLEEPS = "for i in 1 2 3; do sleep 300 & done; (setsid sleep 300 &); pip download hello; sleep 300"
PROJECT = Path(__file__).resolve().parents[1] / "examples" / "hatchling"
WAIT = 10.0  # seconds in which processes have to be gone


def commands(folder: Path) -> list[list[str]]:
    """Return what is killed."""
    return [
        ["run", "--", "sh", "-c", SLEEPS],
        ["rehearse", str(PROJECT)],
        ["serve", "--quiet"],
        ["serve", "--quiet", "--data", str(folder / "data")],
    ]


def processes(folder: Path) -> list[str]:
    """Return the command lines of the processes that were started with a path of the folder in a variable."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if f"{folder}/".encode() in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip())
    return [line for line in found if line]


def kill_one(folder: Path, words: list[str], number: signal.Signals, moment: float) -> list[str]:
    """Start a command, send it a signal, and return what is left of it."""
    temporary = folder / "tmp"
    temporary.mkdir(exist_ok=True)
    env = {**os.environ, "TMPDIR": str(temporary)}
    silent = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    started = subprocess.Popen([*COMMAND, *words], env=env, start_new_session=True, **silent)  # type: ignore[call-overload]
    with contextlib.suppress(subprocess.TimeoutExpired):
        started.wait(moment)
    started.send_signal(number)
    started.wait(60)
    end = time.monotonic() + WAIT
    while (left := processes(folder)) and time.monotonic() < end:
        time.sleep(0.02)
    subprocess.run([*COMMAND, "run", "--", "true"], env=env, check=True, **silent)  # type: ignore[call-overload]
    return [*left, *(path.name for path in temporary.iterdir() if "running" not in path.name)]


def main(number: int) -> int:
    """Kill so many commands; return how many left something."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # below nohup it would be ignored, as it should
    seed = random.randrange(1 << 32)
    chance = random.Random(seed)
    bad = 0
    with tempfile.TemporaryDirectory(prefix="kills-") as place:
        folder = Path(place)
        for attempt in range(number):
            words = chance.choice(commands(folder))
            killed_by, moment = chance.choice(SIGNALS), chance.uniform(0.05, 6)
            if left := kill_one(folder, words, killed_by, moment):
                bad += 1
                print(f"{attempt}: {words[0]} after {moment:.2f} s of {killed_by.name} left {left}")
    print(f"{number} kills, {bad} left something (seed {seed})")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else 200))
