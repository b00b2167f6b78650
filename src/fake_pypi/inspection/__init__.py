"""Typed facts about an uploaded file and its form: archives, core metadata, file names, attestations; no rules."""
