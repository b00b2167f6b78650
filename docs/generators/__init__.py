"""Generators of pages of the reference: a module for each subject, whose `pages()` returns texts by path below docs/.

Every module here with a function `pages` takes part; `docs/generate.py` writes what they return.
"""
