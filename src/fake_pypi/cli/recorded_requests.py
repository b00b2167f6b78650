"""List the requests that running indexes have received: `fake-pypi requests --method POST --project hello`.

Works inside `fake-pypi run` and against a running `fake-pypi serve`.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from fake_pypi.cli.index_choice import add_index_choice, add_site_choice, index_choice
from fake_pypi.cli.index_documents import ListedRequest, RequestsDocument
from fake_pypi.cli.json_output import add_json, print_json

CONDITIONS = {
    "method": ("METHOD", "only requests with this method"),
    "path": ("GLOB", "only requests for this path, such as /legacy/ or '/simple/*'"),
    "status": ("STATUS", "only requests with this status"),
    "client": ("CLIENT", "only requests of this program, such as twine"),
    "project": ("PROJECT", "only requests about this project"),
    "filename": ("FILENAME", "only requests about this file"),
}
"""The options that choose requests, with their values and help: the parameters of the control API."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `fake-pypi requests`."""
    for name, (metavar, text) in CONDITIONS.items():
        parser.add_argument(f"--{name}", metavar=metavar, type=int if name == "status" else str, help=text)
    add_site_choice(parser, "both, or the server that `--site` chose")
    add_index_choice(parser)
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Print a line for each request."""
    from fake_pypi.cli.running_indexes import find_indexes

    running = find_indexes(index_choice(options))
    conditions = {name: getattr(options, name) for name in CONDITIONS if getattr(options, name) is not None}
    requests: list[ListedRequest] = []
    total = 0
    for index in running.chosen_sites(options.index):
        answer = running.call("GET", index, "requests", **conditions)
        requests += [_request(index, request) for request in answer["requests"]]
        total += answer["total"]
    if options.json:
        print_json(RequestsDocument(tuple(requests), total))
    else:
        print("\n".join(map(_line, requests)) or "no requests")
    return 0


def _request(index: str, answer: Mapping[str, Any]) -> ListedRequest:
    names = [field.name for field in fields(ListedRequest) if field.name not in {"index", "time"}]
    members = {name: answer[name] for name in names}
    return ListedRequest(index=index, time=datetime.fromisoformat(answer["time"]), **members)


def _line(request: ListedRequest) -> str:
    query = f"?{request.query}" if request.query else ""
    about = "".join(f", {name} {value}" for name, value in (("rule", request.rule), ("fault", request.fault)) if value)
    client = f" ({request.client})" if request.client else ""
    return f"{request.index}: {request.method} {request.path}{query} {request.status} {request.reason}{client}{about}"
