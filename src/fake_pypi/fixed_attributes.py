"""Objects without new attributes: after `__init__`, assigning to a misspelt name is an error."""

from __future__ import annotations

from functools import wraps
from inspect import ismethod
from typing import Any

from fake_pypi.errors import UnknownSetting


class FixedAttributes:
    """A base class: after `__init__`, assigning to a public attribute that does not exist raises `UnknownSetting`.

    >>> class Sizes(FixedAttributes):
    ...     def __init__(self):
    ...         self.largest = 10
    >>> Sizes().larges = 5
    Traceback (most recent call last):
    ...
    fake_pypi.errors.UnknownSetting: Sizes has no setting 'larges': did you mean 'largest'?
    """

    _attributes_fixed = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "__init__" in vars(cls):
            cls.__init__ = _fix_attributes_after(cls.__init__)  # type: ignore[method-assign]  # wraps it, with the same signature

    def __setattr__(self, name: str, value: Any) -> None:
        if self._attributes_fixed and not name.startswith("_") and name not in vars(self) and not self._has(name):
            raise UnknownSetting(type(self).__name__, name, self._settable(), self._properties())
        super().__setattr__(name, value)

    def _has(self, name: str) -> bool:
        return hasattr(type(self), name)

    def _properties(self) -> list[str]:
        """Return the names of all public properties."""
        names = (name for name in dir(type(self)) if not name.startswith("_"))
        return [name for name in names if isinstance(getattr(type(self), name), property)]

    def _settable(self) -> list[str]:
        """Return the names that can be assigned to: attributes, and properties that have a setter."""
        properties = (
            name
            for name in dir(type(self))
            if isinstance(value := getattr(type(self), name), property) and value.fset is not None
        )
        values = (name for name, value in vars(self).items() if not ismethod(value))
        return sorted(name for name in {*values, *properties} if not name.startswith("_"))


def _fix_attributes_after(initialize: Any) -> Any:
    """Wrap an `__init__` so that the attributes are fixed at the end of the outermost one."""

    @wraps(initialize)
    def __init__(self: FixedAttributes, *args: Any, **kwargs: Any) -> None:  # noqa: N807 - it replaces `__init__`
        initialize(self, *args, **kwargs)
        if type(self).__init__ is __init__:
            object.__setattr__(self, "_attributes_fixed", True)

    return __init__
