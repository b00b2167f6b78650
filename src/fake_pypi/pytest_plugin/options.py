"""The options of the command line, and the ini keys of the same names."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

import pytest

from fake_pypi.errors import UsageError
from fake_pypi.pytest_plugin.workflow_option_table import WORKFLOW_OPTIONS
from fake_pypi.settings import BuilderName, PublisherName, Settings

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
        "installer",
        "string",
        {"choices": ("pip", "uv")},
        "what installs the release and the requirements of its build: pip (default) or uv",
    ),
    (
        "publisher",
        "string",
        {"choices": get_args(PublisherName)},
        "the tool that uploads (default: the one that the project's files show, else twine)",
    ),
    (
        "builder",
        "string",
        {"choices": get_args(BuilderName)},
        "the tool that builds (default: the one that the project's files show, else build)",
    ),
    (
        "release-version",
        "string",
        {"metavar": "VERSION"},
        "rehearse this version (default: the project's; if it comes from a tag, that of the next release)",
    ),
    (
        "wheelhouse",
        "linelist",
        {"action": "append", "metavar": "DIR"},
        "a folder of wheels and sdists that can be installed; may be given again",
    ),
    ("upstream", "string", {"metavar": "URL"}, "a real index from which other projects are downloaded"),
    (
        "without",
        "linelist",
        {"action": "append", "metavar": "RULE"},
        "the id of a rule not to check; may be given again",
    ),
    ("as-of", "string", {"metavar": "DATE"}, "use the rules, messages and limits of PyPI on this day, as 2024-06-01"),
    (
        "pass-env",
        "linelist",
        {"action": "append", "metavar": "NAME"},
        "pass a variable of your environment to shells, by name or pattern such as DEMO_*; may be given again",
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
        "har",
        "string",
        {"metavar": "DIR"},
        "write an HTTP archive (HAR) of each rehearsal and of each failed test into this folder",
    ),
    *WORKFLOW_OPTIONS,
    (
        "readme",
        "string",
        {"metavar": "DIR"},
        "write the README of each release, as HTML that PyPI's renderer makes of it, into this folder",
    ),
    (
        "report",
        "linelist",
        {"action": "append", "metavar": "FILE"},
        "write a report of the rehearsals and failed tests into this .html, .json or .md file; may be given again",
    ),
    (
        "timeout",
        "string",
        {"metavar": "SECONDS"},
        "time limit of each step of a rehearsal (default: 1800; 0: no limit)",
    ),
)


def add_options(parser: pytest.Parser) -> None:
    """Add `--fake-pypi` and the options that begin with it."""
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
    environment = "let every subprocess of the session use the fake indexes as pypi.org"
    group.addoption(
        "--fake-pypi-process-environment",
        action="store_true",
        dest="fake_pypi_process_environment",
        help=environment,
    )
    parser.addini("fake_pypi_process_environment", environment, type="bool", default=False)
    strict = "run the commands of shells in a network that has only the fake indexes (Linux)"
    group.addoption("--fake-pypi-strict", action="store_true", dest="fake_pypi_strict", help=strict)
    parser.addini("fake_pypi_strict", strict, type="bool", default=False)
    repair = "repair the wheels of Linux with auditwheel after the build (Linux)"
    group.addoption("--fake-pypi-repair-wheels", action="store_true", dest="fake_pypi_repair_wheels", help=repair)
    parser.addini("fake_pypi_repair_wheels", repair, type="bool", default=False)
    reproducible = "build the release a second time, and warn of files that differ"
    group.addoption(
        "--fake-pypi-check-reproducible",
        action="store_true",
        dest="fake_pypi_check_reproducible",
        help=reproducible,
    )
    parser.addini("fake_pypi_check_reproducible", reproducible, type="bool", default=False)
    parser.addini("fake_pypi_scripts", "run the console scripts of the project", type="bool", default=True)


def wants_rehearsal(config: pytest.Config) -> bool:
    """Return whether release steps are requested, on the command line or in the configuration."""
    return bool(config.getoption("fake_pypi") or config.getini("fake_pypi"))


def settings_of(config: pytest.Config) -> Settings:
    """Return the settings of a session. Raises `pytest.UsageError` if one is invalid."""
    if KEY not in config.stash:
        try:
            config.stash[KEY] = _read(config).checked()
            _check_names(config.stash[KEY])
            if not hasattr(config, "workerinput"):  # the controller of pytest-xdist writes the reports
                _check_reports(config.stash[KEY])
        except (UsageError, LookupError) as error:
            raise pytest.UsageError(str(error)) from None
    return config.stash[KEY]


def _read(config: pytest.Config) -> Settings:
    ini = config.inipath.parent if config.inipath else config.rootpath
    return Settings(
        projects=_paths(config, "project", ini),
        dist=_path(config, "dist", ini),
        build=_value(config, "build") or "both",  # type: ignore[arg-type]
        installer=_value(config, "installer") or "pip",  # type: ignore[arg-type]
        wheelhouse=_paths(config, "wheelhouse", ini),
        upstream=_value(config, "upstream"),
        without=_words(config, "without"),
        as_of=_value(config, "as_of"),
        pass_env=_words(config, "pass_env"),
        process_environment=_is_set(config, "process_environment"),
        scripts=bool(config.getini("fake_pypi_scripts")),
        strict=_is_set(config, "strict"),
        timeout=_seconds(_value(config, "timeout")),
        extras=_words(config, "extra"),
        har=_path(config, "har", ini),
        readme=_path(config, "readme", ini),
        check_reproducible=_is_set(config, "check_reproducible"),
        report=_paths(config, "report", ini),
        skipped_modules=_words(config, "skip_module"),
        publisher=_value(config, "publisher"),  # type: ignore[arg-type]
        builder=_value(config, "builder"),  # type: ignore[arg-type]
        release_version=_value(config, "release_version"),
        repair_wheels=_is_set(config, "repair_wheels"),
        workflows=_paths(config, "workflow", ini),
        workflow_tag=_value(config, "workflow_tag"),
        workflow_event=_value(config, "workflow_event"),
        workflow_repository=_value(config, "workflow_repository"),
        workflow_secrets=tuple(_values(config, "workflow_secret")),
        workflow_inputs=tuple(_values(config, "workflow_input")),
        workflow_variables=tuple(_values(config, "workflow_var")),
        workflow_publishers=tuple(_values(config, "workflow_publisher")),
    )


def _seconds(text: str | None) -> float:
    """Return a time limit, or the default if none is given."""
    try:
        return Settings.timeout if text is None else float(text)
    except ValueError:
        raise UsageError(f"{text!r} is not a time limit", "give a number of seconds, or 0 for no limit") from None


def _is_set(config: pytest.Config, name: str) -> bool:
    return bool(config.getoption(f"fake_pypi_{name}") or config.getini(f"fake_pypi_{name}"))


def _value(config: pytest.Config, name: str) -> str | None:
    return config.getoption(f"fake_pypi_{name}") or config.getini(f"fake_pypi_{name}") or None


def _values(config: pytest.Config, name: str) -> list[str]:
    return list(config.getoption(f"fake_pypi_{name}") or config.getini(f"fake_pypi_{name}") or ())


def _words(config: pytest.Config, name: str) -> tuple[str, ...]:
    return tuple(word for value in _values(config, name) for word in re.split(r"[,\s]+", value) if word)


def _base_folder(config: pytest.Config, name: str, ini: Path) -> Path:
    """Return the folder to which paths are relative: the current one, or that of the configuration file."""
    return config.invocation_params.dir if config.getoption(f"fake_pypi_{name}") else ini


def _path(config: pytest.Config, name: str, ini: Path) -> Path | None:
    value = _value(config, name)
    return _base_folder(config, name, ini) / value if value else None


def _paths(config: pytest.Config, name: str, ini: Path) -> tuple[Path, ...]:
    folder = _base_folder(config, name, ini)
    return tuple((folder / value).resolve() for value in _values(config, name))


def _check_names(settings: Settings) -> None:
    """Check the names of rules, variables and tools, which needs imports."""
    if settings.publisher or settings.builder or settings.repair_wheels:
        from fake_pypi.rehearsal.project_tools.named_tools import check_named_tools

        check_named_tools(settings)
    if settings.without or settings.as_of:
        from fake_pypi.rules.rules_by_date import checked_rules

        checked_rules(settings.as_of, settings.without)
    if settings.pass_env:
        from fake_pypi.clients.passed_variables import checked_names

        checked_names(settings.pass_env)


def _check_reports(settings: Settings) -> None:
    """Check whether the files of reports can be written, which needs imports."""
    if settings.report:
        from fake_pypi.report import check_destinations

        check_destinations(settings.report)
