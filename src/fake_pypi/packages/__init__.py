"""Packages for rehearsals: made up, re-packed from what is installed, or found in folders.

Nothing here speaks HTTP or knows an index.
"""
