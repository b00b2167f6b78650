"""An index over HTTP: one WSGI application an instance. `app.py` lists the routes."""
