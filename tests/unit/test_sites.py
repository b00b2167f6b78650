"""The table of sites: what is looked up in it, and that its entries are complete."""

from __future__ import annotations

import pytest

from fake_pypi.errors import UsageError
from fake_pypi.rules.order import RULE_SETS
from fake_pypi.sites import PYPI, SITES, TESTPYPI, Site, site_named


def test_a_site_is_found_by_its_name() -> None:
    assert [site_named("pypi"), site_named("testpypi")] == [PYPI, TESTPYPI]


def test_an_unknown_site_is_an_error_that_names_the_known_ones() -> None:
    with pytest.raises(UsageError, match="there is no site 'npm': one of pypi, testpypi"):
        site_named("npm")


def test_a_host_that_has_two_tasks_is_listed_once() -> None:
    assert TESTPYPI.hosts.all == ("test.pypi.org", "test-files.pythonhosted.org", "testpypi.python.org")


@pytest.mark.parametrize("site", SITES.values(), ids=lambda site: site.name)
def test_every_site_names_a_rule_set_that_exists(site: Site) -> None:
    assert site.rules in RULE_SETS


def test_no_two_sites_share_a_host() -> None:
    hosts = [host for site in SITES.values() for host in site.hosts.all]
    assert sorted(set(hosts)) == sorted(hosts)
