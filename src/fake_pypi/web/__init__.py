"""An index over HTTP: one WSGI application a world. `app.py` lists the routes."""
