"""The options on the command line, and the ini keys of the same names."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from fake_pypi.errors import UsageError
from fake_pypi.settings import Settings

KEY: pytest.StashKey[Settings] = pytest.StashKey()

OPTIONS: tuple[tuple[str, str, dict[str, Any], str], ...] = (
    (
        "project",
        "linelist",
        {"action": "append", "metavar": "PATH"},
        "rehearse the project in this folder instead of the one at rootdir; may be given again",
    ),
    ("dist", "string", {"metavar": "DIR"}, "rehearse the files in this folder instead of building"),
    (
        "build",
        "string",
        {"choices": ("sdist", "wheel", "both")},
        "what to build: sdist, wheel, or both (default)",
    ),
    (
        "wheelhouse",
        "linelist",
        {"action": "append", "metavar": "DIR"},
        "a folder of wheels that builds and installs may use; may be given again",
    ),
    ("upstream", "string", {"metavar": "URL"}, "a real index to take other people's distributions from"),
    (
        "without",
        "linelist",
        {"action": "append", "metavar": "RULE"},
        "leave a rule out, by its id; may be given again",
    ),
    (
        "pass-env",
        "linelist",
        {"action": "append", "metavar": "NAME"},
        "let a variable of yours into shells, by its name or a pattern such as DEMO_*; may be given again",
    ),
    (
        "extra",
        "linelist",
        {"action": "append", "metavar": "EXTRA"},
        "install the release with this extra; may be given again",
    ),
    (
        "skip-module",
        "linelist",
        {"action": "append", "metavar": "MODULE"},
        "do not import this module (or pattern) of the release; may be given again",
    ),
    (
        "timeout",
        "string",
        {"metavar": "SECONDS"},
        "how long each step of a rehearsal may take (1800; 0: any time)",
    ),
)


def add_options(parser: pytest.Parser) -> None:
    """Add `--fake-pypi` and its siblings."""
    group = parser.getgroup("fake-pypi", "a PyPI and a TestPyPI on this machine")
    group.addoption(
        "--fake-pypi",
        action="store_true",
        dest="fake_pypi",
        help="rehearse the release of the project at rootdir: one test for each step",
    )
    parser.addini("fake_pypi", "rehearse the release of the project at rootdir", type="bool", default=False)
    for name, kind, arguments, text in OPTIONS:
        key = f"fake_pypi_{name.replace('-', '_')}"
        group.addoption(f"--fake-pypi-{name}", dest=key, help=text, **arguments)
        parser.addini(key, text, type=kind, default=None)  # type: ignore[arg-type]
    group.addoption(
        "--fake-pypi-wire",
        action="store_true",
        dest="fake_pypi_wire",
        help="let every subprocess of the session meet the fakes",
    )
    parser.addini("fake_pypi_wire", "let every subprocess of the session meet the fakes", type="bool", default=False)
    strict = "run the commands of shells in a network that holds nothing but the fakes (Linux)"
    group.addoption("--fake-pypi-strict", action="store_true", dest="fake_pypi_strict", help=strict)
    parser.addini("fake_pypi_strict", strict, type="bool", default=False)
    parser.addini("fake_pypi_scripts", "run the console scripts of the project", type="bool", default=True)


def wants_rehearsal(config: pytest.Config) -> bool:
    """Whether the release steps are asked for, on the command line or in the configuration."""
    return bool(config.getoption("fake_pypi") or config.getini("fake_pypi"))


def settings_of(config: pytest.Config) -> Settings:
    """Return the settings of a session, worked out once; what cannot work is a `pytest.UsageError`."""
    if KEY not in config.stash:
        try:
            config.stash[KEY] = _read(config).checked()
            _check_names(config.stash[KEY])
        except (UsageError, LookupError) as mistake:
            raise pytest.UsageError(str(mistake)) from None
    return config.stash[KEY]


def _read(config: pytest.Config) -> Settings:
    ini = config.inipath.parent if config.inipath else config.rootpath
    dist = _one(config, "dist")
    return Settings(
        projects=_paths(config, "project", ini),
        dist=None if not dist else _place(config, "dist", ini) / dist,
        build=_one(config, "build") or "both",  # type: ignore[arg-type]
        wheelhouse=_paths(config, "wheelhouse", ini),
        upstream=_one(config, "upstream"),
        without=_words(config, "without"),
        pass_env=_words(config, "pass_env"),
        wire=bool(config.getoption("fake_pypi_wire") or config.getini("fake_pypi_wire")),
        scripts=bool(config.getini("fake_pypi_scripts")),
        strict=bool(config.getoption("fake_pypi_strict") or config.getini("fake_pypi_strict")),
        timeout=_seconds(_one(config, "timeout")),
        extras=_words(config, "extra"),
        skipped_modules=_words(config, "skip_module"),
    )


def _seconds(text: str | None) -> float:
    """Return a time limit, or the default if none is given."""
    try:
        return Settings.timeout if text is None else float(text)
    except ValueError:
        raise UsageError(f"{text!r} is no time limit", "a number of seconds, or 0 for no limit") from None


def _one(config: pytest.Config, name: str) -> str | None:
    return config.getoption(f"fake_pypi_{name}") or config.getini(f"fake_pypi_{name}") or None


def _many(config: pytest.Config, name: str) -> list[str]:
    return list(config.getoption(f"fake_pypi_{name}") or config.getini(f"fake_pypi_{name}") or ())


def _words(config: pytest.Config, name: str) -> tuple[str, ...]:
    return tuple(word for each in _many(config, name) for word in re.split(r"[,\s]+", each) if word)


def _place(config: pytest.Config, name: str, ini: Path) -> Path:
    """A path on the command line starts where pytest was started, one in the configuration beside it."""
    return config.invocation_params.dir if config.getoption(f"fake_pypi_{name}") else ini


def _paths(config: pytest.Config, name: str, ini: Path) -> tuple[Path, ...]:
    place = _place(config, name, ini)
    return tuple((place / each).resolve() for each in _many(config, name))


def _check_names(settings: Settings) -> None:
    """Check the names of rules and variables, which take imports to know."""
    if settings.without:
        from fake_pypi.rules.order import PYPI

        PYPI.without(*settings.without)
    if settings.pass_env:
        from fake_pypi.clients.passed_variables import checked_names

        checked_names(settings.pass_env)
