"""From the output of any tool back to the rules of PyPI, and to known errors of clients and their configuration."""
