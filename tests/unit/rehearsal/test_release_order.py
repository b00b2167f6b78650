"""The order of releases, without files."""

from __future__ import annotations

from fake_pypi.rehearsal.declared_requirements import DeclaredRequirements
from fake_pypi.rehearsal.release_order import ReleaseOrder


def requires(
    *runtime: str, optional: tuple[str, ...] = (), build: tuple[str, ...] = (), complete: bool = True
) -> DeclaredRequirements:
    return DeclaredRequirements(frozenset(runtime), frozenset(optional), frozenset(build), complete)


def test_the_order_stays_where_nothing_is_required() -> None:
    order = ReleaseOrder.of({"c": requires(), "a": requires("elsewhere"), "b": requires()})
    assert order.groups == (("c",), ("a",), ("b",))


def test_a_requirement_of_an_extra_gives_way_to_one_that_is_always_installed() -> None:
    order = ReleaseOrder.of({"core": requires(optional=("plugin",)), "plugin": requires("core")})
    assert (order.groups, order.cycles) == ((("core", "plugin"),), ())


def test_in_a_cycle_what_a_build_needs_comes_first() -> None:
    order = ReleaseOrder.of({"a": requires(build=("b",)), "b": requires("a")})
    assert (order.groups, order.cycles) == ((("b", "a"),), (("a", "b", "a"),))


def test_two_cycles_are_both_named() -> None:
    order = ReleaseOrder.of({"a": requires("b"), "b": requires("a"), "c": requires("d"), "d": requires("c")})
    assert order.cycles == (("a", "b", "a"), ("c", "d", "c"))
    assert [sorted(group) for group in order.groups] == [["a", "b"], ["c", "d"]]


def test_a_project_that_requires_itself_is_no_cycle() -> None:
    assert ReleaseOrder.of({"a": requires("a", build=("a",), optional=("a",))}).cycles == ()


def test_a_project_with_unknown_requirements_is_in_one_group_with_all() -> None:
    assert ReleaseOrder.of({"a": requires(complete=False), "b": requires()}).groups == (("a", "b"),)
