"""Explain the output of any tool: the rules of PyPI behind a failed upload, and known errors of clients."""
