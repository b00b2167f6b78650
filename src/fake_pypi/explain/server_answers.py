"""Find the answers of servers in the output of tools: status, sentence and host."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus

from fake_pypi.explain.output_cleaning import CleanedOutput, folded

PYPI_HOSTS = re.compile(r"(?:^|\.)(?:pypi\.org|pypi\.python\.org|pypi\.io|pythonhosted\.org)$")
HOST = re.compile(r"https?://(?:[^/@\s]{0,200}@)?([^/:\s'\"`]+)")
LONGEST_SENTENCE = 700
"""Most characters of a sentence."""
SENTENCE = rf"(?P<sentence>.{{0,{LONGEST_SENTENCE}}}?)"
STATUS = r"(?P<status>[45]\d\d)"
LOG_LINE = r"(?:INFO|WARNING|ERROR|DEBUG|Error:|Uploading|Traceback|hint:|\[)"
END_OF_RECORD = rf"(?=\n\s*\n|\n\s*{LOG_LINE}|\n\S*[$#>]|\Z)"
HTML_BODY = r"The[ ]server[ ]could[ ]not[ ]comply|Access[ ]was[ ]denied"
ANSWERS = {
    "twine": rf"\b{STATUS}\s+[a-z][a-z\- ]*?\s+from\s+(?P<url>https?://\S+)\s*?{SENTENCE}{END_OF_RECORD}",
    "twine --verbose": rf"\bResponse[ ]from[ ](?P<url>https?://\S+?):\s+{STATUS}[ ]{SENTENCE}{END_OF_RECORD}",
    "requests": rf"\b{STATUS}[ ](?:Client|Server)[ ]Error:\s+{SENTENCE}\s+for\s+url:\s+(?P<url>\S+)",
    "httpx": rf"\b(?:Client|Server)[ ]error[ ]'{STATUS}[ ]{SENTENCE}'[ ]for[ ]url[ ]'(?P<url>[^'\s]+)'",
    "uv": rf"\bstatus[ ]code[ ]{STATUS}\b[^\n:]*?(?:Server[ ]says:|\):)\s*{SENTENCE}(?=\n|\Z)",
    "maturin": rf"\bwith[ ]status[ ]{STATUS}:\s*{SENTENCE}(?={HTML_BODY}|\n\s*\n|\Z)",
    "poetry": rf"\bHTTP[ ]Error[ ]{STATUS}:\s+{SENTENCE}(?=\s*\|[ ]b['\"]|\n|\Z)",
    "setuptools": rf"\b(?:Upload[ ]failed|Server[ ]response)[ ]\({STATUS}\):\s+{SENTENCE}(?=\n|\Z)",
}
"""The formats in which tools and their libraries print an answer."""
ANSWER_PATTERNS = [re.compile(pattern, re.VERBOSE | re.DOTALL | re.IGNORECASE) for pattern in ANSWERS.values()]
BARE_ANSWER = re.compile(
    rf"(?:\A|\n)\s*(?:(?:ERROR|Error):?\s+)?{STATUS} (?P<sentence>[A-Z'].{{15,{LONGEST_SENTENCE}}}?){END_OF_RECORD}",
    re.DOTALL,
)
"""Status and sentence alone, as curl prints them or users copy them."""
STATUS_AGAIN = re.compile(r"^\s*[45]\d\d\s+")
PHRASES = frozenset(folded(status.phrase) for status in HTTPStatus) | {"clienterror", "servererror", "error"}


@dataclass(frozen=True)
class ServerAnswer:
    """The answer of a server to an upload; `sentence` is "" if only the status was printed."""

    status: int
    sentence: str
    host: str

    @property
    def is_from_elsewhere(self) -> bool:
        """Whether the server is neither PyPI nor TestPyPI."""
        return bool(self.host) and not PYPI_HOSTS.search(self.host)


def server_answers(output: CleanedOutput) -> Iterator[ServerAnswer]:
    """Yield the answers in the output, each once."""
    matches = [match for pattern in ANSWER_PATTERNS for match in pattern.finditer(output.text)]
    matches = matches or list(BARE_ANSWER.finditer(output.text))
    answers = (
        ServerAnswer(int(match["status"]), _sentence(match["sentence"]), _host(match, output.text)) for match in matches
    )
    yield from dict.fromkeys(answers)


def _sentence(text: str) -> str:
    """Return the sentence on one line; "" if it only repeats the status."""
    words = " ".join(STATUS_AGAIN.sub("", text).split())
    half = len(words) // 2
    if words[:half].rstrip() == words[half:].lstrip():  # the title and the heading of a page
        words = words[:half].rstrip()
    return "" if folded(words).rstrip(".") in PHRASES else words


def _host(match: re.Match[str], text: str) -> str:
    """Return the host in the answer, or else the host of the last upload before it."""
    url = match.groupdict().get("url")
    if url is None:
        urls = re.findall(r"\b(?:to|at|repository:|from)\s+[`'\"]?(https?://[^\s`'\"]+)", text[: match.start() + 200])
        url = urls[-1] if urls else ""
    host = HOST.match(url)
    return host[1].lower() if host else ""
