"""Sockets, threads, TLS and HTTP/1.1. Nothing here knows what PyPI is.

`server.Server` puts one WSGI application on a loopback port, `proxy.Proxy` answers for chosen host names on
another, `certificates.Authority` makes the certificates that the second one shows.
"""
