"""Sockets, threads, TLS and HTTP/1.1. Nothing here knows what PyPI is.

`server.Server` serves one WSGI application on a loopback port, `proxy.Proxy` serves several of them under chosen host
names on another port, and `certificates.Authority` makes the certificates that the proxy presents.
"""
