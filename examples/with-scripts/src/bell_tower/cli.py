"""The three commands of the tower."""

from __future__ import annotations

import argparse
import time
from importlib.metadata import version

from bell_tower import strokes


def strike() -> int:
    """Strike one hour."""
    parser = argparse.ArgumentParser(prog="bell-strike", description="Strike one hour.")
    parser.add_argument("--version", action="version", version=f"bell-tower {version('bell-tower')}")
    parser.add_argument("hour", type=int, help="0 to 24")
    print(" ".join(["dong"] * strokes(parser.parse_args().hour)))
    return 0


def count() -> int:
    """Count the strokes of a day."""
    argparse.ArgumentParser(prog="bell-count", description="Count the strokes of a day.").parse_args()
    print(sum(strokes(hour) for hour in range(24)))
    return 0


def watch() -> None:
    """Strike every hour, and never return."""
    while True:
        time.sleep(3600 - time.time() % 3600)
        print(" ".join(["dong"] * strokes(time.localtime().tm_hour)), flush=True)
