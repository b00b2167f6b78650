"""Read one job of a pipeline file."""

from __future__ import annotations

from typing import Any

from fake_pypi.workflows.gitlab.job_limits_reader import (
    read_allow_failure,
    read_matrix,
    read_retry,
    read_timeout,
)
from fake_pypi.workflows.gitlab.keyword_section import KeywordSection
from fake_pypi.workflows.gitlab.pipeline import (
    JobArtifacts,
    JobEnvironment,
    JobIdentityToken,
    KeywordNote,
    PipelineJob,
    ScriptLine,
)
from fake_pypi.workflows.gitlab.pipeline_keys import (
    ARTIFACTS,
    DEFAULT,
    ENVIRONMENT,
    ID_TOKEN,
    INHERIT,
    JOB,
    REPORTS,
)
from fake_pypi.workflows.gitlab.placed_values import Place, PlacedMapping, Value, as_text, is_scalar
from fake_pypi.workflows.gitlab.rule_reader import WHEN, read_needs, read_policy, read_rules
from fake_pypi.workflows.invalid_workflow import InvalidWorkflow


def read_job(
    name: str,
    value: Value,
    place: Place,
    *,
    defaults: PlacedMapping,
    notes: list[KeywordNote],
    unresolved: str,
) -> PipelineJob:
    """Return a job; `unresolved` is what it misses of files that are not available. Raises `InvalidWorkflow`."""
    section = KeywordSection(value, place, f"jobs:{name}", JOB, notes)
    section.values = _with_defaults(section, defaults)
    refused = [text for text in [unresolved, *section.not_supported] if text]
    script = _commands(section, "script")
    _check_job(section, has_script=bool(script), is_refused=bool(refused))
    conditions, refused_conditions = _conditions(section)
    refused += [text for text in (*refused_conditions, *section.not_supported) if text not in refused]
    matrix, has_matrix = read_matrix(section)
    allowed, exit_codes = read_allow_failure(section)
    return PipelineJob(
        name=name,
        place=place,
        stage=section.text("stage", "test"),
        script=script,
        before_script=_commands(section, "before_script"),
        after_script=_commands(section, "after_script"),
        image=_image(section),
        variables=section.variables(),
        inherits_variables=_inherited_variables(section),
        allow_failure=allowed,
        allowed_exit_codes=exit_codes,
        artifacts=_artifacts(section),
        environment=_environment(section),
        id_tokens=_id_tokens(section),
        retry=read_retry(section),
        timeout=read_timeout(section),
        matrix=matrix,
        has_matrix=has_matrix,
        not_supported="; ".join(refused),
        **conditions,
    )


def _conditions(section: KeywordSection) -> tuple[dict[str, Any], list[str]]:
    """Return the attributes that decide whether and when a job runs, and why some are not supported."""
    needs, refused = read_needs(section) if "needs" in section else (None, [])
    rules = None
    if "rules" in section:
        rules = read_rules(section.values["rules"], section.place_of("rules"), section.location, section.notes)
        refused += [rule.not_supported for rule in rules if rule.not_supported]
    attributes = {
        "rules": rules,
        "only": read_policy(section, "only"),
        "excluded": read_policy(section, "except"),
        "when": section.choice("when", tuple(when for when in WHEN if when != "never"), "on_success"),
        "when_place": section.place_of("when") if "when" in section else None,
        "needs": needs,
        "dependencies": section.texts("dependencies"),
    }
    return attributes, refused


def _check_job(section: KeywordSection, *, has_script: bool, is_refused: bool) -> None:
    location = section.location
    if not has_script and not is_refused and "script" not in section:
        raise InvalidWorkflow(
            *section.values.place,
            f"{location} config should implement the script:, run:, or trigger: keyword",
            "add a script",
        )
    if not has_script and not is_refused:
        raise section.error("script", f"{location}:script config can't be blank", "add a command")
    for key in ("only", "except", "start_in") if "rules" in section else ():
        if key in section:
            raise section.error(key, f"{location} config key may not be used with `rules`: {key}", "use rules alone")


