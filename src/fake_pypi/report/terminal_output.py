"""The output of a tool as HTML: its colors as classes, every other control sequence removed."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

CONTROL = re.compile(
    r"\x1b\[(?P<style>[0-9;:]*)m"  # select graphic rendition (ECMA-48)
    r"|\x1b\[[0-9;:?<=>]*[ -/]*[@-~]"  # any other control sequence
    r"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\|$)"  # a title or a link of the terminal
    r"|\x1b[ -/]*[0-~]?"
    r"|[\x00-\x08\x0b-\x1f\x7f]"
)
COLORS = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
BOLD, FAINT, ITALIC, UNDERLINED = "bold", "faint", "italic", "underlined"
ATTRIBUTES = {1: BOLD, 2: FAINT, 3: ITALIC, 4: UNDERLINED}
ENDED = {22: {BOLD, FAINT}, 23: {ITALIC}, 24: {UNDERLINED}}
EXTENDED = (38, 48)
"""Codes that are followed by a color of the 256 (5, N) or by red, green and blue (2, R, G, B)."""


def html_of(output: str) -> Markup:
    r"""Return the output of a tool as HTML.

    >>> html_of("\x1b[31mERROR\x1b[0m <b>")
    Markup('<span class="ansi-red">ERROR</span> &lt;b&gt;')

    Text and background colors of other palettes than the 16 of terminals are not shown.
    """
    parts: list[Markup] = []
    classes: dict[str, None] = {}
    position = 0
    for control in CONTROL.finditer(output):
        parts.append(_styled(output[position : control.start()], classes))
        position = control.end()
        if control["style"] is not None:
            classes = _changed(classes, control["style"])
    parts.append(_styled(output[position:], classes))
    return Markup("").join(parts)


def without_controls(output: str) -> str:
    """Return the output of a tool without colors and other control sequences."""
    return CONTROL.sub("", output)


def _styled(text: str, classes: dict[str, None]) -> Markup:
    if not text or not classes:
        return escape(text)
    return Markup('<span class="{}">{}</span>').format(" ".join(f"ansi-{name}" for name in classes), text)


def _changed(classes: dict[str, None], style: str) -> dict[str, None]:
    """Return the classes after a sequence; dictionaries have the order of their keys."""
    codes = [int(code) if code.isdigit() else 0 for code in re.split("[;:]", style)]
    changed = dict(classes)
    while codes:
        code = codes.pop(0)
        if code in EXTENDED:
            mode = codes.pop(0) if codes else 0
            values = [codes.pop(0) for _ in range({5: 1, 2: 3}.get(mode, 0)) if codes]
            code = _of_sixteen(values) if code == 38 and mode == 5 else 39 if code == 38 else 49
        if code == 0:
            changed = {}
        elif code in ATTRIBUTES:
            changed[ATTRIBUTES[code]] = None
        elif code in ENDED:
            changed = {name: None for name in changed if name not in ENDED[code]}
        elif 30 <= code <= 39 or 90 <= code <= 97:
            changed = {name: None for name in changed if name not in COLORS}
            if code != 39:
                changed[COLORS[code % 10]] = None
    return changed


def _of_sixteen(values: list[int]) -> int:
    """Return the code of one of the first 16 colors of the 256, or that of the default color."""
    number = values[0] if values else 256
    return 30 + number if number < 8 else 82 + number if number < 16 else 39
