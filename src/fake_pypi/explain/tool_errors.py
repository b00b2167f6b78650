"""Known errors of the tools themselves, of their configuration, and of the files that they are given."""

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
        "The tool found no file that it takes for a wheel or an sdist, so PyPI was not asked.",
        "Build first (`python -m build`), run it where dist/ is, and do not rename what was built.",
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
        "The tool could not read the file that it was to upload, and stopped before PyPI was asked.",
        "Run `fake-pypi check` on the file to see what PyPI would say; empty dist/ and build again.",
    ),
    KnownClientError(
        "index-not-configured",
        (
            r"Missing[ ]'[^'\n]+'[ ]section[ ]from[^\n]*",
            r"Repository[ ][^\n]{1,60}?[ ]is[ ]not[ ]defined",
            r"KeyError:[ ]'(?:test)?pypi'",
        ),
        "The tool was told the name of an index that its configuration does not have.",
        "twine, flit, maturin: write the section into ~/.pypirc. poetry: `poetry config repositories.testpypi "
        "https://test.pypi.org/legacy/`. uv: an [[tool.uv.index]] with publish-url.",
    ),
    KnownClientError(
        "option-of-pypi-only",
        (r"does[ ]not[ ]have[ ]support[ ]for[ ]the[ ]following[ ]features:[^\n]*",),
        "twine offers this option for PyPI and TestPyPI only, and the address of the upload is another one.",
        "Leave the option out for this index, or look at the address.",
    ),
    KnownClientError(
        "user-name-missing",
        (r"Attempted[ ]to[ ]publish[ ]with[ ]a[ ]password,[ ]but[ ]no[ ]username[^\n]*",),
        "uv was given a password and no user name. A token of PyPI is no password to it.",
        "Pass the token with --token or UV_PUBLISH_TOKEN instead of UV_PUBLISH_PASSWORD.",
    ),
    KnownClientError(
        "file-differs-from-index",
        (r"Local[ ]file[ ]and[ ]index[ ]file[ ]do[ ]not[ ]match[ ]for[^\n]*",),
        "uv compared the file with the index: a file of this name is there, with other content. PyPI never replaces a "
        "file (`fake-pypi rules duplicate-file`).",
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
        "The tool itself does not start or crashes: it is not installed here, or its libraries do not fit together. "
        "PyPI was not asked.",
        "Install it fresh, in an environment of its own: `pipx install twine`, or `uvx twine`.",
    ),
)
