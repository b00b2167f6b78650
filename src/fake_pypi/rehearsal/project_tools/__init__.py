"""The tools with which a project builds and publishes: found from its files, with their command lines."""
