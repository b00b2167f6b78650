"""The rendered description of a project."""

from __future__ import annotations

from fake_pypi.inspection.field_values import content_type_of


def renders(description: str, content_type: str | None) -> bool:
    """Return whether PyPI's renderer makes a page of a description; without a content type it is reStructuredText.

    >>> renders("* a list", "text/markdown")
    True
    """
    kind, parameters = content_type_of(content_type) if content_type else ("text/x-rst", {})
    return _rendered(description, kind, parameters.get("variant", "GFM")) is not None


def _rendered(description: str, kind: str, variant: str) -> str | None:
    if kind == "text/x-rst":
        from readme_renderer import rst

        return rst.render(description)
    if kind == "text/markdown":
        from readme_renderer import markdown

        return markdown.render(description, variant=variant)
    from readme_renderer import txt

    return txt.render(description)
