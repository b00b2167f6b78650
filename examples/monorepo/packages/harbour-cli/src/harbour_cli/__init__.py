"""The command `harbour`."""

import argparse

from harbour_core import free_berths


def main() -> None:
    """Print the numbers of the free berths."""
    parser = argparse.ArgumentParser(prog="harbour")
    parser.add_argument("berths", type=int, help="how many berths the harbour has")
    parser.add_argument("--moored", type=int, action="append", default=[], help="a berth with a ship")
    options = parser.parse_args()
    print(*free_berths(options.berths, set(options.moored)))
