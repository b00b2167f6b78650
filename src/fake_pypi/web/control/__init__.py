"""This tool's own API, which no real index has: commands from this machine that change running indexes."""
