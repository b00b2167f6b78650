"""Record commands in a terminal as animated pictures for these pages: `python tasks.py screenshots`.

A recording is what the real program prints into a pseudo-terminal, with its colors. A line appears after the time that
it took, but never more than `LONGEST_PAUSE`, and the whole takes `LONGEST_RECORDING` at most. A reader who prefers
reduced motion sees the last state at once. Folders of this machine are shown as `~/project` and `~/.venv`.
"""

from __future__ import annotations

import html
import os
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import pyte

from fake_pypi.packages.wheel import wheel

if TYPE_CHECKING:
    from pyte.screens import Char

PROJECT = Path(__file__).resolve().parents[1]
FOLDER = PROJECT / "docs" / "images"
COLUMNS, MOST_ROWS = 110, 60
LONGEST_PAUSE, TYPING = 0.9, 0.045  # seconds
FIRST_PAUSE, LAST_PAUSE = 0.4, 1.0  # seconds
LONGEST_RECORDING = 9.0  # seconds; a longer one is shown faster
TIMEOUT = 240.0  # seconds for a command
CHARACTER, LINE, MARGIN, FONT_SIZE = 8.05, 18.0, 14.0, 13.4  # pixels
COLORS = {
    "default": "#d7dce2",
    "red": "#ff7b72",
    "green": "#7ee787",
    "brown": "#e3b341",
    "blue": "#79c0ff",
    "magenta": "#d2a8ff",
    "cyan": "#76e3ea",
    "white": "#f0f6fc",
    "black": "#8b949e",
}
STYLE = """\
text{font:%spx ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;white-space:pre}
g{opacity:0;animation:a .01s linear forwards}
@keyframes a{to{opacity:1}}
@media (prefers-reduced-motion:reduce){g{animation-delay:0s!important}}
"""


@dataclass(frozen=True)
class Command:
    """A command as it is shown, and the arguments that are run."""

    shown: str
    arguments: tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """A line of the last screen with the second at which it appeared."""

    seconds: float
    characters: tuple[Char, ...]


def program(name: str) -> str:
    """Return the path of a program of this environment."""
    return str(Path(sys.executable).with_name(name))


def output(command: Command, folder: Path) -> Iterator[tuple[float, bytes]]:
    """Run a command in a pseudo-terminal, and yield its output with the seconds since its start."""
    import pty

    leader, follower = pty.openpty()
    size = {"COLUMNS": str(COLUMNS), "LINES": str(MOST_ROWS)}
    env = {
        **os.environ,
        "TERM": "xterm-256color",
        **size,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    for name in ("NO_COLOR", "CI"):
        env.pop(name, None)
    process = subprocess.Popen(command.arguments, cwd=folder, stdout=follower, stderr=follower, stdin=follower, env=env)
    os.close(follower)
    begin = time.monotonic()
    try:
        while time.monotonic() - begin < TIMEOUT:
            if not select.select([leader], [], [], 1)[0]:
                continue
            try:
                data = os.read(leader, 65536)
            except OSError:  # Linux, when the last process has closed the terminal
                break
            if not data:
                break
            yield time.monotonic() - begin, data
    finally:
        os.close(leader)
        process.terminate()
        process.wait()


def without_folders(data: bytes, folder: Path) -> bytes:
    """Return output in which the folders of this machine have names that every reader knows."""
    for path, name in ((folder.resolve(), "~/project"), (folder, "~/project"), (Path(sys.prefix), "~/.venv")):
        data = data.replace(str(path).encode(), name.encode())
    return data


class Recording:
    """A screen to which commands are written one after the other, and the time at which each line appeared."""

    def __init__(self) -> None:
        self.screen = pyte.Screen(COLUMNS, MOST_ROWS)
        self._stream = pyte.ByteStream(self.screen)
        self._seconds = FIRST_PAUSE
        self._appeared: dict[int, float] = {}
        self._texts: dict[int, str] = {}

    def run(self, command: Command, folder: Path) -> None:
        """Type a command, and write its output as it comes."""
        self._write(f"\x1b[32m$\x1b[0m {command.shown}\r\n".encode())
        self._seconds += len(command.shown) * TYPING
        before = 0.0
        for moment, data in output(command, folder):
            self._seconds += min(moment - before, LONGEST_PAUSE)
            before = moment
            self._write(without_folders(data, folder))
        self._seconds += LAST_PAUSE
        self._write(b"\r\n")

    def lines(self) -> list[Line]:
        """Return the lines of the screen up to the last one with text."""
        last = max((row for row, text in self._texts.items() if text), default=0)
        return [
            Line(self._appeared.get(row, 0), tuple(self.screen.buffer[row][column] for column in range(COLUMNS)))
            for row in range(last + 1)
        ]

    def _write(self, data: bytes) -> None:
        self._stream.feed(data)
        for row, text in enumerate(self.screen.display):
            if self._texts.get(row) != text.rstrip():
                self._texts[row] = text.rstrip()
                self._appeared[row] = self._seconds


def picture(lines: list[Line], title: str) -> str:
    """Return the recording as SVG."""
    width, height = COLUMNS * CHARACTER + 2 * MARGIN, len(lines) * LINE + 2 * MARGIN
    faster = min(1.0, LONGEST_RECORDING / max(line.seconds for line in lines))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" role="img">',
        f"<title>{html.escape(title)}</title>",
        f"<style>{STYLE % FONT_SIZE}</style>",
        f'<rect width="{width:.0f}" height="{height:.0f}" rx="8" fill="#161b22"/>',
    ]
    for row, line in enumerate(lines):
        spans = "".join(span(list(run)) for _, run in groupby(without_trailing_blanks(line), key=style_of))
        if spans:
            y, delay = MARGIN + (row + 0.75) * LINE, line.seconds * faster
            text = f'<text x="{MARGIN:.0f}" y="{y:.1f}">{spans}</text>'
            parts.append(f'<g style="animation-delay:{delay:.2f}s">{text}</g>')
    return "\n".join([*parts, "</svg>", ""])


