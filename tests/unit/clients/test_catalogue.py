from __future__ import annotations

import importlib
import pkgutil

import fake_pypi.clients
from fake_pypi.clients.catalogue import CLIENTS
from fake_pypi.clients.client import Client


def test_every_client_that_has_a_module_is_in_the_list() -> None:
    modules = [
        importlib.import_module(f"fake_pypi.clients.{module.name}")
        for module in pkgutil.iter_modules(fake_pypi.clients.__path__)
        if module.name not in {"catalogue", "sitecustomize"}
    ]
    declared = [value for module in modules for value in vars(module).values() if isinstance(value, Client)]
    assert sorted(client.name for client in declared) == sorted(client.name for client in CLIENTS)


def test_no_two_clients_set_the_same_variable() -> None:
    names = [name for client in CLIENTS for name in client.set]
    assert sorted(set(names)) == sorted(names)
