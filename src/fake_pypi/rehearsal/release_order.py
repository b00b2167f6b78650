"""The order in which the projects of a repository are released, and which of them belong together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from fake_pypi.rehearsal.declared_requirements import DeclaredRequirements


@dataclass(frozen=True)
class ReleaseOrder:
    """Names of projects: `groups` of those that depend on each other, each in order of release.

    `cycles` are the chains of projects of which each requires the next, and the last is the first again.

    >>> requirements = {"app": DeclaredRequirements(frozenset({"core"}), frozenset(), frozenset())}
    >>> requirements["core"] = DeclaredRequirements(frozenset(), frozenset(), frozenset())
    >>> ReleaseOrder.of(requirements).groups
    (('core', 'app'),)
    """

    groups: tuple[tuple[str, ...], ...]
    cycles: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, requirements: Mapping[str, DeclaredRequirements]) -> ReleaseOrder:
        """Sort projects by their requirements; where these say nothing, the order stays.

        A requirement of an extra does not count where it would make a cycle. Projects whose requirements are not
        completely known belong together with all others.
        """
        before = {name: (declared.all - {name}) & requirements.keys() for name, declared in requirements.items()}
        order, cycles = _sorted(requirements, {name: set(names) for name, names in before.items()})
        linked = {name: set(names) for name, names in before.items()}
        for name, declared in requirements.items():
            if not declared.complete:
                linked[name].update(requirements)
        return cls(tuple(_groups(order, linked)), tuple(cycles))


def _sorted(
    requirements: Mapping[str, DeclaredRequirements], before: dict[str, set[str]]
) -> tuple[list[str], list[tuple[str, ...]]]:
    """Return the names in order, and the cycles; of each cycle one requirement is left out."""
    cycles: list[tuple[str, ...]] = []
    while True:
        sorter = TopologicalSorter(before)
        try:
            sorter.prepare()
        except CycleError as error:
            chain = list(reversed(error.args[1]))  # each requires the next one
            if not _remove_optional(requirements, before, chain):
                cycles.append(_from_smallest(chain))
                _remove_one(requirements, before, chain)
            continue
        order: list[str] = []
        positions = {name: position for position, name in enumerate(requirements)}
        ready: list[str] = []
        while sorter.is_active():
            ready += sorter.get_ready()
            ready.sort(key=positions.__getitem__)
            order.append(ready.pop(0))
            sorter.done(order[-1])
        return order, cycles


def _remove_optional(
    requirements: Mapping[str, DeclaredRequirements], before: dict[str, set[str]], chain: list[str]
) -> bool:
    for name, required in pairwise(chain):
        if required not in requirements[name].runtime | requirements[name].build:
            before[name].discard(required)
            return True
    return False


def _remove_one(
    requirements: Mapping[str, DeclaredRequirements], before: dict[str, set[str]], chain: list[str]
) -> None:
    """Leave out a requirement at run time, which is installed after all uploads; a build cannot wait for it."""
    pairs = list(pairwise(chain))
    name, required = next((pair for pair in pairs if pair[1] not in requirements[pair[0]].build), pairs[0])
    before[name].discard(required)


def _from_smallest(chain: list[str]) -> tuple[str, ...]:
    members = chain[:-1]
    start = members.index(min(members))
    return (*members[start:], *members[:start], members[start])


def _groups(order: Iterable[str], linked: Mapping[str, set[str]]) -> list[tuple[str, ...]]:
    """Return the connected projects, each group in order, groups in the order of their first project."""
    names = list(order)
    group_of = {name: name for name in names}
    for name in names:
        for other in linked[name]:
            old, new = group_of[other], group_of[name]
            group_of = {key: new if value == old else value for key, value in group_of.items()}
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(group_of[name], []).append(name)
    return [tuple(group) for group in groups.values()]
