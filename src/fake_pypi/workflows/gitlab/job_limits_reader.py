"""Read how often a job runs: `parallel`, `retry`, `allow_failure` and `timeout`."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping

from fake_pypi.workflows.gitlab.keyword_section import KeywordSection
from fake_pypi.workflows.gitlab.pipeline import JobRetry
from fake_pypi.workflows.gitlab.pipeline_keys import ALLOW_FAILURE, PARALLEL, RETRY
from fake_pypi.workflows.gitlab.placed_values import Place, PlacedMapping, PlacedSequence, Value, as_text, is_scalar
from fake_pypi.workflows.invalid_workflow import InvalidWorkflow

MOST_MATRIX_ENTRIES = 200
_DURATION = re.compile(
    r"(\d+(?:\.\d+)?)\s*(months?|mos?|weeks?|w|days?|d|hours?|hrs?|h|minutes?|mins?|m|seconds?|secs?|s)?\b"
)
_SECONDS = {"mo": 2592000, "w": 604800, "d": 86400, "h": 3600, "m": 60, "s": 1}


def read_matrix(section: KeywordSection) -> tuple[tuple[Mapping[str, str], ...], bool]:
    """Return the variables of each instance of a job, and whether it has a matrix."""
    value, place = section.values.get("parallel"), section.place_of("parallel")
    if value is None:
        return ({},), False
    if isinstance(value, int) and not isinstance(value, bool):
        if not 1 <= value <= MOST_MATRIX_ENTRIES:
            raise section.error("parallel", f"{section.location}:parallel must be between 1 and {MOST_MATRIX_ENTRIES}")
        return tuple({} for _ in range(value)), False
    inner = KeywordSection(
        value, place, f"{section.location}:parallel", PARALLEL, section.notes, alternative="an integer or a hash"
    )
    entries = [
        entry for item, item_place in inner.items("matrix") for entry in _entries(item, item_place, inner.location)
    ]
    if not 1 <= len(entries) <= MOST_MATRIX_ENTRIES:
        raise section.error(
            "parallel",
            f"{inner.location}:matrix config generates {len(entries)} jobs",
            f"at most {MOST_MATRIX_ENTRIES}",
        )
    return tuple(entries), True


def _entries(item: Value, place: Place, location: str) -> Iterator[dict[str, str]]:
    if not isinstance(item, PlacedMapping):
        raise InvalidWorkflow(*place, f"{location}:matrix config should be an array of hashes")
    choices = []
    for name, value in item.items():
        values = list(value) if isinstance(value, PlacedSequence) else [value]
        if not values or any(not is_scalar(each) or isinstance(each, bool) for each in values):
            raise InvalidWorkflow(
                *item.place_of(name), f"{location}:matrix:{name} config should be an array of strings"
            )
        choices.append([(name, as_text(each)) for each in values])
    count = 1
    for choice in choices:
        count *= len(choice)
    if count > MOST_MATRIX_ENTRIES:
        raise InvalidWorkflow(
            *place, f"{location}:matrix config generates {count} jobs", f"at most {MOST_MATRIX_ENTRIES}"
        )
    return (dict(entry) for entry in itertools.product(*choices))


def read_allow_failure(section: KeywordSection) -> tuple[bool | None, tuple[int, ...]]:
    """Return `allow_failure` (None where it is missing), and its exit codes."""
    value = section.values.get("allow_failure")
    if not isinstance(value, PlacedMapping):
        return (section.flag("allow_failure") if value is not None else None), ()
    place = section.place_of("allow_failure")
    inner = KeywordSection(value, place, f"{section.location}:allow_failure", ALLOW_FAILURE, section.notes)
    return False, inner.numbers("exit_codes") or ()


def read_retry(section: KeywordSection) -> JobRetry:
    """Return how many times a failed job runs again."""
    value = section.values.get("retry")
    if value is None:
        return JobRetry()
    if not isinstance(value, PlacedMapping):
        return JobRetry(_most(section, "retry"))
    inner = KeywordSection(value, section.place_of("retry"), f"{section.location}:retry", RETRY, section.notes)
    return JobRetry(_most(inner, "max"), inner.texts("when") or ("always",), inner.numbers("exit_codes"))


def _most(section: KeywordSection, key: str) -> int:
    number = section.number(key) or 0
    if not 0 <= number <= 2:
        raise section.error(key, f"{section.location} {key} must be less than or equal to 2")
    return number


def read_timeout(section: KeywordSection) -> float | None:
    """Return the limit of a job in seconds; None without one."""
    text = section.text("timeout").strip().lower()
    if not text:
        return None
    seconds = duration_of(text)
    if seconds is None:
        raise section.error("timeout", f"{section.location} timeout should be a duration", "write 30 minutes")
    return seconds


def duration_of(text: str) -> float | None:
    """Return a duration in seconds; None if it is none.

    >>> duration_of("1h 30m")
    5400.0
    """
    rest = _DURATION.sub("", text.replace("and", " ").replace(",", " ")).strip()
    if rest or not text.strip():
        return None
    total = 0.0
    for number, unit in _DURATION.findall(text):
        key = "mo" if unit.startswith("mo") else unit[:1] or "s"
        total += float(number) * _SECONDS[key]
    return total or None