def without_trailing_blanks(line: Line) -> list[Char]:
    """Return the characters of a line without the blanks at its end."""
    length = len("".join(character.data for character in line.characters).rstrip())
    return list(line.characters[:length])


def style_of(character: Char) -> tuple[str, bool]:
    """Return the color and whether it is bold."""
    color = COLORS.get(character.fg.removeprefix("bright"), f"#{character.fg}")
    return (color if re.fullmatch(r"#[0-9a-f]{6}", color) else COLORS["default"]), character.bold


def span(characters: list[Char]) -> str:
    """Return characters of one style."""
    color, bold = style_of(characters[0])
    text = html.escape("".join(character.data for character in characters), quote=False)
    weight = ' font-weight="bold"' if bold else ""
    return f'<tspan fill="{color}"{weight}>{text}</tspan>'


def release(folder: Path) -> list[Command]:
    """Return the commands of a rehearsal that succeeds."""
    shutil.copytree(PROJECT / "examples" / "hatchling", folder, dirs_exist_ok=True)
    return [Command("fake-pypi rehearse", (program("fake-pypi"), "rehearse"))]


def rejected(folder: Path) -> list[Command]:
    """Return the commands with which an upload is rejected and explained."""
    wheel("hello", "1.0", tag="cp313-cp313-linux_x86_64").write_to(folder / "dist")
    fake_pypi = program("fake-pypi")
    file = "dist/hello-1.0-cp313-cp313-linux_x86_64.whl"
    upload = (fake_pypi, "run", "--", "twine", "upload", "--disable-progress-bar", file)
    return [
        Command("fake-pypi run -- twine upload dist/*", upload),
        Command("fake-pypi check dist/*", (fake_pypi, "check", file)),
    ]


RECORDINGS: Mapping[str, tuple[str, Callable[[Path], list[Command]]]] = {
    "rehearsal": ("fake-pypi rehearse: a project is built, uploaded, installed and yanked", release),
    "rejected": ("An upload that PyPI would reject, and why", rejected),
}


def main() -> None:
    """Make every recording."""
    FOLDER.mkdir(exist_ok=True)
    for name, (title, prepare) in RECORDINGS.items():
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place, "project")
            folder.mkdir()
            recording = Recording()
            for command in prepare(folder):
                recording.run(command, folder)
        text = picture(recording.lines(), title)
        (FOLDER / f"{name}.svg").write_text(text, encoding="utf-8", newline="\n")
        sys.stdout.write(f"{len(text.encode()):>8} {name}.svg\n")


if __name__ == "__main__":
    main()
