"""Pipelines of GitLab CI/CD: what .gitlab-ci.yml says, which jobs an event runs, and their run on this machine."""

from __future__ import annotations
