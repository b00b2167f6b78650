"""Commands of a preloaded program: their output, folder, environment, exit codes, time limits and ends."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from fake_pypi.clients.interruption import CommandInterrupted, Interruption
from fake_pypi.clients.preloaded import CAN_FORK, PreloadedProgram, ServerEnded
from fake_pypi.clients.process import CommandResult, run_to_end

pytestmark = pytest.mark.skipif(not CAN_FORK, reason="programs are preloaded on Linux only")

SCRIPT = """
import os, sys, module_of_the_program as module
print(module.imported_by, os.getpid() != module.imported_by, sys.argv[1:], os.getcwd(), os.environ["NAME"], __name__)
print(sys.stdin.read(), file=sys.stderr)
sys.exit(int(sys.argv[1]))
"""


@pytest.fixture
def program(tmp_path: Path) -> Iterator[PreloadedProgram]:
    (tmp_path / "program.py").write_text(SCRIPT)
    (tmp_path / "modules").mkdir()
    (tmp_path / "modules" / "module_of_the_program.py").write_text("import os\nimported_by = os.getpid()\n")
    program = PreloadedProgram(
        tmp_path / "program.py",
        Path(sys.executable),
        ["no_such_module", "module_of_the_program"],
        env={"PATH": "/bin"},
        folder=tmp_path / "modules",
        variables={"NAME": "value"},
    )
    yield program
    program.close()


def run(program: PreloadedProgram, *arguments: str, cwd: Path, **options: object) -> CommandResult:
    return run_to_end(list(arguments), cwd=cwd, env={"PATH": "/bin"}, preloaded=program, **options)  # type: ignore[arg-type]


def test_commands_have_their_own_process_arguments_folder_and_streams(
    program: PreloadedProgram, tmp_path: Path
) -> None:
    first = run(program, "0", "a b", cwd=tmp_path, input="typed")
    second = run(program, "3", cwd=tmp_path / "modules")
    importer = first.stdout.split()[0]
    assert first.stdout == f"{importer} True ['0', 'a b'] {tmp_path} value __main__\n"
    assert second.stdout == f"{importer} True ['3'] {tmp_path / 'modules'} value __main__\n"
    assert (first.returncode, first.stderr, second.returncode) == (0, "typed\n", 3)


def test_a_crash_is_a_traceback_and_exit_code_1(program: PreloadedProgram, tmp_path: Path) -> None:
    result = run(program, "no number", cwd=tmp_path)
    assert result.returncode == 1
    assert result.stderr.rstrip().endswith("ValueError: invalid literal for int() with base 10: 'no number'")


def test_a_command_is_killed_at_its_time_limit(program: PreloadedProgram, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text("import signal\nprint('half', flush=True)\nsignal.pause()\n")
    result = run(program, cwd=tmp_path, timeout=3)
    assert (result.timed_out, result.returncode) == (True, -9)


def test_another_thread_can_interrupt_a_command(program: PreloadedProgram, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text("import signal\nsignal.pause()\n")
    interruption = Interruption()
    ends: list[type[BaseException]] = []

    def interrupted() -> None:
        with interruption.applied(), pytest.raises(CommandInterrupted) as raised:
            run(program, cwd=tmp_path)
        ends.append(raised.type)

    thread = threading.Thread(target=interrupted)
    thread.start()
    interruption.set()
    thread.join(60)
    assert ends == [CommandInterrupted]


def test_a_program_whose_process_has_ended_is_reported(program: PreloadedProgram, tmp_path: Path) -> None:
    program._process.kill()
    program._process.wait()
    with pytest.raises(ServerEnded):
        run(program, "0", cwd=tmp_path)


def test_variables_that_an_interpreter_reads_when_it_starts_have_to_be_the_same(program: PreloadedProgram) -> None:
    assert program.suits({"PATH": "/usr/bin", "HOME": "/"})
    assert not program.suits({"PATH": "/bin", "PYTHONIOENCODING": "ascii"})
