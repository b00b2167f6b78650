"""Recorded answers of other servers than PyPI, and the same requests sent to ours."""
