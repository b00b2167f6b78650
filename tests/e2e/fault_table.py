"""Measure what real clients do when PyPI fails, and render the results into the docs.

python -m tests.e2e.fault_table                      measure what has no result yet, then render
python -m tests.e2e.fault_table --client "uv publish"    measure all faults of one client again, then render
python -m tests.e2e.fault_table --render             only write the page again

Each result is stored when it is measured, so a run that was stopped continues where it ended.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT))

from fake_pypi.fake import FakeIndexes  # noqa: E402
from tests.e2e.fault_cells import (  # noqa: E402
    CLIENTS,
    INSTALL_FAULTS,
    PAGE,
    PATIENCE,
    PLAIN,
    PLAIN_INSTALL_FAULTS,
    PLAIN_UPLOAD_FAULTS,
    TRUSTED_FAULTS,
    UPLOAD,
    UPLOAD_FAULTS,
    Meter,
    cells,
)
from tests.e2e.provision import PINS  # noqa: E402

RESULTS = Path(__file__).with_name("fault_table.json")
REFERENCE = PROJECT / "docs" / "reference" / "client-faults.md"
LONGEST_MESSAGE = 110
ERROR = re.compile(
    r"error|fail|unable|could not|cannot|cause|refused|reset|timed out|status|unhealthy|forbidden|no matching",
    re.IGNORECASE,
)


def read_results() -> dict[str, Any]:
    """Return the stored results: `{"CLIENT": {"FAULT": {...}}}`."""
    if not RESULTS.exists():
        return {}
    results: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8"))
    return results


def measure(client: str, fault: str) -> dict[str, Any]:
    """Return what a client does with a fault, in new indexes and a new home."""
    with tempfile.TemporaryDirectory() as folder, FakeIndexes() as indexes:
        result = Meter(CLIENTS[client], indexes, Path(folder)).measure(fault)
    return {"date": dt.datetime.now(dt.timezone.utc).date().isoformat(), "version": version_of(client), **result}


def version_of(client: str) -> str:
    """Return the pinned version of a client."""
    return PINS["newest"][CLIENTS[client].program][0].partition("==")[2]


def run(again: str | None) -> None:
    """Measure every cell without a result, or every cell of one client, and store each result."""
    results = {} if again == "all" else read_results()
    if again in results:
        del results[again]
    for client, fault in cells():
        if fault in results.get(client, {}):
            continue
        results.setdefault(client, {})[fault] = result = measure(client, fault)
        RESULTS.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        sys.stdout.write(f"{client} | {fault} | {result}\n")
        sys.stdout.flush()


# ------------------------------------------------------------------------------------------------------- the page

INTRODUCTION = """\
# What clients do when PyPI fails

<!-- Written by `python -m tests.e2e.fault_table`, from tests/e2e/fault_table.json. -->

Measured with the real clients, at the real host names of a shell, each [fault](faults.md) in new indexes and a new
home. `nox -s fault_table` measures what has no result yet; versions and dates are in the tables. The measurements ran
on Linux with two processor cores that did other work too, so times below a second mean little.

- **attempts**: requests for the address that failed, and the time between the end of one and the begin of the next,
  in seconds. A fault acts on every attempt, unless it has `times=1`.
- **time**: seconds until the command ended. A command that was still running after {patience:g} seconds was stopped:
  its exit code is "stopped".
- **message**: of a command that failed, the last line of its output that is about an error, else the last line.
- A shell of this tool sets `UV_HTTP_RETRIES=0`; uv ran without it here, so its retries are its own.
"""
REMARKS = """\
## What stands out

Of the measurements of November 2026:

- Of the uploading tools only twine repeats an upload after 500 to 504: five attempts, without a wait. uv repeats it
  after a lost connection, four attempts with longer and longer waits. hatch repeats only the opening of a connection.
  The others repeat nothing.
