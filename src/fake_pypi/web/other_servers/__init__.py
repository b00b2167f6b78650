"""Other servers to which packages are published: what their users meet instead of PyPI's rules, pages and messages.

A server is a `Site` in `sites.OTHER_SERVERS` and a module here with its table `ROUTES`. What a module states comes from
a recording of the real server, or from its public source code, which the docstring of the module names.
"""
