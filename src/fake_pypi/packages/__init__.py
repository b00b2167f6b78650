"""Distributions: generated, re-packed from installed ones, or read from folders. No HTTP, no index."""
