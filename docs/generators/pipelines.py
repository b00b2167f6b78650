"""The reference of pipelines of GitLab: a text about them, with the tables inserted."""

from __future__ import annotations

from collections.abc import Iterable

from docs.generators.markdown import code_list, filled
from fake_pypi.workflows.gitlab.pipeline_event import PipelineEvent
from fake_pypi.workflows.gitlab.pipeline_keys import KEYWORD_PLACES, Keyword
from fake_pypi.workflows.gitlab.pipeline_problems import PIPELINE_PROBLEMS


def pages() -> dict[str, str]:
    """Return the reference of pipelines of GitLab: a text about them, with the tables inserted."""
    event = PipelineEvent("push", "group/demo", tag="v1.2.0")
    request = PipelineEvent("merge_request_event", "group/demo", branch="feature")
    values = {
        "KEYWORDS": "\n\n".join(keywords_table(place, keys.values()) for place, keys in KEYWORD_PLACES.items()),
        "VARIABLES": code_list(sorted({**event.variables(), **request.variables(), "CI_COMMIT_BRANCH": ""})),
        "PROBLEMS": "\n".join(
            f"| `{kind.id}` | {kind.severity} | {kind.why} | {kind.remedy} |" for kind in PIPELINE_PROBLEMS
        ),
    }
    return {"reference/pipelines.md": filled("pipelines.md.in", values)}


def keywords_table(place: str, keywords: Iterable[Keyword]) -> str:
    """Return the keywords of one kind of mapping with what happens to each."""
    lines = [f"### {place[0].upper()}{place[1:]}", "", "| keyword | support | |", "|---|---|---|"]
    lines += [f"| `{keyword.name}` | {keyword.support} | {keyword.sentence} |" for keyword in keywords]
    return "\n".join(lines)
