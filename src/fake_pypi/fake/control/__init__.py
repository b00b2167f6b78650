"""The endpoints of the control API: what the Python objects can do, over HTTP, by the same methods and operations."""
