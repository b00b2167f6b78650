"""Record the answers of devpi-server: `nox -s other_servers`, or `python -m tests.fidelity.other_servers.record`.

devpi-server and devpi-client have to be installed beside this project. The answers are written to `devpi.json`.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.fidelity.other_servers.steps import STEPS, Server, send

RECORDING = Path(__file__).with_name("devpi.json")


def record(server: Server, name: str) -> None:
    """Send every step to a server, and write its answers."""
    answers = {step.label: send(server, step) for step in STEPS}
    origin = f"{name} {version(name)}, recorded {datetime.now(timezone.utc):%Y-%m-%d}"
    RECORDING.write_text(json.dumps({"origin": origin, "answers": answers}, indent=1) + "\n", encoding="utf-8")
    print(f"{RECORDING.name}: {len(answers)} answers of {origin}")


def main() -> None:
    """Start devpi-server with one user and one index, and record it."""
    with tempfile.TemporaryDirectory() as folder:
        port = _free_port()
        url, client = f"http://127.0.0.1:{port}", ["devpi", "--clientdir", f"{folder}/client"]
        subprocess.run(["devpi-init", "--serverdir", f"{folder}/server"], check=True, stdout=subprocess.DEVNULL)
        command = ["devpi-server", "--serverdir", f"{folder}/server", "--port", str(port), "--offline-mode"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
        try:
            _wait_for(url)
            user, password = "maintainer", "swordfish"
            for arguments in (
                ["use", url],
                ["user", "-c", user, f"password={password}"],
                ["login", user, f"--password={password}"],
                ["index", "-c", "dev", "bases=", "volatile=False"],
            ):
                verb, *rest = arguments
                subprocess.run([client[0], verb, *client[1:], *rest], check=True, stdout=subprocess.DEVNULL)
            server = Server(
                f"{url}/maintainer/dev/", f"{url}/maintainer/dev/+simple/", f"{url}/maintainer/missing/", user, password
            )
            record(server, "devpi-server")
        finally:
            process.terminate()
            process.wait()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _wait_for(url: str) -> None:
    for _ in range(300):
        try:
            with urlopen(f"{url}/+api"):
                return
        except (URLError, ConnectionError):
            time.sleep(0.1)
    sys.exit("devpi-server did not start")


if __name__ == "__main__":
    main()