def _with_defaults(section: KeywordSection, defaults: PlacedMapping) -> PlacedMapping:
    """Return the keywords of a job, with those of `default` that it does not have and that it inherits."""
    inherited: bool | tuple[str, ...] = True
    if "inherit" in section:
        inherit = KeywordSection(
            section.values["inherit"],
            section.place_of("inherit"),
            f"{section.location}:inherit",
            INHERIT,
            section.notes,
        )
        inherited = _chosen(inherit, "default")
    result = section.values.without()
    for key, value in defaults.items():
        if key not in result and (inherited is True or (inherited and key in inherited)):
            result.put(key, value, defaults.place_of(key))
            if DEFAULT[key].support == "refused":
                section.not_supported.append(f"{defaults.place_of(key)}: `{key}`: {DEFAULT[key].sentence}")
    return result


def _chosen(section: KeywordSection, key: str) -> bool | tuple[str, ...]:
    value = section.values.get(key)
    return value if isinstance(value, bool) else (True if value is None else section.texts(key) or ())


def _inherited_variables(section: KeywordSection) -> bool | tuple[str, ...]:
    if "inherit" not in section:
        return True
    inner = KeywordSection(section.values["inherit"], section.place_of("inherit"), section.location, INHERIT, [])
    return _chosen(inner, "variables")


def _commands(section: KeywordSection, key: str) -> tuple[ScriptLine, ...]:
    commands = []
    for item, place in section.items(key):
        if not is_scalar(item) or isinstance(item, bool):
            hint = (
                "put the command in quotes, because `: ` makes it a mapping" if isinstance(item, dict) else "write text"
            )
            raise InvalidWorkflow(
                *place,
                f"{section.location}:{key} config should be a string or a nested array of strings up to 10 levels deep",
                hint,
            )
        commands.append(ScriptLine(as_text(item), place))
    return tuple(commands)


def _image(section: KeywordSection) -> str:
    value = section.values.get("image")
    return (
        as_text(value.get("name")) if isinstance(value, PlacedMapping) else as_text(value) if is_scalar(value) else ""
    )


def _artifacts(section: KeywordSection) -> JobArtifacts | None:
    if "artifacts" not in section:
        return None
    place = section.place_of("artifacts")
    inner = KeywordSection(
        section.values["artifacts"], place, f"{section.location}:artifacts", ARTIFACTS, section.notes
    )
    dotenv: tuple[str, ...] = ()
    if "reports" in inner:
        location = f"{inner.location}:reports"
        reports = KeywordSection(inner.values["reports"], inner.place_of("reports"), location, REPORTS, section.notes)
        dotenv = reports.texts("dotenv") or ()
    return JobArtifacts(
        place=inner.place_of("paths"),
        paths=inner.texts("paths") or (),
        exclude=inner.texts("exclude") or (),
        untracked=inner.flag("untracked"),
        when=inner.choice("when", ("on_success", "on_failure", "always"), "on_success"),
        dotenv=dotenv,
    )


def _environment(section: KeywordSection) -> JobEnvironment | None:
    value, place = section.values.get("environment"), section.place_of("environment")
    if value is None:
        return None
    if not isinstance(value, PlacedMapping):
        return JobEnvironment(section.text("environment"), place)
    inner = KeywordSection(value, place, f"{section.location}:environment", ENVIRONMENT, section.notes)
    if "name" not in inner:
        raise InvalidWorkflow(*place, f"{inner.location} name can't be blank", "name the environment")
    return JobEnvironment(inner.text("name"), inner.place_of("name"), inner.text("url"))


def _id_tokens(section: KeywordSection) -> tuple[JobIdentityToken, ...]:
    value, place = section.values.get("id_tokens"), section.place_of("id_tokens")
    if value is None:
        return ()
    if not isinstance(value, PlacedMapping):
        raise InvalidWorkflow(
            *place, f"{section.location}:id_tokens config should be a hash", "write NAME: {aud: pypi}"
        )
    tokens = []
    for name in value:
        location = f"{section.location}:id_tokens:{name}"
        inner = KeywordSection(value[name], value.place_of(name), location, ID_TOKEN, section.notes)
        audiences = inner.texts("aud")
        if not audiences:
            raise InvalidWorkflow(*value.place_of(name), f"{location} config missing required keys: aud", "add aud")
        tokens.append(JobIdentityToken(name, audiences, inner.place_of("aud")))
    return tuple(tokens)