- None of the uploading tools waits for `Retry-After`; pip does, when it installs.
- When only the answer is lost, uv uploads the file again, and PyPI accepts the same bytes. All others fail although the
  file is stored. The same command again succeeds with every tool. With a rebuilt file only `--skip-existing` (twine,
  poetry, pdm, maturin) does, and hatch, which finds the file on the index. uv's `--check-url` compares digests and
  fails.
- Behind a proxy, twine repeats an upload whose connection was lost, but announces a body that it does not send: it
  waits until the server gives up. Without a proxy it fails at once.
- twine, uv, pdm, flit and maturin wait for an answer to an upload for longer than {patience:g} seconds; hatch gives up
  after 10, poetry after 15.
- maturin reports every 403, also that of a firewall and of the read-only mode, as a wrong user name or password.
- pip reads a gzip stream that does not end as if it were complete.
- uv repeats a token exchange after 429, 500 to 504 and a lost connection, four attempts. twine repeats it after a lost
  connection only, and gives up after 5 seconds without an answer; it repeats the request for the audience after 503.
  pdm and maturin repeat neither.
- When the answer to a token exchange is lost, twine and uv repeat it with the same identity token, which PyPI accepts
  only once: both fail.
"""
UPLOADING = """\
## Uploading

*Stored* is whether the file is on the index afterwards, and *uploads* how often the index processed it: two mean that
the file was uploaded twice. PyPI accepts the same bytes again.
"""
SAVED = """\
## After an answer that was lost

The upload was stored, and the client did not learn it. Then the fault is removed. *Same file* is the exit code of the
same command again, *rebuilt file* that of the same command with another file of the same name, and *skip existing* that
with the client's option for existing files: `--skip-existing`, for uv `--check-url`. hatch has no option and looks into
the index by itself; flit has none.
"""
EXCHANGING = """\
## Trusted publishing

A job of GitHub Actions publishes without a token: the client asks PyPI for the audience (`/_/oidc/audience`), and
exchanges the job's identity token for an API token (`/_/oidc/mint-token`). *Attempts* are requests for the address
that failed. With `times=1` only the first one fails.
"""
INSTALLING = """\
## Installing

*Installed* is the version that is installed afterwards. With `stale`, 1.1 was added after the fault, and the pages show
1.0 alone.
"""

WITHOUT_PROXY = """\
## Without proxy and TLS

