"""The berths of a harbour."""


def free_berths(berths: int, moored: set[int]) -> list[int]:
    """Return the numbers of the berths without a ship.

    >>> free_berths(berths=4, moored={2, 3})
    [1, 4]
    """
    return [number for number in range(1, berths + 1) if number not in moored]
