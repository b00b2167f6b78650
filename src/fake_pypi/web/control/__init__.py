"""The control API: endpoints from which requests are routed and checked, and the OpenAPI document is written."""
