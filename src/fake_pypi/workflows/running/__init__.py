"""What the rehearsed runs of GitHub and GitLab have in common: repository, secrets, publishers, rejections, report."""

from __future__ import annotations
