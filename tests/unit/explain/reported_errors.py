"""Error messages that people have reported in public, and the cause of each.

Each text is what a tool printed, cut down to the message and its immediate surroundings; user names and digests are
shortened where they do not matter. Where a thread quotes the message alone, the lines around it are those that the
tool prints. `origin` is the public thread: "owner/repository#number" on GitHub.
`expected` is the rule or the known error that has to be named first; "" where the text has nothing to do with PyPI.
"""

from __future__ import annotations

from typing import NamedTuple


class ReportedError(NamedTuple):
    """One reported message; `also` lists what may be named besides `expected`."""

    origin: str
    expected: str
    text: str
    also: tuple[str, ...] = ()


REPORTED_ERRORS = (
    # --- metadata ---
    ReportedError(
        "pypa/twine#995",
        "unknown-classifier",
        """\
ERROR    HTTPError: 400 Bad Request from https://upload.pypi.org/legacy/
         Invalid value for classifiers. Error: Classifier 'Development status :: 5 - Production/Stable' is not
         a valid classifier.
""",
    ),
    ReportedError(
        "pypa/twine#289",
        "invalid-url",
        "HTTPError: 400 Client Error: home_page: Invalid URI for url: https://upload.pypi.org/legacy/",
    ),
    ReportedError(
        "pypi/warehouse#15628",
        "invalid-url",
        """\
INFO     Response from https://upload.pypi.org/legacy/:
         400 '' is not a valid url. See https://packaging.python.org/specifications/core-metadata for more information.
INFO     <html>
          <head>
           <title>400 '' is not a valid url. See https://packaging.python.org/specifications/core-metadata for more \
information.</title>
          </head>
""",
    ),
    ReportedError(
        "zalando-incubator/kopf#6",
        "local-version",
        """\
Uploading kopf-0.1.dev9+g21a7230-py3-none-any.whl
HTTPError: 400 Client Error: '0.1.dev9+g21a7230' is an invalid value for Version. Error: Can't use PEP 440 local \
versions. See https://packaging.python.org/specifications/core-metadata for url: https://upload.pypi.org/legacy/
""",
    ),
    ReportedError(
        "JonathonReinhart/staticx#47",
        "local-version",
        """\
Uploading distributions to https://upload.pypi.org/legacy/
Uploading staticx-0.4.0+0.g0d659fe-py2.py3-none-any.whl
HTTPError: 400 Client Error: version: Cannot use PEP 440 local versions. for url: https://upload.pypi.org/legacy/
""",
    ),
    ReportedError(
        "pypi/warehouse#19576",
        "local-version",
        """\
400 The use of local versions in <Version('8.4.dev26+g5f7e08fb2')> is not allowed.
See https://packaging.python.org/specifications/core-metadata for more information.
""",
    ),
    ReportedError(
        "pypi/warehouse#19576 (after)",
        "local-version",
        """\
400 The use of local versions in 8.4.dev26+g5f7e08fb2 is not allowed.
See https://packaging.python.org/en/latest/specifications/version-specifiers/#local-version-identifiers for more \
information.
""",
    ),
    ReportedError(
        "Scille/parsec-cloud#7769",
        "local-version",
        """\
HTTPError: 400 Bad Request from https://upload.pypi.org/legacy/
           The use of local versions in <Version('3.0.0b12.dev19927+8a30e48')> is
           not allowed. See
           https://packaging.python.org/specifications/core-metadata for more
           information.
""",
    ),
    ReportedError(
        "joshyattridge/smart-money-concepts#40",
        "local-version",
        "HTTP Error 400: The use of local versions in <Version('0.0.0.post1+3922871')> is not allowed. See "
        'https://packaging.python.org/specifications/core-metadata for more information. | b"<html>\\n <head>\\n  '
        "<title>400 The use of local versions in <Version('0.0.0.post1+3922871')> is not allowed. See "
        "https://packaging.python.org/specifications/core-metadata for more information.\\n \\n <body>\\n  <h1>400 The "
        "use of local versions in <Version('0.0.0.post1+3922871')> is not allowed. See "
        "https://packaging.python.org/specifications/core-metadata for more information.\\n  The server could not "
        "comply with the request since it is either malformed or otherwise incorrect.<br/><br/>\\nThe use of local "
        'versions in &lt;Version(&#x27;0.0.0.post1+3922871&#x27;)&gt; is not allowed.\\n \\n"',
    ),
    ReportedError(
        "bacalhau-project/bacalhau#4551",
        "local-version",
        r"""
+pypi-upload \|  | 2024-09-30 16:20:57 UTC | +pypi-upload \| INFO     Response from https://upload.pypi.org/legacy/:
  | 2024-09-30 16:20:57 UTC | +pypi-upload \|          400 The use of local versions in
  | 2024-09-30 16:20:57 UTC | +pypi-upload \|          <Version('1.5.0a8.dev21+g288d087d3.dirty')> is not all
""",
    ),
    ReportedError(
        "DeiC-HPC/cotainr#116",
        "local-version",
        """\
error: Failed to publish `dist/cotainr-0.1.dev1+g40e3ce6-py3-none-any.whl` to https://test.pypi.org/legacy/
  Caused by: Upload failed with status code 400 Bad Request. Server says: 400 The use of local versions in \
<Version('0.1.dev1+g40e3ce6')> is not allowed. See https://packaging.python.org/specifications/core-metadata for more \
information.
""",
    ),
    ReportedError(
        "copier-org/copier#2109",
        "bad-request",
        """\
Uploading distributions to https://test.pypi.org/legacy/
Uploading copier-9.7.2.dev12+gf82a0a5-py3-none-any.whl
WARNING  Error during upload. Retry with the --verbose option for more details.
ERROR    HTTPError: 400 Bad Request from https://test.pypi.org/legacy/
         Bad Request
""",
    ),
    ReportedError(
        "yehoshuadimarsky/bcpandas#219",
        "field-too-new",
        """\
Publishing 2 files https://upload.pypi.org/legacy/
Uploading bcpandas-2.7.1-py3-none-any.whl (20.2KiB)
error: Failed to publish `dist/bcpandas-2.7.1-py3-none-any.whl` to https://upload.pypi.org/legacy/
  Caused by: Upload failed with status code 400 Bad Request. Server says: 400 license-file introduced in metadata \
version 2.4, not 2.1. See https://packaging.python.org/specifications/core-metadata for more information.
""",
    ),
    ReportedError(
        "pypa/hatch#1786",
        "field-too-new",
        """\
failed
Error uploading to repository: https://upload.pypi.org/legacy/ - Client error '400 license-expression introduced in \
metadata version 2.4, not 2.3. See https://packaging.python.org/specifications/core-metadata for more information.' \
for url 'https://upload.pypi.org/legacy/'
For more information check: https://developer.mozilla.org/en-US/docs/Web/HTTP/Status/400
""",
    ),
    ReportedError(
        "pypa/hatch#1809",
        "bad-request",
        """\
dist/topfarm-2.3.7.post6.tar.gz ... failed
Error uploading to repository: https://test.pypi.org/legacy/ - Client error '400 Bad Request' for url \
'https://test.pypi.org/legacy/'
For more information check: https://developer.mozilla.org/en-US/docs/Web/HTTP/Status/400
""",
    ),
    ReportedError(
        "pypa/hatch#562",
        "project-url-missing",
        """\
dist/sln-0.0.tar.gz ... failed
Client error '400 Invalid value for project_urls. Error: Use an URL.' for url 'https://upload.pypi.org/legacy/'
For more information check: https://httpstatuses.com/400
""",
    ),
    ReportedError(
        "python-poetry/poetry#9696",
        "direct-dependency",
        """\
  HTTPError

  400 Client Error: Can't have direct dependency: livereload@ git+https://github.com/lepture/python-livereload.git. \
See https://packaging.python.org/specifications/core-metadata for more information. for url: https://upload.pypi.org/legacy/

  at /usr/lib/python3.13/site-packages/requests/models.py:1024 in raise_for_status
""",
    ),
    ReportedError(
        "twosigma/marbles#125",
        "invalid-description",
        """\
NOTE: Try --verbose to see response content.
HTTPError: 400 Client Error: The description failed to render for 'text/x-rst'. See \
https://pypi.org/help/#description-content-type for more information. for url: https://upload.pypi.org/legacy/
""",
    ),
    ReportedError(
        "pypa/twine#713",
        "invalid-description-default",
        """\
HTTPError: 400 Bad Request from https://upload.pypi.org/legacy/
The description failed to render in the default format of reStructuredText. See \
https://pypi.org/help/#description-content-type for more information.
""",
    ),
    ReportedError(
        "IBM/simulai#2",
        "readme-does-not-render",
        """\
Checking dist/simulai_toolkit-1.0.0-py3-none-any.whl: FAILED
ERROR    `long_description` has syntax errors in markup and would not be
         rendered on PyPI.
         line 3: Warning: Duplicate explicit target name: "documentation".
""",
    ),
    ReportedError(
        "NatLabRockies/bifacialvf#21",
        "readme-does-not-render",
        """\
Checking distribution dist\\bifacialvf-0.1.7.tar.gz: warning: `long_description_content_type` missing.  defaulting to \
`text/x-rst`.
Failed
The project's long_description has invalid markup which will not be rendered on PyPI. The following syntax errors were \
detected:
line 81: Warning: Inline literal start-string without end-string.
""",
        also=("readme-lacks-a-type",),
    ),
    ReportedError(
        "pypa/twine#676",
        "readme-does-not-render",
        """\
Checking dist/mash-0.0.1-py3-none-any.whl: FAILED
  `long_description` has syntax errors in markup and would not be rendered on PyPI.
    line 28: Warning: Inline literal start-string without end-string.
  warning: `long_description_content_type` missing. defaulting to `text/x-rst`.
""",
        also=("readme-lacks-a-type",),
    ),
    ReportedError(
        "openfisca/openfisca-core#1328",
        "metadata-unreadable",
        """\
Uploading distributions to https://upload.pypi.org/legacy/
ERROR    InvalidDistribution: Metadata is missing required fields: Name,
         Version.
         Make sure the distribution includes the files where those fields are
         specified, and is using a supported Metadata-Version: 1.0, 1.1, 1.2,
         2.0, 2.1, 2.2, 2.3.
""",
    ),
    ReportedError(
        "rzellem/EXOTIC#1344",
        "attestation-file-missing",
        """\
Uploading distributions to https://upload.pypi.org/legacy/
ERROR    InvalidDistribution: Upload with attestations requested, but
         dist/exotic-4.2.3.zip has no associated attestations
""",
    ),
    # --- accounts, tokens, permissions ---
    ReportedError(
        "blue-yonder/urlquote#14",
        "unverified-email",
        """\
HTTPError: 400 Bad Request from https://upload.pypi.org/legacy/
User 'BYPyPi' does not have a verified primary email address. Please
add a verified primary email before attempting to upload to PyPI. See
https://pypi.org/help/#verified-email for more information.
""",
    ),
    ReportedError(
        "flyte/mqtt-io#395",
        "unverified-email",
        """\
ERROR    HTTPError: 400 Bad Request from https://upload.pypi.org/legacy/
         User 'flyte' does not have a verified primary email address. Please add
         a verified primary email before attempting to upload to PyPI. See
         https://pypi.org/help/#verified-email for more information.
""",
    ),
    ReportedError(
        "scikit-optimize/scikit-optimize#814",
        "unknown-token",
        """\
NOTE: Try --verbose to see response content.
HTTPError: 403 Client Error: Invalid or non-existent authentication information. for url: \
https://upload.pypi.org/legacy/
PyPI upload failed.
""",
    ),
    ReportedError(
        "adafruit/Adafruit_CircuitPython_BusDevice#97",
        "unknown-token",
        """\
25hWARNING  Error during upload. Retry with the --verbose option for more details.
ERROR    HTTPError: 403 Forbidden from https://upload.pypi.org/legacy/
         Invalid or non-existent authentication information. See
         https://pypi.org/help/#invalid-auth for more information.
Error: Process completed with exit code 1.
""",
    ),
    ReportedError(
        "python-poetry/poetry#6320",
        "unknown-token",
        """\
  403 Client Error: Invalid or non-existent authentication information. See https://pypi.org/help/#invalid-auth for \
more information. for url: https://upload.pypi.org/legacy/

  at ~/.local/share/pypoetry/venv/lib/python3.10/site-packages/requests/models.py:1022 in raise_for_status
""",
    ),
    ReportedError(
        "astral-sh/uv#17251",
        "unknown-token",
        "error: Failed to publish `dist/example.whl` to https://test.pypi.org/legacy/\n  Caused by: Upload failed with "
        "status code 403 Forbidden. Server says: 403 Invalid or non-existent authentication information.",
    ),
    ReportedError(
        "astral-sh/uv#7475",
        "password-not-supported",
        """\
error: Failed to publish `dist/astral_test_1-0.1.0-py3-none-any.whl` to `https://test.pypi.org/legacy/`
  Caused by: Incorrect credentials (status code 403 Forbidden): 403 Username/Password authentication is no longer \
supported. Migrate to API Tokens or Trusted Publishers instead. See https://test.pypi.org/help/#apitoken and \
https://test.pypi.org/help/#trusted-publishers
""",
    ),
    ReportedError(
        "pypa/hatch#1013",
        "password-with-two-factor",
        "Error uploading to repository: https://upload.pypi.org/legacy/ - Client error '401 User kolibril13 has two "
        "factor auth enabled, an API Token or Trusted Publisher must be used to upload in place of password.' for url "
        "'https://upload.pypi.org/legacy/'",
    ),
    ReportedError(
        "matplotlib/matplotlib#29212",
        "invalid-api-token",
        """\
WARNING  Error during upload. Retry with the --verbose option for more details.
ERROR    HTTPError: 403 Forbidden from https://upload.pypi.org/legacy/
         Invalid API Token: token is expired
""",
    ),
    ReportedError(
        "pypi/support#3740",
        "invalid-api-token",
        """\
           <title>403 Invalid API Token: token with user restriction without a
         user</title>
          </head>
          <body>
           <h1>403 Invalid API Token: token with user restriction without a
         user</h1>
           Access was denied to this resource.<br/><br/>
ERROR    HTTPError: 403 Forbidden from https://upload.pypi.org/legacy/
         Invalid API Token: token with user restriction without a user
""",
    ),
    ReportedError(
        "pypi/warehouse#15586",
        "invalid-api-token",
        "Error uploading to repository: https://upload.pypi.org/legacy/ - Client error '403 Invalid API Token: caveat "
        "must be an array' for url 'https://upload.pypi.org/legacy/'",
    ),
    ReportedError(
        "python-poetry/poetry#858",
        "permission-denied",
        """\
NOTE: Try --verbose to see response content.
HTTPError: 403 Client Error: The user 'jpscaletti' isn't allowed to upload to
project 'pipes'. See https://pypi.org/help/#project-name for more information.
for url: https://upload.pypi.org/legacy/
""",
    ),
    ReportedError(
        "PyO3/maturin#1323",
        "permission-denied",
        """\
⛔ 403 The user 'messense' isn't allowed to upload to project 'cffi'. See https://pypi.org/help/#project-name for more \
information.
💥 maturin failed
  Caused by: Username and/or password are possibly wrong
""",
    ),
    ReportedError(
        "PyO3/maturin#1323 (before)",
        "forbidden",
        """\
🚀 Uploading 1 packages
⛔ Username and/or password are wrong
💥 maturin failed
  Caused by: Username and/or password are wrong
""",
    ),
    ReportedError(
        "astral-sh/uv#8023",
        "no-secret",
        """\
Publishing 2 files https://upload.pypi.org/legacy/
Uploading ldp-0.10.0-py3-none-any.whl (90.7KiB)
error: Failed to publish `dist/repo-0.10.0-py3-none-any.whl` to https://upload.pypi.org/legacy/
  Caused by: Failed to send POST request
  Caused by: Missing credentials for https://upload.pypi.org/legacy/
""",
    ),
    ReportedError(
        "pypa/hatch#411",
        "no-secret",
        'HATCH_INDEX_USER=ABC HATCH_INDEX_AUTH="" hatch publish\nNoKeyringError: No recommended backend was available.',
    ),
    ReportedError(
        "twine 3.5 and later, for the case of pypa/gh-action-pypi-publish#122",
        "password-empty",
        """\
WARNING  Your password is empty. Did you enter it correctly?
WARNING  See https://twine.readthedocs.io/#entering-credentials for more
         information.
Uploading distributions to https://upload.pypi.org/legacy/
ERROR    HTTPError: 403 Forbidden from https://upload.pypi.org/legacy/
         Invalid or non-existent authentication information. See
         https://pypi.org/help/#invalid-auth for more information.
""",
        also=("unknown-token",),
    ),
    # --- file names and files ---
    ReportedError(
        "pypa/hatch#833",
        "invalid-filename-normalized",
        """\
dist/github3_py-4.0.0-py3-none-any.whl ... failed
Error uploading to repository: https://upload.pypi.org/legacy/ - Client error '400 Start filename for 'github3.py' \
with 'github3.py'.' for url 'https://upload.pypi.org/legacy/'
For more information check: https://httpstatuses.com/400
""",
    ),
    ReportedError(
        "the form of pypa/hatch#833, by twine",
        "invalid-filename-normalized",
        "HTTPError: 400 Bad Request from https://upload.pypi.org/legacy/\nStart filename for 'leo' with 'leo'.",
    ),
    ReportedError(
        "pypa/packaging-problems#295",
        "duplicate-file",
        "HTTPError: 400 Client Error: File already exists. See https://test.pypi.org/help/#file-name-reuse for url: "
        "https://test.pypi.org/legacy/",
    ),
    ReportedError(
        "pypi/warehouse#2701",
        "duplicate-file",
        "HTTPError: 400 Client Error: File already exists. for url: https://upload.pypi.org/legacy/",
    ),
    ReportedError(
        "pypi/warehouse#4664",
        "filename-reuse",
        "HTTPError: 400 Client Error: This filename has already been used, use a different version. See "
        "https://pypi.org/help/#file-name-reuse for url: https://upload.pypi.org/legacy/",
    ),
    ReportedError(
        "WenjieDu/BenchPOTS#25, kitsuyaazuma/blazefl#29",
        "filename-reuse",
        """\
WARNING  Error during upload. Retry with the --verbose option for more details.
ERROR    HTTPError: 400 Bad Request from https://upload.pypi.org/legacy/
         This filename has already been used, use a different version. See
         https://pypi.org/help/#file-name-reuse for more information.
Error: Process completed with exit code 1.
""",
    ),
    ReportedError(
        "pypi/legacy#763",
        "filename-reuse",
        "HTTPError: 400 Client Error: This filename has previously been used, you should use a different version.",
    ),
    ReportedError(
        "pypa/twine#199",
        "duplicate-file",
        'HTTPError: 400 Client Error: A file named "treeherder_client-3.0.0-py2-none-any.whl" already exists for  '
        "treeherder-client-3.0.0. To fix problems with that file you should create a new release. for url: "
        "https://pypi.python.org/pypi",
    ),
    ReportedError(
        "Photoroom/datago#83",
        "no-wheel-file",
        """\
> 💥 maturin failed
>   Caused by: 💥 Failed to upload "datago-2025.3.2-cp311-cp311-linux_x86_64.whl" (3.9 MB)
>   Caused by: Failed to upload the wheel with status 400: <html>
>  <head>
>   <title>400 Invalid distribution file. WHEEL not found at datago-2025.3.2.dist-info/WHEEL</title>
>  </head>
>  <body>
>   <h1>400 Invalid distribution file. WHEEL not found at datago-2025.3.2.dist-info/WHEEL</h1>
>   The server could not comply with the request since it is either malformed or otherwise incorrect.<br/><br/>
> Invalid distribution file. WHEEL not found at datago-2025.3.2.dist-info/WHEEL
""",
    ),
    ReportedError(
        "PyO3/maturin#2362",
        "no-pkg-info",
        "  Caused by: Failed to upload the wheel with status 400: <html>\n <head>\n  <title>400 Invalid distribution "
        "file. PKG-INFO not found at heliport/PKG-INFO</title>\n </head>",
    ),
    ReportedError(
        "rigetti/qcs-sdk-rust#523",
        "digest-mismatch",
        """\
 💥 maturin failed
  Caused by: Failed to upload the wheel with status 400: <html>
 <head>
  <title>400 The digest supplied does not match a digest calculated from the uploaded file.</title>
 </head>
""",
    ),
    ReportedError(
        "pypi/warehouse#6719",
        "unsupported-platform-tag",
        "HTTPError: 400 Client Error: Binary wheel 'pyarrow_ppc64le-0.14.0-cp36-cp36m-linux_ppc64le.whl' has an "
        "unsupported platform tag 'linux_ppc64le'. for url: https://upload.pypi.org/legacy/",
    ),
    ReportedError(
        "sunpy/sunpy#6042",
        "unsupported-platform-tag",
        """\
 25hWARNING  Error during upload. Retry with the --verbose option for more details.
ERROR    HTTPError: 400 Bad Request from https://upload.pypi.org/legacy/
         Binary wheel 'sunpy-3.0.7-cp310-cp310-linux_x86_64.whl' has an
         unsupported platform tag 'linux_x86_64'.
""",
    ),
    ReportedError(
        "meshy/pythonwheels#46",
        "unsupported-platform-tag",
        "Submitting dist/mps-0.20.10-cp27-none-linux_i686.whl to https://pypi.python.org/pypi\n"
        "Upload failed (400): Binary wheel for an unsupported platform",
    ),
    ReportedError(
        "pypi/warehouse#2483",
        "file-too-large",
        "HTTPError: 400 Client Error: File too large. for url: https://upload.pypi.org/legacy/",
    ),
    ReportedError(
        "pypi/warehouse#4200",
        "file-too-large",
        "HTTPError: 400 Client Error: File too large. Limit for project 'tendenci' is 60 MB.",
    ),
    ReportedError(
        "a guide of the project karaoke-gen",
        "project-too-large",
        "HTTP Error 400: Project size too large. Limit for project 'karaoke-gen'\ntotal size is 10 GB.",
    ),
    ReportedError(
        "DiamondLightSource/python-copier-template#210",
        "attestations-do-not-verify",
        """\
ERROR    HTTPError: 400 Bad Request from https://upload.pypi.org/legacy/
         Could not verify the uploaded artifact using the included attestation:
         Verification failed: 0 of 2 policies succeeded
""",
    ),
    ReportedError(
        "pypi/warehouse#18221",
        "attestations-do-not-verify",
        """\
WARNING  Error during upload. Retry with the --verbose option for more details.
ERROR    HTTPError: 400 Bad Request from https://upload.pypi.org/legacy/
         Invalid attestations supplied during upload: Could not verify the
         uploaded artifact using the included attestation: Verification failed:
         subject does not match distribution name:
         spt3g-1.0-cp310-cp310-manylinux2014_x86_64.manylinux_2_17_x86_64.whl !=
         spt3g-1.0-cp310-cp310-manylinux_2_17_x86_64.manylinux2014_x86_64.whl
""",
    ),
    ReportedError(
        "pypi/warehouse#17914",
        "attestations-do-not-verify",
        """\
         Invalid attestations supplied during upload: Unknown error while trying
         to verify included attestations: No
         <ObjectIdentifier(oid=1.3.6.1.4.1.57264.1.14, name=Unknown OID)>
         extension was found
""",
    ),
    ReportedError(
        "pypi/warehouse#17312",
        "attestations-need-trusted-publishing",
        """\
ERROR    HTTPError: 400 Bad Request from https://upload.pypi.org/legacy/
         Invalid attestations supplied during upload: Attestations are only supported when > using Trusted Publishing
""",
    ),
    ReportedError(
        "astro-informatics/s2fft#259",
        "attestation-already-there",
        """\
Attestation generation failure:

/github/workspace/dist/s2fft-1.2.0.tar.gz already has a publish attestation: \
/github/workspace/dist/s2fft-1.2.0.tar.gz.publish.attestation

You're seeing this because the action attempted to generated PEP 740
attestations for its inputs, but failed to do so.
""",
    ),
    # --- the site's limits, and the network ---
    ReportedError(
        "pypi/support#10589",
        "rate-limited",
        """\
100% ???????????????????????????????????????? 108.2/108.2 kB ? 00:00 ? 610.8 kB/s
WARNING  Error during upload. Retry with the --verbose option for more details.
ERROR    HTTPError: 429 Too Many Requests from https://upload.pypi.org/legacy/
         Too Many Requests
""",
        also=("requests-too-frequent",),
    ),
    ReportedError("pypi/support#11363", "rate-limited", "429 Too Many Requests\nToo many new projects created"),
    ReportedError(
        "pypi/warehouse#20164", "rate-limited", "💥 maturin failed\n  Caused by: 429 Too many new projects created"
    ),
    ReportedError(
        "venth/aws-adfs#359",
        "read-only",
        """\
  UploadError

  HTTP Error 403: Read-only mode: Uploads are temporarily disabled.

  at /opt/hostedtoolcache/Python/3.10.8/x64/lib/python3.10/site-packages/poetry/publishing/uploader.py:216 in _upload
""",
    ),
    ReportedError(
        "pypi/warehouse#13104",
        "no-connection",
        """\
Uploading OREAnalytics_Python-1.8.3.2-cp310-cp310-manylinux_2_17_x86_64.manylinux2014_x86_64.whl
100% ---------------------------------------- 487.1/487.1 MB • 07:56 • 885.7 kB/s
WARNING  Received "503: Service Unavailable"
         Package upload appears to have failed. Retry 1 of 5.
""",
    ),
    ReportedError(
        "LBL-EESA/fastkde#22",
        "no-connection",
        """\
25hWARNING  Received "502: Bad Gateway"
         Package upload appears to have failed. Retry 4 of 5.
Uploading fastkde-0.0.0-cp36-cp36m-macosx_10_9_x86_64.whl
""",
    ),
    ReportedError(
        "PyO3/maturin#220",
        "no-connection",
        """\
💥 maturin failed
  Caused by: 💥 Failed to upload "pyflow-0.1.7-py2.py3-none-linux_x86_64.whl"
  Caused by: Http error
  Caused by: https://upload.pypi.org/legacy/: timed out
""",
    ),
    ReportedError(
        "worldbank/GOSTurban#10",
        "certificate-not-trusted",
        """\
Uploading distributions to https://upload.pypi.org/legacy/
WARNING  Retrying (Retry(total=9, connect=5, read=None, redirect=None, status=None)) after connection broken by
         'SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed
         certificate in certificate chain (_ssl.c:1000)'))': /legacy/
""",
    ),
    ReportedError(
        "pypa/twine#741",
        "certificate-not-trusted",
        "SSLError: HTTPSConnectionPool(host='test.pypi.org', port=443): Max retries exceeded with url: /legacy/ "
        "(Caused by SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify "
        "failed: unable to get local issuer certificate (_ssl.c:1125)')))",
    ),
    ReportedError(
        "pypa/packaging-problems#137",
        "tls-too-old",
        "Submitting dist/consolecolor-0.0.1.tar.gz to https://upload.pypi.org/legacy/\n"
        "Upload failed (403): TLSv1.2+ is required\nerror: Upload failed (403): TLSv1.2+ is required",
    ),
    ReportedError(
        "pypa/twine#258",
        "wrong-address",
        "HTTPError: 410 Client Error: Gone (This API has been deprecated and removed from legacy PyPI in favor of "
        "using the APIs available in the new PyPI.org implementation of PyPI (located at https://pypi.org/). For "
        "more information about migrating your use of this API to PyPI.org, please see "
        "https://packaging.python.org/guides/migrating-to-pypi-org/#uploading.) for url: https://pypi.python.org/pypi",
    ),
    ReportedError(
        "pypa/flit#85",
        "no-registration",
        "requests.exceptions.HTTPError: 410 Client Error: This API is no longer supported, instead simply upload the "
        "file. for url: https://upload.pypi.io/legacy/",
    ),
    ReportedError(
        "pypa/twine#289 (second)",
        "wrong-address",
        "HTTPError: 405 Client Error: Method Not Allowed for url: https://upload.pypi.org/",
    ),
    ReportedError(
        "pypa/flit#696",
        "bad-request",
        "requests.exceptions.HTTPError: 400 Client Error: Bad Request for url: https://test.pypi.org/legacy/",
    ),
    # --- trusted publishing ---
    ReportedError(
        "tail-unica/hopwise#232",
        "invalid-publisher",
        """\
error: Failed to obtain token for trusted publishing
  Caused by: PyPI returned error code 422 Unprocessable Entity, is trusted publishing correctly configured?
Response: {"errors":[{"code":"invalid-publisher","description":"valid token, but no corresponding publisher (Publisher \
with matching claims was not found)"}],"message":"Token request failed"}

Token claims, which must match the PyPI configuration: OidcTokenClaims {
    sub: "repo:tail-unica/hopwise:environment:release",
    repository: "tail-unica/hopwise",
    repository_owner: "tail-unica",
    repository_owner_id: "187305435",
    job_workflow_ref: "tail-unica/hopwise/.github/workflows/pypi_release.yml@refs/tags/v0.9.1",
    ref: "refs/tags/v0.9.1",
}
""",
    ),
    ReportedError(
        "pypi/warehouse#19405",
        "invalid-publisher",
        """\
error: Failed to obtain token for trusted publishing
  Caused by: Server returned error code 422 Unprocessable Entity, is trusted publishing correctly configured?
Response: {"errors":[{"code":"invalid-publisher","description":"valid token, but no corresponding publisher (Check \
failed for required claim 'sub')"}],"message":"Token request failed"}

Token claims, which must match the publisher configuration: GitHub(
    GitHubTokenClaims {
        sub: "repository_owner_id:6154722:repository_id:966304329:environment:release",
        repository: "microsoft/teams.py",
        repository_owner: "microsoft",
        repository_owner_id: "6154722",
        job_workflow_ref: "microsoft/teams.py/.github/workflows/release.yml@refs/tags/v2.0.0a9",
        ref: "refs/tags/v2.0.0a9",
        environment: Some(
            "release",
        ),
    },
)
""",
    ),
    ReportedError(
        "poliastro/czml3#139",
        "invalid-publisher",
        """\
> Error: Trusted publishing exchange failure:
> Token request failed: the server refused the request for the following reasons:
>
> * `invalid-publisher`: valid token, but no corresponding publisher (All lookup strategies exhausted)
>
> The claims rendered below are **for debugging purposes only**. You should **not** use them to configure a trusted \
publisher unless they already match your expectations.
>
> If a claim is not present in the claim set, then it is rendered as `MISSING`.
>
> * `sub`: `repo:poliastro/czml3:environment:pypi`
> * `repository`: `poliastro/czml3`
> * `repository_owner`: `poliastro`
> * `repository_owner_id`: `[12](https://github.com/poliastro/czml3/actions/runs/9666271466#step:4:13)176396`
> * `job_workflow_ref`: `poliastro/czml3/.github/workflows/publish-to-pypi.yml@refs/tags/v1.0.0`
> * `ref`: `refs/tags/v1.0.0`
""",
    ),
    ReportedError(
        "scikit-build/moderncmakedomain#29",
        "invalid-publisher",
        "invalid-publisher: valid token, but no corresponding publisher",
    ),
    ReportedError(
        "pypa/gh-action-pypi-publish#153",
        "token-exchange-unavailable",
        "Trusted publishing exchange failure: \nToken request failed: the index produced an unexpected\n500 response.",
    ),
    ReportedError(
        "freifunkMUC/unifi_respondd#59",
        "no-id-token",
        """\
OpenID Connect token retrieval failed: GitHub: missing or insufficient OIDC token permissions, the \
ACTIONS_ID_TOKEN_REQUEST_TOKEN environment variable was unset

This generally indicates a workflow configuration error, such as insufficient
permissions. Make sure that your workflow has `id-token: write` configured
at the job level, e.g.:
""",
    ),
    ReportedError(
        "JRubics/poetry-publish#25",
        "no-secret",
        "There is no pypi-token.testpypi setting.",
    ),
    # --- other indexes: nothing that PyPI has said ---
    ReportedError(
        "pypa/twine#632",
        "other-index",
        "Uploading tavern-1.1.0-py3-none-any.whl\nHTTPError: 400 Client Error: Bad Request for url: "
        "http://packages.example.com:8000",
    ),
    ReportedError(
        "pypa/twine#1097",
        "other-index",
        """\
HTTPError: 400 Bad Request from https://devops.example.com/_packaging/Feedname/pypi/upload
         Bad Request - The email 'Jeff Forcier <jeff@example.org>' is invalid. (DevOps Activity ID:
         GUID)
""",
    ),
    ReportedError(
        "python-poetry/poetry#10602",
        "other-index",
        "  HTTPError\n\n  400 Client Error: packages/demo/0.4.3/demo-0.4.3-py3-none-any.whl cannot be updated for url: "
        "https://nexus.example.com/repository/pypi/",
    ),
    ReportedError("eclipse-openvsx/openvsx#1967", "", "No trusted publisher matches the presented token."),
    ReportedError("no thread: a test run", "", "collected 12 items\n\ntests/test_demo.py ............ [100%]"),
    # --- more of the same, in other dress ---
    ReportedError(
        "asdf-format/asdf#697",
        "unknown-classifier",
        "Invalid value for classifiers. Error: ''Programming Language :: Python'' is not a valid choice for this field",
    ),
    ReportedError(
        "ros-infrastructure/superflore#221",
        "unknown-classifier",
        "HTTPError: 400 Client Error: Invalid value for classifiers. Error: 'License :: OSI Approved :: MIT Software "
        "License' is not a valid choice for this field for url: https://upload.pypi.org/legacy/",
    ),
    ReportedError(
        "MDAnalysis/membrane-curvature#105",
        "unknown-classifier",
        """\
ERROR    HTTPError: 400 Bad Request from https://upload.pypi.org/legacy/
         Invalid value for classifiers. Error: Classifier 'Topic ::
         Scientific/Engineering :: Biophysics' is not a valid classifier.
""",
    ),
    ReportedError(
        "pypa/twine#69",
        "unknown-classifier",
        'HTTPError: 400 Client Error: Invalid classifier "Framework :: IPython, Programming Language :: Python"',
    ),
    ReportedError(
        "pypa/twine#333",
        "classifiers-cut-short",
        "HTTPError: 400 Client Error: ['Development Status :: 4 - Beta', 'Intended Audience :: Developers', 'License "
        ":: OSI Approved :: LGPL License', 'Operating System :: OS Independent', 'Programming Language :: Pyth for "
        "url: https://upload.pypi.org/legacy/",
    ),
    ReportedError(
        "k9securityio/cedar-py#11",
        "similar-name",
        """\
💥 maturin failed
  Caused by: 💥 Failed to upload "cedarpolicy-0.1.0-cp310-cp310-macosx_10_7_x86_64.whl" (1.9 MB)
  Caused by: Failed to upload the wheel with status 400: <html>
 <head>
  <title>400 The name 'cedarpolicy' is too similar to an existing project. See https://pypi.org/help/#project-name for \
more information.</title>
 </head>
 <body>
  <h1>[40](https://github.com/k9securityio/cedar-py/actions/runs/5480638520#step:3:43)0 The name 'cedarpolicy' is too \
similar to an existing project. See https://pypi.org/help/#project-name for more information.</h1>
  The server could not comply with the request since it is either malformed or otherwise incorrect.<br/><br/>
The name &#x27;cedarpolicy&#x27; is too similar to an existing project.
""",
    ),
    ReportedError(
        "pypi/support#495",
        "prohibited-name",
        "HTTPError: 400 Client Error: The name 'simpleline' isn't allowed. See https://pypi.org/help/#project-name for "
        "more information. for url: https://upload.pypi.org/legacy/",
    ),
    ReportedError(
        "fsfe/reuse-tool#75",
        "permission-denied",
        "HTTPError: 403 Client Error: The credential associated with user 'carmenbianca' isn't allowed to upload to "
        "project 'reuse'. See https://pypi.org/help/#project-name for more information. for url: "
        "https://upload.pypi.org/legacy/",
    ),
    ReportedError(
        "GalacticDynamics/coordinax#640",
        "publisher-cannot-create-project",
        "400 Non-user identities cannot create new projects.",
    ),
    ReportedError(
        "pytest-dev/pytest-forked#104",
        "invalid-publisher",
        """\
  Token request failed: the server refused the request for the following reasons:

  * `invalid-publisher`: valid token, but no corresponding publisher (Publisher with matching claims was not found)

  * `sub`: `repo:pytest-dev/pytest-forked:ref:refs/tags/v1.7.5`
  * `repository`: `pytest-dev/pytest-forked`
  * `repository_owner`: `pytest-dev`
  * `workflow_ref`: `pytest-dev/pytest-forked/.github/workflows/deploy.yml@refs/heads/main`
  * `job_workflow_ref`: `pytest-dev/pytest-forked/.github/workflows/deploy.yml@refs/heads/main`
  * `ref`: `refs/heads/main`
  * `environment`: `MISSING`
""",
    ),
    ReportedError(
        "pypi/warehouse#16569",
        "invalid-publisher",
        "Error: Trusted publishing exchange failure: \nToken request failed: the server refused the request for the "
        "following reasons:\n\n* `invalid-publisher`: valid token, but no corresponding publisher (Missing claim "
        "'jti')",
    ),
    ReportedError(
        "hugovk/tinytext (pypa/gh-action-pypi-publish#256)",
        "attestation-not-made",
        "Error: Attestation generation failure: The following paths look like distributions but are not actually "
        "files: /github/workspace/dist/tinytext-3.8.1.dev14.tar.gz",
    ),
    ReportedError(
        "pypi/support#9813",
        "bad-request",
        "INFO     Response from https://upload.pypi.org/legacy/:\n         400 Bad Request\nINFO     <html>",
    ),
)