The same at the plain-HTTP address of the index. Behind a proxy, urllib3 (twine, poetry, flit, pip) takes a connection
that ends without an answer for an error of the proxy, which it may repeat; without a proxy it does not.
"""


def page(results: dict[str, Any]) -> str:
    """Return the page of the docs."""
    real = [name for name, client in CLIENTS.items() if client.mode == "real" and not client.trusted]
    trusted = [name for name, client in CLIENTS.items() if client.trusted]
    uploaders = [name for name in real if CLIENTS[name].uploads]
    installers = [name for name in real if not CLIENTS[name].uploads]
    plain = [name for name, client in CLIENTS.items() if client.mode == "plain"]
    parts = [
        INTRODUCTION.format(patience=PATIENCE),
        REMARKS.format(patience=PATIENCE),
        UPLOADING,
        _overview(results, uploaders, UPLOAD_FAULTS),
    ]
    parts += [_by_fault(results, uploaders, fault) for fault in UPLOAD_FAULTS]
    parts += [SAVED, _saved(results, uploaders), EXCHANGING, _overview(results, trusted, TRUSTED_FAULTS)]
    parts += [_by_fault(results, trusted, fault) for fault in TRUSTED_FAULTS]
    parts += [INSTALLING, _overview(results, installers, INSTALL_FAULTS)]
    parts += [_by_fault(results, installers, fault) for fault in INSTALL_FAULTS]
    parts.append(WITHOUT_PROXY)
    parts += [_by_fault(results, [n for n in plain if CLIENTS[n].uploads], fault) for fault in PLAIN_UPLOAD_FAULTS]
    parts += [_by_fault(results, [n for n in plain if not CLIENTS[n].uploads], fault) for fault in PLAIN_INSTALL_FAULTS]
    return "\n".join(parts)


def _overview(results: dict[str, Any], clients: list[str], faults: tuple[str, ...]) -> str:
    """Return a table with a row for each fault and a column for each client: attempts, and the exit code."""
    lines = [f"| attempts, exit code | {' | '.join(clients)} |", "|---" * (len(clients) + 1) + "|"]
    for fault in faults:
        cells = [_short(results.get(client, {}).get(fault)) for client in clients]
        lines.append(f"| `{_without_defaults(fault)}` | {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def _without_defaults(fault: str) -> str:
    """Return a fault without the conditions that all faults on uploads and on the page of the project have."""
    for condition in (UPLOAD, PAGE):
        fault = fault.replace(f" when {condition}", " when" if "times=" in fault else "")
    return fault


def _short(result: dict[str, Any] | None) -> str:
    if result is None:
        return ""
    return f"{result['attempts']}, {'stopped' if result['exit'] is None else result['exit']}"


def _by_fault(results: dict[str, Any], clients: list[str], fault: str) -> str:
    uploads = CLIENTS[clients[0]].uploads
    more = ["stored", "uploads"] if uploads else ["installed"]
    head = ["client", "attempts", "time", "exit code", *more, "message"]
    lines = [f"### `{fault}`", "", f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for client in clients:
        result = results.get(client, {}).get(fault)
        if result is None:
            continue
        code = "stopped" if result["exit"] is None else str(result["exit"])
        values = ["yes" if result["stored"] else "no", str(result["processed"])] if uploads else [result["installed"]]
        title = f"{client.removesuffix(PLAIN)} {result['version']}, {result['date']}"
        cell = [
            title,
            _attempts(result),
            f"{result['seconds']:g}",
            code,
            *values,
            "" if result["exit"] == 0 else _message(result["output"]),
        ]
        lines.append(f"| {' | '.join(cell)} |")
    return "\n".join([*lines, ""])


def _attempts(result: dict[str, Any]) -> str:
    waits = ", ".join(f"{wait:g}" for wait in result["waits"])
    return f"{result['attempts']} ({waits})" if waits else str(result["attempts"])


def _message(output: list[str]) -> str:
    """Return the last line of an output that is about an error, else its last line."""
    lines = [line for line in output if not line.startswith("<")]  # of a page that the client prints
    text = next((line for line in reversed(lines) if ERROR.search(line)), lines[-1] if lines else "")
    shortened = text if len(text) <= LONGEST_MESSAGE else f"{text[:LONGEST_MESSAGE]}..."
    return f"`{shortened.replace('`', chr(39)).replace('|', '/')}`" if shortened else ""


def _saved(results: dict[str, Any], clients: list[str]) -> str:
    head = ["client", "fault", "exit code", "same file", "rebuilt file", "skip existing", "about the rebuilt file"]
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for client in clients:
        for fault, result in results.get(client, {}).items():
            if "again" in result:
                codes = [result["exit"], result["again"], result["rebuilt"], result.get("skip", "")]
                shown = ["stopped" if code is None else str(code) for code in codes]
                kind = f"`{fault.partition(' when ')[0]}`"
                lines.append(f"| {' | '.join([client, kind, *shown, _message(result['rebuilt_output'])])} |")
    return "\n".join([*lines, ""])


def render() -> None:
    """Write the page."""
    REFERENCE.write_text(page(read_results()), encoding="utf-8", newline="\n")


def main(arguments: list[str]) -> int:
    """Measure and render, or only render."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--render", action="store_true", help="only write the page again")
    parser.add_argument("--client", choices=[*CLIENTS, "all"], help="measure this client again, or all of them")
    options = parser.parse_args(arguments)
    if not options.render:
        run(options.client)
    render()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
