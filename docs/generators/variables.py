"""The page that lists the variables of the user that are passed to a shell."""

from __future__ import annotations

from fake_pypi.clients.passed_variables import PASSED


def pages() -> dict[str, str]:
    """Return the page by its path."""
    lines = [
        "# Variables that are passed to a shell",
        "",
        "These variables of your environment are passed to a shell (`fake-pypi run`, `fake-pypi rehearse`,",
        "`fake_pypi_shell`, `pytest --fake-pypi`). No others are passed, because a list of credentials would never be",
        "complete. A `*` stands for any characters; a name that looks like a credential is not passed.",
        "",
        "A build that needs another variable gets it with `--pass-env NAME` (`fake-pypi run` and `rehearse`),",
        "`--fake-pypi-pass-env NAME`, the ini key `fake_pypi_pass_env`, or `indexes.shell(pass_env=['NAME'])`. `NAME`",
        "may be a pattern such as `DEMO_*`; a credential must be named in full.",
        "",
        "Variables that a shell sets itself (`HOME`, `PATH`, proxies, certificates, caches) always have its values:",
        "`PATH` is yours with the running environment in front, `CARGO_HOME` a folder of links to yours without the",
        "tokens of cargo.",
    ]
    for heading, names in PASSED.items():
        lines += ["", f"## {heading}", "", " · ".join(f"`{name}`" for name in sorted(names))]
    return {"reference/variables.md": "\n".join([*lines, ""])}
