"""Why an upload is rejected: one file per family, one class per rule, in PyPI's order in `order.py`."""
