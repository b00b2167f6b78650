"""An index over HTTP: one WSGI application for each instance. `routes.py` has the table of its addresses."""
