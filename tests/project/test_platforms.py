"""Calls that only some systems have are in modules that guard them, and no text depends on the system's encoding."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

import fake_pypi

PROJECT = Path(__file__).resolve().parents[2]
SOURCE = Path(fake_pypi.__file__).parent
MODULES = {path.relative_to(SOURCE).as_posix(): path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py")}

NOT_ON_WINDOWS = {
    "os": {
        *(
            "fork",
            "forkpty",
            "killpg",
            "setsid",
            "getpgid",
            "setpgid",
            "getuid",
            "geteuid",
            "getgid",
            "getegid",
            "uname",
        ),
        *("fchmod", "fchown", "chown", "lchown", "mkfifo", "mknod", "sendfile", "unshare", "setns", "sync", "WNOHANG"),
        *("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_DIRECTORY", "waitstatus_to_exitcode", "posix_spawn", "nice"),
    },
    "signal": {"SIGKILL", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGALRM", "SIGCHLD", "SIGPIPE", "alarm", "pause"},
    "select": {"poll", "epoll", "kqueue", "POLLIN", "POLLRDHUP"},
    "socket": {"AF_UNIX", "SOCK_SEQPACKET", "send_fds", "recv_fds", "SCM_RIGHTS", "CMSG_LEN"},
}
MODULES_OF_POSIX = {"fcntl", "grp", "pty", "pwd", "resource", "syslog", "termios", "tty"}
ARGUMENTS_OF_POSIX = {"start_new_session", "preexec_fn", "pass_fds", "process_group"}
PATHS_OF_POSIX = re.compile(r"/(?:bin|dev|proc)/[a-z]\w*")
GUARDS = re.compile(
    r"os\.name|sys\.platform|hasattr\((?:os|select|socket)|_IS_WINDOWS|getattr\((?:os|signal|socket)|except ImportError"
)

STARTED_BY = {"clients/fork_server.py": "clients/preloaded.py", "clients/namespace.py": "clients/strict.py"}
"""Programs that only run where the module that starts them allows it."""
GUARDED = {
    "cli/running_indexes.py",
    "clients/chromium.py",
    "clients/fork_server.py",
    "clients/interpreter.py",
    "clients/namespace.py",
    "clients/preloaded.py",
    "clients/process.py",
    "clients/strict.py",
    "clients/watchdog.py",
    "rehearsal/source_copy.py",
    "serving/buffered_socket.py",
    "serving/connection.py",
    "temporary.py",
    "web/backup.py",
    "workflows/github/running/running_job.py",
}
"""The modules with such calls. A new one needs a guard, a way without the call, and its place here."""


def is_of_posix(node: ast.AST) -> bool:
    """Return whether a node is a name, an argument or a path that Windows does not have."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return node.attr in NOT_ON_WINDOWS.get(node.value.id, ())
    if isinstance(node, ast.Import | ast.ImportFrom):
        names = [node.module] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
        return bool(MODULES_OF_POSIX.intersection(filter(None, names)))
    if isinstance(node, ast.Call):
        return any(keyword.arg in ARGUMENTS_OF_POSIX for keyword in node.keywords)
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(PATHS_OF_POSIX.match(node.value))


def modules_of_posix() -> set[str]:
    return {name for name, text in MODULES.items() if any(map(is_of_posix, ast.walk(ast.parse(text))))}


def test_calls_that_windows_does_not_have_are_in_modules_that_guard_them() -> None:
    assert modules_of_posix() == GUARDED
    guards = {name: STARTED_BY.get(name, name) for name in GUARDED}
    assert {name for name, guard in guards.items() if not GUARDS.search(MODULES[guard])} == set()


@pytest.mark.parametrize(
    "line",
    [
        "os.killpg(1, 9)",
        "import fcntl",
        "from resource import getrlimit",
        "Popen(x, start_new_session=True)",
        "open('/proc/self')",
    ],
)
def test_each_kind_of_such_a_call_is_recognized(line: str) -> None:
    assert any(map(is_of_posix, ast.walk(ast.parse(line))))


def calls_without_encoding(tree: ast.AST) -> Iterator[int]:
    """Yield the lines of calls that read or write text in the encoding of the system."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        keywords = {keyword.arg: keyword.value for keyword in node.keywords}
        # `path.open(MODE)`, but `open(PATH, MODE)`; `archive.open(NAME, MODE)` of a zip file is binary.
        is_method = name == "open" and isinstance(node.func, ast.Attribute)
        places = [*(node.args[:1] if is_method else node.args[1:2]), keywords.get("mode")]
        modes = [value.value for value in places if isinstance(value, ast.Constant)]
        is_text = (
            (name == "read_text" and not node.args and len(keywords) == 0)
            or (name == "write_text" and len(node.args) < 2)
            or (name in {"run", "Popen", "check_output"} and "text" in keywords)
            or (name in {"open", "fdopen"} and any(mode in {"r", "w", "a", "x", "r+", "w+"} for mode in modes))
        )
        if is_text and not {"encoding", "fileobj", None} & keywords.keys():
            yield node.lineno


def test_text_is_read_and_written_in_a_named_encoding() -> None:
    lines = {name: list(calls_without_encoding(ast.parse(text))) for name, text in MODULES.items()}
    assert {name: numbers for name, numbers in lines.items() if numbers} == {}


def test_text_in_the_encoding_of_the_system_is_recognized() -> None:
    program = "p.read_text()\np.write_text(t)\nrun(c, text=True)\nopen(p, 'w')\nos.fdopen(h, 'w')\np.open('a')\n"
    assert list(calls_without_encoding(ast.parse(program))) == [1, 2, 3, 4, 5, 6]


def platform_rows() -> dict[str, list[str]]:
    """Return the cells of the table in the documentation, by version of Python."""
    page = (PROJECT / "docs" / "reference" / "platforms.md").read_text(encoding="utf-8")
    cells = (line.strip("| ").split(" | ") for line in page.splitlines() if re.match(r"\| 3\.\d+t? \|", line))
    return {python: systems for python, *systems in cells}


def test_the_table_of_platforms_has_what_ci_runs() -> None:
    ci = yaml.safe_load((PROJECT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))
    matrix = ci["jobs"]["tests"]["strategy"]["matrix"]
    assert list(platform_rows()) == matrix["python"]
    assert matrix["os"] == ["ubuntu-latest", "macos-latest", "windows-latest"]


def test_the_table_of_platforms_has_the_recorded_runs_and_no_others() -> None:
    runs = json.loads((PROJECT / "tests" / "project" / "platform_runs.json").read_text(encoding="utf-8"))
    recorded = {(run["python"], f"{run['date']}, {run['version']}: {run['tests']}") for run in runs}
    stated = {(python, systems[0]) for python, systems in platform_rows().items() if systems[0] != "in CI"}
    assert {(python, re.sub(r", \d+ passed.*", "", cell)) for python, cell in stated} == recorded
    assert {cell for systems in platform_rows().values() for cell in systems[1:]} == {"in CI"}
    for run in filter(lambda run: run["passed"] is not None, runs):
        assert f"{run['passed']} passed, {run['skipped']} skipped" in dict(stated)[run["python"]]
