"""Known errors of the tools, of their configuration, and of the files that they read."""

from __future__ import annotations

from fake_pypi.explain.known_client_errors import KnownClientError

TOOL_ERRORS: tuple[KnownClientError, ...] = (
    KnownClientError(
        "nothing-to-upload",
        (
            r"No[ ]files[ ](?:found[ ])?to[ ]publish\b",
            r"no[ ]Python[ ]distribution[ ]packages[ ]to[ ]publish[ ]in[ ]the[ ]directory[^\n]*",
            r"Cannot[ ]find[ ]file[ ]\(or[ ]expand[ ]pattern\)[^\n]*",
            r"not[ ]a[ ]valid[ ]distribution[ ]filename[^\n]*",
            r"has[ ]a[ ]non-normalized[ ]filename[^\n]*",
            r"Unknown[ ]distribution[ ]format[^\n]*",
            r"Only[ ]files[ ]ending[ ]in[^\n]*are[ ]valid[ ]source[ ]distributions[^\n]*",
        ),
        "The tool found no wheel and no sdist, so nothing was uploaded.",
        "Build first (`python -m build`), run the tool in the folder that contains dist/, and do not rename files.",
    ),
    KnownClientError(
        "file-unreadable",
        (
            r"zipfile\.(?:BadZipFile|LargeZipFile)[^\n]*",
            r"tarfile\.(?:ReadError|TarError)[^\n]*",
            r"Failed[ ]to[ ]read[ ]from[ ]zip[ ]file[^\n]*",
            r"Failed[ ]to[ ]decode[ ]source[ ]distribution[^\n]*",
            r"cause:[ ]Failed[ ]to[ ]read[ ]metadata[^\n]*",
            r"cause:[ ]No[ ]\S+[ ](?:file|directory)[ ]found",
            r"Can't[ ]mix[ ]absolute[ ]and[ ]relative[ ]paths",
        ),
        "The tool could not read a file and stopped before the upload.",
        "Run `fake-pypi check` on the file to see what PyPI would reject; empty dist/ and build again.",
    ),
    KnownClientError(
        "index-not-configured",
        (
            r"Missing[ ]'[^'\n]+'[ ]section[ ]from[^\n]*",
            r"Repository[ ][^\n]{1,60}?[ ]is[ ]not[ ]defined",
            r"KeyError:[ ]'(?:test)?pypi'",
        ),
        "The configuration of the tool has no index of this name.",
        "twine, flit, maturin: add the section to ~/.pypirc. poetry: `poetry config repositories.testpypi "
        "https://test.pypi.org/legacy/`. uv: add an [[tool.uv.index]] with publish-url.",
    ),
    KnownClientError(
        "option-of-pypi-only",
        (r"does[ ]not[ ]have[ ]support[ ]for[ ]the[ ]following[ ]features:[^\n]*",),
        "twine supports this option for PyPI and TestPyPI only, and the upload went to another address.",
        "Remove the option for this index, or correct the address.",
    ),
    KnownClientError(
        "user-name-missing",
        (r"Attempted[ ]to[ ]publish[ ]with[ ]a[ ]password,[ ]but[ ]no[ ]username[^\n]*",),
        "uv got a password without a user name. It has separate options for tokens.",
        "Pass the token with --token or UV_PUBLISH_TOKEN instead of UV_PUBLISH_PASSWORD.",
    ),
    KnownClientError(
        "file-differs-from-index",
        (r"Local[ ]file[ ]and[ ]index[ ]file[ ]do[ ]not[ ]match[ ]for[^\n]*",),
        "uv compared the file with the index: the index has a file of this name with other content. PyPI never "
        "replaces a file (`fake-pypi rules duplicate-file`).",
        "Give the release a new version and build again.",
    ),
    KnownClientError(
        "tool-broken",
        (
            r"cannot[ ]import[ ]name[ ]'appengine'[ ]from[ ]'(?:requests\.packages\.)?urllib3\.contrib'[^\n]*",
            r"module[ ]'lib'[ ]has[ ]no[ ]attribute[ ]'\w+'",
            r"No[ ]module[ ]named[ ]'?(?:twine|build|flit|hatch|poetry|pdm)\b'?",
            r"(?:twine|uv|poetry|flit|hatch|pdm|maturin):[ ](?:command[ ])?not[ ]found",
        ),
        "The tool does not start or crashes: it is not installed, or its libraries are incompatible. Nothing was "
        "uploaded.",
        "Install it again, in its own environment: `pipx install twine`, or `uvx twine`.",
    ),
)
