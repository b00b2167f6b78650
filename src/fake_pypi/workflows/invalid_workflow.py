"""The errors for files of workflows that GitHub or GitLab would not accept."""

from __future__ import annotations

from fake_pypi.errors import UsageError


class InvalidWorkflow(UsageError):
    """A workflow or action file is invalid, or has what GitHub does not accept: the file, the line and the reason.

    >>> print(InvalidWorkflow("release.yml", 7, "the key 'run-on' is not a key of a job", "did you mean 'runs-on'?"))
    release.yml:7: the key 'run-on' is not a key of a job: did you mean 'runs-on'?
    """

    def __init__(self, file: object, line: int, why: str, next_step: str = "correct the file") -> None:
        super().__init__(f"{file}:{line}: {why}" if line else f"{file}: {why}", next_step)
        self.args = (file, line, why, next_step)  # the arguments with which unpickling calls this class
        self.file = file
        self.line = line
        self.explanation = why


class InvalidExpression(UsageError):
    """GitHub does not accept an expression of a workflow, or cannot evaluate it.

    `message` is GitHub's message without the place, `position` counts characters of the expression from 1.

    >>> print(InvalidExpression("Unrecognized function: 'starts'", "starts('v')", 1))
    Unrecognized function: 'starts'. Located at position 1 within expression: starts('v')
    """

    def __init__(self, message: str, expression: str, position: int = 0, next_step: str = "") -> None:
        place = f". Located at position {position} within expression: {expression}" if position else ""
        super().__init__(message + place, next_step)
        self.args = (message, expression, position, next_step)  # the arguments with which unpickling calls this class
        self.message = message
        self.expression = expression
        self.position = position
