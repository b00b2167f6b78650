"""The OpenAPI document of the control API, written from the table of endpoints."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from fake_pypi.web.control.endpoints import Endpoint, Parameter
from fake_pypi.web.control.json_values import schema, without_limits

PROBLEM_MEDIA = "application/problem+json"
PROBLEMS = {
    400: "The request is malformed, or a value does not have the type of its parameter; `field` names the parameter.",
    401: "The secret is missing or wrong.",
    403: "PyPI does not allow the change; `detail` is its message, and `reason` the id of the reason.",
    404: "There is no such pair of indexes, user, project, or other thing; `detail` names those that exist.",
    409: "The change does not fit the state of the index, or a value is unknown; `detail` says which are known.",
    413: "The body is too large.",
    415: "The body has another content type.",
    503: "The disk of the index is full or damaged, or the indexes are closed.",
}
"""The statuses of errors that every endpoint may return."""
PROBLEM = {
    "type": "object",
    "description": "An error (RFC 9457).",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "field": {"type": "string"},
        "reason": {"type": "string"},
    },
    "required": ["type", "title", "status", "detail"],
}
DESCRIPTION = (
    "Everything that the Python objects of fake-pypi can do, over HTTP. "
    "Every address needs the header `Authorization: Bearer SECRET`; `fake-pypi serve` writes the secret to a file."
)


def openapi(endpoints: Iterable[Endpoint], *, server: str, version: str) -> dict[str, Any]:
    """Return the document (OpenAPI 3.1). `server` is the address that all paths are below."""
    schemas: dict[str, Any] = {"Problem": PROBLEM}
    paths: dict[str, Any] = {}
    for endpoint in endpoints:
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint, schemas)
    responses = {
        str(status): {
            "description": text,
            "content": {PROBLEM_MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status, text in PROBLEMS.items()
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "fake-pypi control API", "version": version, "description": DESCRIPTION},
        "servers": [{"url": server}],
        "security": [{"secret": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": responses,
            "securitySchemes": {"secret": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(endpoint: Endpoint, schemas: dict[str, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": endpoint.operation_id,
        "summary": endpoint.summary,
        "description": endpoint.description,
        "parameters": [
            _parameter(parameter, schemas) for parameter in endpoint.parameters if parameter.place != "body"
        ],
        "responses": {
            str(endpoint.status): _success(endpoint, schemas),
            **{str(status): {"$ref": f"#/components/responses/{status}"} for status in PROBLEMS},
        },
    }
    if endpoint.file_parameter is not None:
        operation["requestBody"] = {"required": True, "content": {"application/octet-stream": {"schema": {}}}}
    elif endpoint.has_json_body:
        required = any(parameter.required for parameter in endpoint.other_parameters)
        content = {"application/json": {"schema": _body(endpoint, schemas)}}
        operation["requestBody"] = {"required": required, "content": content}
    return operation


def _parameter(parameter: Parameter, schemas: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": parameter.place,
        "required": parameter.required,
        "schema": _described(parameter, schemas),
    }


def _described(parameter: Parameter, schemas: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a parameter. In an address there is no null, and nothing is empty."""
    described = schema(parameter.annotation, schemas)
    if parameter.place != "body" and "anyOf" in described:
        described = described["anyOf"][0]
    if parameter.place == "path" and described.get("type") == "string":
        described = {**described, "minLength": 1}
    has_default = not parameter.required and isinstance(parameter.default, bool | int | float | str)
    return {**described, "default": parameter.default} if has_default else described


def _body(endpoint: Endpoint, schemas: dict[str, Any]) -> dict[str, Any]:
    required = [parameter.name for parameter in endpoint.other_parameters if parameter.required]
    return {
        "type": "object",
        "properties": {parameter.name: _described(parameter, schemas) for parameter in endpoint.other_parameters},
        **({"required": required} if required else {}),
        "additionalProperties": False,
    }


def _success(endpoint: Endpoint, schemas: dict[str, Any]) -> dict[str, Any]:
    response: dict[str, Any] = {"description": HTTPStatus(endpoint.status).phrase}
    if endpoint.status != 204:
        result = without_limits(schema(endpoint.hints["return"], schemas))
        response["content"] = {"application/json": {"schema": result}}
    return response
