"""Reports of what happened: as one HTML file, as JSON, or as the Markdown of a job summary."""

from __future__ import annotations

from fake_pypi.report.destinations import check_destinations, write_report
from fake_pypi.report.report_content import Report, RunReport

__all__ = ["Report", "RunReport", "check_destinations", "write_report"]
